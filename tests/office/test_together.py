"""Two people at once, on real connections: one wins, the other is told, nothing is done twice."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.actors import Actor
from common.errors import HallError, Stale, TransitionNotAllowed
from deadlines.models import Clock
from notifications.models import Message
from office import services
from office.models import Answer, Paper, PaperHandover, Task
from office.services import NoticeText, PaperSpec, Verdict
from tests.approvals.test_concurrency import at_once
from tests.office.conftest import Office

pytestmark = pytest.mark.django_db(transaction=True)


def one_of(*acts: Callable[[], Any]) -> Any:
    """The single act that was done; the others were told that somebody was faster."""
    results = at_once(acts)
    refused = [one for one in results if isinstance(one, HallError)]
    assert all(isinstance(one, (Stale, TransitionNotAllowed)) for one in refused), results
    (done,) = [one for one in results if not isinstance(one, HallError)]
    return done


def test_a_department_s_task_is_taken_by_one(office: Office) -> None:
    task = office.give()
    people = (office.planner, office.planning_head)
    done = one_of(*(lambda user=user: services.take_task(actor=Actor(user), task=task) for user in people))
    assert Task.objects.get().handler == done.handler
    assert Clock.objects.get().handler == done.handler


def test_of_closing_and_returning_at_once_one_happens(office: Office) -> None:
    task = office.give()
    services.answer_task(actor=Actor(office.planner), task=task, text="已办")
    head = Actor(office.head)
    one_of(
        lambda: services.close_task(actor=head, task=task),
        lambda: services.return_task(actor=head, task=task, reason="不全"),
    )
    assert Answer.objects.count() == 1


def test_two_answers_at_once_are_one(office: Office) -> None:
    task = office.give()
    people = (office.planner, office.planning_head)
    one_of(*(lambda user=user: services.answer_task(actor=Actor(user), task=task, text="已办") for user in people))
    assert (Answer.objects.count(), Clock.objects.open().count()) == (1, 1)


def test_a_list_is_signed_once(office: Office) -> None:
    handover = send(office)
    line = handover.lines.get()
    planner = Actor(office.planner)
    one_of(
        lambda: services.sign_for_papers(actor=planner, handover=handover, verdicts={line.pk: Verdict("received")}),
        lambda: services.sign_for_papers(
            actor=Actor(office.planning_head), handover=handover, verdicts={line.pk: Verdict("missing", "未见")}
        ),
        lambda: services.withdraw_papers(actor=Actor(office.clerk), handover=handover, reason="误交"),
    )


def test_one_paper_goes_one_way(office: Office) -> None:
    handover = send(office)
    services.withdraw_papers(actor=Actor(office.clerk), handover=handover, reason="误交")
    paper = Paper.objects.get()
    one_of(
        *(
            lambda target=target: services.hand_over_papers(
                actor=Actor(office.clerk), from_department=office.window, to_department=target, papers=[paper]
            )
            for target in (office.planning, office.housing)
        )
    )
    assert PaperHandover.objects.filter(status="sent").count() == 1


def send(office: Office) -> PaperHandover:
    return services.hand_over_papers(
        actor=Actor(office.clerk), from_department=office.window, to_department=office.planning,
        new=[PaperSpec(name="总平面图")],
    )  # fmt: skip


def test_two_reminders_at_once_are_one_letter(office: Office) -> None:
    notice = services.publish_notice(
        actor=Actor(office.head), content=NoticeText(title="甲", text="乙"), departments=[office.window]
    )
    act = lambda: services.remind_readers(actor=Actor(office.head), notice=notice)  # noqa: E731
    assert sorted(at_once([act, act])) == [0, 1]
    assert Message.objects.filter(template="notice.unread", channel="inapp").count() == 1
