"""Writes of the deadlines floor."""

from deadlines.labels import unknown_year
from deadlines.services.absences import cancel_absence, end_absence_early, enter_absence, possible_substitutes
from deadlines.services.calendar import (
    import_year,
    publish_year,
    remove_override,
    set_hours,
    set_override,
    withdraw_year,
)
from deadlines.services.checking import check_dates
from deadlines.services.clocks import (
    ClockSpec,
    arm,
    arm_many,
    assign_many,
    cancel_many,
    finish,
    finish_many,
    place_many,
)
from deadlines.services.extending import (
    ask_extension,
    decide_extension,
    drop_requests,
    revoke_extension,
    withdraw_extension,
)
from deadlines.services.feeds import mark_feed_read, open_feed, renew_feed, revoke_feed
from deadlines.services.handing_over import Outcome, hand_over, reassign_many
from deadlines.services.nesting import put_inside
from deadlines.services.rungs import remove_rung, save_rung
from deadlines.services.shortening import restore_clock, shorten_clock
from deadlines.services.standing_in import run_stand_ins
from deadlines.services.stopping import resume_clock, stop_clock

__all__ = [
    "ClockSpec",
    "Outcome",
    "arm",
    "arm_many",
    "ask_extension",
    "assign_many",
    "cancel_absence",
    "cancel_many",
    "check_dates",
    "decide_extension",
    "drop_requests",
    "end_absence_early",
    "enter_absence",
    "finish",
    "finish_many",
    "hand_over",
    "import_year",
    "mark_feed_read",
    "open_feed",
    "place_many",
    "possible_substitutes",
    "publish_year",
    "put_inside",
    "reassign_many",
    "remove_override",
    "remove_rung",
    "renew_feed",
    "restore_clock",
    "resume_clock",
    "revoke_extension",
    "revoke_feed",
    "run_stand_ins",
    "save_rung",
    "set_hours",
    "set_override",
    "shorten_clock",
    "stop_clock",
    "unknown_year",
    "withdraw_extension",
    "withdraw_year",
]
