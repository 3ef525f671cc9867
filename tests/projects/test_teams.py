"""Service teams: one holder of an office at a time, duties that pass over at once, no duty without a person."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Post
from common.errors import InvalidInput, NotAllowed
from common.time import now, today
from deadlines.models import Clock, Handover
from deadlines.services import run_stand_ins
from projects import services
from projects.models import Problem, TeamMember
from projects.services.caretaking import look_after_teams
from tests.clock import HallClock
from tests.factories.absences import make_absence
from tests.projects.team_scene import MONDAY, Scene, make_team


@pytest.fixture
def scene(db: None, hall_clock: HallClock) -> Scene:
    hall_clock.set(MONDAY)
    return make_team()


def handler_of(problem: Problem) -> str:
    row = Problem.objects.select_related("clock__handler", "owner").get(pk=problem.pk)
    assert row.clock.handler == row.owner
    return row.owner.username


def test_appointing_fills_the_vacancies(scene: Scene) -> None:
    assert not Clock.objects.open().filter(kind="team_vacancy").exists()
    assert set(Clock.objects.filter(kind="team_vacancy").values_list("outcome", flat=True)) == {"met"}


@pytest.mark.parametrize(
    ("seat", "who"),
    [("leader", "chief"), ("secretary", "chief"), ("chief", "member"), ("chief", "secretary"), ("secretary", "leader")],
)
def test_an_office_asks_for_a_post_and_another_person(scene: Scene, seat: str, who: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.appoint(actor=scene.act("director"), key=scene.key, seat=seat, user=scene.people[who], reason="调整")
    assert list(refused.value.errors) == ["user"]


def test_only_director_and_leader_appoint(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        services.appoint(
            actor=scene.act("chief"), key=scene.key, seat="secretary", user=scene.people["secretary2"], reason="x"
        )
    with pytest.raises(InvalidInput):
        services.appoint(actor=scene.act("leader"), key=scene.key, seat="secretary", user=scene.people["secretary2"])


def test_the_database_lets_no_two_hold_an_office(scene: Scene) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(
            key=scene.key, seat="chief", user=scene.people["secretary2"], department=scene.departments["street"],
            starts_at=now() + timedelta(days=30),
        )  # fmt: skip


def test_hand_over_passes_every_duty_at_once(scene: Scene, hall_clock: HallClock) -> None:
    scene.started(date(2026, 2, 10))
    services.plan_milestones(actor=scene.act("secretary"), key=scene.key, dates={4: date(2026, 9, 1)})
    services.begin_reports()
    problem = scene.raised()
    waiting = scene.raised(title="道路开口")
    services.propose_cleared(actor=scene.act("secretary"), problem=waiting, solution="已批")
    hall_clock.travel(hours=1)
    with pytest.raises(InvalidInput):
        services.hand_over_seat(
            actor=scene.act("secretary"), member=scene.seat("secretary"), successor=scene.people["secretary2"], note=""
        )
    services.hand_over_seat(
        actor=scene.act("secretary"), member=scene.seat("secretary"), successor=scene.people["secretary2"],
        note="供电问题正在协调，联系人王工。",
    )  # fmt: skip
    new = scene.people["secretary2"]
    assert handler_of(problem) == "secretary2"
    waiting.refresh_from_db()
    assert waiting.owner == new
    mine = Clock.objects.open().filter(handler=new)
    assert sorted(mine.values_list("kind", flat=True)) == ["milestone", "problem"]
    assert {clock.department for clock in mine} == {scene.departments["street"]}
    assert Handover.objects.filter(to_user=new).count() == 2
    seat = scene.seat("secretary")
    assert seat.waits_for_receipt
    with pytest.raises(NotAllowed):
        services.receive_seat(actor=scene.act("secretary"), member=seat)
    services.receive_seat(actor=scene.act("secretary2"), member=seat)
    assert scene.seat("secretary").received_at is not None


def test_an_empty_office_has_the_next_one_above_and_a_duty_of_the_director(scene: Scene) -> None:
    problem = scene.raised()
    services.vacate(actor=scene.act("secretary"), member=scene.seat("secretary"), reason="调离")
    assert handler_of(problem) == "chief"
    assert Clock.objects.open().get(kind="team_vacancy").role == "director"
    services.appoint(actor=scene.act("director"), key=scene.key, seat="secretary", user=scene.people["secretary2"])
    assert handler_of(problem) == "secretary2"
    assert not Clock.objects.open().filter(kind="team_vacancy").exists()


def test_who_leaves_his_post_leaves_his_office(scene: Scene) -> None:
    problem = scene.raised()
    Post.objects.filter(user=scene.people["secretary"]).update(ends_on=today() - timedelta(days=1))
    run_stand_ins()
    assert look_after_teams() == 1
    assert look_after_teams() == 0
    assert handler_of(problem) == "chief"
    assert Clock.objects.open().filter(kind="team_vacancy").count() == 1
    assert not Clock.objects.alarmed().exists()


def test_with_nobody_left_the_director_answers(scene: Scene) -> None:
    problem = scene.raised()
    for name in ("secretary", "chief", "leader"):
        scene.people[name].is_active = False
        scene.people[name].save(update_fields=["is_active"])
    assert look_after_teams() == 3
    assert handler_of(problem) == "director"
    assert Clock.objects.open().filter(kind="team_vacancy").count() == 3


def test_the_substitute_has_it_while_the_holder_is_away(scene: Scene, hall_clock: HallClock) -> None:
    problem = scene.raised()
    make_absence(scene.people["secretary"], scene.people["secretary2"])
    run_stand_ins()
    assert handler_of(problem) == "secretary2"
    # He may do the work, and a change elsewhere in the team does not take it from him.
    services.vacate(actor=scene.act("chief"), member=scene.seat("chief"), reason="借调")
    assert handler_of(problem) == "secretary2"
    services.note_problem(actor=scene.act("secretary2"), problem=problem, text="已联系供电公司")
    hall_clock.travel(days=10)
    run_stand_ins()
    assert handler_of(problem) == "secretary"


def test_members_come_and_go(scene: Scene) -> None:
    problem = scene.raised()
    services.ask_helper(actor=scene.act("secretary"), problem=problem, helper=scene.people["member"])
    with pytest.raises(InvalidInput):
        services.add_member(actor=scene.act("chief"), key=scene.key, user=scene.people["member"])
    with pytest.raises(NotAllowed):
        services.add_member(actor=scene.act("member"), key=scene.key, user=scene.people["secretary2"])
    member = TeamMember.objects.current().get(seat="member")
    services.remove_member(actor=scene.act("chief"), member=member, reason="调整分工")
    problem.refresh_from_db()
    assert problem.helper is None
