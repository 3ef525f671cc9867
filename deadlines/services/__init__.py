"""Writes of the deadlines floor."""

from deadlines.services.calendar import check_override, publish_year, remove_override, set_override
from deadlines.services.clocks import (
    ClockSpec,
    arm,
    arm_many,
    assign_many,
    cancel_many,
    finish,
    finish_many,
    unknown_year,
)

__all__ = [
    "ClockSpec",
    "arm",
    "arm_many",
    "assign_many",
    "cancel_many",
    "check_override",
    "finish",
    "finish_many",
    "publish_year",
    "remove_override",
    "set_override",
    "unknown_year",
]
