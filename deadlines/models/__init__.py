from deadlines.models.calendar import CalendarOverride, CalendarRevision, CalendarYear, HallHours, NoticeDay
from deadlines.models.clock import Clock, ClockKind
from deadlines.models.feed import Feed
from deadlines.models.handover import Handover
from deadlines.models.rung import FiredRung, Rung
from deadlines.models.stop import Extension, Ground, Stop
from deadlines.models.sweep import SweepState

__all__ = [
    "CalendarOverride",
    "CalendarRevision",
    "CalendarYear",
    "Clock",
    "ClockKind",
    "Extension",
    "Feed",
    "FiredRung",
    "Ground",
    "HallHours",
    "Handover",
    "NoticeDay",
    "Rung",
    "Stop",
    "SweepState",
]
