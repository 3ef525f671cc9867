"""Giving, taking, answering, closing tasks; the clock through the real sweep; every pair of the table."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import Actor
from accounts.models import Post, User
from common.errors import HallError, InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import today
from deadlines import sweep
from deadlines.models import Clock, FiredRung, Handover
from deadlines.services import hand_over
from ledger.selectors import timeline
from notifications.models import Message
from office import services, sources
from office.models import OfficeLimit, Task
from office.transitions import TASK
from tests.factories.files import PDF
from tests.office.conftest import Office
from tests.queries import statements

pytestmark = pytest.mark.django_db

# A Monday; five working days later is 2026-03-09.
START = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def told(user: User) -> list[str]:
    return list(
        Message.objects.filter(recipient=user, channel="inapp").order_by("id").values_list("template", flat=True)
    )


def test_limits_are_there_after_migrate() -> None:
    assert dict(OfficeLimit.objects.values_list("code", "days"))["task"] == 5


def test_a_department_s_task_lies_on_its_head_s_post_with_a_clock(office: Office) -> None:
    task = office.give()
    clock = Clock.objects.get(pk=task.clock_id)
    assert (task.status, task.department, task.role, task.handler) == ("assigned", office.planning, "head", None)
    assert (clock.kind, clock.subject, clock.role, clock.handler, clock.due_at.date()) == (
        "task", ("office.task", task.pk), "head", None, date(2026, 3, 9),
    )  # fmt: skip
    assert told(office.planning_head) == ["task.assigned"]
    assert told(office.planner) == told(office.head) == []
    assert (task.checker, task.checker_role, task.checker_department) == (office.head, "head", office.housing)


def test_a_person_s_task_lies_on_the_person(office: Office) -> None:
    task = office.give(department_id=None, handler_id=office.planner.pk, days=2)
    clock = Clock.objects.get(pk=task.clock_id)
    assert (task.department, task.role, clock.handler) == (office.planning, "reviewer", office.planner)
    assert clock.due_at.date() == date(2026, 3, 4)
    assert told(office.planner) == ["task.assigned"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"), ({"text": ""}, "text"), ({"days": 0}, "days"), ({"days": 251}, "days"),
        ({"role_in": "boss"}, "role_in"), ({"department_id": None}, "department"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(office: Office, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        office.give(**fields)
    assert list(caught.value.errors) == [field]
    assert not Task.objects.exists()


def test_nobody_gets_what_nobody_could_do(office: Office) -> None:
    Post.objects.filter(department=office.planning).update(ends_on=date(2026, 2, 1))
    with pytest.raises(InvalidInput) as caught:
        office.give()
    assert list(caught.value.errors) == ["department"]
    with pytest.raises(InvalidInput) as caught:
        office.give(department_id=office.housing.pk, handler_id=office.clerk.pk)
    assert list(caught.value.errors) == ["handler"]


def test_only_some_give_tasks_but_a_source_s_app_may_let_anybody(office: Office) -> None:
    spec = services.TaskSpec(title="甲", text="乙", department_id=office.planning.pk)
    for user in (office.reviewer, office.clerk, office.investor):
        with pytest.raises(NotAllowed):
            services.assign_tasks(actor=Actor(user), tasks=[spec])
    assert services.assign_tasks(actor=Actor(office.director), tasks=[spec])
    from_source = services.TaskSpec(title="甲", text="乙", department_id=office.planning.pk, source=("tests.thing", 1))
    assert services.assign_tasks(actor=Actor(office.reviewer), tasks=[from_source])


def test_giving_takes_the_same_number_of_statements_for_one_and_for_thirty(office: Office) -> None:
    spec = services.TaskSpec(title="甲", text="乙", department_id=office.planning.pk)
    give = lambda n: services.assign_tasks(actor=Actor(office.head), tasks=[spec] * n)  # noqa: E731
    give(1)
    assert statements(lambda: give(1)) == statements(lambda: give(30))


def test_from_giving_to_closing(office: Office) -> None:
    task = office.give()
    services.take_task(actor=Actor(office.planner), task=task)
    upload = SimpleUploadedFile("答复.pdf", PDF, "application/pdf")
    answer = services.answer_task(actor=Actor(office.planner), task=task, text=" 已核实 ", uploads=[upload])
    task.refresh_from_db()
    assert (task.status, task.handler, answer.text, answer.files.count()) == ("answered", office.planner, "已核实", 1)
    assert task.clock.outcome == "met"
    check = task.check_clock
    assert check is not None
    assert (check.handler, check.due_at.date(), check.is_open) == (office.head, date(2026, 3, 5), True)
    assert told(office.head) == ["task.answered"]
    services.close_task(actor=Actor(office.head), task=task)
    task.refresh_from_db()
    assert (task.status, task.ended_at) == ("closed", START)
    assert Clock.objects.open().count() == 0
    assert [entry.act for entry in timeline(task)] == ["task.assigned", "task.taken", "task.answered", "task.closed"]
    assert told(office.planner) == ["task.closed"]


def test_returning_starts_a_new_clock_and_a_second_round(office: Office, moment: time_machine.Traveller) -> None:
    task = office.give()
    services.answer_task(actor=Actor(office.planner), task=task, text="已核实")
    moment.move_to(datetime.fromisoformat("2026-03-03T09:00:00+08:00"))
    with pytest.raises(InvalidInput) as caught:
        services.return_task(actor=Actor(office.head), task=task, reason=" ", days=0)
    assert list(caught.value.errors) == ["reason", "days"]
    returned = services.return_task(actor=Actor(office.head), task=task, reason="缺少红线图", days=2)
    clock = Clock.objects.get(pk=returned.clock_id)
    assert (returned.status, clock.handler, clock.due_at.date()) == ("returned", office.planner, date(2026, 3, 5))
    services.answer_task(actor=Actor(office.planner), task=task, text="已补充")
    services.close_task(actor=Actor(office.head), task=task)
    assert list(task.answers.values_list("returned_reason", "decided_by__username")) == [
        ("缺少红线图", "head"), ("", "head"),
    ]  # fmt: skip
    assert told(office.planner) == ["task.returned", "task.closed"]


def test_withdrawing_cancels_every_clock(office: Office) -> None:
    task = office.give(handler_id=office.planner.pk)
    services.ask_more_days(actor=Actor(office.planner), task=task, days=3, reason="外出勘测")
    with pytest.raises(InvalidInput):
        services.withdraw_task(actor=Actor(office.head), task=task, reason="")
    with pytest.raises(NotAllowed):
        services.withdraw_task(actor=Actor(office.planning_head), task=task, reason="无")
    services.withdraw_task(actor=Actor(office.head), task=task, reason="事项已取消")
    assert list(Clock.objects.values_list("outcome", flat=True)) == ["cancelled", "cancelled"]
    assert told(office.planner) == ["task.assigned", "task.withdrawn"]


def test_more_days_are_asked_by_the_handler_and_decided_by_the_giver(office: Office) -> None:
    task = office.give(handler_id=office.planner.pk)
    for days, reason, field in ((11, "甲", "days"), (0, "甲", "days"), (3, " ", "reason")):
        with pytest.raises(InvalidInput) as caught:
            services.ask_more_days(actor=Actor(office.planner), task=task, days=days, reason=reason)
        assert list(caught.value.errors) == [field]
    asked = services.ask_more_days(actor=Actor(office.planner), task=task, days=3, reason="外出勘测")
    with pytest.raises(TransitionNotAllowed):
        services.ask_more_days(actor=Actor(office.planner), task=task, days=3, reason="外出勘测")
    assert (asked.duty.kind, asked.duty.handler, asked.duty.is_open) == ("extension", office.head, True)
    with pytest.raises(NotAllowed):
        services.decide_more_days(actor=Actor(office.planner), extension=asked, grant=True)
    with pytest.raises(InvalidInput):
        services.decide_more_days(actor=Actor(office.head), extension=asked, grant=False)
    services.decide_more_days(actor=Actor(office.head), extension=asked, grant=True)
    assert Clock.objects.get(pk=task.clock_id).due_at.date() == date(2026, 3, 12)
    with pytest.raises(Stale):
        services.decide_more_days(actor=Actor(office.head), extension=asked, grant=True)
    assert Clock.objects.open().count() == 1
    assert told(office.planner) == ["task.assigned", "task.extended"]


def test_no_more_days_once_the_limit_has_run_out(office: Office, moment: time_machine.Traveller) -> None:
    task = office.give(handler_id=office.planner.pk)
    asked = services.ask_more_days(actor=Actor(office.planner), task=task, days=3, reason="外出勘测")
    moment.move_to(datetime.fromisoformat("2026-03-10T09:00:00+08:00"))
    with pytest.raises(TransitionNotAllowed):
        services.decide_more_days(actor=Actor(office.head), extension=asked, grant=True)


def test_passing_on_stays_inside_the_department(office: Office) -> None:
    task = office.give()
    with pytest.raises(NotAllowed):
        services.hand_over_task(actor=Actor(office.planner), task=task, to=office.planner)
    with pytest.raises(InvalidInput) as caught:
        services.hand_over_task(actor=Actor(office.planning_head), task=task, to=office.clerk)
    assert list(caught.value.errors) == ["to"]
    services.hand_over_task(actor=Actor(office.planning_head), task=task, to=office.planner)
    task.refresh_from_db()
    assert (task.handler, task.clock.handler) == (office.planner, office.planner)
    assert told(office.planner) == ["task.handed_over"]
    assert told(office.head) == ["task.moved"]


def test_duties_change_hands_with_the_engine(office: Office) -> None:
    task = office.give(handler_id=office.planner.pk)
    director = Actor(office.director)
    hand_over(
        actor=director, clock_id=task.clock_id, to_user_id=office.planning_head.pk, cause=Handover.Cause.REASSIGNMENT
    )
    task.refresh_from_db()
    assert task.handler == office.planning_head
    services.answer_task(actor=Actor(office.planning_head), task=task, text="已核实")
    task.refresh_from_db()
    hand_over(
        actor=director, clock_id=task.check_clock_id, to_user_id=office.reviewer.pk, cause=Handover.Cause.REASSIGNMENT
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        services.close_task(actor=Actor(office.head), task=task)
    services.close_task(actor=Actor(office.reviewer), task=task)


def test_a_missed_task_reminds_goes_red_and_climbs_each_once(office: Office, moment: time_machine.Traveller) -> None:
    office.give(handler_id=office.planner.pk)
    for day in ("06", "09", "10", "11", "12", "13"):
        moment.move_to(datetime.fromisoformat(f"2026-03-{day}T10:00:00+08:00"))
        sweep.run()
        sweep.run()
    assert list(FiredRung.objects.values_list("code", flat=True)) == [
        "warn", "overdue", "escalate_head", "escalate_director",
    ]  # fmt: skip
    inapp = Message.objects.filter(channel="inapp", template__startswith="clock.")
    assert sorted(inapp.values_list("recipient__username", "template")) == [
        ("director", "clock.escalate_director"), ("planner", "clock.overdue"), ("planner", "clock.warn"),
        ("planning_head", "clock.escalate_head"),
    ]  # fmt: skip


def test_the_owner_of_the_source_is_told_in_the_same_transaction(office: Office) -> None:
    heard: list[tuple[str, str]] = []
    locked: list[int] = []

    def hear(task: Task, act: str, _actor: Actor) -> None:
        heard.append((act, task.status))
        if act == "closed" and task.title == "不得办结":
            raise TransitionNotAllowed("the instruction is not ready")

    sources.register("tests.thing", told=hear, lock=locked.append)
    try:
        task = office.give(source=("tests.thing", 7))
        services.take_task(actor=Actor(office.planner), task=task)
        services.answer_task(actor=Actor(office.planner), task=task, text="已核实")
        services.close_task(actor=Actor(office.head), task=task)
        assert heard == [("assigned", "assigned"), ("taken", "taken"), ("answered", "answered"), ("closed", "closed")]
        assert locked == [7, 7, 7, 7]
        other = office.give(title="不得办结", source=("tests.thing", 8))
        services.answer_task(actor=Actor(office.planner), task=other, text="已核实")
        with pytest.raises(TransitionNotAllowed):
            services.close_task(actor=Actor(office.head), task=other)
        other.refresh_from_db()
        assert other.status == "answered"
        third = office.give(source=("tests.thing", 9))
        services.withdraw_task(actor=Actor(office.clerk), task=third, reason="批示撤回", by_source=True)
        assert heard[-1] == ("withdrawn", "withdrawn")
    finally:
        sources.unregister("tests.thing")


def test_who_sees_a_task(office: Office) -> None:
    task = office.give(handler_id=office.planner.pk)
    seen = {
        name: Task.objects.visible_to(getattr(office, name)).filter(pk=task.pk).exists()
        for name in ("head", "planner", "planning_head", "director", "reviewer", "clerk", "investor")
    }
    assert seen == {
        "head": True, "planner": True, "planning_head": True, "director": True,
        "reviewer": False, "clerk": False, "investor": False,
    }  # fmt: skip


def test_lead_and_assisting_see_each_other_unless_given_apart(office: Office) -> None:
    lead = services.TaskSpec(title="甲", text="乙", department_id=office.planning.pk)
    assist = services.TaskSpec(title="甲", text="乙", department_id=office.window.pk, role_in="assist")
    services.assign_tasks(actor=Actor(office.head), tasks=[lead, assist])
    assert Task.objects.visible_to(office.clerk).count() == 2
    services.assign_tasks(actor=Actor(office.head), tasks=[lead, assist], together=False)
    assert Task.objects.visible_to(office.clerk).count() == 3


ACTS = ("take", "answer", "close", "return", "withdraw", "hand_over", "extend")
COURSE = {
    "assigned": (), "taken": ("take",), "answered": ("answer",), "returned": ("answer", "return"),
    "closed": ("answer", "close"), "withdrawn": ("withdraw",),
}  # fmt: skip


@pytest.mark.parametrize("status", Task.Status.values)
@pytest.mark.parametrize("act", ACTS)
def test_every_pair_of_the_table(office: Office, status: str, act: str) -> None:
    task = office.give(handler_id=office.planner.pk)
    planner, head = Actor(office.planner), Actor(office.head)
    calls = {
        "take": lambda: services.take_task(actor=planner, task=task),
        "answer": lambda: services.answer_task(actor=planner, task=task, text="已核实"),
        "close": lambda: services.close_task(actor=head, task=task),
        "return": lambda: services.return_task(actor=head, task=task, reason="不全"),
        "withdraw": lambda: services.withdraw_task(actor=head, task=task, reason="取消"),
        "hand_over": lambda: services.hand_over_task(actor=planner, task=task, to=office.planning_head),
        "extend": lambda: services.ask_more_days(actor=planner, task=task, days=1, reason="勘测"),
    }
    assert set(TASK.act_names) == set(ACTS)
    for step in COURSE[status]:
        calls[step]()
    if TASK.allows(status, act):
        calls[act]()
        task.refresh_from_db()
        assert task.status == TASK.next(Task.Status(status), act)
    else:
        with pytest.raises(HallError) as caught:
            calls[act]()
        assert isinstance(caught.value, TransitionNotAllowed)


def test_of_two_who_take_a_department_s_task_the_second_is_refused(office: Office) -> None:
    task = office.give()
    services.take_task(actor=Actor(office.planner), task=task)
    with pytest.raises(TransitionNotAllowed):
        services.take_task(actor=Actor(office.planning_head), task=task)
    assert today() == date(2026, 3, 2)
