"""The month, quarter or year that a figure is about."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.time import start_of_day

LABELS: dict[str, Any] = {"month": _("This month"), "quarter": _("This quarter"), "year": _("This year")}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment of ``first`` to before ``after``, Asia/Shanghai."""

    code: str
    first: date
    after: date

    @property
    def label(self) -> str:
        return str(LABELS[self.code])

    @property
    def span(self) -> tuple[datetime, datetime]:
        return start_of_day(self.first), start_of_day(self.after)


def month_after(day: date, months: int = 1) -> date:
    """First day of the month ``months`` after the month of ``day``; negative looks back."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def period(code: str, day: date) -> Period:
    """The period called ``code`` that ``day`` lies in; a month for any unknown code."""
    if code == "year":
        return Period("year", date(day.year, 1, 1), date(day.year + 1, 1, 1))
    if code == "quarter":
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        return Period("quarter", first, month_after(first, 3))
    first = day.replace(day=1)
    return Period("month", first, month_after(first))
