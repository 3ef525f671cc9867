"""What the reception enters in the registers of lower floors: owners, expiry, access."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from accounts.actors import Actor
from accounts.models import User
from common.errors import Stale
from deadlines import access as clock_access
from deadlines import applicants, expiry, owners
from deadlines.models import Clock, ClockKind
from files import access as file_access
from files.models import StoredFile
from reception.models import Inquiry, InquiryHandover
from reception.services.duties import HANDOVER_LABEL, INQUIRY_LABEL, lock_handover, lock_inquiry
from reception.services.handing_over import lapse_handover

# Whom an inquiry concerns outside the hall.
ASKERS = """
    SELECT i.asked_by_id AS user_id FROM reception_inquiry i WHERE i.id = f.subject_id AND i.asked_by_id IS NOT NULL
    UNION
    SELECT m.user_id FROM reception_inquiry i
    JOIN enterprises_membership m ON m.enterprise_id = i.enterprise_id AND m.status = 'active'
    WHERE i.id = f.subject_id
"""


def move_inquiry(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """The owner of an open inquiry; with None it is the post's."""
    inquiry = lock_inquiry(clock.subject_id)
    if inquiry.clock_id != clock.pk or inquiry.status != Inquiry.Status.OPEN:
        raise Stale
    inquiry.owner_id = to_user_id
    inquiry.save(update_fields=["owner"])


def move_handover(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Who is asked to take an inquiry over; with None whoever holds a post in the department."""
    inquiry, handover = lock_handover(clock.subject_id)
    if handover.clock_id != clock.pk or handover.status != InquiryHandover.Status.PENDING:
        raise Stale
    if to_user_id is not None and to_user_id in (inquiry.owner_id, handover.from_user_id):
        raise Stale
    handover.to_user_id = to_user_id
    handover.save(update_fields=["to_user"])


def end_handovers(handover_ids: Sequence[int]) -> None:
    """Called by the sweep: nobody accepted in time."""
    for handover_id in handover_ids:
        lapse_handover(handover_id=handover_id)


def clocks_seen_inside(user: User) -> Q:
    """Staff see the clocks of the inquiries that they see."""
    if not user.is_hall_staff:
        return Q(pk__in=[])
    seen = Inquiry.objects.visible_to(user).values("pk")
    handovers = InquiryHandover.objects.filter(inquiry__in=seen).values("pk")
    return Q(subject_type=INQUIRY_LABEL, subject_id__in=seen) | Q(subject_type=HANDOVER_LABEL, subject_id__in=handovers)


def clocks_of_askers(user: User) -> Q:
    """Askers see the limit of their own questions, not who takes what over inside."""
    return Q(subject_type=INQUIRY_LABEL, subject_id__in=Inquiry.objects.asked_by(user).values("pk"))


def may_read_file(user: Any, stored: StoredFile) -> bool:
    """Whoever sees the inquiry reads what came with it."""
    return bool(user.is_authenticated) and Inquiry.objects.visible_to(user).filter(files=stored).exists()


def register_all() -> None:
    """Called from AppConfig.ready. Whoever holds any post in the department may have an inquiry."""
    owners.register(ClockKind.INQUIRY, INQUIRY_LABEL, move_inquiry, ())
    owners.register(ClockKind.INQUIRY_HANDOVER, HANDOVER_LABEL, move_handover, ())
    expiry.register(ClockKind.INQUIRY_HANDOVER, end_handovers)
    applicants.register(INQUIRY_LABEL, ASKERS)
    clock_access.register_staff(clocks_seen_inside)
    clock_access.register_outside(clocks_of_askers)
    file_access.register(may_read_file)
