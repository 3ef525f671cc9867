"""告知承诺: chosen, signed, decided in a day without consulting anybody, checked afterwards."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from accounts.actors import Actor
from accounts.models import Role
from approvals import services
from approvals.models import (
    Application,
    Case,
    Commitment,
    Deferral,
    DeferralBar,
    LaterCheck,
    Matter,
    MatterVersion,
    Step,
)
from approvals.services.committing import commitment_for
from approvals.services.drafting import choose_matters, start_application
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now, pretend, today
from deadlines import sweep
from deadlines.models import Clock, ClockKind
from documents import kinds
from documents.kinds import Kind
from documents.models import Document
from documents.services import issue_document
from ledger.models import Entry
from ledger.selectors import timeline
from tests.approvals.march import MONDAY, ZONE, at, told
from tests.approvals.scene import COMMITMENT, PARALLEL, Scene, make_scene
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with pretend(MONDAY):
        yield make_scene()


def draft_of(scene: Scene, *matters: Matter, by: tuple[Matter, ...] = ()) -> Application:
    """A draft whose materials are as the services ask for them, each handed in."""
    codes = [matter.code for matter in matters]
    actor = scene.act(scene.owner)
    application = start_application(actor=actor, project=scene.project())
    choose_matters(actor=actor, application=application, codes=codes)
    services.choose_ways(actor=actor, application=application, codes=[matter.code for matter in by])
    for material in application.materials.all():
        scene.add_file(material)
    return Application.objects.get(pk=application.pk)


def sign(scene: Scene, application: Application, **values: object) -> list[Commitment]:
    return services.sign_conditions(
        **{"actor": scene.act(scene.owner), "application": application, "signer": "业主赵", "agreed": True, **values}
    )


def submitted(scene: Scene, **content: object) -> Case:
    matter = scene.matter(**{"commitment": COMMITMENT, "steps": PARALLEL, **content})
    application = draft_of(scene, matter, by=(matter,))
    sign(scene, application)
    return services.submit_application(actor=scene.act(scene.owner), application=application)[0]


def granted(scene: Scene, case: Case | None = None) -> Case:
    return scene.decided(case=case or submitted(scene))


def find(scene: Scene, case: Case, finding: str, **values: object) -> LaterCheck:
    return services.record_finding(
        **{
            "actor": Actor(scene.reviewer), "check": case.later_check, "finding": finding, "text": "现场核查情况属实",
            **values,
        }
    )  # fmt: skip


def codes(application: Application) -> list[str]:
    return sorted(application.materials.values_list("code", flat=True))


def test_spared_papers_are_not_asked(scene):
    matter = scene.matter(commitment=COMMITMENT)
    assert codes(draft_of(scene, matter)) == ["application-form", "funding", "land-title"]
    assert codes(draft_of(scene, matter, by=(matter,))) == ["application-form", "funding"]


def test_unless_another_chosen_matter_needs_them(scene):
    matter, other = scene.matter(commitment=COMMITMENT), scene.matter()
    application = draft_of(scene, matter, other, by=(matter,))
    assert codes(application) == ["application-form", "funding", "land-title"]
    sign(scene, application)
    cases = services.submit_application(actor=scene.act(scene.owner), application=application)
    asked = {case.matter_id: sorted(row.material.code for row in case.materials.all()) for case in cases}
    assert asked == {
        matter.pk: ["application-form", "funding"],
        other.pk: ["application-form", "funding", "land-title"],
    }


def test_only_matters_with_a_commitment(scene):
    matter = scene.matter()
    with pytest.raises(InvalidInput) as refused:
        draft_of(scene, matter, by=(matter,))
    assert list(refused.value.errors) == ["by_commitment"]


def test_choosing_matters_again_keeps_the_way(scene):
    matter = scene.matter(commitment=COMMITMENT)
    application = draft_of(scene, matter, by=(matter,))
    choose_matters(actor=scene.act(scene.owner), application=application, codes=[matter.code])
    assert application.chosen.get().by_commitment
    services.choose_ways(actor=scene.act(scene.owner), application=application, codes=[])
    assert not application.chosen.get().by_commitment


def test_a_version_without_commitment_takes_the_way_back(scene):
    matter = scene.matter(commitment=COMMITMENT)
    application = draft_of(scene, matter, by=(matter,))
    content = {**matter.current.content, "commitment": None}
    matter.current = MatterVersion.objects.create(
        matter=matter, number=2, content=content, digest="2" * 64, created_at=now()
    )
    matter.save()
    choose_matters(actor=scene.act(scene.owner), application=application, codes=[matter.code])
    assert not application.chosen.get().by_commitment
    assert codes(application) == ["application-form", "funding", "land-title"]


def test_unsigned_nothing_is_submitted(scene):
    matter = scene.matter(commitment=COMMITMENT)
    application = draft_of(scene, matter, by=(matter,))
    with pytest.raises(InvalidInput) as refused:
        services.submit_application(actor=scene.act(scene.owner), application=application)
    assert list(refused.value.errors) == ["conditions_agreed"]
    assert Case.objects.count() == 0


def test_the_signature_keeps_the_words(scene):
    matter = scene.matter(commitment=COMMITMENT)
    application = draft_of(scene, matter, by=(matter,))
    (commitment,) = sign(scene, application)
    assert sign(scene, application) == []
    for words in ("一、行政机关告知", "“用地证明”", COMMITMENT["text"], "40个工作日", "依法撤销决定"):
        assert words in commitment.text
    document = commitment.document
    assert (document.kind, document.department) == ("approvals.notice_commitment", matter.department)
    assert document.data["paragraphs"] == commitment.text.splitlines()
    (case,) = services.submit_application(actor=scene.act(scene.owner), application=application)
    assert commitment_for(case) == commitment


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"signer": " "}, "conditions_signer"),
        ({"agreed": False}, "conditions_agreed"),
        ({"seen": ["别的文字"]}, "conditions_agreed"),
    ],
)
def test_a_signature_needs_a_name_and_consent(scene, values, field):
    matter = scene.matter(commitment=COMMITMENT)
    application = draft_of(scene, matter, by=(matter,))
    with pytest.raises(InvalidInput) as refused:
        sign(scene, application, **values)
    assert list(refused.value.errors) == [field]
    assert Commitment.objects.count() == 0


def test_accepted_it_is_handed_over_at_once_and_only_decided(scene):
    case = submitted(scene)
    scene.mark_complete(case)
    services.accept_case(actor=scene.act(scene.clerk), case=case)
    case = scene.fresh(case)
    steps = dict(case.steps.values_list("code", "status"))
    assert (case.status, steps) == (
        Case.Status.REVIEWING, {"a": "cancelled", "b": "cancelled", "c": "cancelled", "decide": "open"},
    )  # fmt: skip
    assert Entry.objects.filter(act="step.left_out").count() == 3
    step = scene.step(case, "decide")
    assert (step.days, step.clock.due_at.astimezone(ZONE).date().isoformat()) == (1, "2025-03-04")
    assert (case.clock.promised, case.clock.lawful) == (1, 20)


def test_deemed_accepted_it_is_handed_over_too(scene):
    case = submitted(scene)
    with pretend(at("2025-03-12T09:00")):
        services.deem_accepted(case_id=case.pk)
    assert scene.fresh(case).status == Case.Status.REVIEWING


def test_the_ordinary_way_consults_as_ever(scene):
    case = scene.reviewing(commitment=COMMITMENT, steps=PARALLEL)
    assert set(case.steps.exclude(code="decide").values_list("status", flat=True)) == {"open"}
    assert not LaterCheck.objects.exists()


def test_a_grant_starts_the_check_on_its_clock(scene):
    case = granted(scene)
    check = case.later_check
    assert (check.status, check.department) == ("open", scene.departments["lead"])
    assert (check.clock.kind, check.clock.promised, check.clock.unit, check.clock.lawful) == (
        ClockKind.LATER_CHECK, 40, "workday", None,
    )  # fmt: skip
    assert check.clock.starts_at == case.decided_at


def test_a_refusal_starts_none(scene):
    scene.decided("refused", "不符合规划。", submitted(scene))
    assert not LaterCheck.objects.exists()


def test_an_overdue_check_escalates_to_the_head(scene):
    check = granted(scene).later_check
    with pretend(at("2025-06-01T09:00")):
        sweep.run()
    check.clock.refresh_from_db()
    assert check.clock.breached_at == check.clock.due_at
    assert len(told(scene.head, "clock.escalate_head")) == 1


def test_passed(scene):
    case = granted(scene)
    check = find(scene, case, "pass")
    assert (check.status, check.checked_by, check.clock.pk) == ("passed", scene.reviewer, check.clock_id)
    assert Clock.objects.get(pk=check.clock_id).outcome == "met"
    assert len(told(scene.owner, "approvals.later_check_passed")) == 1
    with pytest.raises(TransitionNotAllowed):
        find(scene, case, "fail")


def test_to_be_put_right_the_clock_runs_anew_once(scene):
    case = granted(scene)
    check = find(scene, case, "rectify", rectify_by=date(2025, 3, 13))
    assert check.clock.due_at.astimezone(ZONE).date().isoformat() == "2025-03-13"
    assert "2025-03-13" in told(scene.owner, "approvals.later_check_rectify")[0] or "2025" in str(check.rectify_by)
    with pytest.raises(TransitionNotAllowed):
        find(scene, Case.objects.get(pk=case.pk), "rectify", rectify_by=date(2025, 4, 1))
    assert find(scene, Case.objects.get(pk=case.pk), "pass").status == "passed"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"finding": "rectify"}, "rectify_by"),
        ({"finding": "rectify", "rectify_by": date(2025, 3, 3)}, "rectify_by"),
        ({"finding": "pass", "text": " "}, "text"),
        ({"finding": "nonsense"}, "finding"),
    ],
)
def test_a_finding_is_complete(scene, values, field):
    with pytest.raises(InvalidInput) as refused:
        find(scene, granted(scene), **values)
    assert list(refused.value.errors) == [field]


def test_who_may_check(scene):
    case = granted(scene)
    for who in (scene.clerk, scene.approver, scene.reviewers["city"]):
        with pytest.raises(NotAllowed):
            find(scene, case, "pass", actor=Actor(who))
    with pytest.raises(Stale):
        find(scene, case, "pass", seen="to_rectify")


@pytest.fixture
def certificate() -> Kind:
    return kinds.register(
        Kind(code="tests.certificate", title="许可证", title_en="Permit", mark="许可", template="certificate",
             certificate=True)
    )  # fmt: skip


def test_failed_revokes_bars_and_tells(scene, certificate):
    supervisor = make_user()
    make_post(supervisor, make_department(), Role.SUPERVISOR)
    case = granted(scene)
    services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
    paper = issue_document(
        actor=Actor(scene.clerk), kind=certificate.code, department=case.department,
        subject=("approvals.case", case.pk), holder=case.enterprise.name, data={},
    )  # fmt: skip
    find(scene, case, "fail", text="排放口未按规定建设")
    paper.refresh_from_db()
    assert (paper.revoked_at, paper.state) == (MONDAY, Document.State.REVOKED)
    bar = DeferralBar.objects.get(enterprise=case.enterprise)
    assert (bar.case, bar.lifted_at) == (case, None)
    (words,) = told(scene.owner, "approvals.later_check_failed")
    assert "排放口未按规定建设" in words
    assert len(told(supervisor, "approvals.later_check_failed_supervision")) == 1
    assert (scene.fresh(case).status, Case.objects.certified().count()) == (Case.Status.DELIVERED, 0)


def test_failed_before_delivery_ends_the_case(scene):
    case = granted(scene)
    find(scene, case, "fail", text="未建设")
    case = scene.fresh(case)
    assert (case.status, "未建设" in case.terminated_reason) == (Case.Status.TERMINATED, True)
    assert not Clock.objects.open().filter(subject_id=case.pk).exists()


def test_failed_ends_what_was_still_to_follow_and_puts_the_bar_on_record(scene):
    case = granted(scene)
    signed = Commitment.objects.create(
        application=case.application,
        kind="deferral",
        text="承诺",
        signer="业主",
        signed_by=scene.owner,
        signed_at=now(),
    )
    gap = Deferral.objects.create(
        case=case,
        commitment=signed,
        material=case.materials.first(),
        hold=False,
        promised_on=today() + timedelta(days=9),
    )
    find(scene, case, "fail")
    gap.refresh_from_db()
    assert gap.status == Deferral.Status.DROPPED
    assert timeline(case.enterprise).filter(act="enterprise.deferral_barred").count() == 1


def test_what_was_signed_is_found_when_the_matter_has_another_name_since(scene):
    matter = scene.matter(commitment=COMMITMENT)
    application = draft_of(scene, matter, by=(matter,))
    (commitment,) = sign(scene, application)
    (case,) = services.submit_application(actor=scene.act(scene.owner), application=application)
    Matter.objects.filter(pk=matter.pk).update(name="另一个名称")
    assert commitment_for(scene.fresh(case)) == commitment


def test_who_did_not_keep_its_word_cannot_choose_this_way(scene):
    matter = scene.matter(commitment=COMMITMENT)
    ready = draft_of(scene, matter, by=(matter,))
    sign(scene, ready)
    case = granted(scene)
    find(scene, case, "fail")
    with pytest.raises(InvalidInput):
        draft_of(scene, matter, by=(matter,))
    with pytest.raises(InvalidInput) as refused:
        services.submit_application(actor=scene.act(scene.owner), application=ready)
    assert list(refused.value.errors) == ["conditions_agreed"]
    bar = DeferralBar.objects.get()
    bar.lifted_at, bar.lifted_by, bar.lift_reason = now(), scene.head, "已整改"
    bar.save()
    assert services.submit_application(actor=scene.act(scene.owner), application=ready)


def test_after_a_failure_the_matter_may_be_applied_for_again(scene):
    case = granted(scene)
    actor = scene.act(scene.owner)
    services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
    again = start_application(actor=actor, project=case.project)
    with pytest.raises(InvalidInput):
        choose_matters(actor=actor, application=again, codes=[case.matter.code])
    find(scene, case, "fail")
    choose_matters(actor=actor, application=again, codes=[case.matter.code])
    assert again.chosen.count() == 1


def test_the_steps_of_a_decision_stay_four_eyed(scene):
    step = scene.proposed(case=submitted(scene))
    with pytest.raises(NotAllowed):
        services.approve_proposal(actor=scene.act(scene.reviewer), step=step)
    assert Step.objects.get(pk=step.pk).status == "proposed"
