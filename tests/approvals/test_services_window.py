"""What the window may and may not do on a case."""

from datetime import timedelta

import pytest
import time_machine

from approvals import services
from approvals.models import Case, CorrectionNotice
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now
from deadlines.models import Clock
from ledger.selectors import timeline
from notifications.models import Message
from tests.approvals.scene import LIMITS, ONE_STEP, PAPERS, Scene

pytestmark = pytest.mark.django_db


def acts(case: Case) -> list[str]:
    """What was done, without the papers that attest it: those have tests of their own."""
    return [entry.act for entry in timeline(case) if entry.act != "document.issued"]


def told(user: object, template: str) -> int:
    return Message.objects.filter(recipient=user, template=template, channel="inapp").count()


# Checking


def test_check_keeps_findings_and_who_found_them(scene: Scene) -> None:
    case = scene.received()
    first, second, third = case.materials.order_by("id")
    findings = {first.pk: ("complete", "not kept"), second.pk: ("wrong", " 缺少公章 "), third.pk: ("", "")}
    services.check_materials(actor=scene.act(scene.clerk), case=case, findings=findings)
    rows = list(case.materials.order_by("id").values_list("verdict", "remark"))
    assert rows == [("complete", ""), ("wrong", "缺少公章"), ("", "")]
    assert scene.fresh(case).clerk == scene.clerk


def test_check_wants_words_for_what_is_wrong(scene: Scene) -> None:
    case = scene.received()
    row = case.materials.order_by("id")[0]
    with pytest.raises(InvalidInput) as refusal:
        services.check_materials(actor=scene.act(scene.clerk), case=case, findings={row.pk: ("wrong", " ")})
    assert list(refusal.value.errors) == [f"remark-{row.pk}"]


def test_check_knows_two_findings_only(scene: Scene) -> None:
    case = scene.received()
    row = case.materials.order_by("id")[0]
    with pytest.raises(InvalidInput) as refusal:
        services.check_materials(actor=scene.act(scene.clerk), case=case, findings={row.pk: ("perhaps", "")})
    assert list(refusal.value.errors) == [f"verdict-{row.pk}"]


def test_check_leaves_other_cases_alone(scene: Scene) -> None:
    case, other = scene.received(), scene.received()
    row = other.materials.order_by("id")[0]
    services.check_materials(actor=scene.act(scene.clerk), case=case, findings={row.pk: ("wrong", "x")})
    row.refresh_from_db()
    assert row.verdict == ""


def test_check_after_acceptance_is_stale(scene: Scene) -> None:
    case = scene.accepted()
    with pytest.raises(Stale):
        services.check_materials(actor=scene.act(scene.clerk), case=case, findings={})


@pytest.mark.parametrize("who", ["owner", "reviewer", "approver"])
def test_only_the_window_works_at_the_window(scene: Scene, who: str) -> None:
    case = scene.received()
    actor = scene.act(getattr(scene, who))
    for attempt in (
        lambda: services.check_materials(actor=actor, case=case, findings={}),
        lambda: services.accept_case(actor=actor, case=case),
        lambda: services.send_correction(actor=actor, case=case),
        lambda: services.not_accept_case(actor=actor, case=case, reason="x"),
        lambda: services.hand_over_case(actor=actor, case=case),
        lambda: services.issue_decision(actor=actor, case=case, way="online"),
        lambda: services.sign_for_decision(actor=actor, case=case, signed_name="x", signature=None),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# Accepting


def test_accept_freezes_limits_and_starts_the_decision(scene: Scene) -> None:
    case = scene.received()
    duty = case.clock_id
    scene.mark_complete(case)
    case = services.accept_case(actor=scene.act(scene.clerk), case=case)
    assert case.limits == LIMITS
    assert Clock.objects.get(pk=duty).outcome == "met"
    clock = scene.fresh(case).clock
    assert clock is not None
    assert (clock.kind, clock.promised, clock.lawful) == ("decision", 10, 20)
    assert acts(case) == ["case.received", "case.accepted"]
    assert told(scene.owner, "approvals.accepted") == 1


def test_later_catalogue_does_not_reach_the_case(scene: Scene) -> None:
    case = scene.accepted()
    content = {**case.version.content, "limits": {**LIMITS, "decision": {**LIMITS["decision"], "promised": 1}}}
    case.version.content = content
    case.version.save(update_fields=["content"])
    assert scene.fresh(case).limits["decision"]["promised"] == 10


def test_accept_names_every_material_not_complete(scene: Scene) -> None:
    case = scene.received()
    first, second, third = case.materials.order_by("id")
    services.check_materials(
        actor=scene.act(scene.clerk), case=case, findings={first.pk: ("complete", ""), second.pk: ("wrong", "x")}
    )
    with pytest.raises(InvalidInput) as refusal:
        services.accept_case(actor=scene.act(scene.clerk), case=case)
    assert set(refusal.value.errors) == {f"verdict-{second.pk}", f"verdict-{third.pk}"}
    assert scene.fresh(case).status == "received"


def test_secondary_paper_may_follow(scene: Scene) -> None:
    case = scene.promised()
    present = case.materials.exclude(material__code="funding")
    services.check_materials(
        actor=scene.act(scene.clerk), case=case, findings={row.pk: ("complete", "") for row in present}
    )
    services.accept_case(actor=scene.act(scene.clerk), case=case)
    accepted = timeline(case).get(act="case.accepted")
    assert accepted.data["deferred"] == ["资金承诺"]


def test_secondary_paper_without_a_promise_is_missing(scene: Scene) -> None:
    """What was uploaded and removed again, or never came because nobody asked: no way round the commitment."""
    case = scene.received()
    missing = case.materials.get(material__code="funding")
    missing.material.files.update(is_current=False)
    present = case.materials.exclude(pk=missing.pk)
    services.check_materials(
        actor=scene.act(scene.clerk), case=case, findings={row.pk: ("complete", "") for row in present}
    )
    with pytest.raises(InvalidInput) as refusal:
        services.accept_case(actor=scene.act(scene.clerk), case=case)
    assert list(refusal.value.errors) == [f"verdict-{missing.pk}"]


def test_required_paper_may_not_follow(scene: Scene) -> None:
    application = scene.draft(scene.matter(), skip=["land-title"])
    with pytest.raises(InvalidInput) as refusal:
        services.submit_application(actor=scene.act(scene.owner), application=application)
    assert list(refusal.value.errors) == ["land-title"]


def test_accept_needs_the_national_code_where_the_matter_does(scene: Scene) -> None:
    case = scene.received(needs_project_code=True)
    scene.mark_complete(case)
    with pytest.raises(InvalidInput) as refusal:
        services.accept_case(actor=scene.act(scene.clerk), case=case)
    assert list(refusal.value.errors) == ["national_code"]
    case.project.national_code = "2511-130300-04-01-123456"
    case.project.save(update_fields=["national_code"])
    assert services.accept_case(actor=scene.act(scene.clerk), case=case).status == "accepted"


def test_accept_and_hand_over_opens_the_first_steps(scene: Scene) -> None:
    case = scene.reviewing()
    step = scene.step(case, "decide")
    assert (case.status, step.status) == ("reviewing", "open")
    assert step.clock is not None
    assert step.clock.department == step.department
    assert told(scene.reviewer, "approvals.step_opened") == 1
    assert acts(case) == ["case.received", "case.accepted", "case.handed_over"]


# Telling what is missing


def test_correction_lists_everything_at_once(scene: Scene) -> None:
    case = scene.received()
    first, second, _third = case.materials.order_by("id")
    services.check_materials(
        actor=scene.act(scene.clerk),
        case=case,
        findings={first.pk: ("wrong", "缺少公章"), second.pk: ("wrong", "已过期")},
    )
    notice = services.send_correction(
        actor=scene.act(scene.clerk), case=case, items=[{"text": "法定代表人未签字"}, {"text": "  "}]
    )
    assert [(item["material"], item["text"]) for item in notice.items] == [
        (first.material_id, "缺少公章"),
        (second.material_id, "已过期"),
        (None, "法定代表人未签字"),
    ]
    fresh = scene.fresh(case)
    assert (fresh.status, fresh.clock, fresh.clerk) == ("correcting", None, scene.clerk)
    assert Clock.objects.get(pk=case.clock_id).outcome == "met"
    assert told(scene.owner, "approvals.correction") == 1


def test_correction_of_nothing_is_refused(scene: Scene) -> None:
    case = scene.received()
    with pytest.raises(InvalidInput) as refusal:
        services.send_correction(actor=scene.act(scene.clerk), case=case)
    assert list(refusal.value.errors) == ["items"]
    assert scene.fresh(case).status == "received"


def test_second_notice_needs_a_reason(scene: Scene) -> None:
    case = scene.correcting()
    listed = case.notices.get().items[0]["material"]
    scene.add_file(case.application.materials.get(pk=listed))
    services.resubmit_case(actor=scene.act(scene.owner), case=case)
    with pytest.raises(InvalidInput) as refusal:
        services.send_correction(actor=scene.act(scene.clerk), case=case, items=[{"text": "新问题"}])
    assert list(refusal.value.errors) == ["reason_again"]
    second = services.send_correction(
        actor=scene.act(scene.clerk), case=case, items=[{"text": "新问题"}], reason_again="补正材料带来新的矛盾"
    )
    assert second.ordinal == 2


def test_not_accepting_needs_a_reason(scene: Scene) -> None:
    case = scene.received()
    with pytest.raises(InvalidInput):
        services.not_accept_case(actor=scene.act(scene.clerk), case=case, reason="  ")
    services.not_accept_case(actor=scene.act(scene.clerk), case=case, reason="不属于本机关职权范围")
    fresh = scene.fresh(case)
    assert (fresh.status, fresh.not_accepted_reason) == ("not_accepted", "不属于本机关职权范围")
    assert set(fresh.steps.values_list("status", flat=True)) == {"cancelled"}
    assert not Clock.objects.open().filter(subject_id=case.pk).exists()


# Deemed acceptance


def test_silence_for_five_days_is_acceptance_back_dated(scene: Scene) -> None:
    with time_machine.travel("2026-03-02T02:00:00Z", tick=False):
        case = scene.received()
        duty = case.clock_id
        due = Clock.objects.get(pk=duty).lawful_due_at
        assert due is not None
    with time_machine.travel(due, tick=False):
        assert services.deem_accepted(case_id=case.pk) is None
    with time_machine.travel(due + timedelta(seconds=1), tick=False):
        deemed = services.deem_accepted(case_id=case.pk)
        assert deemed is not None
        assert services.deem_accepted(case_id=case.pk) is None
    fresh = scene.fresh(case)
    assert (fresh.status, fresh.deemed_accepted, fresh.accepted_at) == ("accepted", True, case.received_at)
    old, new = Clock.objects.get(pk=duty), fresh.clock
    assert (old.outcome, old.lawful_breached_at) == ("late", due)
    assert new is not None
    assert new.starts_at == case.received_at
    entry = timeline(case).get(act="case.deemed_accepted")
    assert entry.actor is None
    assert told(scene.owner, "approvals.deemed_accepted") == 1


# Questions


def test_question_is_answered_once(scene: Scene) -> None:
    step = scene.step(scene.reviewing(), "decide")
    question = services.ask_window(actor=scene.act(scene.reviewer), step=step, text="请提供原件")
    assert told(scene.clerk, "approvals.question") == 1
    with pytest.raises(InvalidInput):
        services.answer_question(actor=scene.act(scene.clerk), question=question, answer=" ")
    with pytest.raises(NotAllowed):
        services.answer_question(actor=scene.act(scene.owner), question=question, answer="x")
    answered = services.answer_question(actor=scene.act(scene.clerk), question=question, answer="已补交")
    assert (answered.answer, answered.answered_by) == ("已补交", scene.clerk)
    assert told(scene.reviewer, "approvals.question_answered") == 1
    with pytest.raises(Stale):
        services.answer_question(actor=scene.act(scene.colleague), question=question, answer="again")


def test_a_matter_without_papers_is_accepted_at_once(scene: Scene) -> None:
    case = scene.received(papers=(), steps=ONE_STEP)
    assert services.accept_case(actor=scene.act(scene.clerk), case=case).status == "accepted"


def test_notice_rows_are_the_only_ones(scene: Scene) -> None:
    scene.correcting(papers=PAPERS[:1])
    assert CorrectionNotice.objects.count() == 1
    assert now() >= CorrectionNotice.objects.get().issued_at
