"""Writes of the deadlines floor."""

from deadlines.services.calendar import check_override, publish_year, remove_override, set_override
from deadlines.services.checking import explain_checked, report_disagreement
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
from deadlines.services.extending import (
    ask_extension,
    decide_extension,
    drop_requests,
    revoke_extension,
    withdraw_extension,
)
from deadlines.services.rungs import remove_rung, save_rung
from deadlines.services.stopping import resume_clock, stop_clock

__all__ = [
    "ClockSpec",
    "arm",
    "arm_many",
    "ask_extension",
    "assign_many",
    "cancel_many",
    "check_override",
    "decide_extension",
    "drop_requests",
    "explain_checked",
    "finish",
    "finish_many",
    "publish_year",
    "remove_override",
    "remove_rung",
    "report_disagreement",
    "resume_clock",
    "revoke_extension",
    "save_rung",
    "set_override",
    "stop_clock",
    "unknown_year",
    "withdraw_extension",
]
