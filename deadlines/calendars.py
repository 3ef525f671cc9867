"""The calendar in force: published schedules, the administrator's years and overrides."""

import threading
import time
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from deadlines.models.calendar import CalendarOverride, CalendarRevision, CalendarYear
from deadlines.published import published_specials, published_years
from deadlines.workdays import Calendar, DayKind, Special

# How far beyond the last published year dates are given, provisionally.
REACH_YEARS = 15
# Another process's change is noticed after at most this long. Clocks armed in between are
# re-dated by the next sweep: each carries the version that it was counted with.
CHECK_SECONDS = 2.0


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


def published_only() -> Calendar:
    """The published schedules without anything local; needs no database."""
    return build(dict(published_specials()), list(published_years()))


def invalidate() -> None:
    """Forget the calendar in memory; the next question reads it again."""
    with _lock:
        _memory.calendar = None
