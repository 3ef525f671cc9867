"""A year of the calendar, laid out in months and weeks for the page."""

import calendar as gregorian
from dataclasses import dataclass
from datetime import date

from deadlines.labels import kind_label, name_label
from deadlines.workdays import Calendar, DayKind


@dataclass(frozen=True, slots=True)
class DayCell:
    day: date
    kind: DayKind
    label: str
    is_today: bool

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
    label = " · ".join(filter(None, [kind_label(kind), name_label(calendar.name(day))]))
    return DayCell(day, kind, label, day == today)
