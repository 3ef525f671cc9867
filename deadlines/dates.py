"""From a budget to the moments of a clock. Every date of a clock is computed here and nowhere else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from common.time import end_of_day, start_of_day
from deadlines import counting, workhours
from deadlines.counting import Stop
from deadlines.rungs import Limits, Step, rung_times
from deadlines.workdays import Calendar, Unit


@dataclass(frozen=True, slots=True)
class Budget:
    """What was promised and what the law gives, and what is not counted.

    Amounts are in ``unit``, ``warn`` in working days (of a limit in hours, in working hours).
    ``stops`` are merged and in order; only the last may be open, and then ``resumes_at`` is its
    planned end and ``stop_ordinal`` its number.
    """

    starts_at: datetime
    unit: str
    promised: int
    lawful: int | None
    warn: int
    extended: int = 0
    stops: tuple[Stop, ...] = ()
    resumes_at: datetime | None = None
    stop_ordinal: int = 0

    @property
    def stopped_at(self) -> datetime | None:
        """Since when the clock stands still, if it does."""
        return self.stops[-1].starts_at if self.stops and self.stops[-1].ends_at is None else None

    @property
    def forecast_stops(self) -> tuple[Stop, ...]:
        """The stops with an open one ending as planned."""
        if self.stopped_at is None:
            return self.stops
        planned = max(self.resumes_at or self.stopped_at, self.stopped_at)
        return (*self.stops[:-1], replace(self.stops[-1], ends_at=planned))


@dataclass(frozen=True, slots=True)
class Moments:
    """All dates of a clock that follow from its budget and a calendar."""

    warn_at: datetime
    due_at: datetime
    lawful_due_at: datetime | None
    stopped_at: datetime | None
    resumes_at: datetime | None
    rung_codes: list[str]
    rung_at: list[datetime]
    provisional: bool
    calendar_version: int


def budget(
    *,
    starts_at: datetime,
    unit: str,
    promised: int,
    lawful: int | None,
    warn: int,
    extended: int = 0,
    stops: Sequence[Stop] = (),
    resumes_at: datetime | None = None,
    stop_ordinal: int = 0,
) -> Budget:
    """A budget in its plain form: of a limit in days only the day of the event matters, so that
    clocks that began on one day share their count."""
    here = timezone.localtime(starts_at)
    if unit != Unit.WORKHOUR:
        here = start_of_day(here.date())
    merged = tuple(counting.merged(stops))
    return Budget(here, str(unit), promised, lawful, warn, extended, merged, resumes_at, stop_ordinal)


def limits_of(budget: Budget, calendar: Calendar) -> Limits:
    """Ends of both limits, and the moment at which the light turns yellow."""
    due_at = _end(budget, budget.promised, calendar)
    return Limits(
        warn_at=_warn_at(budget, due_at, calendar),
        due_at=due_at,
        lawful_at=None if budget.lawful is None else _end(budget, budget.lawful, calendar),
        stop_at=None if budget.stopped_at is None else budget.forecast_stops[-1].ends_at,
        stop_ordinal=budget.stop_ordinal,
    )


def _end(budget: Budget, amount: int, calendar: Calendar) -> datetime:
    end = counting.end_of(calendar, budget.starts_at, amount + budget.extended, budget.unit, budget.forecast_stops)
    assert end is not None  # a forecast has no open stop
    return end


def _warn_at(budget: Budget, due_at: datetime, calendar: Calendar) -> datetime:
    """``warn`` working days before the due day begins, yet never the day of the event itself as long
    as there is a later one: a one-day duty would otherwise be born with a reminder.

    Of a limit in hours: ``warn`` working hours before its end, at most half of them.
    """
    if budget.unit == Unit.WORKHOUR:
        whole = timedelta(hours=budget.promised + budget.extended)
        return workhours.add(calendar, due_at, -min(timedelta(hours=budget.warn), whole / 2))
    due_on = timezone.localtime(due_at).date()
    starts_on = budget.starts_at.date()
    warn_on = calendar.add(due_on, -budget.warn) if budget.warn else due_on
    if warn_on <= starts_on:
        warn_on = min(calendar.add(starts_on, 1), due_on)
    return start_of_day(warn_on)


def moments_of(budget: Budget, steps: Iterable[Step], calendar: Calendar) -> Moments:
    """Every moment of a clock; raises UnknownYearError where the calendar does not reach."""
    limits = limits_of(budget, calendar)
    rungs = rung_times(steps, limits, calendar)
    last = max(limits.due_at, limits.lawful_at or limits.due_at)
    return Moments(
        warn_at=limits.warn_at,
        due_at=limits.due_at,
        lawful_due_at=limits.lawful_at,
        stopped_at=budget.stopped_at,
        resumes_at=limits.stop_at,
        rung_codes=[code for code, _moment in rungs],
        rung_at=[moment for _code, moment in rungs],
        provisional=calendar.is_provisional(budget.starts_at.date(), timezone.localtime(last).date()),
        calendar_version=calendar.version,
    )


def planned_end(calendar: Calendar, starts_at: datetime, planned_days: int) -> datetime:
    """End of a stop that is planned to take so many working days."""
    return end_of_day(calendar.add(timezone.localtime(starts_at).date(), planned_days))
