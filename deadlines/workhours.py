"""Counting opening hours: the second unit of the law, beside days. Pure, like ``workdays``.

A limit in hours begins at once, with the moment of the event (民法典 art. 201 para. 2; days begin
with the next day, para. 1). Hours run while the doors are open on a working day. All questions
are put in wall time of one zone, as the doors are opened by the clock on the wall; the end of a
closed stretch and the beginning of the next are the same place on the ruler of open time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from deadlines.timetable import OFFICE_HOURS, Timetable, microseconds_of
from deadlines.workdays import Calendar, UnknownYearError

__all__ = ["OFFICE_HOURS", "SHANGHAI", "Timetable", "add", "is_open", "open_between", "wall"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
MICROSECOND = timedelta(microseconds=1)


def wall(moment: datetime, zone: tzinfo = SHANGHAI) -> datetime:
    """``moment`` as the clock on the wall of ``zone`` shows it; ValueError without a zone of its own."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be counted from")
    return moment.astimezone(zone)


def add(calendar: Calendar, start: datetime, hours: timedelta, zone: tzinfo = SHANGHAI) -> datetime:
    """The moment at which ``hours`` of open time have passed since ``start``, in ``zone``.

    That is the earliest such moment: 7.5 hours from the opening end with the closing, not with
    the next opening. Nothing gives ``start`` itself, or the next opening when the doors are
    closed. Negative ``hours`` count back, to the latest moment with that much open time before
    ``start``, which is one at which the doors are open. Raises UnknownYearError where the
    calendar does not reach.
    """
    target = _position(calendar, start, zone) + hours // MICROSECOND
    if hours > timedelta(0):
        return _earliest(calendar, target, zone)
    return _latest(calendar, target, zone)


def open_between(calendar: Calendar, a: datetime, b: datetime, zone: tzinfo = SHANGHAI) -> timedelta:
    """Open time after ``a`` up to ``b``; negative when ``b`` lies before ``a``."""
    return timedelta(microseconds=_position(calendar, b, zone) - _position(calendar, a, zone))


def is_open(calendar: Calendar, moment: datetime, zone: tzinfo = SHANGHAI) -> bool:
    """Are the doors open? From the moment of opening until just before that of closing."""
    local = wall(moment, zone)
    now = microseconds_of(local.time())
    return any(start <= now < end for start, end in calendar.open_time.days[_index(calendar, local)])


def _index(calendar: Calendar, local: datetime) -> int:
    index = local.toordinal() - calendar.base
    if not 0 <= index < len(calendar.open_time.days):
        raise UnknownYearError(local.year, calendar.first_year, calendar.last_year)
    return index


def _position(calendar: Calendar, moment: datetime, zone: tzinfo) -> int:
    """Where ``moment`` stands on the ruler: all open microseconds of the calendar before it."""
    local = wall(moment, zone)
    index = _index(calendar, local)
    now = microseconds_of(local.time())
    passed = calendar.open_time.before[index]
    for start, end in calendar.open_time.days[index]:
        if now <= start:
            break
        passed += min(now, end) - start
    return passed


def _earliest(calendar: Calendar, target: int, zone: tzinfo) -> datetime:
    ruler = calendar.open_time
    index = bisect_left(ruler.before, target) - 1
    if index < 0:
        raise calendar.too_early()
    if index >= len(ruler.days):
        raise calendar.too_late()
    rest = target - ruler.before[index]
    for start, end in ruler.days[index]:
        if rest <= end - start:
            break
        rest -= end - start
    return _moment(calendar, index, start + rest, zone)


def _latest(calendar: Calendar, target: int, zone: tzinfo) -> datetime:
    ruler = calendar.open_time
    index = bisect_right(ruler.before, target) - 1
    if index < 0:
        raise calendar.too_early()
    if index >= len(ruler.days):
        raise calendar.too_late()
    rest = target - ruler.before[index]
    for start, end in ruler.days[index]:
        if rest < end - start:
            break
        rest -= end - start
    return _moment(calendar, index, start + rest, zone)


def _moment(calendar: Calendar, index: int, microseconds: int, zone: tzinfo) -> datetime:
    day = date.fromordinal(calendar.base + index)
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(microseconds=microseconds)
