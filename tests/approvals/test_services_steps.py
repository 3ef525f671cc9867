"""What departments may and may not do: opinions, four eyes, joins, questions."""

import pytest

from accounts.models import Role
from approvals import services
from approvals.models import Case, Opinion, Step
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from deadlines.models import Clock
from ledger.selectors import timeline
from notifications.models import Message
from tests.approvals.scene import FAN, PARALLEL, Scene, make_scene_file
from tests.factories.accounts import make_post

pytestmark = pytest.mark.django_db


def states(case: Case) -> dict[str, str]:
    return dict(case.steps.values_list("code", "status"))


def complete(scene: Scene, case: Case, code: str, reviewer: str, *, agrees: bool = True, text: str = "") -> Step:
    return services.complete_review(
        actor=scene.act(scene.reviewers[reviewer]), step=scene.step(case, code), agrees=agrees, text=text
    )


def test_branches_open_together_and_the_join_last(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    assert states(case) == {"a": "open", "b": "open", "c": "open", "decide": "waiting"}
    complete(scene, case, "a", "lead")
    complete(scene, case, "c", "city")
    assert states(case) == {"a": "done", "b": "open", "c": "done", "decide": "waiting"}
    complete(scene, case, "b", "planning")
    assert states(case) == {"a": "done", "b": "done", "c": "done", "decide": "open"}


def test_one_step_may_open_three(scene: Scene) -> None:
    case = scene.reviewing(steps=FAN)
    complete(scene, case, "first", "lead")
    assert states(case) == {"first": "done", "a": "open", "b": "open", "c": "open", "decide": "waiting"}
    assert Clock.objects.open().filter(kind="step", subject_id=case.pk).count() == 3
    for user in scene.reviewers.values():
        assert Message.objects.filter(recipient=user, template="approvals.step_opened", channel="inapp").exists()


def test_opinion_keeps_words_and_files(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    files = [make_scene_file(scene.reviewer), make_scene_file(scene.reviewer)]
    step = services.complete_review(
        actor=scene.act(scene.reviewer), step=scene.step(case, "a"), agrees=False, text="消防通道不足", files=files
    )
    opinion = Opinion.objects.get(step=step)
    assert (opinion.kind, opinion.text, opinion.files.count()) == ("object", "消防通道不足", 2)
    clock = Clock.objects.get(pk=step.clock_id)
    assert clock.outcome == "met"
    assert timeline(case).last().act == "step.completed"


def test_objection_needs_reasons(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    with pytest.raises(InvalidInput) as refusal:
        complete(scene, case, "a", "lead", agrees=False)
    assert list(refusal.value.errors) == ["text"]


def test_other_departments_may_not(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    step = scene.step(case, "a")
    stranger = scene.act(scene.reviewers["city"])
    with pytest.raises(NotAllowed):
        services.take_step(actor=stranger, step=step)
    with pytest.raises(NotAllowed):
        services.complete_review(actor=stranger, step=step, agrees=True)
    with pytest.raises(NotAllowed):
        services.ask_window(actor=stranger, step=step, text="?")
    with pytest.raises(NotAllowed):
        services.propose_decision(actor=stranger, step=scene.step(case, "decide"), decision="granted")
    with pytest.raises(NotAllowed):
        services.approve_proposal(actor=stranger, step=scene.step(case, "decide"))


def test_clerk_may_not_decide(scene: Scene) -> None:
    step = scene.step(scene.reviewing(), "decide")
    with pytest.raises(NotAllowed):
        services.propose_decision(actor=scene.act(scene.clerk), step=step, decision="granted")


def test_taking_puts_the_step_on_one_desk(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    step = services.take_step(actor=scene.act(scene.reviewer), step=scene.step(case, "a"))
    assert step.handler == scene.reviewer
    assert Clock.objects.get(pk=step.clock_id).handler == scene.reviewer
    with pytest.raises(Stale):
        services.take_step(actor=scene.act(scene.head), step=step)


def test_waiting_step_cannot_be_taken_or_decided(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    step = scene.step(case, "decide")
    with pytest.raises(Stale):
        services.take_step(actor=scene.act(scene.reviewer), step=step)
    with pytest.raises(TransitionNotAllowed):
        services.propose_decision(actor=scene.act(scene.reviewer), step=step, decision="granted")
    with pytest.raises(Stale):
        services.ask_window(actor=scene.act(scene.reviewer), step=step, text="?")


def test_kinds_do_not_mix(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    with pytest.raises(NotAllowed):
        services.propose_decision(actor=scene.act(scene.reviewer), step=scene.step(case, "a"), decision="granted")
    with pytest.raises(NotAllowed):
        services.complete_review(
            actor=scene.act(scene.reviewer), step=scene.step(scene.reviewing(), "decide"), agrees=True
        )


def test_completed_twice_is_refused(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    step = complete(scene, case, "a", "lead")
    with pytest.raises(TransitionNotAllowed):
        complete(scene, case, "a", "lead")
    with pytest.raises(Stale):
        services.complete_review(actor=scene.act(scene.reviewer), step=step, agrees=True, seen="open")


# Four eyes


def test_a_second_person_decides(scene: Scene) -> None:
    step = scene.proposed()
    assert Message.objects.filter(template="approvals.proposed", channel="inapp").count() == 2
    case = services.approve_proposal(actor=scene.act(scene.approver), step=step, text="同意")
    fresh = scene.fresh(case)
    assert (fresh.status, fresh.decision, fresh.decided_by) == ("decided", "granted", scene.approver)
    assert fresh.result_number
    assert fresh.clock is not None
    assert fresh.clock.kind == "delivery"
    assert [entry.act for entry in timeline(case)][-3:] == ["step.approved", "case.decided", "document.issued"]
    assert Message.objects.filter(recipient=scene.clerk, template="approvals.decided", channel="inapp").count() == 1
    assert Clock.objects.open().filter(subject_id=case.pk).count() == 1


def test_nobody_approves_the_own_proposal(scene: Scene) -> None:
    make_post(scene.reviewer, scene.departments["lead"], Role.APPROVER)
    step = scene.proposed()
    with pytest.raises(NotAllowed):
        services.approve_proposal(actor=scene.act(scene.reviewer), step=step)
    assert scene.step(step.case, "decide").status == "proposed"


def test_head_may_propose_but_not_approve_that(scene: Scene) -> None:
    step = scene.step(scene.reviewing(), "decide")
    services.propose_decision(actor=scene.act(scene.head), step=step, decision="granted")
    with pytest.raises(NotAllowed):
        services.approve_proposal(actor=scene.act(scene.head), step=step)
    assert services.approve_proposal(actor=scene.act(scene.approver), step=step).status == "decided"


def test_reviewer_alone_does_not_approve(scene: Scene) -> None:
    step = scene.step(scene.reviewing(), "decide")
    services.propose_decision(actor=scene.act(scene.head), step=step, decision="granted")
    with pytest.raises(NotAllowed):
        services.approve_proposal(actor=scene.act(scene.reviewer), step=step)


def test_refusal_states_reasons(scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        scene.proposed("refused", "  ")
    assert list(refusal.value.errors) == ["reason"]
    case = scene.decided("refused", "不符合规划")
    assert (case.decision, case.decision_reason) == ("refused", "不符合规划")


def test_only_two_decisions(scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        scene.proposed("perhaps")
    assert list(refusal.value.errors) == ["decision"]


def test_sent_back_is_open_again(scene: Scene) -> None:
    step = scene.proposed("refused", "不符合规划")
    with pytest.raises(InvalidInput):
        services.send_back(actor=scene.act(scene.approver), step=step, text=" ")
    back = services.send_back(actor=scene.act(scene.approver), step=step, text="请补充理由")
    assert (back.status, back.proposed_by, back.proposal, back.proposal_reason) == ("open", None, "", "")
    assert Message.objects.filter(recipient=scene.reviewer, template="approvals.sent_back", channel="inapp").exists()
    with pytest.raises(TransitionNotAllowed):
        services.approve_proposal(actor=scene.act(scene.approver), step=step)
    with pytest.raises(NotAllowed):
        services.send_back(actor=scene.act(scene.reviewer), step=step, text="x")


def test_withdrawal_ends_every_duty(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    complete(scene, case, "a", "lead")
    services.withdraw_case(actor=scene.act(scene.owner), case=case, reason="项目调整")
    assert states(case) == {"a": "done", "b": "cancelled", "c": "cancelled", "decide": "cancelled"}
    assert not Clock.objects.open().filter(subject_id=case.pk).exists()
    with pytest.raises(TransitionNotAllowed):
        complete(scene, case, "b", "planning")
