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
from deadlines.services.feeds import mark_feed_read, open_feed, renew_feed, revoke_feed

__all__ = [
    "ClockSpec",
    "arm",
    "arm_many",
    "assign_many",
    "cancel_many",
    "check_override",
    "finish",
    "finish_many",
    "mark_feed_read",
    "open_feed",
    "publish_year",
    "remove_override",
    "renew_feed",
    "revoke_feed",
    "set_override",
    "unknown_year",
]
