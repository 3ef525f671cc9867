"""Joint handling and deemed agreement on real connections: what two do at once happens once."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals import services
from approvals.models import Case, JointHandling, Opinion, Step
from common.errors import InvalidInput
from deadlines import sweep
from deadlines.models import Clock, Extension
from deadlines.services import stop_clock
from ledger.models import Entry
from tests.approvals.joint_scene import ask, group, leader, start
from tests.approvals.scene import Scene, make_scene
from tests.approvals.test_concurrency import at_once, winners
from tests.approvals.test_silence import CONSULTED
from tests.clock import HallClock

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    return make_scene()


def up_to_approval(scene: Scene, case: Case) -> Step:
    """Everything but the second person's approval."""
    for code, who in (("a", "lead"), ("b", "planning"), ("c", "city")):
        services.complete_review(actor=scene.act(scene.reviewers[who]), step=scene.step(case, code), agrees=True)
    step = scene.step(case, "decide")
    return services.propose_decision(actor=scene.act(scene.reviewer), step=step, decision="granted")


def approve(scene: Scene, step: Step) -> Callable[[], Any]:
    return lambda: services.approve_proposal(actor=scene.act(scene.approver), step=step)


def test_the_last_two_decided_at_once_end_it_once(hall: Scene) -> None:
    for _ in range(ROUNDS):
        cases = group(hall)
        joint = start(hall, cases)
        steps = [up_to_approval(hall, case) for case in cases]
        assert len(winners(at_once([approve(hall, step) for step in steps]))) == 2
        joint.refresh_from_db()
        joint.clock.refresh_from_db()
        last = max(hall.fresh(case).decided_at for case in cases)
        assert (joint.ended_at, joint.clock.finished_at, joint.clock.outcome) == (last, last, "met")
    assert Entry.objects.filter(act="application.joint_ended").count() == ROUNDS


def test_one_decided_and_one_withdrawn_at_once(hall: Scene) -> None:
    for _ in range(ROUNDS):
        one, other = group(hall)
        joint = start(hall, [one, other])
        step = up_to_approval(hall, one)
        withdraw = lambda case=other: services.withdraw_case(actor=hall.act(hall.owner), case=case)  # noqa: E731
        assert len(winners(at_once([approve(hall, step), withdraw]))) == 2
        joint.refresh_from_db()
        assert joint.ended_at == hall.fresh(one).decided_at


def test_the_end_and_a_decision_on_more_time_do_not_block_each_other(hall: Scene) -> None:
    boss = leader(hall)
    for _ in range(ROUNDS):
        cases = group(hall)
        joint = start(hall, cases)
        extension = ask(hall, joint)
        steps = [up_to_approval(hall, case) for case in cases]
        extend = lambda joint=joint, pk=extension.pk: services.decide_joint_extension(  # noqa: E731
            actor=hall.act(boss), joint=joint, extension_id=pk, approve=True
        )
        assert len(winners(at_once([*(approve(hall, step) for step in steps), extend]))) >= 2
        joint.refresh_from_db()
        assert not joint.is_open
    assert not Extension.objects.filter(status="asked").exists()
    assert not Clock.objects.open().filter(kind__in=["joint", "extension"]).exists()


def test_two_clerks_start_with_the_same_cases(hall: Scene) -> None:
    cases = group(hall, 3)
    acts = [lambda some=some: start(hall, list(some)) for some in (cases[:2], cases[1:])]
    results = at_once(acts)
    assert sorted(type(one).__name__ for one in results) == ["InvalidInput", "JointHandling"]
    assert next(one for one in results if isinstance(one, InvalidInput)).errors.keys() == {"cases"}
    assert JointHandling.objects.count() == 1
    assert Clock.objects.filter(kind="joint").count() == 1


def test_starting_while_one_of_them_is_decided(hall: Scene) -> None:
    """Either the case is in and its leaving is noticed, or the window is told that it is too late."""
    for _ in range(ROUNDS):
        cases = group(hall)
        step = up_to_approval(hall, cases[0])
        at_once([approve(hall, step), lambda cases=cases: start(hall, cases)])
        joint = JointHandling.objects.filter(cases__in=cases).first()
        assert hall.fresh(cases[0]).status == "decided"
        if joint is not None:
            assert joint.is_open
            assert joint.cases.filter(status="reviewing").count() == 1


def test_an_opinion_and_two_sweeps_at_the_same_moment(hall: Scene, hall_clock: HallClock) -> None:
    matter = hall.matter(steps=CONSULTED)
    cases = []
    for _ in range(ROUNDS):
        (case,) = services.submit_application(actor=hall.act(hall.owner), application=hall.draft(matter))
        hall.mark_complete(case)
        cases.append(services.accept_case(actor=hall.act(hall.clerk), case=case, hand_over=True))
    hall_clock.travel(days=20)
    planning = hall.act(hall.reviewers["planning"])
    for case in cases:
        review = lambda case=case: services.complete_review(  # noqa: E731
            actor=planning, step=hall.step(case, "b"), agrees=False, text="不同意"
        )
        at_once([review, sweep.run, sweep.run])
    assert Opinion.objects.filter(step__code="b").count() == ROUNDS
    assert Step.objects.filter(code="b", status="done").count() == ROUNDS
    assert Step.objects.filter(code="c", status="open").count() == ROUNDS
    assert Entry.objects.filter(act__in=["step.deemed_agreed", "step.completed"]).count() == ROUNDS


def test_a_stop_of_a_step_and_a_decision_on_more_time(hall: Scene) -> None:
    """The stop goes from the inner clock outwards, the decision from the cases to the joint clock."""
    boss = leader(hall)
    for _ in range(ROUNDS):
        cases = group(hall)
        joint = start(hall, cases)
        extension = ask(hall, joint)
        step = hall.step(cases[1], "b")
        stop = lambda step=step: stop_clock(  # noqa: E731
            actor=hall.act(hall.reviewers["planning"]), clock_id=step.clock_id, ground="testing", reason="检测",
            planned_days=3,
        )  # fmt: skip
        extend = lambda joint=joint, pk=extension.pk: services.decide_joint_extension(  # noqa: E731
            actor=hall.act(boss), joint=joint, extension_id=pk, approve=True
        )
        assert len(winners(at_once([stop, extend]))) == 2
        joint.clock.refresh_from_db()
        assert (joint.clock.extended, joint.clock.light()) == (15, "stopped")


def test_a_stop_while_joint_handling_starts(hall: Scene) -> None:
    for _ in range(ROUNDS):
        cases = group(hall)
        step = hall.step(cases[1], "b")
        stop = lambda step=step: stop_clock(  # noqa: E731
            actor=hall.act(hall.reviewers["planning"]), clock_id=step.clock_id, ground="testing", reason="检测",
            planned_days=3,
        )  # fmt: skip
        results = winners(at_once([stop, lambda cases=cases: start(hall, cases)]))
        joint = next(one for one in results if isinstance(one, JointHandling))
        joint.clock.refresh_from_db()
        assert (len(results), joint.clock.light()) == (2, "stopped")
