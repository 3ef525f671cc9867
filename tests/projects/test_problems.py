"""Problems: owned by a person, climbing by the sweep exactly once, closed by the firm alone."""

from datetime import datetime

import pytest

from accounts.actors import Actor
from accounts.models import User
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from deadlines import sweep
from deadlines.models import Clock
from deadlines.services import hand_over
from ledger.models import Entry
from notifications.models import Message
from projects import services
from projects.models import KeyProject, Problem
from projects.selectors import open_problems
from projects.transitions import PROBLEM
from tests.clock import HallClock
from tests.factories.accounts import make_post, make_user
from tests.factories.enterprises import make_enterprise, make_membership
from tests.projects.team_scene import MONDAY, Scene, make_hall, make_team


@pytest.fixture
def scene(db: None, hall_clock: HallClock) -> Scene:
    hall_clock.set(MONDAY)
    return make_team()


def told(template: str) -> set[str]:
    rows = Message.objects.filter(template=template, channel="inapp")
    return set(rows.values_list("recipient__username", flat=True))


def again(problem: Problem) -> Problem:
    return Problem.objects.select_related("clock", "project__enterprise").get(pk=problem.pk)


ACTS = {"note", "ask", "climb", "propose", "confirm", "reject", "withdraw"}
ALLOWED = {
    ("open", "note"), ("open", "ask"), ("open", "climb"), ("open", "propose"), ("open", "withdraw"),
    ("proposed", "note"), ("proposed", "confirm"), ("proposed", "reject"), ("proposed", "withdraw"),
}  # fmt: skip


@pytest.mark.parametrize("status", Problem.Status.values)
@pytest.mark.parametrize("act", sorted(ACTS))
def test_every_pair_of_status_and_act(status: str, act: str) -> None:
    assert PROBLEM.allows(status, act) == ((status, act) in ALLOWED)


def test_the_secretary_owns_what_the_firm_raises(scene: Scene) -> None:
    problem = scene.raised()
    assert (problem.owner, problem.level, problem.by_firm) == (scene.people["secretary"], 1, True)
    clock = Clock.objects.get(pk=problem.clock_id)
    assert (clock.handler, clock.promised, clock.lawful, clock.expires) == (scene.people["secretary"], 5, None, True)
    assert told("problem.yours") == {"secretary"}
    assert told("problem.raised") == {"chief", "leader"}


def test_raised_elsewhere_with_its_source_and_days(scene: Scene) -> None:
    problem = scene.raised("chief", source=("coordination.Decision", 7), days=3)
    assert (problem.source_type, problem.source_id, problem.clock.promised) == ("coordination.decision", 7, 3)
    assert list(open_problems(projects=[scene.project])) == [problem]
    assert list(open_problems(level=2)) == []


@pytest.mark.parametrize(
    ("fields", "where"), [({"title": " "}, "title"), ({"text": ""}, "text"), ({"days": 0}, "days"),
                          ({"title": "长" * 121}, "title")]
)  # fmt: skip
def test_refused_at_the_field(scene: Scene, fields: dict[str, object], where: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        scene.raised(**fields)
    assert list(refused.value.errors) == [where]


def test_a_stranger_raises_nothing(scene: Scene) -> None:
    stranger = make_user("stranger")
    make_membership(make_enterprise(), stranger)
    with pytest.raises(NotAllowed):
        services.raise_problem(actor=Actor(stranger), project=scene.project, title="x", text="y")


def test_without_a_team_the_director_answers(db: None) -> None:
    scene = make_hall()
    problem = scene.raised()
    assert (problem.owner, problem.level) == (scene.people["director"], 3)


def test_not_cleared_in_time_it_climbs_exactly_once_a_level(scene: Scene, hall_clock: HallClock) -> None:
    problem = scene.raised()
    first = problem.clock_id
    hall_clock.set(datetime(2026, 3, 9, 23, 0))  # noqa: DTZ001  (the fifth day is the 9th)
    sweep.run()
    assert again(problem).level == 1
    hall_clock.set(datetime(2026, 3, 10, 9, 0))  # noqa: DTZ001
    sweep.run()
    sweep.run()
    problem = again(problem)
    assert (problem.level, problem.owner, problem.clock.handler) == (2, scene.people["chief"], scene.people["chief"])
    old = Clock.objects.get(pk=first)
    assert (old.outcome, old.breached_at is not None) == ("late", True)
    assert told("problem.climbed_late") == {"owner", "secretary", "leader"}
    hall_clock.set(datetime(2026, 3, 20, 9, 0))  # noqa: DTZ001
    sweep.run()
    problem = again(problem)
    assert (problem.level, problem.owner, problem.clock.expires) == (3, scene.people["leader"], False)
    hall_clock.set(datetime(2026, 5, 20, 9, 0))  # noqa: DTZ001
    sweep.run()
    assert (again(problem).level, again(problem).clock.light()) == (3, "red")
    assert Entry.objects.filter(act="problem.climbed_late").count() == 2
    assert list(open_problems(late=True)) == [problem]


def test_a_long_sleep_climbs_one_level_and_counts_its_days_from_now(scene: Scene, hall_clock: HallClock) -> None:
    problem = scene.raised()
    hall_clock.set(datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001
    sweep.run()
    problem = again(problem)
    assert (problem.level, problem.clock.light()) == (2, "green")


def test_who_answers_for_two_levels_is_passed_by(scene: Scene, hall_clock: HallClock) -> None:
    """Without a secretary the chief has it; what he does not clear goes to the leader, not to himself."""
    services.vacate(actor=scene.act("secretary"), member=scene.seat("secretary"), reason="调离")
    problem = scene.raised()
    assert problem.owner == scene.people["chief"]
    hall_clock.set(datetime(2026, 3, 12, 9, 0))  # noqa: DTZ001
    sweep.run()
    assert again(problem).owner == scene.people["leader"]


def test_taken_higher_by_hand(scene: Scene) -> None:
    problem = scene.raised()
    with pytest.raises(InvalidInput):
        services.climb_problem(actor=scene.act("secretary"), problem=problem, reason=" ")
    with pytest.raises(NotAllowed):
        services.climb_problem(actor=scene.act("member"), problem=problem, reason="急")
    services.climb_problem(actor=scene.act("secretary"), problem=problem, reason="需跨部门协调")
    services.climb_problem(actor=scene.act("chief"), problem=problem, reason="需领导拍板")
    with pytest.raises(TransitionNotAllowed):
        services.climb_problem(actor=scene.act("leader"), problem=problem, reason="再上")
    assert again(problem).owner == scene.people["leader"]


def test_a_member_works_on_it_while_the_owner_answers(scene: Scene) -> None:
    problem = scene.raised()
    with pytest.raises(InvalidInput):
        services.ask_helper(actor=scene.act("secretary"), problem=problem, helper=scene.people["supervisor"])
    with pytest.raises(NotAllowed):
        services.note_problem(actor=scene.act("member"), problem=problem, text="已现场勘察")
    services.ask_helper(actor=scene.act("secretary"), problem=problem, helper=scene.people["member"], note="请牵头")
    services.note_problem(actor=scene.act("member"), problem=problem, text="已现场勘察")
    with pytest.raises(NotAllowed):
        services.propose_cleared(actor=scene.act("member"), problem=problem, solution="好了")
    assert again(problem).owner == scene.people["secretary"]
    assert told("problem.asked") == {"member"}


def test_only_the_firm_closes_it(scene: Scene, hall_clock: HallClock) -> None:
    problem = scene.raised()
    services.propose_cleared(actor=scene.act("secretary"), problem=problem, solution="已增容")
    assert again(problem).clock.outcome == "met"
    for who in ("secretary", "director", "leader"):
        with pytest.raises(NotAllowed):
            services.confirm_cleared(actor=scene.act(who), problem=problem)
    with pytest.raises(InvalidInput):
        services.reject_cleared(actor=scene.act("owner"), problem=problem, words="")
    hall_clock.travel(hours=2)
    services.reject_cleared(actor=scene.act("owner"), problem=problem, words="夜间仍跳闸")
    problem = again(problem)
    assert (problem.status, problem.rejections, problem.clock.is_open, problem.clock.handler) == (
        "open", 1, True, scene.people["secretary"],
    )  # fmt: skip
    services.propose_cleared(actor=scene.act("secretary"), problem=problem, solution="已换变压器")
    services.confirm_cleared(actor=scene.act("owner"), problem=problem)
    with pytest.raises(TransitionNotAllowed):
        services.confirm_cleared(actor=scene.act("owner"), problem=problem)
    assert again(problem).status == "closed"
    assert told("problem.confirmed") == {"secretary", "chief", "leader"}


def test_silence_reminds_and_never_closes(scene: Scene, hall_clock: HallClock) -> None:
    problem = scene.raised()
    services.propose_cleared(actor=scene.act("secretary"), problem=problem, solution="已增容")
    assert services.remind_silent_firms() == 0
    for number in (1, 2):
        hall_clock.travel(days=8)
        assert services.remind_silent_firms() == 1
        assert services.remind_silent_firms() == 0
        sweep.run()
        assert (again(problem).status, again(problem).reminders) == ("proposed", number)
    assert told("problem.remind_firm") == {"owner"}
    assert told("problem.firm_silent") == {"secretary", "leader"}


def test_withdrawn_by_who_raised_it(scene: Scene) -> None:
    problem = scene.raised("chief")
    with pytest.raises(NotAllowed):
        services.withdraw_problem(actor=scene.act("secretary"), problem=problem, reason="重复")
    services.withdraw_problem(actor=scene.act("chief"), problem=problem, reason="重复")
    assert (again(problem).status, again(problem).clock.outcome) == ("withdrawn", "cancelled")


def test_owner_and_clock_agree_when_it_changes_hands(scene: Scene) -> None:
    problem = scene.raised()
    hand_over(actor=Actor.system(), clock_id=problem.clock_id, to_user_id=scene.people["secretary2"].pk,
              cause="reassignment")  # fmt: skip
    problem = again(problem)
    assert problem.owner == problem.clock.handler == scene.people["secretary2"]


def test_who_sees_it(scene: Scene) -> None:
    problem = scene.raised()
    stranger = make_user("stranger")
    make_membership(make_enterprise(), stranger)
    other = make_user("other", name="别处秘书")
    make_post(other, scene.departments["street"], "officer")

    def sees(user: User) -> bool:
        return Problem.objects.visible_to(user).filter(pk=problem.pk).exists()

    seen_by = ["secretary", "chief", "leader", "director", "supervisor", "member"]
    assert [name for name in seen_by if not sees(scene.people[name])] == []
    assert sees(scene.owner)
    assert not sees(stranger)
    assert not sees(other)
    assert not sees(scene.people["secretary2"])
    # The firm sees its project once it is on the list, a stranger never.
    assert KeyProject.objects.visible_to(scene.owner).count() == 1
    assert KeyProject.objects.visible_to(stranger).count() == 0
