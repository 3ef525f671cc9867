"""The State Council's published schedules, read once from the package chinesecalendar."""

from datetime import date
from functools import cache

import chinese_calendar
from chinese_calendar.constants import holidays, workdays
from django.utils.translation import gettext_noop

from deadlines.workdays import DayKind, Special

SOURCE = "国务院办公厅关于部分节假日安排的通知 (chinesecalendar)"

# Days on which the package differs from the notice it is made from (docs/calendars.md says how each was decided).
CORRECTIONS = {
    date(2005, 12, 31): Special(DayKind.MAKEUP, "New Year's Day", "国办发明电〔2005〕35号"),
}

NEW_YEAR = "New Year's Day"
# Named here so that the catalogues hold them; the package gives the English names.
HOLIDAY_NAMES = (
    gettext_noop("New Year's Day"),
    gettext_noop("Spring Festival"),
    gettext_noop("Tomb-sweeping Day"),
    gettext_noop("Labour Day"),
    gettext_noop("Dragon Boat Festival"),
    gettext_noop("National Day"),
    gettext_noop("Mid-autumn Festival"),
    gettext_noop("Anti-Fascist 70th Day"),
)


@cache
def published_years() -> tuple[int, ...]:
    """Years whose schedule the installed package carries."""
    days = list(holidays)
    return tuple(range(min(days).year, max(days).year + 1))


@cache
def published_specials() -> dict[date, Special]:
    """Holidays on weekdays and make-up Saturdays and Sundays: what differs from the plain week.

    A holiday that falls on a weekend is kept too, for its name.
    """
    known = frozenset(published_years())
    found = {day: Special(DayKind.HOLIDAY, str(name), SOURCE) for day, name in holidays.items() if day.year in known}
    found.update(
        {day: Special(DayKind.MAKEUP, str(name), SOURCE) for day, name in workdays.items() if day.year in known}
    )
    return found | CORRECTIONS


def notice_year(day: date, special: Special) -> int:
    """Whose year's notice names ``day``: New Year's may reach back into the last days of the year before."""
    return day.year + (day.month == 12 and special.name == NEW_YEAR)


@cache
def fingerprint() -> str:
    """Changes when a newer package brings other days or years."""
    return f"{chinese_calendar.__version__}:{published_years()[-1]}:{len(published_specials())}"
