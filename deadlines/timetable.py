"""Opening hours of a week. Pure, like ``workdays``: which day is a working day is not asked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from itertools import pairwise

Period = tuple[time, time]
# Opening and closing in microseconds since midnight, by the clock on the wall.
Stretch = tuple[int, int]

MICROSECONDS = 1_000_000
NOON = 12 * 3600 * MICROSECONDS
MONDAY = 0


def microseconds_of(moment: time) -> int:
    """Microseconds between midnight and ``moment``, as the clock on the wall shows them."""
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * MICROSECONDS + moment.microsecond


@dataclass(frozen=True, slots=True)
class Timetable:
    """When the doors are open: for each weekday (Monday is 0) the periods from opening to closing.

    A weekday that is not named is closed. Raises ValueError for a weekday outside 0–6, a period
    that does not end after it begins, periods out of order or overlapping, and for a week
    without any. A day's periods begin and end on that day: nobody works past midnight.
    """

    periods: Mapping[int, Sequence[Period]]
    _stretches: tuple[tuple[Stretch, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not set(self.periods) <= set(range(7)):
            raise ValueError("weekdays are numbered from 0, Monday, to 6, Sunday")
        week = tuple(_checked(self.periods.get(weekday, ())) for weekday in range(7))
        if not any(week):
            raise ValueError("the timetable has no opening hours")
        object.__setattr__(self, "_stretches", week)

    def stretches(self, weekday: int, closed: str = "") -> tuple[Stretch, ...]:
        """Open stretches of a *working* day, in microseconds since midnight.

        A working day whose weekday has no hours (a make-up Saturday) is worked with Monday's
        hours: the notices make it up for a day of the week, with that day's hours. ``closed`` is
        "morning" or "afternoon" for a half day: what lies before or after 12:00 falls away.
        """
        whole = self._stretches[weekday] or self._stretches[MONDAY]
        if closed == "morning":
            return tuple((max(start, NOON), end) for start, end in whole if end > NOON)
        if closed == "afternoon":
            return tuple((start, min(end, NOON)) for start, end in whole if start < NOON)
        return whole


def _checked(periods: Sequence[Period]) -> tuple[Stretch, ...]:
    stretches = tuple((microseconds_of(start), microseconds_of(end)) for start, end in periods)
    if any(start >= end for start, end in stretches):
        raise ValueError("a period closes before it opens")
    if any(one[1] > other[0] for one, other in pairwise(stretches)):
        raise ValueError("periods overlap or are not in order")
    return stretches


# What an office of a Chinese administration keeps when nobody has said otherwise.
OFFICE_HOURS = Timetable(dict.fromkeys(range(5), ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))))


class OpenTime:
    """Prefix sums of open time over the days of a calendar, in microseconds.

    ``before[i]`` is all open time before the i-th day, so the last entry is all of it. Positions
    on this ruler grow only while the doors are open.
    """

    __slots__ = ("before", "days")

    def __init__(self, days: list[tuple[Stretch, ...]]) -> None:
        self.days = days
        self.before = [0]
        total = 0
        for stretches in days:
            for start, end in stretches:
                total += end - start
            self.before.append(total)
