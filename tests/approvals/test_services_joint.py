"""Joint handling: who may take part, whose days are counted from when, how it ends, and its extension."""

from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import Department, Role
from approvals import services
from approvals.models import Application, Case, JointHandling
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import pretend
from deadlines import sweep
from deadlines.models import Clock, Extension
from deadlines.services import put_inside, resume_clock, stop_clock
from ledger.selectors import timeline
from notifications.models import Message
from tests.approvals.joint_scene import MONDAY, ask, days, decide, group, leader, on, start, submitted, take_in, told
from tests.approvals.scene import BUDGET, LIMITS, ONE_STEP, PARALLEL, Scene
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


def refused(scene: Scene, cases: list[Case], **changes: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as caught:
        start(scene, cases, **changes)
    assert not JointHandling.objects.filter(started_by=scene.clerk).exists()
    return {field: [str(text) for text in texts] for field, texts in caught.value.errors.items()}


# Starting


def test_the_days_run_from_the_first_acceptance(scene: Scene) -> None:
    first_matter, second_matter = (scene.matter(steps=PARALLEL) for _ in range(2))
    with pretend(MONDAY):
        first, second = submitted(scene, first_matter, second_matter)
        take_in(scene, first)
    with on("2026-03-05T10:00"):
        take_in(scene, second)
    with on("2026-03-09T10:00"):
        joint = start(scene, [scene.fresh(second), scene.fresh(first)])
    clock = joint.clock
    # 20 and 45 working days from Monday, 2 March; 清明 on 6 April and 劳动节 from 1 to 5 May lie between.
    assert days(clock) == ("2026-03-30", "2026-05-08")
    assert (clock.starts_at, clock.kind, clock.lawful) == (MONDAY, "joint", 45)
    assert (clock.department, clock.role) == (scene.departments["lead"], Role.REVIEWER)
    assert (clock.extension_cap, clock.extension_rank) == (15, Role.LEADER)
    assert clock.subject == ("approvals.application", first.application_id)
    assert clock.link == joint.get_absolute_url()


def test_each_case_keeps_its_limits_inside_the_joint_one(scene: Scene) -> None:
    cases = group(scene)
    before = [days(Clock.objects.get(pk=case.clock_id)) for case in cases]
    joint = start(scene, cases)
    inner = [Clock.objects.get(pk=case.clock_id) for case in cases]
    assert [days(clock) for clock in inner] == before
    assert {clock.parent_id for clock in inner} == {joint.clock_id}
    assert list(joint.cases.order_by("pk")) == cases
    step = Clock.objects.get(pk=scene.step(cases[0], "a").clock_id)
    assert step.parent_id == cases[0].clock_id


def test_an_accepted_case_that_is_not_handed_over_takes_part(scene: Scene) -> None:
    one, two = submitted(scene, scene.matter(steps=PARALLEL), scene.matter(steps=PARALLEL))
    take_in(scene, one)
    scene.mark_complete(two)
    services.accept_case(actor=scene.act(scene.clerk), case=two)
    joint = start(scene, [one, two])
    assert joint.cases.count() == 2


def test_start_is_on_record_and_everybody_is_told_once(scene: Scene) -> None:
    cases = group(scene, 3)
    joint = start(scene, cases)
    entry = timeline(joint.application).get(act="application.joint_started")
    assert (entry.actor, entry.data["joint"], entry.data["cases"]) == (
        scene.clerk, joint.pk, [case.number for case in cases],
    )  # fmt: skip
    assert [timeline(case).filter(act="case.joint_started").count() for case in cases] == [1, 1, 1]
    assert told("joint_started") == ["业主赵"]
    assert told("joint_lead") == sorted(["审核lead", "局长周"])


@pytest.mark.parametrize("who", ["owner", "reviewer", "head"])
def test_only_the_window_starts(scene: Scene, who: str) -> None:
    cases = group(scene)
    with pytest.raises(NotAllowed):
        start(scene, cases, actor=scene.act(getattr(scene, who)))


def test_one_case_is_not_joint(scene: Scene) -> None:
    case, _other = group(scene)
    assert list(refused(scene, [case])) == ["cases"]
    assert list(refused(scene, [case, case])) == ["cases"]


def test_cases_of_another_application_are_refused(scene: Scene) -> None:
    assert list(refused(scene, [group(scene)[0], group(scene)[0]])) == ["cases"]


@pytest.mark.parametrize(
    "status", ["received", "correcting", "not_accepted", "decided", "issued", "delivered", "withdrawn"]
)
def test_a_case_that_is_not_between_acceptance_and_decision_is_refused_by_name(scene: Scene, status: str) -> None:
    cases = group(scene)
    odd = scene.in_state(status)
    # The window's page offers no such case; a page that is old may.
    Case.objects.filter(pk=odd.pk).update(application=cases[0].application)
    found = refused(scene, [*cases, odd])
    assert [odd.number in text for text in found["cases"]] == [True]


def test_a_limit_in_calendar_days_is_refused_by_name(scene: Scene) -> None:
    budget = {**BUDGET, "unit": "calendar", "promised": 10, "lawful": 20}
    matters = [scene.matter(steps=PARALLEL), scene.matter(steps=PARALLEL, limits={**LIMITS, "decision": budget})]
    cases = submitted(scene, *matters)
    for case in cases:
        take_in(scene, case)
    found = refused(scene, [scene.fresh(case) for case in cases])
    assert [cases[1].number in text for text in found["cases"]] == [True]


def test_a_case_takes_part_once(scene: Scene) -> None:
    cases = group(scene, 3)
    start(scene, cases[:2])
    with pytest.raises(InvalidInput) as caught:
        start(scene, [scene.fresh(case) for case in cases[1:]])
    assert [cases[1].number in str(text) for text in caught.value.errors["cases"]] == [True]


def test_one_department_alone_is_not_joint(scene: Scene) -> None:
    found = refused(scene, group(scene, steps=ONE_STEP))
    assert list(found) == ["cases"]


def test_the_lead_takes_part_in_the_cases(scene: Scene) -> None:
    stranger = make_department("tax")
    assert list(refused(scene, group(scene), lead_department=stranger)) == ["lead_department"]
    assert start(scene, group(scene), lead_department=scene.departments["city"]).clock.department.code == "city"


@pytest.mark.parametrize("promised", [0, 46])
def test_the_promise_is_within_the_law(scene: Scene, promised: int) -> None:
    assert list(refused(scene, group(scene), promised_days=promised)) == ["promised_days"]


def test_a_promise_that_has_passed_already_is_refused(scene: Scene) -> None:
    with pretend(MONDAY):
        cases = group(scene)
    with on("2026-03-11T10:00"):
        found = refused(scene, cases, promised_days=3)
        assert list(found) == ["promised_days"]
        assert start(scene, cases, promised_days=7).is_open


def test_a_case_promised_later_than_joint_handling_may_take_is_refused_by_name(scene: Scene) -> None:
    long = {**LIMITS, "decision": {**BUDGET, "promised": 50, "lawful": 60}}
    matters = [scene.matter(steps=PARALLEL), scene.matter(steps=PARALLEL, limits=long)]
    cases = submitted(scene, *matters)
    for case in cases:
        take_in(scene, case)
    found = refused(scene, [scene.fresh(case) for case in cases])
    assert [cases[1].number in text for text in found["cases"]] == [True]
    assert not Clock.objects.filter(kind="joint").exists()


# Stops


def test_what_stops_a_step_stops_the_joint_limit(scene: Scene) -> None:
    with pretend(MONDAY):
        cases = group(scene)
        joint = start(scene, cases)
        assert days(joint.clock) == ("2026-03-30", "2026-05-08")
    step = scene.step(cases[0], "b")
    reviewer = scene.act(scene.reviewers["planning"])
    with on("2026-03-03T10:00"):
        stop_clock(actor=reviewer, clock_id=step.clock_id, ground="expert_review", reason="专家评审", planned_days=5)
    joint.clock.refresh_from_db()
    assert joint.clock.light() == "stopped"
    other = Clock.objects.get(pk=cases[1].clock_id)
    assert other.stopped_at is None
    with on("2026-03-10T10:00"):
        resume_clock(actor=reviewer, clock_id=step.clock_id)
    assert days(joint.clock) == ("2026-04-07", "2026-05-14")


def test_earlier_stops_count_when_joint_handling_starts(scene: Scene) -> None:
    with pretend(MONDAY):
        cases = group(scene)
    step = scene.step(cases[0], "b")
    reviewer = scene.act(scene.reviewers["planning"])
    with on("2026-03-03T10:00"):
        stop_clock(actor=reviewer, clock_id=step.clock_id, ground="testing", reason="检测", planned_days=5)
    with on("2026-03-10T10:00"):
        resume_clock(actor=reviewer, clock_id=step.clock_id)
        joint = start(scene, [scene.fresh(case) for case in cases])
    assert days(joint.clock) == ("2026-04-07", "2026-05-14")


def test_a_clock_runs_inside_one_other_only(scene: Scene) -> None:
    cases = group(scene)
    joint = start(scene, cases)
    with pytest.raises(Stale):
        put_inside(clock_ids=[cases[0].clock_id], outer_id=joint.clock_id, actor=scene.act(scene.clerk))


def test_withdrawing_the_case_that_stands_still_lets_the_joint_limit_go_on(scene: Scene) -> None:
    with pretend(MONDAY):
        cases = group(scene)
        joint = start(scene, cases)
    step = scene.step(cases[0], "b")
    with on("2026-03-03T10:00"):
        stop_clock(
            actor=scene.act(scene.reviewers["planning"]), clock_id=step.clock_id, ground="hearing", reason="听证",
            planned_days=20,
        )  # fmt: skip
    with on("2026-03-10T10:00"):
        services.withdraw_case(actor=scene.act(scene.owner), case=cases[0])
    joint.refresh_from_db()
    assert joint.is_open
    assert joint.clock.stopped_at is None
    assert days(joint.clock) == ("2026-04-07", "2026-05-14")


# The end


def test_it_ends_with_the_last_decision(scene: Scene) -> None:
    with pretend(MONDAY):
        cases = group(scene)
        joint = start(scene, cases)
    with on("2026-03-04T09:00"):
        decide(scene, cases[0])
    joint.refresh_from_db()
    assert joint.is_open
    with on("2026-03-06T09:00"):
        last = decide(scene, cases[1])
    joint.refresh_from_db()
    joint.clock.refresh_from_db()
    assert (joint.ended_at, joint.clock.finished_at, joint.clock.outcome) == (last.decided_at, last.decided_at, "met")
    assert timeline(joint.application).filter(act="application.joint_ended").count() == 1


def test_a_withdrawal_at_the_end_leaves_the_last_decision_as_the_end(scene: Scene) -> None:
    with pretend(MONDAY):
        cases = group(scene)
        joint = start(scene, cases)
    with on("2026-03-04T09:00"):
        decided = decide(scene, cases[0])
    with on("2026-03-19T09:00"):
        services.withdraw_case(actor=scene.act(scene.owner), case=cases[1])
    joint.refresh_from_db()
    assert (joint.ended_at, joint.clock.finished_at) == (decided.decided_at, decided.decided_at)
    assert joint.clock.outcome == "met"


def test_all_withdrawn_cancels_it(scene: Scene) -> None:
    cases = group(scene)
    joint = start(scene, cases)
    for case in cases:
        services.withdraw_case(actor=scene.act(scene.owner), case=case)
    joint.refresh_from_db()
    assert (joint.clock.outcome, joint.is_open) == ("cancelled", False)


def test_a_waiting_request_ends_with_it(scene: Scene) -> None:
    cases = group(scene)
    joint = start(scene, cases)
    ask(scene, joint)
    for case in cases:
        decide(scene, case)
    assert Extension.objects.get().status == "withdrawn"
    assert not Clock.objects.open().filter(kind="extension").exists()


def test_deciding_case_of_no_joint_handling_looks_for_none(scene: Scene) -> None:
    decide(scene, group(scene)[0])
    assert JointHandling.objects.count() == 0


# The extension


def test_the_leader_extends_45_days_by_15(scene: Scene) -> None:
    boss = leader(scene)
    with pretend(MONDAY):
        cases = group(scene)
        joint = start(scene, cases, promised_days=45)
        own = [days(Clock.objects.get(pk=case.clock_id)) for case in cases]
        assert days(joint.clock) == ("2026-05-08", "2026-05-08")
        extension = ask(scene, joint)
        assert told("joint_extension_asked") == ["管委会主任"]
        services.decide_joint_extension(
            actor=scene.act(boss), joint=joint, extension_id=extension.pk, approve=True, remark="同意"
        )
    assert days(joint.clock) == ("2026-05-28", "2026-05-28")
    assert [days(Clock.objects.get(pk=case.clock_id)) for case in cases] == own
    assert (told("joint_extended"), told("joint_extension_approved")) == (["业主赵"], ["审核lead"])
    entries = [timeline(case).get(act="case.joint_extended") for case in cases]
    assert [entry.data["reason"] for entry in entries] == ["现场复验需要时间"] * 2
    with pytest.raises(TransitionNotAllowed), on("2026-03-03T10:00"):
        ask(scene, joint)


def test_a_refusal_is_told_to_who_asked_and_not_to_the_firm(scene: Scene) -> None:
    boss = leader(scene)
    joint = start(scene, group(scene))
    extension = ask(scene, joint)
    with pytest.raises(InvalidInput):
        services.decide_joint_extension(actor=scene.act(boss), joint=joint, extension_id=extension.pk, approve=False)
    services.decide_joint_extension(
        actor=scene.act(boss), joint=joint, extension_id=extension.pk, approve=False, remark="可以按期办结"
    )
    assert (told("joint_extension_refused"), told("joint_extended")) == (["审核lead"], [])
    assert joint.clock.extended == 0


@pytest.mark.parametrize(
    ("changes", "field"), [({"days": 16}, "amount"), ({"days": 0}, "amount"), ({"reason": " "}, "reason")]
)
def test_what_may_not_be_asked(scene: Scene, changes: dict[str, Any], field: str) -> None:
    joint = start(scene, group(scene))
    with pytest.raises(InvalidInput) as caught:
        ask(scene, joint, **changes)
    assert list(caught.value.errors) == [field]


def test_only_the_lead_asks_and_only_a_leader_decides(scene: Scene) -> None:
    joint = start(scene, group(scene))
    for user in (scene.reviewers["city"], scene.head, scene.clerk, scene.owner):
        with pytest.raises(NotAllowed):
            ask(scene, joint, actor=scene.act(user))
    extension = ask(scene, joint)
    for user in (scene.reviewer, scene.head, scene.clerk, scene.owner):
        with pytest.raises(NotAllowed):
            services.decide_joint_extension(actor=scene.act(user), joint=joint, extension_id=extension.pk, approve=True)


def test_a_request_of_another_clock_is_not_decided_here(scene: Scene) -> None:
    boss = leader(scene)
    one, other = start(scene, group(scene)), start(scene, group(scene))
    extension = ask(scene, other)
    with pytest.raises(Stale):
        services.decide_joint_extension(actor=scene.act(boss), joint=one, extension_id=extension.pk, approve=True)


def test_the_sweep_reminds_a_leader_wherever_the_post_is(scene: Scene) -> None:
    boss = leader(scene)
    with pretend(MONDAY):
        joint = start(scene, group(scene))
        ask(scene, joint)
    with on("2026-03-04T09:00"):
        sweep.run()
    assert Message.objects.filter(recipient=boss, template="clock.overdue", channel="inapp").count() == 1


def test_an_application_may_have_two_groups(scene: Scene) -> None:
    cases = group(scene, 4)
    start(scene, cases[:2])
    start(scene, cases[2:])
    assert Application.objects.get(pk=cases[0].application_id).joint_handlings.count() == 2


def test_visible_to(scene: Scene) -> None:
    boss, administrator, stranger = leader(scene), make_user(), make_user()
    make_post(administrator, make_department("hall", kind=Department.Kind.HALL), Role.ADMINISTRATOR)
    make_post(stranger, make_department("tax"), Role.REVIEWER)
    joint = start(scene, group(scene))
    seeing = (scene.clerk, scene.reviewer, scene.reviewers["city"], scene.approver, scene.head, boss, administrator)
    assert all(list(JointHandling.objects.visible_to(user)) == [joint] for user in seeing)
    assert all(not JointHandling.objects.visible_to(user) for user in (scene.owner, stranger, make_user()))


def test_the_database_wants_an_author_for_what_people_say(scene: Scene) -> None:
    step = scene.step(group(scene)[0], "a")
    with pytest.raises(IntegrityError):
        step.opinions.create(kind="agree", author=None, at=MONDAY)
