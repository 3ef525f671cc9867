"""The calendar in force: published schedules, the administrator's years and overrides."""

import threading
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from deadlines import workhours
from deadlines.models.calendar import CalendarOverride, CalendarRevision, CalendarYear
from deadlines.published import published_specials, published_years
from deadlines.workdays import Calendar, DayKind, Special, Unit

# How far beyond the last published year dates are given, provisionally.
REACH_YEARS = 15
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
    """Build the calendar from the database as the current transaction sees it: two small queries and a version."""
    # The version first: a change that commits while we read makes us too old, never too new.
    version = newest_version()
    specials: dict[date, Special] = dict(published_specials())
    for day, is_workday, name, source in CalendarOverride.objects.values_list("date", "is_workday", "name", "source"):
        kind = DayKind.LOCAL_WORKDAY if is_workday else DayKind.LOCAL_DAY_OFF
        specials[day] = Special(kind, name, source)
    declared = CalendarYear.objects.filter(published=True).values_list("year", flat=True)
    return build(specials, [*published_years(), *declared], version)


def build(specials: dict[date, Special], published: list[int], version: int = 0) -> Calendar:
    """A calendar that reaches from the first published year to well beyond the last one."""
    return Calendar(
        first_year=min(published),
        last_year=max(published) + REACH_YEARS,
        published=published,
        specials=specials,
        version=version,
    )


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
    return build(dict(published_specials()), list(published_years()))


def invalidate() -> None:
    """Forget the calendar in memory; the next question reads it again."""
    with _lock:
        _memory.calendar = None
