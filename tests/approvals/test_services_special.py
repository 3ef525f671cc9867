"""Special procedures on steps of cases: who, when, what stands still, who is told."""

from typing import Any

import pytest

from approvals import services
from approvals.models import Case, Step
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from deadlines.models import Clock, Ground, Stop
from ledger.selectors import first_break, timeline
from notifications.models import Message
from tests.approvals.march import MONDAY, ZONE, at, due, lights, told
from tests.approvals.scene import PARALLEL, Scene
from tests.clock import HallClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march(hall_clock: HallClock) -> None:
    hall_clock.set(MONDAY)


def begin(scene: Scene, step: Step, **changes: Any) -> Stop:
    given = {"ground": "expert_review", "reason": "方案专家评审", "planned_days": 5, **changes}
    who = given.pop("who", scene.reviewers.get(step.department.code, scene.reviewer))
    return services.begin_special_procedure(actor=scene.act(who), step=step, **given)


def end(scene: Scene, step: Step, **changes: Any) -> Stop:
    return services.end_special_procedure(actor=scene.act(scene.reviewer), step=step, **changes)


def test_step_and_case_stand_still_and_keep_what_was_left(scene: Scene, hall_clock: HallClock) -> None:
    case = scene.reviewing()
    step = scene.step(case, "decide")
    assert due(case) == ("2025-03-10", "2025-03-17")
    hall_clock.set(at("2025-03-05T15:00"))
    stop = begin(scene, step)
    assert (stop.ground, stop.planned_until.astimezone(ZONE).date().isoformat()) == ("expert_review", "2025-03-12")
    assert lights(case) == ["stopped", "stopped"]
    # Three and eight days are left; the forecast counts them from the planned end.
    assert due(case) == ("2025-03-17", "2025-03-24")
    hall_clock.set(at("2025-03-27T09:00"))
    assert lights(case) == ["stopped", "stopped"]
    end(scene, step)
    assert lights(case) == ["green", "green"]
    assert due(case) == ("2025-04-01", "2025-04-09")
    assert first_break() is None


def test_the_applicant_is_told_ground_and_planned_end_then_the_new_date(scene: Scene, hall_clock: HallClock) -> None:
    case = scene.reviewing()
    step = scene.step(case, "decide")
    hall_clock.set(at("2025-03-05T15:00"))
    begin(scene, step)
    (body,) = told(scene.owner, "approvals.special_begun")
    assert "2025-03-12" in body
    assert "方案专家评审" in body
    assert str(Ground.EXPERT_REVIEW.label) in body
    hall_clock.set(at("2025-03-06T09:00"))
    end(scene, step)
    (body,) = told(scene.owner, "approvals.special_ended")
    assert "2025-03-18" in body
    assert Message.objects.filter(template__startswith="approvals.special").exclude(recipient=scene.owner).count() == 0
    acts = [entry.act for entry in timeline(case) if "special" in entry.act or "clock.stopped" in entry.act]
    assert acts == ["clock.stopped", "case.special_told"]
    assert timeline(case).get(act="case.special_told").data["due"][:10] == "2025-03-24"


def test_a_step_can_be_stopped_several_times(scene: Scene, hall_clock: HallClock) -> None:
    case = scene.reviewing()
    step = scene.step(case, "decide")
    for first, last, ground in ((4, 6, "hearing"), (7, 11, "testing")):
        hall_clock.set(at(f"2025-03-{first:02d}T10:00"))
        begin(scene, step, ground=ground)
        hall_clock.set(at(f"2025-03-{last:02d}T10:00"))
        end(scene, step)
    assert due(case) == ("2025-03-14", "2025-03-21")
    assert list(Stop.objects.order_by("id").values_list("ordinal", "ground")) == [(1, "hearing"), (2, "testing")]
    assert len(told(scene.owner, "approvals.special_begun")) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ground": "holiday"}, "ground"),
        ({"reason": " "}, "reason"),
        ({"planned_days": 0}, "planned_days"),
        ({"starts_at": at("2025-03-06T09:00")}, "starts_at"),
        ({"starts_at": at("2025-03-03T09:00"), "late_reason": "会议临时召开"}, "starts_at"),
        ({"starts_at": at("2025-03-04T09:00")}, "late_reason"),
    ],
)
def test_what_is_not_lawful_is_refused_at_its_field(
    scene: Scene, hall_clock: HallClock, changes: dict[str, Any], field: str
) -> None:
    step = scene.step(scene.reviewing(), "decide")
    hall_clock.set(at("2025-03-05T15:00"))
    with pytest.raises(InvalidInput) as refusal:
        begin(scene, step, **changes)
    assert list(refusal.value.errors) == [field]
    assert (Stop.objects.count(), Message.objects.filter(template__contains="special").count()) == (0, 0)


def test_back_dating_with_a_reason_counts_from_then(scene: Scene, hall_clock: HallClock) -> None:
    case = scene.reviewing()
    step = scene.step(case, "decide")
    hall_clock.set(at("2025-03-06T15:00"))
    begin(scene, step, starts_at=at("2025-03-04T09:00"), late_reason="当日现场评审，未及时登记")
    # Stopped on the first of five days: four are left after 11 March.
    assert due(case)[0] == "2025-03-17"
    with pytest.raises(InvalidInput) as refusal:
        end(scene, step, ends_at=at("2025-03-05T09:00"))
    assert list(refusal.value.errors) == ["late_reason"]
    stop = end(scene, step, ends_at=at("2025-03-05T09:00"), late_reason="未及时登记")
    assert due(case)[0] == "2025-03-11"
    assert (stop.late_start_reason, stop.late_end_reason) == ("当日现场评审，未及时登记", "未及时登记")


def test_only_the_own_department_may(scene: Scene) -> None:
    step = scene.step(scene.reviewing(), "decide")
    for who in (scene.reviewers["city"], scene.approver, scene.clerk, scene.owner):
        with pytest.raises(NotAllowed):
            begin(scene, step, who=who)
    begin(scene, step)
    for who in (scene.reviewers["city"], scene.approver, scene.clerk, scene.owner):
        with pytest.raises(NotAllowed):
            services.end_special_procedure(actor=scene.act(who), step=step)


def test_only_an_open_step_that_runs(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    with pytest.raises(TransitionNotAllowed):
        begin(scene, scene.step(case, "decide"))
    with pytest.raises(TransitionNotAllowed):
        begin(scene, scene.proposed())
    step = scene.step(case, "a")
    with pytest.raises(TransitionNotAllowed):
        end(scene, step)
    with pytest.raises(Stale):
        begin(scene, step, seen="waiting")
    begin(scene, step, seen="open")
    with pytest.raises(TransitionNotAllowed):
        begin(scene, step)
    with pytest.raises(Stale):
        end(scene, step, seen="proposed")
    with pytest.raises(Stale):
        end(scene, scene.step(case, "decide"))


def test_a_step_that_stands_still_can_neither_be_completed_nor_proposed(scene: Scene) -> None:
    deciding = scene.step(scene.reviewing(), "decide")
    begin(scene, deciding)
    with pytest.raises(TransitionNotAllowed):
        services.propose_decision(actor=scene.act(scene.reviewer), step=deciding, decision="granted")
    case = scene.reviewing(steps=PARALLEL)
    step = scene.step(case, "a")
    begin(scene, step)
    with pytest.raises(TransitionNotAllowed):
        services.complete_review(actor=scene.act(scene.reviewer), step=step, agrees=True)
    assert dict(case.steps.values_list("code", "status"))["a"] == "open"
    end(scene, step)
    services.complete_review(actor=scene.act(scene.reviewer), step=step, agrees=True)
    end(scene, deciding)
    services.propose_decision(actor=scene.act(scene.reviewer), step=deciding, decision="granted")


def test_the_others_of_a_case_work_on(scene: Scene, hall_clock: HallClock) -> None:
    case = scene.reviewing(steps=PARALLEL)
    begin(scene, scene.step(case, "a"))
    services.complete_review(actor=scene.act(scene.reviewers["city"]), step=scene.step(case, "c"), agrees=True)
    hall_clock.set(at("2025-03-04T10:00"))
    services.begin_special_procedure(
        actor=scene.act(scene.reviewers["planning"]), step=scene.step(case, "b"), ground="testing", reason="检测",
        planned_days=2,
    )  # fmt: skip
    hall_clock.set(at("2025-03-06T10:00"))
    end(scene, scene.step(case, "a"))
    fresh = Case.objects.get(pk=case.pk)
    # The case goes on only when nothing of it stands still any more.
    assert (fresh.clock.light(), scene.step(case, "a").clock.light()) == ("stopped", "green")
    assert fresh.clock.stopped_at == at("2025-03-03T10:00:00").replace(microsecond=fresh.clock.stopped_at.microsecond)


def test_withdrawing_ends_what_stands_still(scene: Scene, hall_clock: HallClock) -> None:
    case = scene.reviewing(steps=PARALLEL)
    begin(scene, scene.step(case, "a"))
    hall_clock.set(at("2025-03-10T10:00"))
    services.withdraw_case(actor=scene.act(scene.owner), case=case)
    assert Stop.objects.filter(ends_at=None).count() == 0
    assert set(Clock.objects.filter(subject_id=case.pk, kind__in=["step", "decision"]).values_list("outcome")) == {
        ("cancelled",)
    }
