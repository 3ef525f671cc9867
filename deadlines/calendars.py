"""The calendar in force: published schedules, the administrator's years and overrides."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from deadlines import workhours
from deadlines.facts import Facts, NamedDay, Override, YearFacts
from deadlines.models.calendar import CalendarOverride, CalendarRevision, CalendarYear, HallHours, NoticeDay
from deadlines.timetable import OFFICE_HOURS, Period, Timetable
from deadlines.workdays import Calendar, Unit

# Another process's change is noticed after at most this long. Clocks armed in between are
# re-dated by the next sweep: each carries the version that it was counted with.
CHECK_SECONDS = 2.0
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class _Memory:
    """What this process knows; ``checked`` is a reading of the monotonic clock."""

    calendar: Calendar | None = None
    checked: float = 0.0


_lock = threading.Lock()
_memory = _Memory()


def load() -> Calendar:
    """Build the calendar from the database as the current transaction sees it."""
    return facts().calendar()


def facts() -> Facts:
    """Everything that was said of the calendar here: five small queries."""
    # The version first: a change that commits while we read makes us too old, never too new.
    version = newest_version()
    overrides = {
        day: Override(is_workday, name, source, closed)
        for day, is_workday, name, source, closed in CalendarOverride.objects.values_list(
            "date", "is_workday", "name", "source", "closed"
        )
    }
    named: defaultdict[int, dict[date, NamedDay]] = defaultdict(dict)
    for year, day, is_workday, name in NoticeDay.objects.values_list("year__year", "date", "is_workday", "name"):
        named[year][day] = NamedDay(is_workday, name)
    years = {
        year: YearFacts(published, source, named.get(year, {}))
        for year, published, source in CalendarYear.objects.values_list("year", "published", "source")
    }
    return Facts(overrides, years, _hours(), version)


def _hours() -> Timetable:
    week: defaultdict[int, list[Period]] = defaultdict(list)
    for weekday, opens, closes in HallHours.objects.order_by("weekday", "opens").values_list(
        "weekday", "opens", "closes"
    ):
        week[weekday].append((opens, closes))
    return Timetable({weekday: tuple(periods) for weekday, periods in week.items()}) if week else OFFICE_HOURS


def newest_version() -> int:
    """The version that the database holds now."""
    return CalendarRevision.objects.aggregate(newest=Max("id"))["newest"] or 0


def current() -> Calendar:
    """The calendar in force, from memory; its version is compared with the database every few seconds."""
    known = _memory.calendar
    if known is not None and time.monotonic() - _memory.checked < CHECK_SECONDS:
        return known
    with _lock:
        known = _memory.calendar
        if known is None or known.version != newest_version():
            known = load()
        _memory.calendar, _memory.checked = known, time.monotonic()
        return known


def units_between(a: datetime, b: datetime, unit: str) -> int:
    """Whole units from ``a`` to ``b``: days after the day of ``a`` up to that of ``b``, or full hours of open time.

    Negative when ``b`` lies before ``a``.
    """
    calendar = current()
    if unit == Unit.WORKHOUR:
        return workhours.open_between(calendar, a, b) // HOUR
    return calendar.distance(timezone.localtime(a).date(), timezone.localtime(b).date(), unit)


def published_only() -> Calendar:
    """The published schedules without anything local; needs no database."""
    return Facts().calendar()


def invalidate() -> None:
    """Forget the calendar in memory; the next question reads it again."""
    with _lock:
        _memory.calendar = None
