"""From a budget of days to the moments of a clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from common.time import end_of_day, start_of_day
from deadlines.rungs import Limits, Step, rung_times
from deadlines.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Budget:
    """What was promised and what the law gives, counted from a day."""

    starts_on: date
    unit: str
    promised_days: int
    lawful_days: int | None
    warn_days: int


@dataclass(frozen=True, slots=True)
class Moments:
    """All dates of a clock that follow from its budget and a calendar."""

    warn_at: datetime
    due_at: datetime
    lawful_due_at: datetime | None
    rung_codes: list[str]
    rung_at: list[datetime]
    provisional: bool
    calendar_version: int


def limits_of(budget: Budget, calendar: Calendar) -> Limits:
    """Last days of both limits, and the day on which the light turns yellow.

    That is ``warn_days`` working days before the due day, yet never the day of the event itself
    as long as there is a later one: a one-day duty would otherwise be born with a reminder.
    """
    due_on = calendar.due(budget.starts_on, budget.promised_days, budget.unit)
    lawful_on = None
    if budget.lawful_days is not None:
        lawful_on = calendar.due(budget.starts_on, budget.lawful_days, budget.unit)
    warn_on = calendar.add(due_on, -budget.warn_days) if budget.warn_days else due_on
    if warn_on <= budget.starts_on:
        warn_on = min(calendar.add(budget.starts_on, 1), due_on)
    return Limits(warn_on, due_on, lawful_on)


def moments_of(budget: Budget, steps: Iterable[Step], calendar: Calendar) -> Moments:
    """Every moment of a clock; raises UnknownYearError where the calendar does not reach."""
    limits = limits_of(budget, calendar)
    rungs = rung_times(steps, limits, calendar)
    last = max(limits.due_on, limits.lawful_on or limits.due_on)
    return Moments(
        warn_at=start_of_day(limits.warn_on),
        due_at=end_of_day(limits.due_on),
        lawful_due_at=end_of_day(limits.lawful_on) if limits.lawful_on else None,
        rung_codes=[code for code, _moment in rungs],
        rung_at=[moment for _code, moment in rungs],
        provisional=calendar.is_provisional(budget.starts_on, last),
        calendar_version=calendar.version,
    )
