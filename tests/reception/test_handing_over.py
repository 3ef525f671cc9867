"""Handing over: the first owner stays owner until somebody else has accepted."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.models import Department, Role, User
from common.errors import HallError, InvalidInput, NotAllowed, TransitionNotAllowed
from deadlines import sweep
from deadlines.models import Clock
from ledger.selectors import timeline
from notifications.models import Message
from reception.models import Inquiry, InquiryHandover
from reception.services import (
    accept_handover,
    answer_inquiry,
    hand_over_inquiry,
    refuse_handover,
    withdraw_handover,
)
from tests.clock import HallClock
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    return list(
        Message.objects.filter(recipient=user, channel="inapp", template__startswith="inquiry.")
        .order_by("id")
        .values_list("template", flat=True)
    )


@pytest.fixture
def handed(inquiry: Inquiry, clerk: User, reviewer: User) -> InquiryHandover:
    return hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, to_user=reviewer, reason="属住建局职责")


def test_until_accepted_nothing_has_changed(handed: InquiryHandover, clerk: User, reviewer: User) -> None:
    inquiry = Inquiry.objects.get()
    assert inquiry.owner == clerk
    assert inquiry.clock.is_open
    clock = handed.clock
    assert (clock.kind, clock.handler, clock.expires) == ("inquiry_handover", reviewer, True)
    # Half past nine and four working hours.
    assert clock.unit == "workhour"
    assert clock.due_at.astimezone().date().isoformat() == "2026-03-02"
    assert told(reviewer) == ["inquiry.handed_over"]


def test_accepted_it_is_the_others_with_the_day_the_asker_was_promised(
    handed: InquiryHandover, clerk: User, reviewer: User, housing: Department, monday: HallClock
) -> None:
    before = Inquiry.objects.get().clock
    monday.travel(hours=1)
    accept_handover(actor=Actor(reviewer), handover=handed)
    inquiry = Inquiry.objects.select_related("clock").get()
    assert (inquiry.owner, inquiry.department, inquiry.first_owner) == (reviewer, housing, clerk)
    assert inquiry.clock_id != before.pk
    assert (inquiry.clock.due_at, inquiry.clock.handler, inquiry.clock.department) == (
        before.due_at, reviewer, housing,
    )  # fmt: skip
    before.refresh_from_db()
    assert before.outcome == "cancelled"
    assert Clock.objects.get(pk=handed.clock_id).outcome == "met"
    assert told(clerk) == ["inquiry.accepted"]
    with pytest.raises(NotAllowed):
        answer_inquiry(actor=Actor(clerk), inquiry=inquiry, text="答复")


def test_refused_with_a_reason_it_stays(handed: InquiryHandover, clerk: User, reviewer: User) -> None:
    with pytest.raises(InvalidInput):
        refuse_handover(actor=Actor(reviewer), handover=handed, reason=" ")
    refuse_handover(actor=Actor(reviewer), handover=handed, reason="属规划局职责")
    assert Inquiry.objects.get().owner == clerk
    assert told(clerk) == ["inquiry.handover_refused"]
    with pytest.raises(TransitionNotAllowed):
        accept_handover(actor=Actor(reviewer), handover=handed)


def test_not_accepted_in_time_the_sweep_ends_it_and_both_are_told(
    handed: InquiryHandover, clerk: User, reviewer: User, monday: HallClock
) -> None:
    monday.travel(hours=3)
    sweep.run()
    handed.refresh_from_db()
    assert handed.status == "pending"
    monday.travel(days=1)
    sweep.run()
    sweep.run()
    handed.refresh_from_db()
    assert handed.status == "lapsed"
    assert Clock.objects.get(pk=handed.clock_id).outcome == "late"
    inquiry = Inquiry.objects.get()
    assert (inquiry.owner, inquiry.status) == (clerk, "open")
    assert told(clerk) == ["inquiry.handover_lapsed"]
    assert told(reviewer) == ["inquiry.handed_over", "inquiry.handover_lapsed"]
    assert timeline(inquiry).last().act == "inquiry.handover_lapsed"
    # It may be handed over again.
    hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, to_user=reviewer, reason="请办理")


def test_the_owners_own_clock_runs_on_and_fires(
    handed: InquiryHandover, clerk: User, boss: User, monday: HallClock
) -> None:
    monday.travel(days=7)
    sweep.run()
    clock = Inquiry.objects.get().clock
    assert clock.light() == "red"
    assert Message.objects.filter(recipient=boss, channel="inapp").exists()


def test_to_a_department_whoever_accepts_first_has_it(
    inquiry: Inquiry, clerk: User, reviewer: User, housing: Department, stranger: User
) -> None:
    other = make_post(make_user(name="孙审批"), housing, Role.APPROVER).user
    handed = hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, department=housing, reason="属住建局职责")
    assert (handed.to_user, handed.role, handed.clock.role) == (None, Role.REVIEWER, Role.REVIEWER)
    with pytest.raises(NotAllowed):
        accept_handover(actor=Actor(stranger), handover=handed)
    accept_handover(actor=Actor(other), handover=handed)
    with pytest.raises(TransitionNotAllowed):
        accept_handover(actor=Actor(reviewer), handover=handed)
    assert Inquiry.objects.get().owner == other


@pytest.mark.django_db(transaction=True)
def test_two_of_a_department_accept_at_once_and_one_has_it(inquiry: Inquiry, clerk: User, housing: Department) -> None:
    people = [make_post(make_user(), housing, Role.REVIEWER).user for _ in range(4)]
    handed = hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, department=housing, reason="请接收")
    start = threading.Barrier(4)

    def accept(user: User) -> str:
        try:
            start.wait(10)
            accept_handover(actor=Actor(user), handover=handed)
        except HallError as error:
            return error.code
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(accept, people))
    assert results == ["accepted"] + ["transition_not_allowed"] * 3
    assert Clock.objects.open().filter(kind="inquiry").count() == 1


def test_what_is_refused(inquiry: Inquiry, clerk: User, colleague: User, reviewer: User, investor: User) -> None:
    def fields(**given: object) -> set[str]:
        with pytest.raises(InvalidInput) as refused:
            hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, **{"reason": "请办理", **given})
        return set(refused.value.errors)

    assert fields() == {"to_user"}
    assert fields(to_user=clerk) == {"to_user"}
    assert fields(to_user=investor) == {"to_user"}
    assert fields(to_user=reviewer, reason=" ") == {"reason"}
    assert fields(department=make_department()) == {"department"}
    make_absence(colleague, clerk)
    assert fields(to_user=colleague) == {"to_user"}
    with pytest.raises(NotAllowed):
        hand_over_inquiry(actor=Actor(reviewer), inquiry=inquiry, to_user=colleague, reason="请办理")
    hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, to_user=reviewer, reason="请办理")
    with pytest.raises(TransitionNotAllowed):
        hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, to_user=reviewer, reason="请办理")


def test_taken_back(handed: InquiryHandover, clerk: User, reviewer: User) -> None:
    inquiry = Inquiry.objects.get()
    with pytest.raises(NotAllowed):
        withdraw_handover(actor=Actor(reviewer), inquiry=inquiry)
    withdraw_handover(actor=Actor(clerk), inquiry=inquiry)
    assert told(reviewer) == ["inquiry.handed_over", "inquiry.handover_withdrawn"]
    with pytest.raises(TransitionNotAllowed):
        withdraw_handover(actor=Actor(clerk), inquiry=inquiry)


def test_an_answer_ends_what_waits(handed: InquiryHandover, clerk: User) -> None:
    answer_inquiry(actor=Actor(clerk), inquiry=Inquiry.objects.get(), text="需要重新办理。")
    handed.refresh_from_db()
    assert handed.status == "withdrawn"
    assert not Clock.objects.open().exists()
