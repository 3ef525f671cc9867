"""The pure calendar against known dates and against a slow day-by-day model."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines import calendars
from deadlines.workdays import Calendar, DayKind, Special, Unit, UnknownYearError
from tests.factories.deadlines import day

PUBLISHED = calendars.published_only()
DAYS = st.dates(min_value=date(2004, 1, 1), max_value=date(2026, 6, 30))
FEW = st.integers(min_value=1, max_value=90)


def slow_add(start: date, n: int) -> date:
    """Walk day by day, asking about each."""
    current = start
    while n:
        current += timedelta(days=1)
        n -= works(current)
    return current


def works(one: date) -> bool:
    """chinesecalendar's answer, with the one day on which it differs from the notice."""
    return chinese_calendar.is_workday(one) or one == date(2005, 12, 31)


@given(start=DAYS, n=FEW)
def test_adding_agrees_with_walking_day_by_day(start: date, n: int) -> None:
    assert PUBLISHED.add(start, n) == slow_add(start, n)


@given(start=DAYS, n=FEW)
def test_counting_undoes_adding(start: date, n: int) -> None:
    assert PUBLISHED.count(start, PUBLISHED.add(start, n)) == n


@given(start=DAYS, n=FEW)
def test_the_end_of_a_limit_is_a_working_day(start: date, n: int) -> None:
    assert PUBLISHED.is_workday(PUBLISHED.add(start, n))


@given(a=DAYS, b=DAYS, c=DAYS)
def test_counts_of_neighbouring_stretches_add_up(a: date, b: date, c: date) -> None:
    assert PUBLISHED.count(a, b) + PUBLISHED.count(b, c) == PUBLISHED.count(a, c)


@given(start=st.dates(min_value=date(2005, 1, 1), max_value=date(2026, 12, 31)), n=FEW)
def test_counting_back_lands_n_working_days_before(start: date, n: int) -> None:
    end = PUBLISHED.add(start, -n)
    between = [one for one in Calendar.days(end, start - timedelta(days=1)) if works(one)]
    assert (len(between), between[0]) == (n, end)


@given(start=DAYS, n=st.integers(min_value=0, max_value=90), unit=st.sampled_from([Unit.WORKDAY, Unit.CALENDAR]))
def test_explaining_always_agrees_with_adding(start: date, n: int, unit: Unit) -> None:
    lines = PUBLISHED.explain(start, n, unit)
    numbers = [line.number for line in lines if line.counted]
    assert lines[0].day == start
    assert lines[0].number is None
    assert lines[-1].day == max(PUBLISHED.due(start, n, unit), start)
    if n:
        assert numbers == list(range(1, n + 1))
        assert lines[-1].number == n


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        # Spring Festival 2025: Sunday 26 January and Saturday 8 February are worked.
        ("2025-01-24", 1, "2025-01-26"),
        ("2025-01-24", 2, "2025-01-27"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2025-01-24", 6, "2025-02-08"),
        ("2025-01-24", 20, "2025-02-27"),
        # From a day off the count begins with the next working day.
        ("2025-01-29", 1, "2025-02-05"),
        # National Day and Mid-autumn Festival 2025 are one holiday; 28 September and 11 October are worked.
        ("2025-09-27", 1, "2025-09-28"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-10-10", 1, "2025-10-11"),
    ],
)
def test_known_dates(start: str, n: int, end: str) -> None:
    assert PUBLISHED.add(day(start), n) == day(end)


@pytest.mark.parametrize(
    ("start", "end"), [("2025-01-24", "2025-01-24"), ("2025-01-25", "2025-01-26"), ("2025-02-01", "2025-02-05")]
)
def test_no_days_means_the_day_itself_or_the_next_working_day(start: str, end: str) -> None:
    assert PUBLISHED.add(day(start), 0) == day(end)


def test_calendar_days_count_every_day_and_may_end_on_a_day_off() -> None:
    assert PUBLISHED.due(day("2025-01-24"), 5, Unit.CALENDAR) == day("2025-01-29")


def test_kinds_and_names_of_days() -> None:
    kinds = {text: PUBLISHED.kind(day(text)) for text in ("2025-01-26", "2025-01-28", "2025-03-01", "2025-03-03")}
    assert kinds == {
        "2025-01-26": DayKind.MAKEUP,
        "2025-01-28": DayKind.HOLIDAY,
        "2025-03-01": DayKind.WEEKEND,
        "2025-03-03": DayKind.WORKDAY,
    }
    assert PUBLISHED.name(day("2025-01-28")) == "Spring Festival"


def test_an_unpublished_year_counts_weekdays_and_says_that_it_is_provisional() -> None:
    end = PUBLISHED.add(day("2026-12-20"), 20)
    assert end == day("2027-01-15")
    assert PUBLISHED.is_provisional(day("2026-12-20"), end)
    assert not PUBLISHED.is_provisional(day("2026-12-01"), day("2026-12-31"))


@pytest.mark.parametrize("start", ["2003-12-31", "1999-05-01"])
def test_a_year_before_the_calendar_is_refused(start: str) -> None:
    with pytest.raises(UnknownYearError, match=start[:4]):
        PUBLISHED.add(day(start), 1)


def test_a_limit_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(UnknownYearError):
        PUBLISHED.add(day("2026-01-01"), 20_000)
    with pytest.raises(UnknownYearError):
        PUBLISHED.add(day("2004-01-05"), -5)


def test_hours_have_no_last_day() -> None:
    with pytest.raises(ValueError, match="workhour does not count days"):
        PUBLISHED.due(day("2025-03-03"), 8, Unit.WORKHOUR)
    with pytest.raises(ValueError, match="workhour does not count days"):
        PUBLISHED.distance(day("2025-03-03"), day("2025-03-04"), Unit.WORKHOUR)


@given(a=DAYS, b=DAYS)
def test_the_working_days_between_are_those_that_are_counted(a: date, b: date) -> None:
    days = PUBLISHED.workdays(a, b)
    assert days == [one for one in Calendar.days(a + timedelta(days=1), b) if works(one)]
    assert len(days) == max(0, PUBLISHED.count(a, b))


def test_half_a_day_counts_as_a_day() -> None:
    half = {day("2025-03-04"): Special(DayKind.LOCAL_HALF_DAY, "move", "order 2", closed="afternoon")}
    calendar = Calendar(first_year=2025, last_year=2025, published=[2025], specials=half)
    assert calendar.is_workday(day("2025-03-04"))
    assert calendar.add(day("2025-03-03"), 1) == day("2025-03-04")


@pytest.mark.parametrize(
    ("kind", "closed"),
    [(DayKind.LOCAL_HALF_DAY, ""), (DayKind.LOCAL_HALF_DAY, "evening"), (DayKind.LOCAL_DAY_OFF, "morning")],
)
def test_only_a_half_day_is_closed_for_half_a_day(kind: DayKind, closed: str) -> None:
    with pytest.raises(ValueError, match="cannot be closed"):
        Special(kind, closed=closed)


def test_the_first_and_the_last_day_of_the_calendar() -> None:
    calendar = Calendar(first_year=2025, last_year=2025, published=[2025], specials={})
    assert calendar.add(day("2025-01-01"), 0) == day("2025-01-01")
    assert calendar.add(day("2025-12-30"), 1) == day("2025-12-31")
    assert calendar.add(day("2025-01-02"), -1) == day("2025-01-01")
    for start, n in (("2025-12-31", 1), ("2026-01-01", 0), ("2024-12-31", 1), ("2025-01-01", -1)):
        with pytest.raises(UnknownYearError):
            calendar.add(day(start), n)


def test_an_override_changes_the_count() -> None:
    closed = {day("2025-03-04"): Special(DayKind.LOCAL_DAY_OFF, "flood", "order 1")}
    calendar = Calendar(first_year=2025, last_year=2025, published=[2025], specials=closed)
    assert calendar.add(day("2025-03-03"), 1) == day("2025-03-05")
    assert [line.kind for line in calendar.explain(day("2025-03-03"), 1)][1] == DayKind.LOCAL_DAY_OFF
