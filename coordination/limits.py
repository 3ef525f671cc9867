"""How long a duty may take, as the administrator has set it."""

from coordination.models import Instruction, Limit
from coordination.seed import LIMITS

_SEEDED = {duty: (amount, unit) for duty, amount, unit in LIMITS}
BY_URGENCY = {
    Instruction.Urgency.ORDINARY: Limit.Duty.DIVIDE,
    Instruction.Urgency.URGENT: Limit.Duty.DIVIDE_URGENT,
    Instruction.Urgency.MOST_URGENT: Limit.Duty.DIVIDE_MOST_URGENT,
}


def limit_of(duty: Limit.Duty) -> tuple[int, str]:
    """``(amount, unit)``; what the hall brings where somebody has deleted the row."""
    row = Limit.objects.filter(duty=duty).first()
    return (row.amount, row.unit) if row else _SEEDED[duty]


def dividing(urgency: str) -> tuple[int, str]:
    return limit_of(BY_URGENCY[Instruction.Urgency(urgency)])


def days_of(duty: Limit.Duty) -> int:
    """Of a duty that forms offer in working days."""
    return limit_of(duty)[0]
