"""Who held it on which days: known cases, and sums that must come out."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines.counting import Stop, explain
from deadlines.holding import HeldDay, Holding, Span, split
from tests.deadlines.moments import at, small_calendar
from tests.factories.deadlines import day

CALENDAR = small_calendar()
ORDER = ["special", "applicant", "department", "window"]
MOMENTS = st.integers(min_value=0, max_value=40 * 24).map(lambda hours: at("2025-04-14 00:00") + timedelta(hours=hours))


def span(starts: str, ends: str | None, category: str, holder: str) -> Span:
    return Span(at(starts), at(ends) if ends else None, category, holder)


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    found = []
    for start in draw(st.lists(MOMENTS, max_size=6)):
        length = draw(st.none() | st.integers(min_value=0, max_value=15 * 24))
        end = None if length is None else start + timedelta(hours=length)
        found.append(Span(start, end, draw(st.sampled_from([*ORDER, "other"])), draw(st.sampled_from("ABC"))))
    return found


def slow_split(some: list[Span], start: datetime, end: datetime) -> list[tuple[str, set[str]]]:
    """For each working day: whose span began before that day and has not ended before it."""
    found = []
    for one in CALENDAR.days(start.date() + timedelta(days=1), end.date()):
        if not CALENDAR.is_workday(one):
            continue
        having = [s for s in some if s.starts_at.date() < one and (s.ends_at is None or one <= s.ends_at.date())]
        category = min((s.category for s in having), key=[*ORDER, "other"].index, default="")
        found.append((category, {s.holder for s in having if s.category == category}))
    return found


@given(some=spans(), start=MOMENTS, end=MOMENTS)
def test_every_day_agrees_with_asking_who_held_it_when_it_began(
    some: list[Span], start: datetime, end: datetime
) -> None:
    holding = split(CALENDAR, some, start, end, ORDER)
    assert [(one.category, set(one.holders)) for one in holding.days] == slow_split(some, start, end)
    assert all(len(set(one.holders)) == len(one.holders) for one in holding.days)


@given(some=spans(), start=MOMENTS, end=MOMENTS)
def test_categories_add_up_to_all_working_days(some: list[Span], start: datetime, end: datetime) -> None:
    holding = split(CALENDAR, some, start, end, ORDER)
    assert sum(holding.by_category.values()) == max(0, CALENDAR.count(start.date(), end.date()))
    for holder in "ABC":
        assert holding.by_holder.get(holder, 0) == sum(holder in one.holders for one in holding.days)


@given(start=MOMENTS, amount=st.integers(min_value=1, max_value=12), begun=MOMENTS, hours=st.integers(0, 200))
def test_a_stop_as_a_span_has_exactly_the_days_that_the_limit_does_not_count(
    start: datetime, amount: int, begun: datetime, hours: int
) -> None:
    ended = begun + timedelta(hours=hours)
    lines = explain(CALENDAR, start, amount, "workday", [Stop(begun, ended)])
    end = at(f"{lines[-1].day} 12:00")
    holding = split(CALENDAR, [Span(begun, ended, "special", ""), Span(start, end, "window", "A")], start, end, ORDER)
    special = [one.day for one in holding.days if one.category == "special"]
    assert special == [line.day for line in lines[1:] if line.stopped is not None and CALENDAR.is_workday(line.day)]


def test_a_case_that_goes_from_the_window_to_two_departments_and_back() -> None:
    """Monday 10 March to Monday 17 March 2025."""
    holding = split(
        CALENDAR,
        [
            span("2025-03-10 09:00", "2025-03-11 15:00", "window", "窗口"),
            span("2025-03-11 15:00", "2025-03-13 10:00", "department", "规划"),
            span("2025-03-11 15:00", "2025-03-14 10:00", "department", "建设"),
            span("2025-03-14 10:00", None, "window", "窗口"),
        ],
        at("2025-03-10 09:00"),
        at("2025-03-17 16:00"),
        ORDER,
    )
    assert holding == Holding(
        [
            HeldDay(day("2025-03-11"), "window", ("窗口",)),
            HeldDay(day("2025-03-12"), "department", ("规划", "建设")),
            HeldDay(day("2025-03-13"), "department", ("规划", "建设")),
            HeldDay(day("2025-03-14"), "department", ("建设",)),
            HeldDay(day("2025-03-17"), "window", ("窗口",)),
        ],
        {"window": 2, "department": 3},
        {"窗口": 2, "规划": 2, "建设": 3},
    )


def test_precedence_decides_between_spans_that_overlap_whatever_their_order() -> None:
    some = [
        span("2025-03-10", "2025-03-14", "unlisted", "x"),
        span("2025-03-10", "2025-03-13", "department", "a"),
        span("2025-03-11", "2025-03-12", "special", "b"),
    ]
    for order in (some, some[::-1]):
        holding = split(CALENDAR, order, at("2025-03-10"), at("2025-03-17"), ORDER)
        assert [one.category for one in holding.days] == ["department", "special", "department", "unlisted", ""]
        assert holding.by_holder == {"a": 2, "b": 1, "x": 1}


def test_no_day_has_passed_on_the_day_itself() -> None:
    some = [span("2025-03-10", None, "window", "a")]
    assert split(CALENDAR, some, at("2025-03-10 09:00"), at("2025-03-10 17:00"), ORDER) == Holding([], {}, {})


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        span("2025-03-10", "2025-03-09", "window", "a")
