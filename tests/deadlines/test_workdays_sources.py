"""Every day of 2004–2026 against two packages that others keep; docs/calendars.md decides where they differ."""

from collections.abc import Callable
from datetime import date

import chinese_calendar
import holidays

from deadlines import calendars
from deadlines.workdays import Calendar, DayKind

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
PUBLISHED = calendars.published_only()
COUNTRY = holidays.country_holidays("CN", years=range(FIRST.year, LAST.year + 2))


def differing(works: Callable[[date], bool]) -> dict[date, bool]:
    """Days on which somebody else's answer is not ours, with theirs."""
    days = Calendar.days(FIRST, LAST)
    return {one: works(one) for one in days if works(one) != PUBLISHED.is_workday(one)}


def test_every_day_against_chinesecalendar() -> None:
    # 国办发明电〔2005〕35号: Saturday 31 December 2005 is worked for Tuesday 3 January 2006.
    assert differing(chinese_calendar.is_workday) == {date(2005, 12, 31): False}


def test_every_day_against_holidays() -> None:
    assert differing(COUNTRY.is_working_day) == {}


def test_the_corrected_day_is_a_make_up_day_of_new_year() -> None:
    one = date(2005, 12, 31)
    assert (PUBLISHED.kind(one), PUBLISHED.name(one)) == (DayKind.MAKEUP, "New Year's Day")
    assert PUBLISHED.specials[one].source == "国办发明电〔2005〕35号"
    assert PUBLISHED.add(date(2005, 12, 30), 1) == one
