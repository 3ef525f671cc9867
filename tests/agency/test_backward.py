"""Laid back from a goal: never later than it, met by the forward schedule, and not a day too careful."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agency.backward import lay_back
from approvals.planning.schedule import Days, Frame, Known, PlanError, Task, Way, lay_out
from deadlines.workdays import UnknownYearError
from tests.approvals.planning.test_schedule import CALENDAR, plans, starts

DAY = timedelta(days=1)
ways = st.sampled_from(list(Way))


def begun(tasks, days):
    """The same tasks, each begun on its day of ``days``."""
    return [replace(task, known=Known(begins=days[task.code])) for task in tasks]


def holds(tasks, way, frame, days, goal) -> bool:
    """Whether a forward schedule with these days of handing in keeps its prerequisites and the goal."""
    placed = lay_out(begun(tasks, days), way, frame)
    order = list(placed)
    for place, item in enumerate(placed.values()):
        ready = [placed[code].certificate for code in item.after]
        if way == Way.SEQUENTIAL and place:
            ready.append(placed[order[place - 1]].delivered)
        if item.delivered > goal or any(day > item.begins for day in ready):
            return False
    return True


@settings(max_examples=200, deadline=None)
@given(plans(), ways, starts, st.integers(0, 200))
def test_handed_in_on_the_latest_days_everything_is_delivered_by_the_goal(tasks, way, start, room) -> None:
    frame = Frame(CALENDAR, start)
    goal = max(item.delivered for item in lay_out(tasks, way, frame).values()) + room * DAY
    plan = lay_back(tasks, way, frame, goal)
    assert plan.possible
    for days in ("hand_in_by", "begin_by"):
        assert holds(tasks, way, frame, {item.code: getattr(item, days) for item in plan.items}, goal)
    for item in plan.items:
        assert start <= item.earliest <= item.begin_by
        assert start <= item.hand_in_by <= item.begin_by <= item.accepted_by <= item.decided_by <= item.certificate_by
        assert item.certificate_by <= item.delivered_by <= goal
    # Whoever hands everything in as early as possible meets it all the more.
    assert all(one.delivered <= goal for one in lay_out(tasks, way, frame).values())


@settings(max_examples=200, deadline=None)
@given(plans(), ways, starts, st.integers(0, 60), st.data())
def test_a_day_later_is_too_late(tasks, way, start, room, data) -> None:
    frame = Frame(CALENDAR, start)
    goal = max(item.delivered for item in lay_out(tasks, way, frame).values()) + room * DAY
    plan = lay_back(tasks, way, frame, goal)
    days = {item.code: item.begin_by for item in plan.items}
    late = data.draw(st.sampled_from(sorted(days)))
    broken = {**days, late: days[late] + DAY}
    placed = lay_out(begun(tasks, broken), way, frame)
    held_up = any(
        item.certificate > plan.by_code[code].certificate_by for code, item in placed.items() if late in item.follows
    )
    assert held_up or not holds(tasks, way, frame, broken, goal)


@settings(max_examples=200, deadline=None)
@given(plans(), ways, starts, st.integers(-120, 120))
def test_it_is_possible_exactly_when_the_forward_schedule_meets_it(tasks, way, start, room) -> None:
    frame = Frame(CALENDAR, start)
    forward = max(item.delivered for item in lay_out(tasks, way, frame).values())
    goal = forward + room * DAY
    try:
        plan = lay_back(tasks, way, frame, goal)
    except UnknownYearError:
        # Back beyond the first day of the calendar: certainly not possible.
        assert goal < forward
        return
    assert plan.earliest == forward
    assert plan.possible == (forward <= goal)
    assert plan.possible == all(item.begin_by >= max(start, item.earliest) for item in plan.items)


@settings(max_examples=100, deadline=None)
@given(plans(), starts, st.integers(0, 40))
def test_a_looser_way_never_asks_for_an_earlier_day(tasks, start, room) -> None:
    frame = Frame(CALENDAR, start)
    goal = max(item.delivered for item in lay_out(tasks, Way.SEQUENTIAL, frame).values()) + room * DAY
    row, parallel, deferral = (lay_back(tasks, way, frame, goal).by_code for way in Way)
    for code, item in parallel.items():
        assert row[code].begin_by <= item.begin_by <= deferral[code].begin_by


@settings(max_examples=100, deadline=None)
@given(plans(), ways, starts, st.integers(0, 30), st.integers(1, 40))
def test_certificates_from_outside_are_waited_for(tasks, way, start, room, wait) -> None:
    outside = start + wait * DAY
    tasks = [Task(t.code, t.acceptance, t.decision, t.delivery, t.notice, ("OUT", *t.strict), t.overlap) for t in tasks]
    frame = Frame(CALENDAR, start, given={"OUT": outside})
    goal = max(item.delivered for item in lay_out(tasks, way, frame).values()) + room * DAY
    plan = lay_back(tasks, way, frame, goal)
    assert plan.possible
    assert all(item.hand_in_by >= outside for item in plan.items)


def test_by_hand() -> None:
    """Permit (1 + 10 + 2 days) after siting (1 + 5 + 1), to be in hand on Friday 27 November 2026."""
    siting = Task("A", Days(1), Days(5), Days(1))
    permit = Task("B", Days(1), Days(10), Days(2), strict=("A",))
    frame = Frame(CALENDAR, date(2026, 10, 26))
    plan = lay_back([siting, permit], Way.PARALLEL, frame, date(2026, 11, 27))
    # 27 Nov - 2 = 25 Nov certificate; - 10 - 1 working days = 10 Nov; that of A - 5 - 1 = 2 Nov.
    assert plan.by_code["B"].certificate_by == date(2026, 11, 25)
    assert plan.by_code["B"].hand_in_by == date(2026, 11, 10)
    assert plan.by_code["A"].hand_in_by == date(2026, 11, 2)
    assert (plan.possible, plan.earliest) == (True, date(2026, 11, 20))
    assert not lay_back([siting, permit], Way.PARALLEL, frame, date(2026, 11, 19)).possible
    beside = Task("B", Days(1), Days(10), Days(2), overlap=("A",))
    side = lay_back([siting, beside], Way.DEFERRAL, frame, date(2026, 11, 27))
    assert side.by_code["A"].hand_in_by == date(2026, 11, 17)


def test_a_circle_is_refused() -> None:
    tasks = [Task("A", Days(1), Days(1), Days(1), strict=("B",)), Task("B", Days(1), Days(1), Days(1), strict=("A",))]
    with pytest.raises(PlanError):
        lay_back(tasks, Way.PARALLEL, Frame(CALENDAR, date(2026, 10, 26)), date(2026, 12, 1))


def test_nothing_to_do_is_possible_today() -> None:
    assert lay_back([], Way.PARALLEL, Frame(CALENDAR, date(2026, 10, 26)), date(2026, 10, 26)).items == ()
