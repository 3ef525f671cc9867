"""Issue and deliver the decision, online with read receipt or at the counter with signature."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.held import held_sentences
from approvals.labels import CASE_LABEL
from approvals.models import Case, Delivery
from approvals.papers.outcome import KEPT_UNTIL_ISSUED, issue_certificate, issue_receipt
from approvals.rules import may_work_at_window, require
from approvals.services.locking import lock_case, move_case, refuse_stale
from approvals.services.progress import advance_stage
from approvals.services.telling import tell_firm
from approvals.special_ways import group_of
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import now
from deadlines.services import finish_many
from documents.models import Document
from enterprises.services import confirm_actor
from files.models import StoredFile
from ledger.services import record


@transaction.atomic
def issue_decision(*, actor: Actor, case: Case, way: str, seen: str | None = None) -> Case:
    """The window issues the decision.

    Online, posting it is the delivery (it has reached the applicant's account); at the
    counter it lies ready until somebody signs for it.
    """
    require(may_work_at_window, actor, case)
    if way not in Delivery.Way.values:
        raise InvalidInput({"way": _("Choose how to deliver.")})
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    if locked.decision == Case.Decision.GRANTED and group_of(locked):
        raise NotAllowed(_("This certificate is issued together with others of the application, as one."))
    _refuse_held(locked)
    online = way == Delivery.Way.ONLINE
    move_case(locked, "deliver_online" if online else "issue_at_counter")
    moment = now()
    delivery = Delivery.objects.create(case=locked, way=way, issued_by=actor.person, issued_at=moment)
    if online:
        finish_delivery(locked, moment)
    else:
        locked.save(update_fields=["status"])
    record(actor=actor, subject=locked, act="case.issued", data={"way": way}, at=moment)
    tell_firm(locked, "approvals.delivered" if online else "approvals.ready")
    _issue_papers(locked, delivery, actor=actor, at=moment)
    return locked


def _issue_papers(case: Case, delivery: Delivery, *, actor: Actor, at: datetime) -> None:
    """The certificate, and the receipt that lists what is delivered."""
    issue_certificate(case, actor=actor, at=at)
    delivered = Document.objects.of_subject(CASE_LABEL, case.pk).filter(kind__in=KEPT_UNTIL_ISSUED).in_order()
    issue_receipt(case, delivery, actor=actor, documents=list(delivered))


def _refuse_held(case: Case) -> None:
    """A granted certificate stays here while a gap holds it back (容缺)."""
    if sentence := held_sentences([case]).get(case.pk):
        raise TransitionNotAllowed(sentence, code="certificate_held")


def finish_delivery(case: Case, moment: datetime) -> None:
    """Save first: the stage is read from the rows of all cases, this one among them."""
    case.delivered_at = moment
    case.save(update_fields=["status", "delivered_at"])
    finish_many(clock_ids=[case.clock_id] if case.clock_id else [], at=moment)
    advance_stage(case.project)


@transaction.atomic
def sign_for_decision(
    *, actor: Actor, case: Case, signed_name: str, signature: StoredFile | None, seen: str | None = None
) -> Case:
    """Hand the paper over at the counter against name and signature (送达回证)."""
    require(may_work_at_window, actor, case)
    refuse_unsigned_receipt(signed_name, signature)
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    if locked.decision == Case.Decision.GRANTED and group_of(locked):
        raise NotAllowed(_("This certificate is collected together with others of the application, as one."))
    move_case(locked, "sign")
    moment = now()
    delivery = locked.delivery
    delivery.signed_name, delivery.signature, delivery.signed_at = signed_name.strip(), signature, moment
    delivery.save(update_fields=["signed_name", "signature", "signed_at"])
    finish_delivery(locked, moment)
    record(actor=actor, subject=locked, act="case.collected", data={"by": delivery.signed_name}, at=moment)
    tell_firm(locked, "approvals.collected", by=delivery.signed_name)
    return locked


def refuse_unsigned_receipt(signed_name: str, signature: StoredFile | None) -> None:
    """Raise InvalidInput where name or signature of whoever collects is missing."""
    errors = {}
    if not signed_name.strip():
        errors["signed_name"] = _("Who collected it?")
    if signature is None:
        errors["signature"] = _("A signature is needed: draw it or upload the signed receipt.")
    if errors:
        raise InvalidInput(errors)


@transaction.atomic
def mark_read(*, actor: Actor, case: Case) -> Case:
    """The applicant opened an online decision: the read receipt. Later openings change nothing."""
    locked = lock_case(case.pk)
    confirm_actor(actor, locked.enterprise, [locked.matter.code])
    delivery = getattr(locked, "delivery", None)
    if delivery is None or delivery.way != Delivery.Way.ONLINE or delivery.read_at:
        return locked
    delivery.read_by, delivery.read_at = actor.user, now()
    delivery.save(update_fields=["read_by", "read_at"])
    record(actor=actor, subject=locked, act="case.read", at=delivery.read_at)
    return locked
