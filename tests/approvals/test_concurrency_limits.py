"""Limits changed by two people at once, on real connections: one wins, dates and stops agree afterwards."""

import pytest

from approvals import services
from approvals.models import Case
from deadlines.models import Clock, Extension, Stop
from ledger.selectors import first_break
from tests.approvals.scene import PARALLEL, Scene, make_scene
from tests.approvals.test_concurrency import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
STOP = {"ground": "hearing", "reason": "听证", "planned_days": 3}


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    return make_scene()


def test_stopping_while_a_colleague_proposes(hall: Scene) -> None:
    """A proposal never waits for approval while its step stands still."""
    for _ in range(ROUNDS):
        step = hall.step(hall.reviewing(), "decide")
        acts = [
            lambda step=step: services.begin_special_procedure(actor=hall.act(hall.head), step=step, **STOP),
            lambda step=step: services.propose_decision(actor=hall.act(hall.reviewer), step=step, decision="granted"),
        ]
        assert len(winners(at_once(acts))) == 1
        step.refresh_from_db()
        stopped = Clock.objects.get(pk=step.clock_id).stopped_at is not None
        assert (step.status, stopped) in (("open", True), ("proposed", False))


def test_three_departments_stop_at_once_and_go_on_at_once(hall: Scene) -> None:
    for _ in range(ROUNDS):
        case = hall.reviewing(steps=PARALLEL)
        steps = [(hall.step(case, code), hall.reviewers[who]) for code, who in zip("abc", hall.reviewers, strict=True)]
        begins = [
            lambda step=step, who=who: services.begin_special_procedure(actor=hall.act(who), step=step, **STOP)
            for step, who in steps
        ]
        assert len(winners(at_once(begins))) == 3
        whole = Clock.objects.get(pk=Case.objects.get(pk=case.pk).clock_id)
        stops = Stop.objects.filter(clock__parent=whole)
        assert whole.stopped_at == min(stop.starts_at for stop in stops)
        ends = [
            lambda step=step, who=who: services.end_special_procedure(actor=hall.act(who), step=step)
            for step, who in steps
        ]
        assert len(winners(at_once(ends))) == 3
        assert not Clock.objects.filter(pk=whole.pk, stopped_at__isnull=False).exists()
        assert stops.filter(ends_at=None).count() == 0
    assert first_break() is None


def test_beginning_twice_is_beginning_once(hall: Scene) -> None:
    for _ in range(ROUNDS):
        step = hall.step(hall.reviewing(), "decide")
        acts = [
            lambda step=step, who=who: services.begin_special_procedure(actor=hall.act(who), step=step, **STOP)
            for who in (hall.reviewer, hall.head)
        ]
        assert len(winners(at_once(acts))) == 1
        assert Stop.objects.filter(clock=step.clock_id).count() == 1


def test_approving_an_extension_while_the_case_is_decided(hall: Scene) -> None:
    """Either order is fine; afterwards nothing waits, and a decided case was extended before or not at all."""
    for _ in range(ROUNDS):
        step = hall.proposed()
        extension = services.ask_more_time(actor=hall.act(hall.reviewer), step=step, amount=5, reason="复杂")
        acts = [
            lambda extension=extension: services.decide_more_time(
                actor=hall.act(hall.head), extension=extension, approve=True
            ),
            lambda step=step: services.approve_proposal(actor=hall.act(hall.approver), step=step),
        ]
        extended, decided = at_once(acts)
        assert not isinstance(decided, Exception)
        winners([extended])
        extension.refresh_from_db()
        assert extension.status == ("withdrawn" if isinstance(extended, Exception) else "approved")
        assert Clock.objects.open().filter(subject_id=step.case_id).count() == 1
    assert Extension.objects.filter(status="asked").count() == 0
