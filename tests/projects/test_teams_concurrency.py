"""Two people at once around a problem or a team: one wins, the other is told, nothing happens twice."""

from datetime import datetime

import pytest

from common.errors import HallError
from deadlines import sweep
from deadlines.models import Clock
from ledger.models import Entry
from projects import services
from projects.models import Problem, TeamMember
from projects.services.caretaking import look_after_teams
from projects.services.climbing import climb_late
from tests.approvals.test_concurrency import at_once
from tests.clock import HallClock
from tests.projects.team_scene import MONDAY, Scene, make_team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None, hall_clock: HallClock) -> Scene:
    hall_clock.set(MONDAY)
    return make_team()


def refused(results: list[object]) -> int:
    return sum(isinstance(one, HallError) for one in results)


def test_confirmed_and_rejected_at_once(scene: Scene) -> None:
    problem = scene.raised()
    services.propose_cleared(actor=scene.act("secretary"), problem=problem, solution="已增容")
    results = at_once(
        [
            lambda: services.confirm_cleared(actor=scene.act("owner"), problem=problem),
            lambda: services.reject_cleared(actor=scene.act("owner"), problem=problem, words="没有"),
        ]
    )
    assert refused(results) == 1
    acts = Entry.objects.of("projects.problem", problem.pk).values_list("act", flat=True)
    assert len({"problem.confirmed", "problem.rejected"} & set(acts)) == 1


def test_climbing_twice_and_clearing_at_once(scene: Scene, hall_clock: HallClock) -> None:
    problem = scene.raised()
    hall_clock.set(datetime(2026, 3, 10, 9, 0))  # noqa: DTZ001
    at_once(
        [
            lambda: climb_late([problem.pk]),
            lambda: climb_late([problem.pk]),
            sweep.run,
            lambda: services.propose_cleared(actor=scene.act("secretary"), problem=problem, solution="已增容"),
        ]
    )
    problem = Problem.objects.select_related("clock").get(pk=problem.pk)
    climbs = Entry.objects.filter(act="problem.climbed_late").count()
    # Whoever was first: cleared before it climbed, or climbed once and then the secretary was no longer asked.
    assert (problem.status, problem.level, climbs) in {("proposed", 1, 0), ("open", 2, 1)}
    assert Clock.objects.open().filter(kind="problem").count() == (1 if problem.status == "open" else 0)


def test_an_office_given_to_two_at_once(scene: Scene) -> None:
    services.vacate(actor=scene.act("secretary"), member=scene.seat("secretary"), reason="调离")
    director = scene.act("director")
    key = scene.key
    results = at_once(
        [
            lambda name=name: services.appoint(actor=director, key=key, seat="secretary", user=scene.people[name])
            for name in ("secretary", "secretary2")
        ]
    )
    assert refused(results) == 1
    assert TeamMember.objects.current().filter(seat="secretary").count() == 1


def test_a_problem_raised_while_the_office_changes_hands(scene: Scene) -> None:
    """Whoever comes first, the problem is with who holds the office in the end."""
    for number in range(6):
        member = scene.seat("secretary")
        other = "secretary2" if member.user.username == "secretary" else "secretary"
        at_once(
            [
                lambda number=number: scene.raised(title=f"问题{number}"),
                lambda member=member, other=other: services.hand_over_seat(
                    actor=scene.act("director"), member=member, successor=scene.people[other], note="轮岗"
                ),
            ]
        )
    holder = scene.seat("secretary").user_id
    assert set(Problem.objects.values_list("owner", flat=True)) == {holder}
    assert set(Clock.objects.open().filter(kind="problem").values_list("handler", flat=True)) == {holder}


def test_two_beats_at_once(scene: Scene, hall_clock: HallClock) -> None:
    scene.started(MONDAY.date())
    hall_clock.set(datetime(2026, 4, 1, 9, 0))  # noqa: DTZ001
    assert sorted(at_once([services.begin_reports, services.begin_reports])) == [0, 1]
    scene.people["secretary"].is_active = False
    scene.people["secretary"].save(update_fields=["is_active"])
    assert sum(at_once([look_after_teams, look_after_teams])) == 1
    assert Clock.objects.open().filter(kind="team_vacancy").count() == 1
