"""公示 before acceptance: published, run out by the sweep, objected to, settled."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from accounts.actors import Actor
from accounts.models import Role
from approvals import services
from approvals.holding import case_holding
from approvals.models import Case, Objection, PublicNotice
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now, pretend
from deadlines import sweep
from deadlines.models import Clock, ClockKind
from deadlines.services import set_override
from documents.models import Document
from ledger.models import Entry
from notifications.models import Message
from tests.approvals.march import MONDAY, ZONE, at, told
from tests.approvals.scene import NOTICE, Scene, make_scene
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db
STRANGER = {"name": "债权人孙", "contact": "13911112222", "relation": "供货商", "text": "该企业欠我货款，尚未清偿。"}


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with pretend(MONDAY):
        yield make_scene()


@pytest.fixture
def case(scene: Scene) -> Case:
    """Published on Monday 3 March 2025 at ten; the twentieth day is Sunday 23 March."""
    return scene.published()


def object_to(case: Case, **values: str) -> Objection:
    return services.object_to_notice(notice=case.public_notice, **{**STRANGER, **values})


def settle(scene: Scene, objection: Objection, *, upheld: bool = False, who=None, answer: str = "债务已于公告前清偿。"):
    return services.settle_objection(
        actor=Actor(who or scene.reviewer), objection=objection, upheld=upheld, answer=answer
    )


def test_publishing_answers_the_applicant_and_starts_the_days(scene, case):
    notice = case.public_notice
    acceptance = Clock.objects.get(kind=ClockKind.ACCEPTANCE, subject_id=case.pk)
    assert (case.status, acceptance.outcome) == (Case.Status.PUBLISHED, "met")
    clock = case.clock
    assert (clock.kind, clock.unit, clock.lawful, clock.expires) == ("public_notice", "calendar", 20, True)
    assert clock.department == scene.window
    assert notice.ends_at.astimezone(ZONE).date().isoformat() == "2025-03-23"
    assert len(told(scene.owner, "approvals.published")) == 1
    assert "2025年3月23日届满" in notice.text
    document = Document.objects.get(pk=notice.document_id)
    assert (document.kind, document.subject) == ("approvals.public_notice", ("approvals.case", case.pk))
    assert document.data["paragraphs"] == notice.text.splitlines()


def test_the_clerk_may_edit_the_text(scene):
    case = scene.received(notice=NOTICE)
    scene.mark_complete(case)
    notice = services.publish_case(actor=scene.act(scene.clerk), case=case, text=" 公告内容 ")
    assert (notice.text, notice.document.data["paragraphs"]) == ("公告内容", ["公告内容"])


def test_papers_must_be_complete_first(scene):
    case = scene.received(notice=NOTICE)
    with pytest.raises(InvalidInput):
        services.publish_case(actor=scene.act(scene.clerk), case=case)
    assert scene.fresh(case).status == Case.Status.RECEIVED


def test_accepting_directly_is_refused(scene, case):
    received = scene.received(notice=NOTICE)
    scene.mark_complete(received)
    for one in (received, case):
        with pytest.raises(NotAllowed):
            services.accept_case(actor=scene.act(scene.clerk), case=one)


def test_a_matter_without_notice_is_not_published(scene):
    case = scene.received()
    scene.mark_complete(case)
    with pytest.raises(InvalidInput):
        services.publish_case(actor=scene.act(scene.clerk), case=case)


def test_only_a_clerk_publishes(scene):
    case = scene.received(notice=NOTICE)
    with pytest.raises(NotAllowed):
        services.publish_case(actor=scene.act(scene.reviewer), case=case)


def test_a_late_sweep_accepts_as_of_the_last_day(scene, case):
    ends = case.public_notice.ends_at
    with pretend(at("2025-03-23T23:00")):
        sweep.run()
    assert scene.fresh(case).status == Case.Status.PUBLISHED
    with pretend(at("2025-03-27T09:00")):
        sweep.run()
        sweep.run()
    case = scene.fresh(case)
    assert (case.status, case.accepted_at, case.handed_over_at) == (Case.Status.REVIEWING, ends, ends)
    assert (case.clock.kind, case.clock.starts_at) == (ClockKind.DECISION, ends)
    notice = PublicNotice.objects.get(case=case)
    assert (notice.closed_at, notice.clock.finished_at, notice.clock.outcome) == (ends, ends, "met")
    assert notice.clock.breached_at is None
    assert Entry.objects.filter(act="case.accepted").count() == 1
    assert Entry.objects.filter(act="clock.overdue", data__clock=str(notice.clock_id)).count() == 0
    step = scene.step(case, "decide")
    assert (step.status, step.opened_at) == ("open", ends)


def test_an_edit_of_the_calendar_leaves_calendar_days_alone(scene, case):
    objection = object_to(case)
    administrator = make_user()
    make_post(administrator, make_department(), Role.ADMINISTRATOR)
    before = case.clock.due_at
    set_override(actor=Actor(administrator), date=date(2025, 3, 5), is_workday=False, name="庆典", source="开发区通知")
    sweep.run()
    assert scene.fresh(case).clock.due_at == before
    # The working days of the objection did move, so the edit has reached open clocks.
    assert Clock.objects.get(pk=objection.clock_id).due_at == objection.clock.due_at + timedelta(days=1)


def test_anybody_objects_and_both_offices_are_told_without_names(scene, case):
    objection = object_to(case)
    assert objection.number.startswith("YY2025")
    assert (objection.clock.kind, objection.clock.department) == ("objection", scene.departments["lead"])
    assert objection.clock.due_at.astimezone(ZONE).date().isoformat() == "2025-03-06"
    for user, template in (
        (scene.reviewer, "approvals.objected"), (scene.head, "approvals.objected"),
        (scene.clerk, "approvals.objected_window"),
    ):  # fmt: skip
        assert len(told(user, template)) == 1
    written = str(list(Entry.objects.values_list("data", flat=True))) + str(
        list(Message.objects.values_list("params", flat=True))
    )
    assert [word for word in STRANGER.values() if word in written] == []


@pytest.mark.parametrize("field", ["name", "contact", "relation", "text"])
def test_an_objection_says_who_and_why(scene, case, field):
    with pytest.raises(InvalidInput) as refused:
        object_to(case, **{field: "  "})
    assert list(refused.value.errors) == [field]


def test_no_objection_after_the_last_day_though_no_worker_has_closed(scene, case):
    with pretend(at("2025-03-24T00:00:01")), pytest.raises(TransitionNotAllowed):
        object_to(case)
    assert Objection.objects.count() == 0


def test_dismissed_in_time_the_notice_runs_on_and_ends_as_if_nothing(scene, case):
    settle(scene, object_to(case))
    assert scene.fresh(case).status == Case.Status.PUBLISHED
    with pretend(at("2025-03-25T09:00")):
        sweep.run()
    case = scene.fresh(case)
    assert (case.status, case.accepted_at) == (Case.Status.REVIEWING, case.public_notice.ends_at)


def test_an_open_objection_holds_the_case_until_it_is_settled(scene, case):
    with pretend(at("2025-03-21T09:00")):
        objection = object_to(case)
    with pretend(at("2025-03-24T09:00")):
        sweep.run()
        held = scene.fresh(case)
        assert (held.status, held.clock_id) == (Case.Status.PUBLISHED, objection.clock_id)
        assert held.public_notice.closed_at == held.public_notice.ends_at
    with pretend(at("2025-03-25T10:00")):
        settled = settle(scene, objection)
    case = scene.fresh(case)
    assert (case.status, case.accepted_at) == (Case.Status.REVIEWING, settled.settled_at)
    assert Clock.objects.get(pk=objection.clock_id).outcome == "met"


def test_an_upheld_objection_ends_the_case_with_its_reason(scene, case):
    settle(scene, object_to(case), upheld=True, answer="经核实，该企业仍有到期债务。")
    case = scene.fresh(case)
    assert case.status == Case.Status.NOT_ACCEPTED
    assert "经核实，该企业仍有到期债务。" in case.not_accepted_reason
    assert not Clock.objects.open().filter(subject_id=case.pk).exists()
    assert case.public_notice.closed_at == MONDAY
    assert set(case.steps.values_list("status", flat=True)) == {"cancelled"}


def test_every_objection_gets_its_answer_before_the_case_ends(scene, case):
    first, second = object_to(case), object_to(case, name="债权人周")
    settle(scene, first, upheld=True)
    assert scene.fresh(case).status == Case.Status.PUBLISHED
    settle(scene, second)
    assert scene.fresh(case).status == Case.Status.NOT_ACCEPTED


def test_settling_a_late_closed_notice_takes_the_case_on_at_once(scene, case):
    objection = object_to(case)
    with pretend(at("2025-03-24T09:00")):
        settle(scene, objection)
    case = scene.fresh(case)
    assert (case.status, case.accepted_at) == (Case.Status.REVIEWING, at("2025-03-24T09:00"))


def test_who_may_settle(scene, case):
    objection = object_to(case)
    for who in (scene.clerk, scene.approver, scene.owner, scene.reviewers["city"]):
        with pytest.raises(NotAllowed):
            settle(scene, objection, who=who)
    with pytest.raises(InvalidInput):
        settle(scene, objection, answer=" ")
    settle(scene, objection, who=scene.head)
    with pytest.raises(Stale):
        settle(scene, objection)


def test_withdrawn_while_published_nothing_is_left_running(scene, case):
    objection = object_to(case)
    services.withdraw_case(actor=scene.act(scene.owner), case=case)
    assert not Clock.objects.open().filter(subject_id=case.pk).exists()
    with pytest.raises(TransitionNotAllowed):
        settle(scene, objection)
    with pytest.raises(TransitionNotAllowed):
        object_to(case)
    with pretend(now() + timedelta(days=40)):
        assert services.close_notice(case_id=case.pk) is None
        sweep.run()
    assert scene.fresh(case).status == Case.Status.WITHDRAWN


def test_the_clerk_may_refuse_a_published_case(scene, case):
    object_to(case)
    services.not_accept_case(actor=scene.act(scene.clerk), case=case, reason="企业已被列入经营异常名录。")
    assert not Clock.objects.open().filter(subject_id=case.pk).exists()
    assert scene.fresh(case).public_notice.closed_at == MONDAY


def test_a_silent_window_does_not_cost_third_parties_their_days(scene):
    case = scene.received(notice=NOTICE)
    with pretend(at("2025-03-12T09:00")):
        sweep.run()
        sweep.run()
    case = scene.fresh(case)
    assert (case.status, case.deemed_accepted) == (Case.Status.PUBLISHED, True)
    assert (case.public_notice.published_by, case.public_notice.published_at) == (None, at("2025-03-12T09:00"))
    breach = Clock.objects.get(kind=ClockKind.ACCEPTANCE, subject_id=case.pk)
    assert breach.lawful_breached_at is not None
    assert services.deem_accepted(case_id=case.pk) is None


def test_the_days_of_the_notice_are_nobodys_fault(scene, case):
    with pretend(at("2025-03-24T09:00")):
        sweep.run()
    with pretend(at("2025-03-26T09:00")):
        held = case_holding(scene.fresh(case)).by_category
    # Published and received on one Monday; fourteen working days of notice, then three with the department.
    assert held == {"notice": 14, "department": 3}


def test_the_scene_reaches_it(scene):
    assert scene.in_state("published").status == Case.Status.PUBLISHED
