"""多证合一: the certificates of one theme are issued in one act, lie ready as one, and are signed for once."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.labels import CASE_LABEL
from approvals.models import Application, Case, Delivery
from approvals.papers.outcome import KEPT_UNTIL_ISSUED, issue_certificate, issue_receipt
from approvals.papers.together import one_result_rows
from approvals.rules import may_work_at_window, require
from approvals.services.delivering import finish_delivery, refuse_unsigned_receipt
from approvals.services.duties import case_link
from approvals.services.locking import lock_application, lock_case, move_case
from approvals.special_ways import collectable, missing, one_result, ready
from common.errors import InvalidInput, Stale
from common.time import now
from documents.models import Document
from enterprises.selectors import people_to_tell
from files.models import StoredFile
from ledger.services import Record, record_many
from notifications.services import notify

REASON_LENGTH = 500


def lock_group(application: Application) -> list[Case]:
    """The application, then its cases whose certificates are issued as one, locked in order; [] where none are."""
    return [lock_case(case.pk) for case in one_result(lock_application(application.pk))]


@transaction.atomic
def issue_together(
    *, actor: Actor, application: Application, way: str, reason: str = "", seen: Sequence[int] | None = None
) -> list[Case]:
    """Issue every granted case of the group that has not been issued, in one act; the firm is told once.

    While one of the group is neither decided nor come to nothing this needs a ``reason``: the ten days of
    行政许可法 art. 44 run for each case since its own decision, and a late member must not make the others late.
    ``seen`` are the cases that the page said would be issued. Raises InvalidInput at ``way`` and ``reason``, Stale.
    """
    require(may_work_at_window, actor)
    if way not in Delivery.Way.values:
        raise InvalidInput({"way": _("Choose how to deliver.")})
    cases = lock_group(application)
    issued = ready(cases)
    if not issued or (seen is not None and set(seen) != {case.pk for case in issued}):
        raise Stale
    late = missing(cases)
    if late and not reason.strip():
        raise InvalidInput({"reason": _("Not all are decided yet. Say why these are issued without the others.")})
    if len(reason.strip()) > REASON_LENGTH:
        raise InvalidInput({"reason": _("At most %(count)s characters.") % {"count": REASON_LENGTH}})
    _issue(issued, way, actor)
    numbers = [case.number for case in issued]
    data = {"way": way, "together": numbers, "reason": reason.strip() if late else ""}
    record_many(actor=actor, records=[Record(case, "case.issued", data) for case in issued])
    _tell_once(application, issued, "together_delivered" if way == Delivery.Way.ONLINE else "together_ready")
    _issue_papers(issued, actor=actor)
    return issued


def _issue_papers(cases: Sequence[Case], *, actor: Actor) -> None:
    """One certificate that lists them all, on the first of them, and one receipt."""
    lead, moment = cases[0], now()
    issue_certificate(lead, actor=actor, at=moment, more_rows=one_result_rows(cases[1:]))
    subjects = [(CASE_LABEL, case.pk) for case in cases]
    delivered = Document.objects.of_subjects(subjects).filter(kind__in=KEPT_UNTIL_ISSUED).in_order()
    delivery = Delivery.objects.get(case=lead)
    issue_receipt(lead, delivery, actor=actor, documents=list(delivered))


def _issue(cases: Sequence[Case], way: str, actor: Actor) -> None:
    online, moment = way == Delivery.Way.ONLINE, now()
    for case in cases:
        move_case(case, "deliver_online" if online else "issue_at_counter")
    Delivery.objects.bulk_create(
        Delivery(case=case, way=way, issued_by=actor.person, issued_at=moment) for case in cases
    )
    for case in cases:
        if online:
            finish_delivery(case, moment)
        else:
            case.save(update_fields=["status"])


@transaction.atomic
def sign_together(
    *, actor: Actor, application: Application, signed_name: str, signature: StoredFile | None
) -> list[Case]:
    """One name and one signature for all that lie at the counter (送达回证). Raises InvalidInput by field, Stale."""
    require(may_work_at_window, actor)
    refuse_unsigned_receipt(signed_name, signature)
    cases = collectable(lock_group(application))
    if not cases:
        raise Stale
    moment = now()
    for case in cases:
        move_case(case, "sign")
    Delivery.objects.filter(case__in=cases).update(
        signed_name=signed_name.strip(), signature=signature, signed_at=moment
    )
    for case in cases:
        finish_delivery(case, moment)
    data = {"by": signed_name.strip(), "together": [case.number for case in cases]}
    record_many(actor=actor, records=[Record(case, "case.collected", data) for case in cases], at=moment)
    _tell_once(application, cases, "together_collected", by=signed_name.strip())
    return cases


def _tell_once(application: Application, cases: Sequence[Case], template: str, **params: str) -> None:
    notify(
        recipients=people_to_tell(application.enterprise_id, [case.matter.code for case in cases]),
        template=f"approvals.{template}",
        params={"number": application.number, "count": len(cases), **params},
        link=case_link(cases[0].number),
    )
