"""Limits in days or hours that may be stopped: one vocabulary for all units. Pure, like ``workdays``.

Time for hearings, expert reviews, tests and the like does not count (行政许可法 art. 45). A stop is
itself a period and is counted like every period: the day of the event that begins it is not
counted to it, the day of the event that ends it is. So a stop begun on day S and ended on day R
takes out S+1 … R. On S the limit still ran, on R it did not; what was left at the stop is left at
the resumption. Stopped and resumed on one day, nothing is taken out. Hours are exact: the
stretch from the moment S up to, not including, the moment R.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Generic, NamedTuple, Protocol, TypeVar

from deadlines import workhours
from deadlines.workdays import DAY, Calendar, DayLine, Unit
from deadlines.workhours import MICROSECOND, SHANGHAI, wall

SECOND = timedelta(seconds=1)
# Between the grounds of stops that run at the same time.
AND = "；"


@dataclass(frozen=True, slots=True)
class Stop:
    """A stretch that is not counted; ``ends_at`` None: it still lasts. ValueError when it ends before it begins."""

    starts_at: datetime
    ends_at: datetime | None
    ground: str = ""

    def __post_init__(self) -> None:
        if self.ends_at is not None and self.ends_at < self.starts_at:
            raise ValueError("a stop ends before it begins")


def merged(stops: Iterable[Stop]) -> list[Stop]:
    """The union of ``stops`` in order: apart from each other, none empty, at most the last one open.

    Stops that overlap or touch become one; its ground names each of theirs once.
    """
    union: list[Stop] = []
    for stop in sorted(stops, key=lambda one: one.starts_at):
        if stop.ends_at is not None and stop.ends_at <= stop.starts_at:
            continue
        last = union[-1] if union else None
        if last is None or (last.ends_at is not None and last.ends_at < stop.starts_at):
            union.append(stop)
            continue
        ends = None if last.ends_at is None or stop.ends_at is None else max(last.ends_at, stop.ends_at)
        union[-1] = Stop(last.starts_at, ends, _joined(last.ground, stop.ground))
    return union


def end_of(
    calendar: Calendar,
    start: datetime,
    amount: int,
    unit: Unit | str,
    stops: Iterable[Stop] = (),
    zone: tzinfo = SHANGHAI,
) -> datetime | None:
    """The last moment of a limit of ``amount`` units that begins with an event at ``start``.

    In days that is the last microsecond of the last day (民法典 art. 203), in hours the moment
    itself. A limit is over before a stop when its last day lies strictly before the day of the
    stop (in hours: when its end is not after the stop); then the stop does not move it. On the
    day of the stop itself it is not over: with nothing left it goes on when the stop ends, and
    ends with that day, or with the next working day. None when it cannot end because a stop
    still lasts. Raises UnknownYearError where the calendar does not reach.
    """
    if unit == Unit.WORKHOUR:
        return _last(_Hours(calendar, zone), start, timedelta(hours=amount), stops).end
    end = _last(_Days(calendar, unit, zone), start, amount, stops).end
    return None if end is None else datetime.combine(end, time.max, tzinfo=zone)


def left(
    calendar: Calendar,
    start: datetime,
    amount: int,
    unit: Unit | str,
    at: datetime,
    stops: Iterable[Stop] = (),
    zone: tzinfo = SHANGHAI,
) -> int | timedelta:
    """What is left of a limit at ``at``: whole days after the day of ``at``, or open time.

    All of it up to the event and on its day; the same through every stop, from its day (in
    hours: its moment) to the resumption. 0 from the last day on, until the first counted unit
    behind the end makes it negative: -2 on the second working day that is too late. A stop
    after the end does not halt that.
    """
    if unit == Unit.WORKHOUR:
        hours = _Hours(calendar, zone)
        return _left(hours, list(_runs(hours, start, timedelta(hours=amount), stops)), at)
    days = _Days(calendar, unit, zone)
    return _left(days, list(_runs(days, start, amount, stops)), at)


def explain(
    calendar: Calendar,
    start: datetime,
    amount: int,
    unit: Unit | str,
    stops: Iterable[Stop] = (),
    until: date | None = None,
    zone: tzinfo = SHANGHAI,
) -> list[DayLine]:
    """Day by day from the event to the last day of the limit: what counted and why not.

    While a stop lasts there is no last day: the lines then go up to ``until``, or to the day of
    the stop when that is later or nothing is asked for. Exactly ``amount`` lines are counted
    when the limit has an end; of a limit in hours the last ``total`` is all of it.
    """
    stops = list(stops)
    if unit == Unit.WORKHOUR:
        return _explain_hours(_Hours(calendar, zone), start, timedelta(hours=amount), stops, until)
    ruler = _Days(calendar, unit, zone)
    run = _last(ruler, start, amount, stops)
    end = _last_line(run.end, run.stopped, until)
    stopped: dict[date, str] = {}
    for stop in _before(ruler, run.end, stops):
        ends = end if stop.ends_at is None else min(end, ruler.mark(stop.ends_at))
        _cover(stopped, ruler.mark(stop.starts_at) + DAY, ends, stop.ground)
    return calendar.lines(ruler.mark(start), end, amount, unit, stopped)


Mark = TypeVar("Mark", date, datetime)
Amount = TypeVar("Amount", int, timedelta)


class _Ruler(Protocol[Mark, Amount]):
    """What a unit has to know. A mark is the place of an event: its day, or in hours its moment."""

    nothing: Amount

    def mark(self, moment: datetime) -> Mark: ...
    def add(self, mark: Mark, amount: Amount) -> Mark: ...
    def between(self, a: Mark, b: Mark) -> Amount: ...
    def over(self, end: Mark, stop: Mark) -> bool: ...


class _Days:
    """Working or calendar days."""

    nothing = 0

    def __init__(self, calendar: Calendar, unit: Unit | str, zone: tzinfo) -> None:
        self.calendar, self.unit, self.zone = calendar, unit, zone

    def mark(self, moment: datetime) -> date:
        return wall(moment, self.zone).date()

    def add(self, mark: date, amount: int) -> date:
        return self.calendar.due(mark, amount, self.unit)

    def between(self, a: date, b: date) -> int:
        return self.calendar.distance(a, b, self.unit)

    def over(self, end: date, stop: date) -> bool:
        return end < stop


class _Hours:
    """Opening hours."""

    nothing = timedelta(0)

    def __init__(self, calendar: Calendar, zone: tzinfo) -> None:
        self.calendar, self.zone = calendar, zone

    def mark(self, moment: datetime) -> datetime:
        return wall(moment, self.zone)

    def add(self, mark: datetime, amount: timedelta) -> datetime:
        return workhours.add(self.calendar, mark, amount, self.zone)

    def between(self, a: datetime, b: datetime) -> timedelta:
        return workhours.open_between(self.calendar, a, b, self.zone)

    def over(self, end: datetime, stop: datetime) -> bool:
        return end <= stop


class _Run(NamedTuple, Generic[Mark, Amount]):
    """A stretch in which the limit runs, with ``left`` to go at its beginning.

    It is broken off by a stop at ``stopped``, or the limit ends in it at ``end``.
    """

    begins: Mark
    left: Amount
    stopped: Mark | None
    end: Mark | None


def _runs(
    ruler: _Ruler[Mark, Amount], start: datetime, amount: Amount, stops: Iterable[Stop]
) -> Iterator[_Run[Mark, Amount]]:
    """The stretches in which a limit runs. The last has an end, or none when a stop still lasts."""
    begins, left = ruler.mark(start), amount
    end = ruler.add(begins, left)
    for stop in merged(stops):
        since = ruler.mark(stop.starts_at)
        until = None if stop.ends_at is None else ruler.mark(stop.ends_at)
        if until is not None and until <= begins:
            continue
        if ruler.over(end, since):
            break
        stopped = max(begins, since)
        yield _Run(begins, left, stopped, None)
        if until is None:
            return
        # Never less than nothing: 0 days from a day off still end a working day later, and that may be the stop's.
        left = max(ruler.nothing, left - ruler.between(begins, stopped))
        begins = until
        end = ruler.add(begins, left)
    yield _Run(begins, left, None, end)


def _last(ruler: _Ruler[Mark, Amount], start: datetime, amount: Amount, stops: Iterable[Stop]) -> _Run[Mark, Amount]:
    return list(_runs(ruler, start, amount, stops))[-1]


def _left(ruler: _Ruler[Mark, Amount], runs: Sequence[_Run[Mark, Amount]], at: datetime) -> Amount:
    here = ruler.mark(at)
    run = runs[0]
    for later in runs[1:]:
        if later.begins <= here:
            run = later
    if run.stopped is not None:
        here = min(here, run.stopped)
    if run.end is not None and here >= run.end:
        return -ruler.between(run.end, here)
    used = max(ruler.nothing, ruler.between(run.begins, here))
    return max(ruler.nothing, run.left - used)


def _explain_hours(
    ruler: _Hours, start: datetime, amount: timedelta, stops: Sequence[Stop], until: date | None
) -> list[DayLine]:
    """Lines of a limit in hours: whole seconds, rounded down in the running total."""
    runs = list(_runs(ruler, start, amount, stops))
    first = ruler.mark(start).date()
    run = runs[-1]
    end = _last_line(run.end and run.end.date(), run.stopped and run.stopped.date(), until)
    stopped: dict[date, str] = {}
    for stop in _before(ruler, run.end, merged(stops)):
        ends = end if stop.ends_at is None else min(end, ruler.mark(stop.ends_at - MICROSECOND).date())
        _cover(stopped, max(first, ruler.mark(stop.starts_at).date()), ends, stop.ground)
    lines, total = [], 0
    for day in ruler.calendar.days(first, end):
        night = datetime.combine(day + DAY, time.min, tzinfo=ruler.zone)
        before, total = total, (amount - max(ruler.nothing, _left(ruler, runs, night))) // SECOND
        lines.append(ruler.calendar.line(day, stopped=stopped.get(day), seconds=total - before, total=total))
    return lines


def _last_line(end: date | None, stopped: date | None, until: date | None) -> date:
    if end is not None:
        return end
    assert stopped is not None, "a limit without an end has been stopped"
    return max(stopped, until or stopped)


def _before(ruler: _Ruler[Mark, Amount], end: Mark | None, stops: Iterable[Stop]) -> Iterator[Stop]:
    """The stops that began before the limit was over, in order: the others do not touch it."""
    for stop in sorted(stops, key=lambda one: one.starts_at):
        if end is None or not ruler.over(end, ruler.mark(stop.starts_at)):
            yield stop


def _cover(stopped: dict[date, str], first: date, last: date, ground: str) -> None:
    for day in Calendar.days(first, last):
        stopped[day] = _joined(stopped.get(day, ""), ground)


def _joined(first: str, second: str) -> str:
    known = first.split(AND) if first else []
    return AND.join([*known, *(ground for ground in second.split(AND) if ground and ground not in known)])
