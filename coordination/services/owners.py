"""Whose duty an instruction or a set of minutes is, where its page reads it; registered with deadlines.owners."""

from accounts.actors import Actor
from accounts.models import Role
from common.errors import Stale
from coordination.models import Meeting
from coordination.services.duties import INSTRUCTION, MEETING
from coordination.services.locking import lock_instruction, lock_meeting
from deadlines import owners
from deadlines.models import Clock, ClockKind

KEEPERS = (Role.OFFICER, Role.DIRECTOR, Role.LEADER, Role.CLERK, Role.HEAD, Role.REVIEWER)


def move_instruction_duty(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Dividing or closing. Who gave it and to whom stays: the clock alone says who acts today."""
    if lock_instruction(clock.subject_id).clock_id != clock.pk:
        raise Stale


def move_minutes_duty(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Writing the minutes is the secretary's, signing the chair's; who receives it acts, and who kept it stays named.

    Before the meeting the secretary himself changes: somebody must be there to write.
    """
    meeting = lock_meeting(clock.subject_id)
    if meeting.clock_id != clock.pk or meeting.status in (Meeting.Status.SIGNED, Meeting.Status.CANCELLED):
        raise Stale
    if to_user_id is not None and meeting.status != Meeting.Status.TO_SIGN:
        meeting.secretary_id = to_user_id
        meeting.save(update_fields=["secretary"])


def register_owners() -> None:
    """Called from AppConfig.ready."""
    owners.register(
        ClockKind.INSTRUCTION, INSTRUCTION, move_instruction_duty, (Role.LEADER, Role.DIRECTOR), anywhere=True
    )
    owners.register(ClockKind.MINUTES, MEETING, move_minutes_duty, KEEPERS, anywhere=True)
