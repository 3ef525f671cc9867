"""Who may see the clocks and papers of this app; registered with the floors that own them."""

from django.db.models import Q, QuerySet

from accounts.models import User
from coordination.models import Instruction, Meeting
from coordination.services.duties import INSTRUCTION, MEETING
from deadlines import access as clock_access
from documents import access as document_access


def clocks_of_visible(user: User) -> Q:
    """Whoever of the hall sees an instruction or a meeting sees its clock."""
    if not user.is_hall_staff:
        return Q(pk__in=[])
    instructions = Instruction.objects.visible_to(user).values("pk")
    meetings = Meeting.objects.visible_to(user).values("pk")
    return Q(subject_type=INSTRUCTION, subject_id__in=instructions) | Q(subject_type=MEETING, subject_id__in=meetings)


def signed_meetings(user: User) -> QuerySet[Meeting]:
    """Minutes go to those of the hall who see the meeting; a firm sees its own points on the page only."""
    return Meeting.objects.visible_to(user) if user.is_hall_staff else Meeting.objects.none()


def register_access() -> None:
    """Called from AppConfig.ready."""
    clock_access.register_staff(clocks_of_visible)
    document_access.register(MEETING, signed_meetings)
