"""Why a limit ends on its day: both limits of a clock, counted day by day on one table.

Nothing is counted here that is not counted elsewhere: the lines come from ``counting.explain``, the
stops from ``recount.stops_of``. What comes out is held against the dates on the clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from common.time import now
from deadlines import calendars, counting, dates, recount, workhours
from deadlines.dates import Budget
from deadlines.models import Clock
from deadlines.recount import StopRow
from deadlines.workdays import Calendar, DayKind, DayLine, Unit

SECOND = timedelta(seconds=1)
HOUR = 3600


class Agreement(StrEnum):
    """How what is counted now stands to the dates on the clock."""

    AGREES = "agrees"
    # The calendar has changed since: an open clock is counted again by the next sweep, a finished one never.
    OLDER_CALENDAR = "older_calendar"
    # Must never be: somebody has written dates past the services.
    DISAGREES = "disagrees"


@dataclass(frozen=True, slots=True)
class Count:
    """What a day is to one limit.

    ``number`` is the running count of days and ``extension`` which day of the extension that is;
    for hours both are None, and ``seconds`` is what the day counted, ``total`` all up to its end,
    ``extension_seconds`` how much of the day's belongs to the extension.
    """

    number: int | None
    extension: int | None
    seconds: int | None
    total: int | None
    extension_seconds: int
    ends: bool

    @property
    def counted(self) -> bool:
        return self.number is not None or bool(self.seconds)


@dataclass(frozen=True, slots=True)
class Line:
    """A day. ``promised`` and ``lawful`` are None behind the end of that limit.

    ``stopped`` holds the grounds of the stops that take the day out, None where nothing does;
    ``event`` is the day of the event that the limit begins with.
    """

    day: date
    kind: DayKind
    name: str
    source: str
    provisional: bool
    event: bool
    stopped: tuple[str, ...] | None
    promised: Count | None
    lawful: Count | None
    today: bool
    done: bool

    @property
    def counts(self) -> tuple[Count, ...]:
        return tuple(count for count in (self.promised, self.lawful) if count is not None)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: its budget, the date on the clock, and what the stops take out of it.

    ``ends_at`` is the end as counted, None while a stop keeps it from ending; ``left_out`` is in
    the clock's unit, of hours in seconds.
    """

    amount: int
    extended: int
    due_at: datetime
    ends_at: datetime | None
    left_out: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The lines of a clock from the event to the end of its last limit, or up to today while it stands still."""

    clock: Clock
    at: datetime
    lines: list[Line]
    promised: Limit
    lawful: Limit | None
    stops: tuple[counting.Stop, ...]
    agreement: Agreement
    # What the stops and the calendar give for both limits, to be told where it disagrees.
    counted: tuple[datetime, datetime | None]

    @property
    def in_hours(self) -> bool:
        return self.clock.unit == Unit.WORKHOUR

    @property
    def stands_still(self) -> bool:
        return self.clock.is_open and bool(self.stops) and self.stops[-1].ends_at is None

    @property
    def limits(self) -> tuple[Limit, ...]:
        return (self.promised,) if self.lawful is None else (self.promised, self.lawful)


def explain_clock(clock: Clock, at: datetime | None = None) -> Explanation:
    """Explain both limits of ``clock``, as they stand at ``at`` (default now); one query.

    A finished clock is explained as it was counted. Raises UnknownYearError where the calendar does not reach.
    """
    moment = at or now()
    calendar = calendars.current()
    if calendar.version < clock.calendar_version:
        # Another process has changed the calendar within the last seconds.
        calendar = calendars.load()
    rows = recount.stops_of([clock.pk]).get(clock.pk, [])
    budget, agreement, counted = _agreement(clock, rows, calendar)
    stops = budget.stops if clock.is_open else budget.forecast_stops
    promised = _limit(clock, calendar, stops, clock.promised, clock.due_at, moment)
    lawful = None
    if clock.lawful is not None and clock.lawful_due_at is not None:
        lawful = _limit(clock, calendar, stops, clock.lawful, clock.lawful_due_at, moment)
    return Explanation(
        clock=clock,
        at=moment,
        lines=_lines(clock, calendar, stops, (promised, lawful), moment),
        promised=promised,
        lawful=lawful,
        stops=stops,
        agreement=agreement,
        counted=counted,
    )


def _agreement(
    clock: Clock, rows: Sequence[StopRow], calendar: Calendar
) -> tuple[Budget, Agreement, tuple[datetime, datetime | None]]:
    stored = (clock.due_at, clock.lawful_due_at)
    first = None
    for budget in _budgets(clock, rows):
        limits = dates.limits_of(budget, calendar)
        counted = (limits.due_at, limits.lawful_at)
        first = first or (budget, counted)
        if counted == stored:
            return budget, Agreement.AGREES, counted
    assert first is not None
    older = clock.calendar_version < calendar.version
    return first[0], Agreement.OLDER_CALENDAR if older else Agreement.DISAGREES, first[1]


def _budgets(clock: Clock, rows: Sequence[StopRow]) -> Iterator[Budget]:
    """The budget by the stops on record; of a finished clock whose inner clock stood still at its end and went on
    afterwards, with that stop as it was planned: its dates are the forecast that they were then."""
    yield recount.budget_of(clock, rows)
    if clock.finished_at is not None:
        until = clock.finished_at
        yield recount.budget_of(
            clock,
            [replace(row, ends_at=None) if row.ends_at is None or row.ends_at >= until else row for row in rows],
        )


def _limit(
    clock: Clock,
    calendar: Calendar,
    stops: Sequence[counting.Stop],
    amount: int,
    due_at: datetime,
    at: datetime,
) -> Limit:
    ends_at = counting.end_of(calendar, clock.starts_at, amount + clock.extended, clock.unit, stops)
    return Limit(amount, clock.extended, due_at, ends_at, _left_out(clock, calendar, stops, ends_at or at))


def _left_out(clock: Clock, calendar: Calendar, stops: Sequence[counting.Stop], end: datetime) -> int:
    """Units (seconds of hours) that stops take out up to ``end``."""
    total = 0
    for stop in stops:
        since = max(stop.starts_at, clock.starts_at)
        until = end if stop.ends_at is None else min(stop.ends_at, end)
        if until <= since:
            continue
        if clock.unit == Unit.WORKHOUR:
            total += workhours.open_between(calendar, since, until) // SECOND
        else:
            total += calendar.distance(_day(since), _day(until), clock.unit)
    return total


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _lines(
    clock: Clock,
    calendar: Calendar,
    stops: Sequence[counting.Stop],
    limits: tuple[Limit, Limit | None],
    at: datetime,
) -> list[Line]:
    promised, lawful = (
        {} if limit is None else {line.day: line for line in _explained(clock, calendar, stops, limit, at)}
        for limit in limits
    )
    start, today = _day(clock.starts_at), _day(at)
    done = _day(clock.finished_at) if clock.finished_at else None
    lines = []
    # The lawful limit is never the shorter one.
    for day, line in (lawful or promised).items():
        special = calendar.specials.get(day)
        lines.append(
            Line(
                day=day,
                kind=line.kind,
                name=line.name,
                source=special.source if special else "",
                provisional=line.provisional,
                event=day == start,
                stopped=None if line.stopped is None else tuple(filter(None, line.stopped.split(counting.AND))),
                promised=_count(promised.get(day), limits[0]),
                lawful=_count(lawful.get(day), limits[1]),
                today=clock.is_open and day == today,
                done=day == done,
            )
        )
    return lines


def _explained(
    clock: Clock, calendar: Calendar, stops: Sequence[counting.Stop], limit: Limit, at: datetime
) -> list[DayLine]:
    return counting.explain(calendar, clock.starts_at, limit.amount + limit.extended, clock.unit, stops, until=_day(at))


def _count(line: DayLine | None, limit: Limit | None) -> Count | None:
    if line is None or limit is None:
        return None
    extension = None
    if line.number is not None and line.number > limit.amount:
        extension = line.number - limit.amount
    extension_seconds = 0
    if line.seconds and line.total is not None:
        extension_seconds = min(line.seconds, max(0, line.total - limit.amount * HOUR))
    ends = limit.ends_at is not None and line.day == _day(limit.ends_at)
    return Count(line.number, extension, line.seconds, line.total, extension_seconds, ends)
