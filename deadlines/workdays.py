"""Counting days as the law counts them. Pure: no database, no settings, no clock.

Working days are Monday to Friday without statutory holidays and with make-up Saturdays and
Sundays (行政许可法 art. 82). The day of the event is not counted; the last day counts in full
(民法典 art. 201, 203). One sorted table of working days and, for each day, how many lie up to
it: every question is a look-up or two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cached_property

from deadlines.timetable import MICROSECONDS, OFFICE_HOURS, OpenTime, Period, Stretch, Timetable

DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a limit counts. 行政许可法 counts working days; 环评法 art. 22, for one, calendar days.

    Hours are opening hours of working days; ``counting`` and ``workhours`` count them.
    """

    WORKDAY = "workday"
    CALENDAR = "calendar"
    WORKHOUR = "workhour"


class DayKind(StrEnum):
    WORKDAY = "workday"
    MAKEUP = "makeup"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    LOCAL_WORKDAY = "local_workday"
    LOCAL_DAY_OFF = "local_day_off"
    LOCAL_HALF_DAY = "local_half_day"

    @property
    def works(self) -> bool:
        """Does the day count in limits of days? Half a day does: the authority is open on it.

        Only the hours of a half day are fewer.
        """
        return self not in (DayKind.WEEKEND, DayKind.HOLIDAY, DayKind.LOCAL_DAY_OFF)


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not what its weekday says.

    ``closed`` is "morning" or "afternoon" on a half day and empty on every other; ValueError otherwise.
    """

    kind: DayKind
    name: str = ""
    source: str = ""
    closed: str = ""

    def __post_init__(self) -> None:
        allowed = ("morning", "afternoon") if self.kind == DayKind.LOCAL_HALF_DAY else ("",)
        if self.closed not in allowed:
            raise ValueError(
                f"a day of the kind {self.kind} cannot be closed in the {self.closed or 'half of nothing'}"
            )


@dataclass(frozen=True, slots=True)
class DayLine:
    """One line of "why this date?".

    ``number`` is the running count of days, None for a day that is not counted and for hours.
    ``stopped`` is the ground of the stop that takes the day out ("" when it has none), None
    where nothing is stopped. For limits in hours ``seconds`` is what this day counted and
    ``total`` what has been counted up to its end.
    """

    day: date
    kind: DayKind
    number: int | None
    name: str
    provisional: bool
    stopped: str | None = None
    seconds: int | None = None
    total: int | None = None

    @property
    def counted(self) -> bool:
        return self.number is not None or bool(self.seconds)


class UnknownYearError(ValueError):
    """A day outside the years that this calendar reaches."""

    def __init__(self, year: int, first: int, last: int) -> None:
        super().__init__(f"no calendar for the year {year}: it reaches from {first} to {last}")
        self.year, self.first, self.last = year, first, last


class Calendar:
    """Working days from ``first_year`` to ``last_year``.

    ``published`` are the years whose schedule is known. In the others every Monday to Friday
    counts, and whatever touches them is provisional: ask ``is_provisional``. ``hours`` are the
    opening hours of a week, those of an ordinary office when nobody says otherwise.
    """

    def __init__(
        self,
        *,
        first_year: int,
        last_year: int,
        published: Iterable[int],
        specials: Mapping[date, Special],
        version: int = 0,
        hours: Timetable = OFFICE_HOURS,
    ) -> None:
        self.first_year, self.last_year, self.version = first_year, last_year, version
        self.hours = hours
        self.published = frozenset(published)
        self.specials = dict(specials)
        start, stop = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()
        self.base = start
        # The n-th working day stands at place n; place 0 is never read.
        self._days: list[date] = [date.min]
        # _rank[i]: how many working days lie on or before the i-th day of the table.
        self._rank: list[int] = []
        for ordinal in range(start, stop + 1):
            day = date.fromordinal(ordinal)
            special = self.specials.get(day)
            if special.kind.works if special else day.weekday() < 5:
                self._days.append(day)
            self._rank.append(len(self._days) - 1)

    def _rank_of(self, day: date) -> int:
        position = day.toordinal() - self.base
        if position < 0 or position >= len(self._rank):
            raise UnknownYearError(day.year, self.first_year, self.last_year)
        return self._rank[position]

    def _nth(self, place: int) -> date:
        if place < 1:
            raise self.too_early()
        try:
            return self._days[place]
        except IndexError:
            raise self.too_late() from None

    def too_early(self) -> UnknownYearError:
        """The refusal of a count that leads back beyond the first day."""
        return UnknownYearError(self.first_year - 1, self.first_year, self.last_year)

    def too_late(self) -> UnknownYearError:
        """The refusal of a count that leads beyond the last day."""
        return UnknownYearError(self.last_year + 1, self.first_year, self.last_year)

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
        rank = self._rank_of(day)
        return day if rank and self._days[rank] == day else self._nth(rank + 1)

    def previous_workday(self, day: date) -> date:
        """The last working day strictly before ``day``."""
        return self.add(day, -1)

    def add(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``; ``day`` itself is never counted.

        0 gives ``day``, or the next working day when ``day`` is off. Negative ``n`` counts back.
        Raises UnknownYearError where the calendar does not reach.
        """
        if n > 0:
            # The one question asked in bulk: two look-ups in a row. What falls out of the tables goes the long way.
            position = day.toordinal() - self.base
            try:
                if position >= 0:
                    return self._days[self._rank[position] + n]
            except IndexError:
                pass
            return self._nth(self._rank_of(day) + n)
        if n == 0:
            return self.next_workday(day)
        rank = self._rank_of(day)
        # Working days strictly before ``day`` are those up to it, without itself.
        before = rank - (rank > 0 and self._days[rank] == day)
        return self._nth(before + n + 1)

    def count(self, a: date, b: date) -> int:
        """Working days after ``a`` up to and including ``b``; negative when ``b`` lies before ``a``."""
        return self._rank_of(b) - self._rank_of(a)

    def workdays(self, a: date, b: date) -> list[date]:
        """The days that ``count`` counts, in order; none when ``b`` lies before ``a``."""
        return self._days[self._rank_of(a) + 1 : self._rank_of(b) + 1]

    def due(self, day: date, n: int, unit: Unit | str) -> date:
        """The last day of a limit of ``n`` units that begins with an event on ``day``.

        A limit in calendar days may end on a day off: it binds the authority, so it is not
        stretched in the authority's favour. Hours have no day: ValueError (see ``counting``).
        """
        if unit == Unit.WORKDAY:
            return self.add(day, n)
        _refuse_hours(unit)
        end = day + n * DAY
        self._rank_of(end)
        return end

    def distance(self, a: date, b: date, unit: Unit | str) -> int:
        """Units after ``a`` up to and including ``b``; ValueError for hours."""
        if unit == Unit.WORKDAY:
            return self.count(a, b)
        _refuse_hours(unit)
        return (b - a).days

    def explain(self, day: date, n: int, unit: Unit | str = Unit.WORKDAY) -> list[DayLine]:
        """Day by day from the event to the end of the limit: what counted and why not."""
        return self.lines(day, self.due(day, n, unit), n, unit, {})

    def lines(self, day: date, end: date, n: int, unit: Unit | str, stopped: Mapping[date, str]) -> list[DayLine]:
        """Lines from the event on ``day`` to ``end``, counting up to ``n`` days that are not ``stopped``."""
        lines = [self.line(day, stopped=stopped.get(day))]
        number = 0
        for current in self.days(day + DAY, end):
            ground = stopped.get(current)
            counts = number < n and ground is None and (unit == Unit.CALENDAR or self.is_workday(current))
            number += counts
            lines.append(self.line(current, number if counts else None, stopped=ground))
        return lines

    def line(
        self,
        day: date,
        number: int | None = None,
        *,
        stopped: str | None = None,
        seconds: int | None = None,
        total: int | None = None,
    ) -> DayLine:
        """A line of an explanation with what the calendar knows of ``day``."""
        provisional = not self.is_published(day.year)
        return DayLine(day, self.kind(day), number, self.name(day), provisional, stopped, seconds, total)

    @cached_property
    def open_time(self) -> OpenTime:
        """The ruler for hours, over all days of the calendar; built when first asked for."""
        first = date(self.first_year, 1, 1)
        return OpenTime([self._stretches(first + index * DAY) for index in range(len(self._rank))])

    def opening(self, day: date) -> tuple[Period, ...]:
        """Opening and closing times of ``day``; none when it is off."""
        self._rank_of(day)
        return tuple((_time(start), _time(end)) for start, end in self._stretches(day))

    def _stretches(self, day: date) -> tuple[Stretch, ...]:
        if not self.is_workday(day):
            return ()
        special = self.specials.get(day)
        return self.hours.stretches(day.weekday(), special.closed if special else "")

    @staticmethod
    def days(start: date, end: date) -> Iterator[date]:
        """Every day from ``start`` to ``end``, both included."""
        for ordinal in range(start.toordinal(), end.toordinal() + 1):
            yield date.fromordinal(ordinal)


def _refuse_hours(unit: Unit | str) -> None:
    if unit != Unit.CALENDAR:
        raise ValueError(f"{unit} does not count days")


def _time(microseconds: int) -> time:
    seconds, rest = divmod(microseconds, MICROSECONDS)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest)
