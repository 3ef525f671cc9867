"""A year of the calendar, laid out in months and weeks for the page."""

import calendar as gregorian
from dataclasses import dataclass
from datetime import date

from django.utils.dates import WEEKDAYS

from deadlines.labels import closed_label, kind_label, name_label
from deadlines.timetable import Timetable
from deadlines.workdays import Calendar, DayKind


@dataclass(frozen=True, slots=True)
class DayCell:
    day: date
    kind: DayKind
    label: str
    is_today: bool

    @property
    def half(self) -> bool:
        return self.kind == DayKind.LOCAL_HALF_DAY

    @property
    def special(self) -> bool:
        """Not what its weekday says: shown with a mark, not by colour alone."""
        return self.kind not in (DayKind.WORKDAY, DayKind.WEEKEND)


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: list[list[DayCell | None]]
    workdays: int


def year_months(calendar: Calendar, year: int, today: date) -> list[Month]:
    """Twelve months of weeks from Monday to Sunday; cells outside the month are None."""
    return [_month(calendar, year, month, today) for month in range(1, 13)]


def _month(calendar: Calendar, year: int, month: int, today: date) -> Month:
    weeks: list[list[DayCell | None]] = [
        [_cell(calendar, date(year, month, number), today) if number else None for number in week]
        for week in gregorian.Calendar(firstweekday=0).monthdayscalendar(year, month)
    ]
    cells = [cell for week in weeks for cell in week if cell]
    return Month(date(year, month, 1), weeks, sum(cell.kind.works for cell in cells))


def _cell(calendar: Calendar, day: date, today: date) -> DayCell:
    kind = calendar.kind(day)
    special = calendar.specials.get(day)
    words = closed_label(special.closed) if special and special.closed else kind_label(kind)
    label = " · ".join(filter(None, [words, name_label(calendar.name(day))]))
    return DayCell(day, kind, label, day == today)


def weekday_periods(hours: Timetable) -> list[tuple[str, str]]:
    """Name and opening hours of each weekday from Monday, "" for one without."""
    return [
        (str(label), ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours.periods.get(weekday, ())))
        for weekday, label in WEEKDAYS.items()
    ]
