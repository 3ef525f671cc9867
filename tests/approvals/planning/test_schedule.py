"""The plan against a slow reference that lives through it day by day, and what must hold for every plan."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.planning.comparing import compare, construction_start
from approvals.planning.critical import codes_on, make_schedule
from approvals.planning.schedule import Days, Frame, Known, PlanError, StepDays, Task, Way, in_order, lay_out
from deadlines.workdays import Calendar, DayKind, Special

DAY = timedelta(days=1)
HOLIDAYS = {
    date(2026, 10, day): Special(DayKind.HOLIDAY, "国庆节") for day in range(1, 8)
} | {date(2026, 9, 20): Special(DayKind.MAKEUP), date(2026, 10, 10): Special(DayKind.MAKEUP)}  # fmt: skip
CALENDAR = Calendar(first_year=2026, last_year=2032, published=[2026], specials=HOLIDAYS)

days = st.builds(Days, st.integers(0, 12), st.sampled_from(["workday", "workday", "calendar"]))


@st.composite
def plans(draw: st.DrawFn) -> list[Task]:
    """Up to seven matters; each may wait for earlier ones, in one of the two ways."""
    tasks: list[Task] = []
    for number in range(draw(st.integers(1, 7))):
        kinds = [draw(st.sampled_from(["none", "none", "strict", "overlap"])) for _ in tasks]
        tasks.append(
            Task(
                f"M{number}",
                acceptance=Days(draw(st.integers(0, 5))),
                decision=draw(days),
                delivery=Days(draw(st.integers(0, 10))),
                notice=draw(st.none() | days),
                strict=tuple(t.code for t, kind in zip(tasks, kinds, strict=True) if kind == "strict"),
                overlap=tuple(t.code for t, kind in zip(tasks, kinds, strict=True) if kind == "overlap"),
            )
        )
    return draw(st.permutations(tasks))


starts = st.dates(date(2026, 8, 1), date(2027, 2, 1))


class Walker:
    """One matter lived through from day to day. A duty ends on the day on which its last day is counted."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.budgets = [task.notice or Days(0, "calendar"), task.acceptance, task.decision]
        self.ends: list[date] = []
        self.begins: date | None = None
        self.certificate: date | None = None
        self.delivered: date | None = None


def counted(budget: Days, since: date, today: date) -> bool:
    """Whether the budget that began on ``since`` ends today, counted one by one."""
    if budget.amount == 0 and budget.unit == "calendar":
        return today == since
    if budget.amount == 0:
        day = since
        while not CALENDAR.is_workday(day):
            day += DAY
        return today == day
    number, day = 0, since
    while number < budget.amount:
        day += DAY
        number += budget.unit == "calendar" or CALENDAR.is_workday(day)
    return today == day


def live(tasks: Sequence[Task], way: Way, start: date) -> dict[str, Walker]:
    walkers = {task.code: Walker(task) for task in in_order(tasks)}
    order = list(walkers)
    today = start
    while any(one.delivered is None for one in walkers.values()):
        for _round in range(4 * len(order)):  # what ends today may let others begin and end today
            for place, one in enumerate(walkers.values()):
                step(one, walkers, order[place - 1] if place else None, way, today)
        today += DAY
    return walkers


def step(one: Walker, walkers: dict[str, Walker], before: str | None, way: Way, today: date) -> None:
    task = one.task
    follows = [walkers[code].certificate for code in task.overlap]
    if one.begins is None:
        needed = [walkers[code].certificate for code in task.strict] + ([] if way == Way.DEFERRAL else follows)
        if way == Way.SEQUENTIAL and before is not None:
            needed.append(walkers[before].delivered)
        if not there(needed, today):
            return
        one.begins = today
    if len(one.ends) < 3 and counted(one.budgets[len(one.ends)], (one.ends or [one.begins])[-1], today):
        one.ends.append(today)
    issues = way != Way.DEFERRAL or there(follows, today)
    if len(one.ends) == 3 and one.certificate is None and issues:
        one.certificate = today
    if one.certificate and one.delivered is None and counted(task.delivery, one.certificate, today):
        one.delivered = today


def there(days: Sequence[date | None], today: date) -> bool:
    return all(day is not None and day <= today for day in days)


@settings(max_examples=150, deadline=None)
@given(plans(), st.sampled_from(list(Way)), starts)
def test_dates_are_those_of_the_slow_reference(tasks: list[Task], way: Way, start: date) -> None:
    quick = lay_out(tasks, way, Frame(CALENDAR, start))
    slow = live(tasks, way, start)
    assert {
        code: (item.begins, item.accepted, item.decided, item.certificate, item.delivered)
        for code, item in quick.items()
    } == {code: (one.begins, *one.ends[1:], one.certificate, one.delivered) for code, one in slow.items()}


@settings(max_examples=200, deadline=None)
@given(plans(), starts)
def test_each_way_is_at_most_as_long_as_the_one_before(tasks: list[Task], start: date) -> None:
    found = compare(tasks, tasks, Frame(CALENDAR, start))
    assert found is not None
    sequential, parallel, deferral = (found.ways[way] for way in Way)
    assert deferral.ends <= parallel.ends <= sequential.ends
    for code, item in deferral.by_code.items():
        assert item.delivered <= parallel.by_code[code].delivered <= sequential.by_code[code].delivered
    saved = found.saved(Way.DEFERRAL)
    assert (saved.days, saved.workdays) == (
        (sequential.ends - deferral.ends).days,
        CALENDAR.count(deferral.ends, sequential.ends),
    )


@settings(max_examples=200, deadline=None)
@given(plans(), st.sampled_from(list(Way)), starts)
def test_nothing_begins_before_its_prerequisites(tasks: list[Task], way: Way, start: date) -> None:
    placed = lay_out(tasks, way, Frame(CALENDAR, start))
    for task in tasks:
        item = placed[task.code]
        assert start <= item.begins <= item.noticed <= item.accepted <= item.decided <= item.certificate
        assert item.certificate <= item.delivered
        assert all(placed[code].certificate <= item.begins for code in task.strict)
        if way == Way.DEFERRAL:
            assert all(placed[code].certificate <= item.certificate for code in task.overlap)
        else:
            assert all(placed[code].certificate <= item.begins for code in task.overlap)


@settings(max_examples=200, deadline=None)
@given(plans(), st.sampled_from(list(Way)), starts)
def test_critical_path_is_the_whole_length_and_has_no_slack(tasks: list[Task], way: Way, start: date) -> None:
    plan = make_schedule(tasks, way, Frame(CALENDAR, start))
    assert plan.path[0].starts == start
    assert plan.path[-1].ends == plan.ends
    assert all(a.ends == b.starts for a, b in zip(plan.path, plan.path[1:], strict=False))
    assert sum((leg.ends - leg.starts).days for leg in plan.path) == plan.days
    assert sum(CALENDAR.count(leg.starts, leg.ends) for leg in plan.path) == plan.workdays
    for code in codes_on(plan.path):
        assert (plan.by_code[code].slack, plan.by_code[code].critical) == (0, True)


@settings(max_examples=150, deadline=None)
@given(plans(), st.sampled_from(list(Way)), starts, st.data())
def test_slack_can_be_used_and_no_more(tasks: list[Task], way: Way, start: date, data: st.DataObject) -> None:
    """Put a certificate off by its slack and the end stays; one working day more and the end moves."""
    frame = Frame(CALENDAR, start)
    plan = make_schedule(tasks, way, frame)
    code = data.draw(st.sampled_from([item.code for item in plan.items]))
    item = plan.by_code[code]
    if item.critical:
        return

    def end_with(certificate: date) -> date:
        late = [replace(t, known=Known(certificate=certificate)) if t.code == code else t for t in tasks]
        return max(one.delivered for one in lay_out(late, way, frame).values())

    latest = CALENDAR.add(item.certificate, item.slack) if item.slack else item.certificate
    assert end_with(latest) == plan.ends
    assert end_with(CALENDAR.add(item.certificate, item.slack + 1)) > plan.ends


@settings(max_examples=200, deadline=None)
@given(plans(), st.sampled_from([Way.PARALLEL, Way.DEFERRAL]), starts, st.data())
def test_another_prerequisite_never_shortens(tasks: list[Task], way: Way, start: date, data: st.DataObject) -> None:
    order = in_order(tasks)
    later = data.draw(st.integers(0, len(order) - 1))
    if later == 0:
        return
    earlier = order[data.draw(st.integers(0, later - 1))].code
    task = order[later]
    kind = data.draw(st.sampled_from(["strict", "overlap"]))
    more = replace(task, **{kind: (*getattr(task, kind), earlier)})
    before = make_schedule(order, way, Frame(CALENDAR, start))
    after = make_schedule([more if one is task else one for one in order], way, Frame(CALENDAR, start))
    assert after.ends >= before.ends


def simple(code: str, *, days: int = 5, **more: object) -> Task:
    return Task(code, Days(1), Days(days), Days(2), **more)


# A Tuesday with two ordinary weeks behind it.
START = date(2026, 11, 24)


def test_three_ways_of_a_small_project() -> None:
    tasks = [simple("LX01", days=1), simple("GC01", days=10, overlap=("LX01",)), simple("SG01", strict=("GC01",))]
    found = compare(tasks, [replace(t, decision=Days(20)) for t in tasks], Frame(CALENDAR, START))
    assert found is not None
    # One after the other: 1+1+2, 1+10+2, 1+5+2.
    assert found.ways[Way.SEQUENTIAL].workdays == 4 + 13 + 8
    # Side by side nobody waits for the deliveries in between.
    assert found.ways[Way.PARALLEL].workdays == 2 + 11 + 8
    # With deferral the second begins at once.
    assert found.ways[Way.DEFERRAL].workdays == 11 + 8
    assert found.saved(Way.PARALLEL).workdays == 4
    assert found.lawful[Way.SEQUENTIAL].workdays == 3 * 23
    assert found.construction(Way.DEFERRAL) == CALENDAR.add(START, 19)
    assert codes_on(found.ways[Way.PARALLEL].path) == ["LX01", "GC01", "SG01"]
    assert codes_on(found.ways[Way.DEFERRAL].path) == ["GC01", "SG01"]
    assert found.ways[Way.DEFERRAL].by_code["LX01"].slack == 9
    assert found.ways[Way.DEFERRAL].by_code["GC01"].follows == ("LX01",)


def test_certificate_waits_for_the_one_that_follows() -> None:
    tasks = [simple("LX07", days=20), simple("LX05", overlap=("LX07",))]
    item = make_schedule(tasks, Way.DEFERRAL, Frame(CALENDAR, START)).by_code["LX05"]
    assert (item.decided, item.certificate) == (CALENDAR.add(START, 6), CALENDAR.add(START, 21))


def test_construction_permit_that_is_not_in_the_plan() -> None:
    assert construction_start(make_schedule([simple("LX01")], Way.PARALLEL, Frame(CALENDAR, START))) is None
    assert compare([], [], Frame(CALENDAR, START)) is None


def test_public_notice_comes_before_acceptance() -> None:
    task = replace(simple("QY03", days=1), notice=Days(20, "calendar"))
    item = make_schedule([task], Way.PARALLEL, Frame(CALENDAR, START)).by_code["QY03"]
    assert item.noticed == START + 20 * DAY
    assert item.accepted == CALENDAR.add(item.noticed, 1)


def test_steps_run_along_the_longest_way() -> None:
    steps = (StepDays("join", 1, ("a", "b")), StepDays("a", 2), StepDays("b", 3))
    item = make_schedule([simple("GC01", steps=steps)], Way.PARALLEL, Frame(CALENDAR, START)).by_code["GC01"]
    ends = {one.code: one.ends for one in item.steps}
    assert ends == {code: CALENDAR.add(item.accepted, days) for code, days in (("a", 2), ("b", 3), ("join", 4))}


def test_certificate_of_another_application_is_waited_for() -> None:
    outside = CALENDAR.add(START, 8)
    frame = Frame(CALENDAR, START, given={"LX01": outside})
    plan = make_schedule([simple("GC01", strict=("LX01",))], Way.PARALLEL, frame)
    assert plan.by_code["GC01"].begins == outside
    assert [(leg.code, leg.kind) for leg in plan.path] == [("LX01", "outside"), ("GC01", "work"), ("GC01", "delivery")]


def test_what_happened_counts_and_nothing_to_come_is_past() -> None:
    today = CALENDAR.add(START, 9)
    known = Known(begins=START, accepted=CALENDAR.add(START, 1))
    tasks = [simple("LX01", days=3, known=known), simple("GC01", strict=("LX01",))]
    placed = lay_out(tasks, Way.PARALLEL, Frame(CALENDAR, START, today=today))
    # Five working days late already: it can't be decided before today.
    assert placed["LX01"].decided == today
    assert placed["GC01"].begins == today


def test_a_running_clock_says_another_day_than_the_budget() -> None:
    due = CALENDAR.add(START, 30)
    known = Known(begins=START, accepted=START, decide_by=due)
    placed = lay_out([simple("LX01", known=known)], Way.PARALLEL, Frame(CALENDAR, START, today=START))
    assert placed["LX01"].decided == due


def test_dates_in_a_year_without_calendar_are_provisional() -> None:
    plan = make_schedule([simple("A"), simple("B", days=40, strict=("A",))], Way.PARALLEL, Frame(CALENDAR, START))
    assert (plan.by_code["A"].provisional, plan.by_code["B"].provisional, plan.provisional) == (False, True, True)


def test_a_circle_is_refused() -> None:
    with pytest.raises(PlanError, match="A, B"):
        in_order([simple("A", strict=("B",)), simple("B", overlap=("A",))])
    with pytest.raises(PlanError):
        lay_out([simple("A", steps=(StepDays("x", 1, ("y",)),))], Way.PARALLEL, Frame(CALENDAR, START))
