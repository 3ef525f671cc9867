"""The clock of an inquiry, its lock, and whom its asker's news reach."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse

from accounts.actors import Actor
from common.ids import uuid7
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm
from enterprises.selectors import people_to_tell
from reception.limits import limit
from reception.models import Inquiry, InquiryHandover, Limit
from reception.transitions import INQUIRY

INQUIRY_LABEL = "reception.inquiry"
HANDOVER_LABEL = "reception.inquiryhandover"


def lock_inquiry(inquiry_id: int, act: str = "") -> Inquiry:
    """The row under lock, before any of its handovers; with ``act`` only where the table allows it.

    Without joins: a department that changes while we wait for the lock would make the joined row disappear.
    """
    locked = Inquiry.objects.select_for_update().get(pk=inquiry_id)
    if act:
        INQUIRY.next(Inquiry.Status(locked.status), act)
    return locked


def lock_handover(handover_id: int) -> tuple[Inquiry, InquiryHandover]:
    """An inquiry and one of its handovers under lock, in this order."""
    inquiry_id = InquiryHandover.objects.values_list("inquiry_id", flat=True).get(pk=handover_id)
    inquiry = lock_inquiry(inquiry_id)
    return inquiry, InquiryHandover.objects.select_for_update().get(pk=handover_id)


def title_of(inquiry: Inquiry) -> str:
    return f"{inquiry.number} {inquiry.subject}"


def start_duty(inquiry: Inquiry, *, actor: Actor, starts_at: datetime, clock_id: UUID | None = None) -> None:
    """Arm the clock to answer for the owner, or for the post; the row must be saved with ``clock`` afterwards.

    ``starts_at`` is when it was asked (or reopened): the asker's date does not move with hand-overs.
    """
    days = limit(Limit.Code.ANSWER)
    inquiry.clock = arm(
        spec=ClockSpec(
            id=clock_id or uuid7(),
            kind=ClockKind.INQUIRY,
            subject=(INQUIRY_LABEL, inquiry.pk),
            title=title_of(inquiry),
            link=reverse("reception:inquiry", args=[inquiry.pk]),
            department_id=inquiry.department_id,
            role=inquiry.role,
            handler_id=inquiry.owner_id,
            unit=days.unit,
            promised=days.amount,
            starts_at=starts_at,
        ),
        actor=actor,
    )


def askers(inquiry: Inquiry) -> list[int]:
    """Accounts that hear of it: who asked, and the people of the firm it was asked for."""
    people = [inquiry.asked_by_id] if inquiry.asked_by_id else []
    if inquiry.enterprise_id:
        people += people_to_tell(inquiry.enterprise_id, [inquiry.matter_code] if inquiry.matter_code else [])
    return sorted(set(people))


def asker_link(inquiry: Inquiry) -> str:
    return reverse("reception:question", args=[inquiry.number])
