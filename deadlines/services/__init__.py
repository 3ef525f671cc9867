"""Writes of the deadlines floor."""

from deadlines.services.absences import cancel_absence, end_absence_early, enter_absence, possible_substitutes
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
from deadlines.services.handing_over import Outcome, hand_over, reassign_many
from deadlines.services.standing_in import run_stand_ins

__all__ = [
    "ClockSpec",
    "Outcome",
    "arm",
    "arm_many",
    "assign_many",
    "cancel_absence",
    "cancel_many",
    "check_override",
    "end_absence_early",
    "enter_absence",
    "finish",
    "finish_many",
    "hand_over",
    "possible_substitutes",
    "publish_year",
    "reassign_many",
    "remove_override",
    "run_stand_ins",
    "set_override",
    "unknown_year",
]
