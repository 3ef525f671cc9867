"""A firm that did not keep its word may not defer until an officer lifts the bar."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.models import Case, DeferralBar
from approvals.rules import may_lift_bars
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now
from enterprises.selectors import people_to_tell
from ledger.services import record
from notifications.services import notify


def bar_firm(case: Case, *, reason: str, at: datetime) -> DeferralBar | None:
    """Bar the firm of ``case``; None where it is barred already. Called inside the act that found the breach."""
    try:
        with transaction.atomic():
            bar = DeferralBar.objects.create(enterprise=case.enterprise, case=case, reason=reason, barred_at=at)
    except IntegrityError:
        return None
    data = {"case": case.number, "reason": reason}
    record(actor=Actor.system(), subject=case.enterprise, act="enterprise.deferral_barred", data=data, at=at)
    return bar


@transaction.atomic
def lift_bar(*, actor: Actor, bar: DeferralBar, reason: str) -> DeferralBar:
    """The firm may defer again; it is told why.

    Raises NotAllowed, InvalidInput at ``reason``, Stale when lifted before.
    """
    if not may_lift_bars(actor.person):
        raise NotAllowed
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why the bar is lifted.")})
    locked = DeferralBar.objects.select_for_update(of=("self",)).select_related("enterprise", "case__matter").get(
        pk=bar.pk
    )  # fmt: skip
    if locked.lifted_at is not None:
        raise Stale(_("This bar has been lifted already."))
    locked.lifted_at, locked.lifted_by, locked.lift_reason = now(), actor.user, reason.strip()
    locked.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    data = {"case": locked.case.number, "reason": locked.lift_reason}
    record(actor=actor, subject=locked.enterprise, act="enterprise.deferral_bar_lifted", data=data, at=locked.lifted_at)
    notify(
        recipients=people_to_tell(locked.enterprise_id, [locked.case.matter.code]),
        template="approvals.deferral_bar_lifted",
        params={"name": locked.enterprise.name, "reason": locked.lift_reason},
        link=f"/enterprises/{locked.enterprise_id}/",
    )
    return locked
