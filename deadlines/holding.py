"""Who held a case on which working days. Pure, like ``workdays``.

A day belongs to whoever held the case when it began. The day on which something comes is not
counted to the one it comes to, the day on which it goes is: the same rule as for limits and
stops (民法典 art. 201), so that the days of all add up to the days of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from deadlines.workdays import Calendar
from deadlines.workhours import SHANGHAI, wall


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which ``holder`` held it; ``ends_at`` None: still does. ValueError when it ends before it begins."""

    starts_at: datetime
    ends_at: datetime | None
    category: str
    holder: str

    def __post_init__(self) -> None:
        if self.ends_at is not None and self.ends_at < self.starts_at:
            raise ValueError("a span ends before it begins")


@dataclass(frozen=True, slots=True)
class HeldDay:
    """A working day, the category it is put down to and, in order, who held it there."""

    day: date
    category: str
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """The days one by one, and working days net per category and per holder.

    Categories add up to all days. Holders need not: a day that two departments held in parallel
    is a day of each, and a day that nobody held (category "") is nobody's.
    """

    days: list[HeldDay]
    by_category: dict[str, int]
    by_holder: dict[str, int]


def split(
    calendar: Calendar,
    spans: Iterable[Span],
    start: datetime,
    end: datetime,
    precedence: Sequence[str],
    zone: tzinfo = SHANGHAI,
) -> Holding:
    """Put every working day after the day of ``start``, up to that of ``end``, down to a category.

    Where spans overlap the category that comes first in ``precedence`` has the day, with all its
    holders; categories not named there come after, in the order of the spans. Days that no span
    covers go to "". Stops go in as spans of a category of their own. The days of all categories
    together are ``calendar.count`` of the two days. Raises UnknownYearError where the calendar
    does not reach.
    """
    first, last = wall(start, zone).date(), wall(end, zone).date()
    spans = list(spans)
    order = {name: place for place, name in reversed(list(enumerate([*precedence, *(one.category for one in spans)])))}
    days = calendar.workdays(first, last)
    held: list[HeldDay | None] = [None] * len(days)
    for span in sorted(spans, key=lambda one: order[one.category]):
        since = min(max(wall(span.starts_at, zone).date(), first), last)
        until = last if span.ends_at is None else min(max(wall(span.ends_at, zone).date(), first), last)
        for index in range(calendar.count(first, since), calendar.count(first, until)):
            held[index] = _with(held[index], days[index], span)
    filled = [found or HeldDay(day, "", ()) for found, day in zip(held, days, strict=True)]
    return Holding(
        filled,
        dict(Counter(one.category for one in filled)),
        dict(Counter(holder for one in filled for holder in one.holders)),
    )


def _with(known: HeldDay | None, day: date, span: Span) -> HeldDay:
    """The day after ``span`` has been looked at; those of an earlier category were looked at before."""
    if known is None:
        return HeldDay(day, span.category, (span.holder,))
    if known.category != span.category or span.holder in known.holders:
        return known
    return HeldDay(day, known.category, (*known.holders, span.holder))
