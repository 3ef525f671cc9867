"""How a handover of an inquiry ends; the inquiry is locked by the caller."""

from accounts.actors import Actor
from common.time import now
from deadlines.services import cancel_many, finish_many
from ledger.services import record
from notifications.services import Notice, notify_many
from reception.models import Inquiry, InquiryHandover
from reception.people import holders
from reception.transitions import HANDOVER


def end(handover: InquiryHandover, act: str, *, actor: Actor, refusal: str = "") -> None:
    """Write what became of it, and end the receiver's clock."""
    handover.status = HANDOVER.next(InquiryHandover.Status(handover.status), act)
    handover.decided_by, handover.decided_at, handover.refusal = actor.user, now(), refusal
    handover.save(update_fields=["status", "decided_by", "decided_at", "refusal"])
    close = cancel_many if act == "withdraw" else finish_many
    close(clock_ids=[handover.clock_id])


def end_pending(inquiry: Inquiry, act: str, *, actor: Actor) -> InquiryHandover | None:
    """End the one that waits, if any, and tell who was asked."""
    pending = inquiry.handovers.select_for_update().filter(status=InquiryHandover.Status.PENDING).first()
    if pending is None:
        return None
    end(pending, act, actor=actor)
    record(actor=actor, subject=inquiry, act="inquiry.handover_withdrawn", data={"handover": pending.pk})
    params = {"number": inquiry.number, "subject": inquiry.subject}
    notify_many([Notice(receivers(pending), "inquiry.handover_withdrawn", params, inquiry.get_absolute_url())])
    return pending


def receivers(handover: InquiryHandover) -> list[int]:
    """Whom a handover asks: the person, or whoever holds the post."""
    return [handover.to_user_id] if handover.to_user_id else holders(handover.department_id, handover.role)
