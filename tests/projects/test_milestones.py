"""The six points of a key project: planned, planned anew, reached in order; the next one has a clock."""

from datetime import date, datetime

import pytest

from common.errors import InvalidInput, NotAllowed
from common.time import end_of_day
from deadlines.models import Clock
from ledger.models import Entry
from projects import services
from projects.models import Milestone
from tests.clock import HallClock
from tests.projects.team_scene import MONDAY, Scene, make_team


@pytest.fixture
def scene(db: None, hall_clock: HallClock) -> Scene:
    hall_clock.set(MONDAY)
    return make_team()


def plan(scene: Scene, reason: str = "", **dates: date | None) -> None:
    named = {int(name[1:]): day for name, day in dates.items()}
    services.plan_milestones(actor=scene.act("secretary"), key=scene.key, dates=named, reason=reason)


def reach(scene: Scene, point: int, day: date, reason: str = "") -> None:
    services.reach_milestone(actor=scene.act("secretary"), key=scene.key, point=point, reached_on=day, reason=reason)


def running() -> list[tuple[int, object]]:
    rows = Milestone.objects.filter(clock__finished_at=None, clock__isnull=False).select_related("clock")
    return [(row.point, row.clock.due_at) for row in rows]


def test_the_next_planned_one_has_the_clock(scene: Scene) -> None:
    # A Saturday: the day is the day that was planned.
    plan(scene, p1=date(2026, 3, 14), p2=date(2026, 6, 1), p3=date(2026, 9, 1))
    assert running() == [(1, end_of_day(date(2026, 3, 14)))]
    assert Clock.objects.open().get(kind="milestone").handler == scene.people["secretary"]
    reach(scene, 1, date(2026, 3, 2))
    assert running() == [(2, end_of_day(date(2026, 6, 1)))]
    assert Clock.objects.filter(kind="milestone").exclude(finished_at=None).get().outcome == "met"


def test_a_day_that_has_passed_when_its_turn_comes_is_late_at_once(scene: Scene, hall_clock: HallClock) -> None:
    plan(scene, p1=date(2026, 3, 10), p2=date(2026, 3, 20))
    hall_clock.set(datetime(2026, 4, 1, 9, 0))  # noqa: DTZ001
    reach(scene, 1, date(2026, 3, 31))
    assert running() == [(2, end_of_day(date(2026, 3, 20)))]
    assert Clock.objects.open().get(kind="milestone").light() == "red"


def test_planning_anew_needs_a_reason_and_keeps_the_first_day(scene: Scene) -> None:
    plan(scene, p1=date(2026, 3, 10))
    with pytest.raises(InvalidInput) as refused:
        plan(scene, p1=date(2026, 4, 10))
    assert list(refused.value.errors) == ["reason"]
    plan(scene, "资金未到位", p1=date(2026, 4, 10))
    row = Milestone.objects.get(point=1)
    assert (row.first_planned_on, row.planned_on, row.replanned) == (date(2026, 3, 10), date(2026, 4, 10), 1)
    assert running() == [(1, end_of_day(date(2026, 4, 10)))]
    assert Entry.objects.get(act="milestone.replanned").data["from"] == "2026-03-10"


@pytest.mark.parametrize(
    ("dates", "where"),
    [
        ({"p1": date(2026, 2, 1)}, "point_1"),
        ({"p1": date(2026, 9, 1), "p2": date(2026, 8, 1)}, "point_2"),
        ({"p1": date(2066, 9, 1)}, "point_1"),
    ],
)
def test_a_plan_out_of_order_is_refused_at_its_field(scene: Scene, dates: dict[str, date], where: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan(scene, **dates)
    assert list(refused.value.errors) == [where]
    assert running() == []


def test_reached_in_order_and_never_in_the_future(scene: Scene) -> None:
    for point, day in ((2, date(2026, 3, 1)), (1, date(2026, 3, 3))):
        with pytest.raises(InvalidInput):
            reach(scene, point, day)
    reach(scene, 1, date(2026, 1, 10))
    with pytest.raises(InvalidInput):
        reach(scene, 2, date(2026, 1, 9))
    reach(scene, 2, date(2026, 1, 20))
    with pytest.raises(InvalidInput):
        reach(scene, 1, date(2026, 1, 11))
    reach(scene, 1, date(2026, 1, 11), "合同日期为准")
    with pytest.raises(InvalidInput):
        reach(scene, 1, date(2026, 1, 21), "笔误")
    with pytest.raises(NotAllowed):
        services.reach_milestone(actor=scene.act("member"), key=scene.key, point=3, reached_on=date(2026, 2, 1))


def test_production_moves_the_stage_and_nothing_moves_it_back(scene: Scene) -> None:
    for point in range(1, 6):
        reach(scene, point, date(2026, 2, point))
    scene.project.refresh_from_db()
    assert scene.project.stage == "production"
    assert Entry.objects.filter(act="project.stage_reached").count() == 1
