"""Writes of the deadlines floor."""

from deadlines.labels import unknown_year
from deadlines.services.calendar import (
    import_year,
    publish_year,
    remove_override,
    set_hours,
    set_override,
    withdraw_year,
)
from deadlines.services.clocks import (
    ClockSpec,
    arm,
    arm_many,
    assign_many,
    cancel_many,
    finish,
    finish_many,
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
    "decide_extension",
    "drop_requests",
    "finish",
    "finish_many",
    "import_year",
    "publish_year",
    "remove_override",
    "remove_rung",
    "resume_clock",
    "revoke_extension",
    "save_rung",
    "set_hours",
    "set_override",
    "stop_clock",
    "unknown_year",
    "withdraw_extension",
    "withdraw_year",
]
