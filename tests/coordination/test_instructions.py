"""An instruction from the draft to its end, through the services, the office and the real sweep."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.actors import Actor
from accounts.models import Absence, Department, Post, Role, User
from common.errors import HallError, InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now, today
from coordination import subjects
from coordination.models import Instruction, Limit
from coordination.services import instructions as service
from coordination.services.instructions import PartSpec, Words
from coordination.transitions import INSTRUCTION
from deadlines import sweep
from deadlines.models import Clock, FiredRung
from deadlines.services import run_stand_ins
from ledger.selectors import timeline
from notifications.models import Message
from office.models import Task
from office.services import answer_task, close_task, return_task, withdraw_task
from tests.coordination.conftest import Hall
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db
START = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def again(row: Instruction) -> Instruction:
    return Instruction.objects.select_related("clock").get(pk=row.pk)


def told(user: User, template: str) -> int:
    return Message.objects.filter(recipient=user, template=template, channel="inapp").count()


def test_limits_are_there_after_migrate() -> None:
    assert set(Limit.objects.values_list("duty", flat=True)) == set(Limit.Duty.values)
    assert not Limit.objects.filter(source="").exists()


def test_a_leader_gives_an_instruction_and_the_director_has_to_divide_it(hall: Hall) -> None:
    given = again(hall.given())
    clock = given.clock
    assert clock is not None
    assert (given.status, given.leader, given.divider) == ("given", hall.leader, hall.director)
    assert (clock.kind, clock.handler_id, clock.role, clock.promised) == (
        "instruction", hall.director.pk, "director", 2,
    )  # fmt: skip
    assert told(hall.director, "instruction.given") == 1
    assert [entry.act for entry in timeline(given)] == ["instruction.written", "instruction.given"]
    assert not timeline(hall.project).exists()


@pytest.mark.parametrize(
    ("urgency", "budget"),
    [("ordinary", (2, "workday")), ("urgent", (1, "workday")), ("most_urgent", (4, "workhour"))],
)
def test_the_limit_for_dividing_follows_the_urgency(hall: Hall, urgency: str, budget: tuple[int, str]) -> None:
    clock = again(hall.given(urgency=urgency)).clock
    assert clock is not None
    assert (clock.promised, clock.unit) == budget


def test_an_administrator_changes_a_limit_for_what_is_given_later(hall: Hall) -> None:
    Limit.objects.filter(duty="divide").update(amount=4)
    clock = again(hall.given()).clock
    assert clock is not None
    assert clock.promised == 4


def test_the_sweep_reminds_of_an_undivided_instruction(hall: Hall, moment: time_machine.Traveller) -> None:
    given = again(hall.given())
    moment.shift(timedelta(days=5))
    sweep.run()
    assert FiredRung.objects.filter(clock=given.clock_id).exists()
    clock = Clock.objects.get(pk=given.clock_id)
    assert clock.light() == "red"
    assert Message.objects.filter(recipient=hall.director, dedupe_key__contains=str(clock.pk)).exists()


def test_only_leaders_give_instructions(hall: Hall) -> None:
    subject = subjects.require(hall.leader, "projects.project", hall.project.pk)
    for user in (hall.director, hall.scene.clerk, hall.scene.owner, hall.scene.head):
        with pytest.raises(NotAllowed):
            service.write_instruction(actor=Actor(user), subject=subject, words=Words("快办", hall.director))


def test_wrong_words_are_told_at_their_fields(hall: Hall) -> None:
    subject = subjects.require(hall.leader, "projects.project", hall.project.pk)
    words = Words("  ", hall.scene.clerk, "soon")
    with pytest.raises(InvalidInput) as refused:
        service.write_instruction(actor=Actor(hall.leader), subject=subject, words=words)
    assert set(refused.value.errors) == {"text", "urgency", "divider"}


def test_subjects_are_found_by_whoever_sees_them_only(hall: Hall) -> None:
    stranger = make_user("stranger")
    case = hall.scene.received()
    assert subjects.find(stranger, "projects.project", hall.project.pk) is None
    assert subjects.find(stranger, "approvals.case", case.pk) is None
    found = subjects.find(hall.leader, "approvals.case", case.pk)
    assert found is not None
    assert (found.project_id, found.link) == (case.project_id, f"/cases/{case.number}/")
    assert subjects.find(hall.leader, "nothing.here", 1) is None


def test_dividing_makes_tasks_with_clocks_and_ends_the_directors_duty(hall: Hall) -> None:
    divided = again(hall.divided())
    assert divided.status == "divided"
    parts = list(divided.parts.all())
    assert [(part.department, part.is_lead) for part in parts] == [(hall.lead, True), (hall.assisting, False)]
    tasks = {task.pk: task for task in Task.objects.select_related("clock")}
    assert [(tasks[part.task_id].role_in, tasks[part.task_id].clock.promised) for part in parts if part.task_id] == [
        ("lead", 10), ("assist", 5),
    ]  # fmt: skip
    assert divided.clock is not None
    assert divided.clock.outcome == "met"
    assert {task.source for task in tasks.values()} == {("coordination.instruction", divided.pk)}


def test_a_department_once_and_enough_days_for_the_lead(hall: Hall) -> None:
    given = hall.given()
    twice = [PartSpec(hall.lead, "办", 3)]
    with pytest.raises(InvalidInput) as refused:
        service.divide_instruction(
            actor=Actor(hall.director), instruction=given, lead=PartSpec(hall.lead, "办", 2), assisting=twice
        )
    assert set(refused.value.errors) == {"assisting", "lead_days"}


def test_only_the_director_divides_and_only_once(hall: Hall) -> None:
    given = hall.given()
    lead = PartSpec(hall.lead, "办", 3)
    for user in (hall.scene.head, hall.scene.clerk, hall.leader):
        with pytest.raises(NotAllowed):
            service.divide_instruction(actor=Actor(user), instruction=given, lead=lead)
    service.divide_instruction(actor=Actor(hall.director), instruction=given, lead=lead)
    with pytest.raises(TransitionNotAllowed):
        service.divide_instruction(actor=Actor(hall.director), instruction=given, lead=lead)
    assert Task.objects.count() == 1


def test_the_lead_summarises_only_when_all_others_have_answered(hall: Hall) -> None:
    divided = hall.divided()
    lead, other = divided.parts.all()
    task = Task.objects.get(pk=lead.task_id)
    with pytest.raises(NotAllowed, match=str(hall.assisting)):
        answer_task(actor=Actor(hall.scene.head), task=task, text="办好了")
    assert Task.objects.get(pk=lead.task_id).status == "assigned"
    hall.do(other, "规划条件已核对。")
    hall.do(lead, "用地方案已批准。")
    answered = again(divided)
    assert (answered.status, answered.summary) == ("answered", "用地方案已批准。")
    assert answered.clock is not None
    assert (answered.clock.handler_id, answered.clock.promised) == (hall.leader.pk, 3)
    assert told(hall.leader, "instruction.answered") == 1
    assert other.__class__.objects.get(pk=other.pk).answer == "规划条件已核对。"


def test_an_answer_that_the_director_returns_counts_no_more(hall: Hall) -> None:
    divided = hall.divided()
    other = divided.parts.get(is_lead=False)
    task = Task.objects.get(pk=other.task_id)
    answer_task(actor=Actor(hall.scene.reviewers["planning"]), task=task, text="已核对")
    other.refresh_from_db()
    assert other.answered_by == hall.scene.reviewers["planning"]
    return_task(actor=Actor(hall.director), task=task, reason="缺附图")
    other.refresh_from_db()
    assert (other.answer, other.answered_at) == ("", None)


def test_a_part_that_is_withdrawn_is_waited_for_no_more_but_the_leads_never_is(hall: Hall) -> None:
    divided = hall.divided()
    lead, other = divided.parts.all()
    with pytest.raises(NotAllowed):
        withdraw_task(actor=Actor(hall.director), task=Task.objects.get(pk=lead.task_id), reason="不需要")
    withdraw_task(actor=Actor(hall.director), task=Task.objects.get(pk=other.task_id), reason="不需要")
    hall.do(lead, "已办结")
    assert again(divided).status == "answered"


def test_the_leader_closes_it(hall: Hall) -> None:
    answered = hall.answered()
    service.close_instruction(actor=Actor(hall.leader), instruction=answered, remark="很好")
    closed = again(answered)
    assert (closed.status, closed.remark) == ("closed", "很好")
    assert closed.clock is not None
    assert closed.clock.outcome == "met"
    assert told(hall.scene.head, "instruction.closed") == 1
    assert [entry.act for entry in timeline(closed)][-1] == "instruction.closed"


def test_the_leader_sends_it_back_with_words_and_it_is_divided_anew(hall: Hall) -> None:
    answered = hall.answered()
    with pytest.raises(InvalidInput):
        service.send_back(actor=Actor(hall.leader), instruction=answered, remark=" ")
    service.send_back(actor=Actor(hall.leader), instruction=answered, remark="方案没有时间表")
    back = again(answered)
    assert (back.status, back.round, back.remark) == ("given", 2, "方案没有时间表")
    assert back.clock is not None
    assert back.clock.handler_id == hall.director.pk
    with pytest.raises(Stale):
        service.divide_instruction(
            actor=Actor(hall.director), instruction=answered, lead=PartSpec(hall.lead, "补时间表", 3)
        )
    service.divide_instruction(actor=Actor(hall.director), instruction=back, lead=PartSpec(hall.lead, "补时间表", 3))
    hall.do(back.parts.get(round=2), "时间表已补")
    assert again(back).summary == "时间表已补"


def test_nobody_else_closes(hall: Hall) -> None:
    answered = hall.answered()
    for user in (hall.director, hall.scene.head, hall.scene.clerk):
        with pytest.raises(NotAllowed):
            service.close_instruction(actor=Actor(user), instruction=answered)


def test_withdrawing_a_draft_and_what_nobody_has_divided(hall: Hall) -> None:
    assert again(service.withdraw_instruction(actor=Actor(hall.leader), instruction=hall.written())).status == (
        "withdrawn"
    )
    given = hall.given()
    with pytest.raises(InvalidInput):
        service.withdraw_instruction(actor=Actor(hall.leader), instruction=given)
    service.withdraw_instruction(actor=Actor(hall.leader), instruction=given, reason="已解决")
    clock = again(given).clock
    assert clock is not None
    assert clock.outcome == "cancelled"
    with pytest.raises(TransitionNotAllowed):
        service.withdraw_instruction(actor=Actor(hall.leader), instruction=hall.divided(), reason="不要了")


# -- a leader who is away


def absent(user: User, substitute: User) -> None:
    Absence.objects.create(
        user=user, substitute=substitute, starts_on=today(), ends_on=today() + timedelta(days=4), kind="trip",
        entered_by=user, entered_at=now(),
    )  # fmt: skip


def another_leader(hall: Hall) -> User:
    other = make_user("leader2", name="副主任")
    make_post(other, Department.objects.get(code="hall-office"), Role.LEADER)
    return other


def test_the_substitute_closes_for_an_absent_leader(hall: Hall) -> None:
    other = another_leader(hall)
    absent(hall.leader, other)
    answered = hall.answered()
    assert answered.clock is not None
    assert answered.clock.handler_id == other.pk
    assert told(other, "instruction.deputy") == 1
    service.close_instruction(actor=Actor(other), instruction=answered)
    assert again(answered).status == "closed"


def test_a_duty_that_runs_already_goes_to_the_substitute(hall: Hall) -> None:
    other = another_leader(hall)
    answered = hall.answered()
    absent(hall.leader, other)
    run_stand_ins()
    assert Clock.objects.get(pk=answered.clock_id).handler_id == other.pk


def test_without_a_fit_substitute_the_director_closes(hall: Hall) -> None:
    absent(hall.leader, hall.scene.clerk)
    answered = hall.answered()
    assert answered.clock is not None
    assert answered.clock.handler_id == hall.director.pk
    service.close_instruction(actor=Actor(hall.director), instruction=answered)


def test_without_anybody_it_is_an_alarm_and_not_silence(hall: Hall) -> None:
    administrator = make_user("admin", is_superuser=True)
    divided = hall.divided()
    for part in divided.parts.order_by("is_lead"):
        task = Task.objects.get(pk=part.task_id)
        answer_task(actor=Actor(hall.worker(part.department)), task=task, text="好")
        if not part.is_lead:
            close_task(actor=Actor(hall.director), task=task)
    Post.objects.filter(user=hall.leader).update(ends_on=today() - timedelta(days=1))
    absent(hall.director, hall.scene.clerk)
    close_task(actor=Actor(hall.director), task=Task.objects.get(pk=divided.parts.get(is_lead=True).task_id))
    clock = again(divided).clock
    assert clock is not None
    assert (clock.handler_id, clock.alarm) == (None, "no_substitute")
    assert told(administrator, "clock.no_substitute") == 1


def test_a_leader_who_leaves_gives_the_duty_back_to_the_post(hall: Hall) -> None:
    another_leader(hall)
    answered = hall.answered()
    Post.objects.filter(user=hall.leader).update(ends_on=today() - timedelta(days=1))
    run_stand_ins()
    clock = Clock.objects.get(pk=answered.clock_id)
    assert (clock.handler_id, clock.alarm) == (None, "no_substitute")
    fresh = User.objects.get(pk=hall.director.pk)
    service.close_instruction(actor=Actor(fresh), instruction=answered)


# -- who sees what


def test_who_sees_an_instruction(hall: Hall) -> None:
    divided = hall.divided()
    draft = hall.written()
    other = make_user("elsewhere")
    make_post(other, make_department("elsewhere"), Role.HEAD)
    sees = {
        user: list(Instruction.objects.visible_to(user).values_list("pk", flat=True))
        for user in (hall.leader, hall.director, hall.scene.head, hall.scene.owner, other, hall.scene.reviewers["city"])
    }
    assert sees[hall.leader] == [draft.pk, divided.pk]
    assert sees[hall.director] == sees[hall.scene.head] == [divided.pk]
    assert sees[hall.scene.owner] == sees[other] == sees[hall.scene.reviewers["city"]] == []


def test_what_waits_for_whom(hall: Hall) -> None:
    given = hall.given()

    def waits(user: User) -> bool:
        rows = Instruction.objects.visible_to(user).waiting_for(user)
        return given.pk in rows.values_list("pk", flat=True)

    assert (waits(hall.director), waits(hall.leader)) == (True, False)
    service.divide_instruction(actor=Actor(hall.director), instruction=given, lead=PartSpec(hall.lead, "办", 3))
    assert (waits(hall.director), waits(hall.scene.head)) == (False, True)
    hall.do(given.parts.get(), "好")
    assert (waits(hall.scene.head), waits(hall.leader)) == (False, True)


ACTS = {
    "save": lambda hall, row: service.save_instruction(
        actor=Actor(hall.leader), instruction=row, words=Words("改", hall.director)
    ),
    "give": lambda hall, row: service.give_instruction(actor=Actor(hall.leader), instruction=row),
    "withdraw": lambda hall, row: service.withdraw_instruction(
        actor=Actor(hall.leader), instruction=row, reason="不要了"
    ),
    "divide": lambda hall, row: service.divide_instruction(
        actor=Actor(hall.director), instruction=row, lead=PartSpec(hall.lead, "办", 3)
    ),
    "close": lambda hall, row: service.close_instruction(actor=Actor(hall.leader), instruction=row),
    "send_back": lambda hall, row: service.send_back(actor=Actor(hall.leader), instruction=row, remark="再办"),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", ["draft", "given", "divided", "answered", "closed", "withdrawn"])
def test_every_pair_of_the_table(hall: Hall, act: str, state: str) -> None:
    row = {
        "draft": hall.written, "given": hall.given, "divided": hall.divided, "answered": hall.answered,
        "closed": lambda: service.close_instruction(actor=Actor(hall.leader), instruction=hall.answered()),
        "withdrawn": lambda: service.withdraw_instruction(actor=Actor(hall.leader), instruction=hall.written()),
    }[state]()  # fmt: skip
    assert row.status == state
    if INSTRUCTION.allows(state, act):
        ACTS[act](hall, row)
        assert again(row).status == INSTRUCTION.next(state, act)
    else:
        with pytest.raises(HallError):
            ACTS[act](hall, row)
        assert again(row).status == state
