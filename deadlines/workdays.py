"""Counting days as the law counts them. Pure: no database, no settings, no clock.

Working days are Monday to Friday without statutory holidays and with make-up Saturdays and
Sundays (行政许可法 art. 82). The day of the event is not counted; the last day counts in full
(民法典 art. 201, 203). One sorted table of working days and, for each day, how many lie up to
it: every question is a look-up or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a limit counts. 行政许可法 counts working days; 环评法 art. 22, for one, calendar days."""

    WORKDAY = "workday"
    CALENDAR = "calendar"


class DayKind(StrEnum):
    WORKDAY = "workday"
    MAKEUP = "makeup"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    LOCAL_WORKDAY = "local_workday"
    LOCAL_DAY_OFF = "local_day_off"

    @property
    def works(self) -> bool:
        return self in (DayKind.WORKDAY, DayKind.MAKEUP, DayKind.LOCAL_WORKDAY)


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not what its weekday says."""

    kind: DayKind
    name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One line of "why this date?". ``number`` is the running count, None for a day that is not counted."""

    day: date
    kind: DayKind
    number: int | None
    name: str
    provisional: bool

    @property
    def counted(self) -> bool:
        return self.number is not None


class UnknownYearError(ValueError):
    """A day outside the years that this calendar reaches."""

    def __init__(self, year: int, first: int, last: int) -> None:
        super().__init__(f"no calendar for the year {year}: it reaches from {first} to {last}")
        self.year, self.first, self.last = year, first, last


class Calendar:
    """Working days from ``first_year`` to ``last_year``.

    ``published`` are the years whose schedule is known. In the others every Monday to Friday
    counts, and whatever touches them is provisional: ask ``is_provisional``.
    """

    def __init__(
        self,
        *,
        first_year: int,
        last_year: int,
        published: Iterable[int],
        specials: Mapping[date, Special],
        version: int = 0,
    ) -> None:
        self.first_year, self.last_year, self.version = first_year, last_year, version
        self.published = frozenset(published)
        self.specials = dict(specials)
        start, stop = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()
        self._base = start
        self._days: list[date] = []
        # _rank[i]: how many working days lie on or before the i-th day of the table.
        self._rank: list[int] = []
        for ordinal in range(start, stop + 1):
            day = date.fromordinal(ordinal)
            special = self.specials.get(day)
            if special.kind.works if special else day.weekday() < 5:
                self._days.append(day)
            self._rank.append(len(self._days))

    def _rank_of(self, day: date) -> int:
        position = day.toordinal() - self._base
        if position < 0:
            raise UnknownYearError(day.year, self.first_year, self.last_year)
        try:
            return self._rank[position]
        except IndexError:
            raise UnknownYearError(day.year, self.first_year, self.last_year) from None

    def _nth(self, index: int) -> date:
        if index < 0:
            raise UnknownYearError(self.first_year - 1, self.first_year, self.last_year)
        try:
            return self._days[index]
        except IndexError:
            raise UnknownYearError(self.last_year + 1, self.first_year, self.last_year) from None

    def is_published(self, year: int) -> bool:
        return year in self.published

    def is_provisional(self, start: date, end: date) -> bool:
        """Does the stretch between two days touch a year without a published schedule?"""
        low, high = (start, end) if start <= end else (end, start)
        return any(year not in self.published for year in range(low.year, high.year + 1))

    def is_workday(self, day: date) -> bool:
        special = self.specials.get(day)
        self._rank_of(day)
        return special.kind.works if special else day.weekday() < 5

    def kind(self, day: date) -> DayKind:
        self._rank_of(day)
        special = self.specials.get(day)
        if special:
            return special.kind
        return DayKind.WORKDAY if day.weekday() < 5 else DayKind.WEEKEND

    def name(self, day: date) -> str:
        special = self.specials.get(day)
        return special.name if special else ""

    def next_workday(self, day: date) -> date:
        """``day`` itself when it is a working day, otherwise the next one."""
        before = self._rank_of(day) - 1
        if before >= 0 and self._days[before] == day:
            return day
        return self._nth(before + 1)

    def previous_workday(self, day: date) -> date:
        """The last working day strictly before ``day``."""
        return self.add(day, -1)

    def add(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``; ``day`` itself is never counted.

        0 gives ``day``, or the next working day when ``day`` is off. Negative ``n`` counts back.
        Raises UnknownYearError where the calendar does not reach.
        """
        rank = self._rank_of(day)
        if n > 0:
            return self._nth(rank + n - 1)
        if n == 0:
            return self.next_workday(day)
        # Working days strictly before ``day`` are those up to it, without itself.
        before = rank - (rank > 0 and self._days[rank - 1] == day)
        return self._nth(before + n)

    def count(self, a: date, b: date) -> int:
        """Working days after ``a`` up to and including ``b``; negative when ``b`` lies before ``a``."""
        return self._rank_of(b) - self._rank_of(a)

    def due(self, day: date, n: int, unit: Unit | str) -> date:
        """The last day of a limit of ``n`` units that begins with an event on ``day``.

        A limit in calendar days may end on a day off: it binds the authority, so it is not
        stretched in the authority's favour.
        """
        if unit == Unit.CALENDAR:
            end = day + n * DAY
            self._rank_of(end)
            return end
        return self.add(day, n)

    def distance(self, a: date, b: date, unit: Unit | str) -> int:
        """Units after ``a`` up to and including ``b``."""
        return (b - a).days if unit == Unit.CALENDAR else self.count(a, b)

    def explain(self, day: date, n: int, unit: Unit | str = Unit.WORKDAY) -> list[DayLine]:
        """Day by day from the event to the end of the limit: what counted and why not."""
        end = self.due(day, n, unit)
        lines = [self._line(day, None)]
        number = 0
        for current in self.days(day + DAY, end):
            counts = unit == Unit.CALENDAR or self.is_workday(current)
            number += counts
            lines.append(self._line(current, number if counts else None))
        return lines

    def _line(self, day: date, number: int | None) -> DayLine:
        return DayLine(day, self.kind(day), number, self.name(day), not self.is_published(day.year))

    @staticmethod
    def days(start: date, end: date) -> Iterator[date]:
        """Every day from ``start`` to ``end``, both included."""
        for ordinal in range(start.toordinal(), end.toordinal() + 1):
            yield date.fromordinal(ordinal)
