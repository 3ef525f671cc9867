"""Opening hours: known moments, and a slow model that asks minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines import workhours
from deadlines.timetable import OFFICE_HOURS, Timetable
from deadlines.workdays import Calendar, UnknownYearError
from tests.deadlines.moments import at, small_calendar
from tests.factories.deadlines import day

CALENDAR = small_calendar()
MINUTE = timedelta(minutes=1)
FIRST = at("2025-04-17 00:00")
MOMENTS = st.integers(min_value=0, max_value=30 * 24 * 60).map(lambda minutes: FIRST + minutes * MINUTE)
EXACT = st.integers(min_value=0, max_value=30 * 24 * 3600 * 10**6).map(
    lambda rest: FIRST + timedelta(microseconds=rest)
)


@cache
def slow_open(moment: datetime) -> bool:
    """Is somebody there in the minute that begins now? Written without the table's help."""
    if not CALENDAR.is_workday(moment.date()):
        return False
    minute = moment.hour * 60 + moment.minute
    morning, afternoon = 510 <= minute < 720, 810 <= minute < 1050
    return {"2025-04-24": afternoon, "2025-05-08": morning}.get(str(moment.date()), morning or afternoon)


@given(start=MOMENTS, minutes=st.integers(min_value=1, max_value=30 * 60))
def test_adding_agrees_with_waiting_minute_by_minute(start: datetime, minutes: int) -> None:
    current, waited = start, 0
    while waited < minutes:
        waited += slow_open(current)
        current += MINUTE
    assert workhours.add(CALENDAR, start, minutes * MINUTE) == current


@given(start=MOMENTS)
def test_nothing_is_the_moment_itself_or_the_next_opening(start: datetime) -> None:
    current = start
    while not slow_open(current):
        current += MINUTE
    assert workhours.add(CALENDAR, start, timedelta(0)) == current


@given(start=MOMENTS, minutes=st.integers(min_value=1, max_value=20 * 60))
def test_counting_back_agrees_with_walking_back(start: datetime, minutes: int) -> None:
    current, waited = start, 0
    while waited < minutes:
        current -= MINUTE
        waited += slow_open(current)
    assert workhours.add(CALENDAR, start, -minutes * MINUTE) == current


@given(start=EXACT, microseconds=st.integers(min_value=1, max_value=60 * 3600 * 10**6))
def test_open_time_undoes_adding_to_the_microsecond(start: datetime, microseconds: int) -> None:
    hours = timedelta(microseconds=microseconds)
    end = workhours.add(CALENDAR, start, hours)
    assert workhours.open_between(CALENDAR, start, end) == hours
    assert workhours.open_between(CALENDAR, start, end - timedelta(microseconds=1)) < hours
    assert workhours.open_between(CALENDAR, end, start) == -hours


@given(a=EXACT, b=EXACT, c=EXACT)
def test_open_times_of_neighbouring_stretches_add_up(a: datetime, b: datetime, c: datetime) -> None:
    between = workhours.open_between
    assert between(CALENDAR, a, b) + between(CALENDAR, b, c) == between(CALENDAR, a, c)


@given(moment=MOMENTS)
def test_open_or_closed(moment: datetime) -> None:
    assert workhours.is_open(CALENDAR, moment) == slow_open(moment)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2025-04-21 10:00", 1, "2025-04-21 11:00"),
        # Over lunch, and a limit that is used up with the closing ends there.
        ("2025-04-21 11:00", 2, "2025-04-21 14:30"),
        ("2025-04-21 08:30", 7.5, "2025-04-21 17:30"),
        ("2025-04-21 08:30", 8, "2025-04-22 09:00"),
        # Sent at night: the hours begin with the opening.
        ("2025-04-21 23:00", 1, "2025-04-22 09:30"),
        ("2025-04-21 17:30", 0, "2025-04-22 08:30"),
        # Closed in the morning, closed in the afternoon.
        ("2025-04-24 08:00", 1, "2025-04-24 14:30"),
        ("2025-05-08 11:00", 2, "2025-05-09 09:30"),
        # Friday, the make-up Saturday, and over Labour Day.
        ("2025-04-25 17:00", 1, "2025-04-26 09:00"),
        ("2025-04-30 17:00", 1, "2025-05-06 09:00"),
        # Backwards one lands where the doors are open.
        ("2025-04-21 17:30", -4, "2025-04-21 13:30"),
        ("2025-04-22 08:30", -7.5, "2025-04-21 08:30"),
    ],
)
def test_known_moments(start: str, hours: float, end: str) -> None:
    assert workhours.add(CALENDAR, at(start), timedelta(hours=hours)) == at(end)


def test_moments_of_other_zones_are_read_on_the_wall_of_the_hall() -> None:
    assert workhours.add(CALENDAR, datetime(2025, 4, 21, 2, tzinfo=UTC), timedelta(hours=1)) == at("2025-04-21 11:00")
    tokyo = ZoneInfo("Asia/Tokyo")
    end = workhours.add(CALENDAR, at("2025-04-21 09:00"), timedelta(hours=1), zone=tokyo)
    assert (end, end.tzinfo) == (datetime(2025, 4, 21, 11, tzinfo=tokyo), tokyo)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        workhours.add(CALENDAR, datetime(2025, 4, 21, 10), timedelta(hours=1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "hours"),
    [("2024-12-31 10:00", 1), ("2026-01-01 10:00", 1), ("2025-12-31 17:00", 1), ("2025-01-01 09:00", -1)],
)
def test_what_lies_beyond_the_calendar_is_refused(start: str, hours: int) -> None:
    with pytest.raises(UnknownYearError):
        workhours.add(CALENDAR, at(start), timedelta(hours=hours))


def test_a_limit_may_end_with_the_last_moment_of_the_calendar() -> None:
    assert workhours.add(CALENDAR, at("2025-12-31 16:30"), timedelta(hours=1)) == at("2025-12-31 17:30")
    assert workhours.add(CALENDAR, at("2025-01-01 09:30"), timedelta(hours=-1)) == at("2025-01-01 08:30")


def test_opening_times_of_a_day() -> None:
    whole = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
    opening = {text: CALENDAR.opening(day(text)) for text in ("2025-04-21", "2025-04-24", "2025-04-26", "2025-05-08")}
    assert opening == {"2025-04-21": whole, "2025-04-24": whole[1:], "2025-04-26": whole, "2025-05-08": whole[:1]}
    assert CALENDAR.opening(day("2025-05-01")) == ()
    with pytest.raises(UnknownYearError):
        CALENDAR.opening(day("2026-01-01"))


def test_a_make_up_day_keeps_mondays_hours_unless_its_weekday_has_its_own() -> None:
    monday, saturday = ((time(9), time(17)),), ((time(9), time(11)),)
    without = small_calendar(hours=Timetable({0: monday, 1: ((time(10), time(12)),)}))
    own = small_calendar(hours=Timetable({0: monday, 5: saturday}))
    assert without.opening(date(2025, 4, 26)) == monday
    assert own.opening(date(2025, 4, 26)) == saturday
    # An ordinary Saturday stays closed, whatever the timetable says.
    assert own.opening(date(2025, 4, 19)) == ()


def test_a_period_across_noon_is_cut_there_on_a_half_day() -> None:
    calendar = small_calendar(hours=Timetable(dict.fromkeys(range(5), ((time(9), time(17)),))))
    assert calendar.opening(date(2025, 4, 24)) == ((time(12), time(17)),)
    assert calendar.opening(date(2025, 5, 8)) == ((time(9), time(12)),)


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        ({}, "no opening hours"),
        ({0: ()}, "no opening hours"),
        ({7: ((time(8), time(9)),)}, "numbered from 0"),
        ({0: ((time(9), time(9)),)}, "closes before it opens"),
        ({0: ((time(9), time(8)),)}, "closes before it opens"),
        ({0: ((time(8), time(12)), (time(11), time(15)))}, "overlap"),
        ({0: ((time(13), time(15)), (time(8), time(12)))}, "overlap"),
    ],
)
def test_a_timetable_that_makes_no_sense_is_refused(periods: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Timetable(periods)


def test_periods_may_touch() -> None:
    touching = Timetable({0: ((time(8), time(12)), (time(12), time(16)))})
    assert touching.stretches(0) == ((8 * 3600 * 10**6, 12 * 3600 * 10**6), (12 * 3600 * 10**6, 16 * 3600 * 10**6))


def test_office_hours_are_the_default() -> None:
    assert Calendar(first_year=2025, last_year=2025, published=[], specials={}).hours is OFFICE_HOURS
