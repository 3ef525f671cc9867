"""Limits that may be stopped, against a slow model that lives through them day by day or minute by minute."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.time import end_of_day
from deadlines import counting
from deadlines.calendars import published_only
from deadlines.counting import Stop, end_of, explain, left, merged
from deadlines.workdays import DayKind, Unit, UnknownYearError
from tests.deadlines.moments import at, night, small_calendar, stop
from tests.deadlines.test_workhours import slow_open
from tests.factories.deadlines import day

CALENDAR = small_calendar()
PUBLISHED = published_only()
DAY, MINUTE, NOTHING = timedelta(days=1), timedelta(minutes=1), timedelta(0)
FIRST = at("2025-04-10 00:00")
HOURS = st.integers(min_value=0, max_value=45 * 24).map(lambda hours: FIRST + timedelta(hours=hours))
DAYS = st.sampled_from([Unit.WORKDAY, Unit.CALENDAR])
FEW = st.integers(min_value=0, max_value=12)


@st.composite
def stops_between(
    draw: st.DrawFn, moments: st.SearchStrategy[datetime], longest: timedelta, unit: timedelta
) -> list[Stop]:
    """Up to four stops in any order: overlapping, touching, empty, and sometimes one that still lasts."""
    lengths = st.integers(min_value=0, max_value=longest // unit).map(lambda count: count * unit)
    found = [Stop(start, start + draw(lengths)) for start in draw(st.lists(moments, max_size=4))]
    if draw(st.integers(min_value=0, max_value=4)) == 0:
        found.append(Stop(draw(moments), None))
    return draw(st.permutations(found))


DAY_STOPS = stops_between(HOURS, timedelta(days=9), timedelta(hours=1))


@dataclass
class SlowDays:
    """Lives through a limit in days, one day after the other, with the rule as it is written in words."""

    start: date
    amount: int
    unit: Unit
    stops: Sequence[Stop]
    end: date | None = None
    left_after: dict[date, int] = field(default_factory=dict)

    def live(self, last: date) -> "SlowDays":
        """Up to ``last``, or up to the end of the limit and then on, counting what is too late."""
        left, late, current = self.amount, 0, self.start
        while current <= last:
            if self.end is not None:
                late += self.counts(current)
            else:
                if current > self.start and left and self.counts(current) and not self.taken_out(current):
                    left -= 1
                if left == 0 and not self.waits(current) and self.counts(current):
                    self.end = current
            self.left_after[current] = -late if self.end is not None else left
            current += DAY
        return self

    def counts(self, one: date) -> bool:
        return self.unit == Unit.CALENDAR or CALENDAR.is_workday(one)

    def taken_out(self, one: date) -> bool:
        """After the day of the stop, up to and with the day of the resumption."""
        return any(begun < one and (ended is None or one <= ended) for begun, ended in self.dates())

    def waits(self, one: date) -> bool:
        """Stopped on this day or before, and not resumed by its evening."""
        return any(begun <= one and (ended is None or one < ended) for begun, ended in self.dates())

    def dates(self) -> list[tuple[date, date | None]]:
        return [(one.starts_at.date(), one.ends_at and one.ends_at.date()) for one in self.stops]


@settings(max_examples=600)
@given(start=HOURS, amount=FEW, unit=DAYS, stops=DAY_STOPS)
def test_the_end_in_days_agrees_with_living_through_them(
    start: datetime, amount: int, unit: Unit, stops: list[Stop]
) -> None:
    slow = SlowDays(start.date(), amount, unit, stops).live(day("2025-09-30"))
    end = end_of(CALENDAR, start, amount, unit, stops)
    assert end == (end_of_day(slow.end) if slow.end else None)


@settings(max_examples=600)
@given(start=HOURS, amount=FEW, unit=DAYS, stops=DAY_STOPS, now=HOURS)
def test_what_is_left_in_days_agrees_with_living_through_them(
    start: datetime, amount: int, unit: Unit, stops: list[Stop], now: datetime
) -> None:
    slow = SlowDays(start.date(), amount, unit, stops).live(day("2025-09-30"))
    assert left(CALENDAR, start, amount, unit, now, stops) == slow.left_after.get(now.date(), amount)


@settings(max_examples=600)
@given(start=HOURS, amount=FEW, unit=DAYS, stops=DAY_STOPS)
def test_what_is_left_in_days_is_kept_through_every_stop(
    start: datetime, amount: int, unit: Unit, stops: list[Stop]
) -> None:
    end = end_of(CALENDAR, start, amount, unit, stops)
    for one in merged(stops):
        resumed = one.ends_at or at("2025-08-01")
        if end is None or one.starts_at.date() <= end.date():
            kept = left(CALENDAR, start, amount, unit, one.starts_at, stops)
            assert left(CALENDAR, start, amount, unit, resumed, stops) == kept


@settings(max_examples=600)
@given(start=HOURS, amount=FEW, unit=DAYS, stops=DAY_STOPS)
def test_explaining_days_agrees_with_the_end(start: datetime, amount: int, unit: Unit, stops: list[Stop]) -> None:
    slow = SlowDays(start.date(), amount, unit, stops).live(day("2025-09-30"))
    lines = explain(CALENDAR, start, amount, unit, stops, until=day("2025-08-01"))
    assert [line.day for line in lines] == list(CALENDAR.days(start.date(), slow.end or day("2025-08-01")))
    counted = [line.number for line in lines if line.counted]
    whole = amount if slow.end else amount - slow.left_after[day("2025-08-01")]
    assert counted == list(range(1, whole + 1))
    assert {line.day: line.stopped is not None for line in lines} == {
        line.day: slow.taken_out(line.day) for line in lines
    }


MINUTES = st.integers(min_value=0, max_value=8 * 24 * 12).map(lambda count: at("2025-04-23 00:00") + count * 5 * MINUTE)
HOUR_STOPS = stops_between(MINUTES, timedelta(days=3), 5 * MINUTE)
HORIZON = at("2025-05-22 00:00")


def slow_hours(
    start: datetime, amount: timedelta, stops: list[Stop]
) -> tuple[datetime | None, dict[datetime, timedelta]]:
    """Waits minute by minute: when a limit is over, and what is left of it at the beginning of each minute."""

    def stopped(moment: datetime) -> bool:
        return any(one.starts_at <= moment and (one.ends_at is None or moment < one.ends_at) for one in stops)

    rest, late, end, current = amount, NOTHING, None, start
    left_at = {}
    before = stopped(start - MINUTE)
    while current <= HORIZON:
        now = stopped(current)
        # A stop that begins with this minute comes too late for a limit that is over with it.
        if end is None and rest == NOTHING and (amount > NOTHING or slow_open(current)) and not (before and now):
            end = current
        left_at[current] = -late if end else rest
        if slow_open(current):
            late += MINUTE if end else NOTHING
            rest -= MINUTE if rest and not now else NOTHING
        before, current = now, current + MINUTE
    return end, left_at


@settings(max_examples=60)
@given(start=MINUTES, amount=st.integers(min_value=0, max_value=30), stops=HOUR_STOPS, now=MINUTES)
def test_hours_agree_with_waiting_minute_by_minute(
    start: datetime, amount: int, stops: list[Stop], now: datetime
) -> None:
    whole = timedelta(hours=amount)
    end, left_at = slow_hours(start, whole, stops)
    assert end_of(CALENDAR, start, amount, Unit.WORKHOUR, stops) == end
    assert left(CALENDAR, start, amount, Unit.WORKHOUR, now, stops) == left_at.get(now, whole)


@given(start=MINUTES, amount=st.integers(min_value=0, max_value=60), stops=HOUR_STOPS)
def test_explaining_hours_agrees_with_the_end(start: datetime, amount: int, stops: list[Stop]) -> None:
    until = day("2025-05-21")
    lines = explain(CALENDAR, start, amount, Unit.WORKHOUR, stops, until)
    end = end_of(CALENDAR, start, amount, Unit.WORKHOUR, stops)
    assert [line.day for line in lines] == list(CALENDAR.days(start.date(), end.date() if end else until))
    kept = NOTHING if end else left(CALENDAR, start, amount, Unit.WORKHOUR, HORIZON, stops)
    assert lines[-1].total == timedelta(hours=amount) // timedelta(seconds=1) - kept // timedelta(seconds=1)
    running = 0
    for line in lines:
        running += line.seconds
        assert (line.total, line.number, line.counted) == (running, None, line.seconds > 0)


@given(start=MINUTES, amount=st.integers(min_value=1, max_value=60), stops=HOUR_STOPS)
def test_what_is_left_in_hours_is_kept_through_every_stop(start: datetime, amount: int, stops: list[Stop]) -> None:
    end = end_of(CALENDAR, start, amount, Unit.WORKHOUR, stops)
    for one in merged(stops):
        if end is None or one.starts_at < end:
            kept = left(CALENDAR, start, amount, Unit.WORKHOUR, one.starts_at, stops)
            assert left(CALENDAR, start, amount, Unit.WORKHOUR, one.ends_at or HORIZON, stops) == kept


@given(stops=DAY_STOPS, moment=HOURS)
def test_merging_keeps_every_moment_and_leaves_gaps(stops: list[Stop], moment: datetime) -> None:
    def within(some: list[Stop]) -> bool:
        return any(one.starts_at <= moment and (one.ends_at is None or moment < one.ends_at) for one in some)

    union = merged(stops)
    assert within(union) == within(stops)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(union))
    assert all(one.ends_at is None or one.starts_at < one.ends_at for one in union)


def test_grounds_of_merged_stops_are_named_once() -> None:
    test, review = "检测", "专家评审"
    union = merged(
        [
            stop("2025-03-07", "2025-03-10", review),
            stop("2025-03-03", "2025-03-05", test),
            stop("2025-03-05", "2025-03-06", review),
            stop("2025-03-04", "2025-03-05", test),
            stop("2025-03-09", None),
        ]
    )
    assert union == [stop("2025-03-03", "2025-03-06", "检测；专家评审"), stop("2025-03-07", None, review)]


def test_a_stop_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        stop("2025-03-04", "2025-03-03")


# Monday 3 March 2025; five working days end with Monday the 10th.
@pytest.mark.parametrize(
    ("stops", "end"),
    [
        ([], "2025-03-10"),
        # Wednesday is used, Thursday and Friday are out, five minus two are left.
        ([("2025-03-05", "2025-03-07")], "2025-03-12"),
        # Begun and ended on one day: nothing is taken out.
        ([("2025-03-05 09:00", "2025-03-05 17:00")], "2025-03-10"),
        # Overnight takes out the day of the resumption.
        ([("2025-03-05 17:00", "2025-03-06 09:00")], "2025-03-11"),
        # Over a weekend only the Monday.
        ([("2025-03-07", "2025-03-10")], "2025-03-11"),
        # Stopped and resumed on the weekend: no working day is lost.
        ([("2025-03-08", "2025-03-09")], "2025-03-10"),
        # Stopped on the last day: nothing is left, it ends with the day of the resumption …
        ([("2025-03-10", "2025-03-13")], "2025-03-13"),
        # … or with the next working day.
        ([("2025-03-10", "2025-03-15")], "2025-03-17"),
        # Stopped again on that day.
        ([("2025-03-10", "2025-03-13 10:00"), ("2025-03-13 11:00", "2025-03-14")], "2025-03-14"),
        # Nothing left, resumed on a Saturday, stopped again on the Monday on which it would have ended.
        ([("2025-03-10", "2025-03-15"), ("2025-03-17 09:00", "2025-03-17 10:00")], "2025-03-17"),
        ([("2025-03-10", "2025-03-15"), ("2025-03-17", "2025-03-19")], "2025-03-19"),
        # Over before the stop began.
        ([("2025-03-11", "2025-03-20")], "2025-03-10"),
        ([("2025-03-11", None)], "2025-03-10"),
        # Still stopped.
        ([("2025-03-10", None)], None),
        ([("2025-03-04", None)], None),
        # Stopped before it began, on the day on which it began.
        ([("2025-02-24", "2025-03-05")], "2025-03-12"),
        ([("2025-03-03 08:00", "2025-03-04")], "2025-03-11"),
        ([("2025-02-24", "2025-03-03 08:00")], "2025-03-10"),
        # Two, one after the other and one within the other.
        ([("2025-03-04", "2025-03-05"), ("2025-03-06", "2025-03-07")], "2025-03-12"),
        ([("2025-03-04", "2025-03-07"), ("2025-03-05", "2025-03-06")], "2025-03-13"),
    ],
)
def test_known_stops(stops: list[tuple[str, str | None]], end: str | None) -> None:
    found = end_of(PUBLISHED, at("2025-03-03 10:00"), 5, Unit.WORKDAY, [stop(*one) for one in stops])
    assert found == (night(end) if end else None)


def test_a_stop_in_calendar_days_takes_out_days_off_and_may_end_on_one() -> None:
    start, stops = at("2025-03-03 10:00"), [stop("2025-03-06", "2025-03-08")]
    assert end_of(PUBLISHED, start, 4, Unit.CALENDAR, stops) == night("2025-03-09")
    assert end_of(PUBLISHED, start, 3, Unit.CALENDAR, stops) == night("2025-03-08")


@pytest.mark.parametrize(
    ("stops", "end"),
    [
        ([], "2025-04-22 17:00"),
        ([("2025-04-21 15:00", "2025-04-22 09:00")], "2025-04-23 11:00"),
        # Only the part in which the doors are open is lost.
        ([("2025-04-21 12:00", "2025-04-21 13:30")], "2025-04-22 17:00"),
        # With the very end it is over; a minute before it is not.
        ([("2025-04-22 17:00", None)], "2025-04-22 17:00"),
        ([("2025-04-22 16:59", None)], None),
        ([("2025-04-22 16:59", "2025-04-26 09:00")], "2025-04-26 09:01"),
    ],
)
def test_known_hours(stops: list[tuple[str, str | None]], end: str | None) -> None:
    found = end_of(CALENDAR, at("2025-04-21 10:00"), 13, Unit.WORKHOUR, [stop(*one) for one in stops])
    assert found == (at(end) if end else None)


def test_the_day_is_that_of_the_wall_in_shanghai() -> None:
    late = datetime(2025, 3, 2, 16, 30, tzinfo=UTC)
    assert end_of(PUBLISHED, late, 1, Unit.WORKDAY) == night("2025-03-04")
    stops = [Stop(late + DAY, late + 2 * DAY)]
    assert end_of(PUBLISHED, late, 2, Unit.WORKDAY, stops) == night("2025-03-06")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-03-01", 5), ("2025-03-03 23:00", 5), ("2025-03-04", 4), ("2025-03-05", 3),
        # Stopped from the 5th to the 7th; then a weekend.
        ("2025-03-06", 3), ("2025-03-07", 3), ("2025-03-09", 3), ("2025-03-10", 2),
        # The last day is the 12th.
        ("2025-03-12", 0), ("2025-03-13", -1), ("2025-03-14", -2), ("2025-03-16", -2), ("2025-03-17", -3),
    ],
)  # fmt: skip
def test_what_is_left(now: str, expected: int) -> None:
    stops = [stop("2025-03-05", "2025-03-07"), stop("2025-03-13", None)]
    assert left(PUBLISHED, at("2025-03-03"), 5, Unit.WORKDAY, at(now), stops) == expected


@pytest.mark.parametrize(
    ("start", "amount", "stops", "last"),
    [
        # Nothing to do from a Saturday on; nothing left when it is resumed on one.
        ("2025-03-08", 0, [], "2025-03-10"),
        ("2025-03-03", 5, [("2025-03-10", "2025-03-15")], "2025-03-17"),
    ],
)
def test_the_day_on_which_a_limit_ends_is_never_too_late(
    start: str, amount: int, stops: list[tuple[str, str]], last: str
) -> None:
    found = [stop(*one) for one in stops]
    assert end_of(PUBLISHED, at(start), amount, "workday", found) == night(last)
    days = [at(last) + shift * DAY for shift in (-1, 0, 1)]
    assert [left(PUBLISHED, at(start), amount, "workday", one, found) for one in days] == [0, 0, -1]


def test_explained_with_grounds() -> None:
    stops = [stop("2025-03-05", "2025-03-07", "专家评审"), stop("2025-03-06", "2025-03-06 20:00", "听证")]
    lines = explain(PUBLISHED, at("2025-03-03"), 4, "workday", [*stops, stop("2025-03-06", "2025-03-07", "检测")])
    assert [(line.day.day, line.number, line.stopped) for line in lines] == [
        (3, None, None), (4, 1, None), (5, 2, None), (6, None, "专家评审"), (7, None, "专家评审；检测"),
        (8, None, None), (9, None, None), (10, 3, None), (11, 4, None),
    ]  # fmt: skip
    assert lines[5].kind == DayKind.WEEKEND


def test_an_open_stop_is_explained_up_to_the_day_that_is_asked_for() -> None:
    stops = [stop("2025-03-05", None, "听证")]

    def days(until: str | None) -> list[tuple[int, str | None]]:
        lines = explain(PUBLISHED, at("2025-03-03"), 4, "workday", stops, until=day(until) if until else None)
        return [(line.day.day, line.stopped) for line in lines]

    assert days("2025-03-07") == [(3, None), (4, None), (5, None), (6, "听证"), (7, "听证")]
    assert days(None) == days("2025-03-04") == [(3, None), (4, None), (5, None)]


def test_hours_explained() -> None:
    stops = [stop("2025-04-22 09:00", "2025-04-24 15:00", "检测")]
    lines = explain(CALENDAR, at("2025-04-21 16:30"), 5, "workhour", stops)
    assert [(line.day.day, line.seconds, line.total, line.stopped) for line in lines] == [
        (21, 3600, 3600, None), (22, 1800, 5400, "检测"), (23, 0, 5400, "检测"), (24, 9000, 14400, "检测"),
        (25, 3600, 18000, None),
    ]  # fmt: skip
    assert lines[3].kind == DayKind.LOCAL_HALF_DAY


def test_a_stop_after_the_end_is_not_in_the_explanation() -> None:
    lines = explain(CALENDAR, at("2025-04-21 10:00"), 1, "workhour", [stop("2025-04-21 11:00", None, "late")])
    assert [line.stopped for line in lines] == [None]


def test_an_explanation_without_stops_is_the_calendars_own() -> None:
    assert explain(PUBLISHED, at("2025-01-24"), 20, "workday") == PUBLISHED.explain(day("2025-01-24"), 20)


def test_a_limit_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(UnknownYearError):
        end_of(CALENDAR, at("2025-12-30"), 5, Unit.WORKDAY)
    with pytest.raises(UnknownYearError):
        end_of(CALENDAR, at("2025-12-30"), 500, Unit.WORKHOUR)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnight does not count days"):
        end_of(CALENDAR, at("2025-03-03"), 5, "fortnight")


def test_the_last_microsecond_is_the_halls_own() -> None:
    assert counting.end_of(PUBLISHED, at("2025-01-24"), 20, "workday") == end_of_day(day("2025-02-27"))
