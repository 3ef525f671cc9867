"""Locks of this app; an instruction or meeting always before the tasks that come from it."""

from coordination.models import Instruction, Meeting
from coordination.transitions import INSTRUCTION, MEETING


def lock_instruction(pk: int) -> Instruction:
    rows = Instruction.objects.select_for_update(of=("self",))
    return rows.select_related("leader", "divider", "clock", "project").get(pk=pk)


def lock_meeting(pk: int) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",))
    return rows.select_related("chair", "secretary", "clock").get(pk=pk)


def move_instruction(instruction: Instruction, act: str) -> None:
    """Set the state after ``act``; saving is the caller's."""
    instruction.status = INSTRUCTION.next(instruction.status, act)


def move_meeting(meeting: Meeting, act: str) -> None:
    meeting.status = MEETING.next(meeting.status, act)
