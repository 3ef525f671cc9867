"""Instructions of leaders, what they approve, meetings and what is decided there."""

from coordination.models.deviation import Deviation, GreenChannel
from coordination.models.instruction import Instruction, Part
from coordination.models.limits import Limit
from coordination.models.meeting import AgendaItem, Decision, Invitation, Meeting

__all__ = [
    "AgendaItem",
    "Decision",
    "Deviation",
    "GreenChannel",
    "Instruction",
    "Invitation",
    "Limit",
    "Meeting",
    "Part",
]
