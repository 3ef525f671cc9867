"""A word that was not kept: the case is terminated, or its certificate revoked, and the firm barred."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.gaps import OPEN
from approvals.held import failed_certificates
from approvals.models import Case, Deferral
from approvals.papers.deferral import issue_termination
from approvals.rules import may_work_at_window, require
from approvals.services.deferring.arming import drop_deferrals
from approvals.services.deferring.bars import bar_firm
from approvals.services.deferring.filling import paper_name
from approvals.services.ending import stop_work
from approvals.services.joint import leave_joint_handling
from approvals.services.locking import lock_case, move_case, refuse_stale
from approvals.services.revoking import revoke_grant
from approvals.services.telling import tell_everybody
from approvals.transitions import CASE
from common.display import chinese_date
from common.errors import InvalidInput, TransitionNotAllowed
from common.time import now
from deadlines.models import Clock, ClockKind
from deadlines.services import finish_many
from ledger.services import record


def fail_overdue(case_ids: Sequence[int]) -> None:
    """For the sweep, which offers cases with a promise whose day has passed."""
    for case_id in case_ids:
        fail_deferral(case_id=case_id)


@transaction.atomic
def fail_deferral(*, case_id: int) -> Case | None:
    """What was promised did not come: what the commitment says follows, done by the hall itself.

    None where nothing has run out (any more), so that the sweep may call it again and again.
    """
    case = lock_case(case_id)
    rows = _run_out(case)
    if not rows:
        return None
    moment = now()
    names = "、".join(dict.fromkeys(f"《{paper_name(row)}》" for row in rows))
    days = "、".join(dict.fromkeys(f"{row.promised_on:%Y-%m-%d}" for row in rows))
    # The reason is printed: days are written there as papers write them.
    written = "、".join(dict.fromkeys(chinese_date(row.promised_on) for row in rows if row.promised_on))
    reason = f"承诺补交的{names}未在承诺期限（{written}）内补交。"
    finish_many(clock_ids=[row.clock_id for row in rows if row.clock_id], at=moment)
    for row in rows:
        row.status, row.ended_at = Deferral.Status.FAILED, moment
    Deferral.objects.bulk_update(rows, ["status", "ended_at"])
    actor = Actor.system()
    record(actor=actor, subject=case, act="case.deferral_failed", data={"names": names, "until": days}, at=moment)
    bar_firm(case, reason=reason, at=moment)
    if CASE.allows(case.status, "terminate"):
        _terminate(case, reason, actor=actor, at=moment)
    else:
        drop_deferrals(case, actor=actor, at=moment)
        _revoke(case, reason, actor)
        tell_everybody(case, "approvals.deferral_revoked", reason=reason)
    return case


def _run_out(case: Case) -> list[Deferral]:
    """Open gaps whose promised day has passed without the paper. Their clocks are locked."""
    rows = list(case.deferrals.filter(status=OPEN, handed_in_at=None, clock__isnull=False).select_related(
        "material__material"
    ))  # fmt: skip
    clocks = Clock.objects.select_for_update().open().filter(
        pk__in=[row.clock_id for row in rows], kind=ClockKind.DEFERRAL
    )  # fmt: skip
    over = {clock.pk for clock in clocks.order_by("pk") if clock.is_lawfully_overdue()}
    return [row for row in rows if row.clock_id in over]


@transaction.atomic
def terminate_case(*, actor: Actor, case: Case, reason: str, seen: str | None = None) -> Case:
    """The window ends a case whose missing certificate will not come; nobody broke his word, so nobody is barred.

    Raises InvalidInput at ``reason``, TransitionNotAllowed where every certificate may still come, Stale.
    """
    require(may_work_at_window, actor, case)
    if not reason.strip():
        raise InvalidInput({"reason": _("Terminating a case needs a reason; the applicant gets it in writing.")})
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    if not failed_certificates(locked):
        raise TransitionNotAllowed(_("Only a case whose missing certificate has come to nothing can be terminated."))
    _terminate(locked, reason.strip(), actor=actor, at=now())
    return locked


def _terminate(case: Case, reason: str, *, actor: Actor, at: datetime) -> None:
    move_case(case, "terminate")
    case.terminated_at, case.terminated_reason = at, reason
    stop_work(case, actor=actor)
    case.save(update_fields=["status", "terminated_at", "terminated_reason"])
    drop_deferrals(case, actor=actor, at=at)
    record(actor=actor, subject=case, act="case.terminated", data={"reason": reason}, at=at)
    leave_joint_handling(case, actor=actor)
    _revoke(case, reason, actor)
    tell_everybody(case, "approvals.terminated", reason=reason)
    issue_termination(actor=actor, case=case)


def _revoke(case: Case, reason: str, actor: Actor) -> None:
    """Take back in public what gives a right."""
    revoke_grant(case, actor=actor, reason=reason)
    if case.status == Case.Status.DELIVERED:
        record(actor=actor, subject=case, act="case.decision_revoked", data={"reason": reason})
