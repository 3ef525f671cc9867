"""Moments and stops for the tests of counting."""

from datetime import datetime, time

from deadlines.counting import Stop
from deadlines.workdays import Calendar, DayKind, Special
from deadlines.workhours import SHANGHAI
from tests.factories.deadlines import day


def at(text: str) -> datetime:
    """``at("2025-03-03 10:30")`` in Shanghai; a day alone is nine o'clock."""
    moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    return moment if " " in text else moment.replace(hour=9)


def stop(starts: str, ends: str | None, ground: str = "") -> Stop:
    return Stop(at(starts), at(ends) if ends else None, ground)


def night(text: str) -> datetime:
    """The last microsecond of a day."""
    return datetime.combine(day(text), time.max, tzinfo=SHANGHAI)


def small_calendar(**more: object) -> Calendar:
    """2025 with a long holiday, a make-up Saturday and two half days, all within six weeks of spring."""
    specials = {
        one: Special(DayKind.HOLIDAY, "Labour Day") for one in Calendar.days(day("2025-05-01"), day("2025-05-05"))
    }
    specials[day("2025-04-26")] = Special(DayKind.MAKEUP, "Labour Day")
    specials[day("2025-04-24")] = Special(DayKind.LOCAL_HALF_DAY, closed="morning")
    specials[day("2025-05-08")] = Special(DayKind.LOCAL_HALF_DAY, closed="afternoon")
    specials[day("2025-05-14")] = Special(DayKind.LOCAL_DAY_OFF)
    return Calendar(first_year=2025, last_year=2025, published=[2025], specials=specials, **more)
