"""An inquiry comes in."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import DataError, connection

from accounts.actors import Actor
from accounts.models import Department, Role, User
from common.errors import InvalidInput, NotAllowed
from deadlines.models import Clock
from enterprises.models import Enterprise
from ledger.selectors import timeline
from notifications.models import Message
from reception.models import Inquiry
from reception.services import answer_inquiry, ask_online, record_inquiry
from tests.clock import HallClock
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.files import make_upload
from tests.reception.conftest import ASKED

pytestmark = pytest.mark.django_db


def test_whoever_is_asked_first_owns_it(inquiry: Inquiry, clerk: User, window: Department) -> None:
    assert (inquiry.number, inquiry.owner, inquiry.first_owner) == ("SW202600001", clerk, clerk)
    clock = inquiry.clock
    assert (clock.kind, clock.handler, clock.department, clock.role) == ("inquiry", clerk, window, Role.CLERK)
    assert clock.due_at.astimezone().date().isoformat() == "2026-03-05"
    assert [entry.act for entry in timeline(inquiry)] == ["inquiry.recorded"]
    # Neither can be cleared, so neither names the asker.
    assert "孙来访" not in str(timeline(inquiry).get().data)


@pytest.mark.parametrize("role", list(Role))
def test_any_person_of_the_hall_records(monday: HallClock, role: str) -> None:
    person = make_post(make_user(), make_department(), role).user
    assert record_inquiry(actor=Actor(person), channel="telephone", asked=ASKED).owner == person


def test_nobody_else_records(monday: HallClock, investor: User) -> None:
    with pytest.raises(NotAllowed):
        record_inquiry(actor=Actor(investor), channel="counter", asked=ASKED)
    with pytest.raises(NotAllowed):
        record_inquiry(actor=Actor.system(), channel="counter", asked=ASKED)


def test_refused_at_the_field_and_the_number_is_not_lost(monday: HallClock, clerk: User) -> None:
    empty = replace(ASKED, name=" ", subject="", text=" ")
    with pytest.raises(InvalidInput) as refused:
        record_inquiry(actor=Actor(clerk), channel="counter", asked=empty)
    assert set(refused.value.errors) == {"name", "subject", "text"}
    with pytest.raises(InvalidInput) as refused:
        record_inquiry(actor=Actor(clerk), channel="web", asked=ASKED)
    assert set(refused.value.errors) == {"channel"}
    with pytest.raises(InvalidInput):
        record_inquiry(actor=Actor(clerk), channel="counter", asked=ASKED, files=[make_upload("空.pdf", b"")])
    assert record_inquiry(actor=Actor(clerk), channel="counter", asked=ASKED).serial == 1


def test_answered_on_the_spot(monday: HallClock, clerk: User) -> None:
    made = record_inquiry(actor=Actor(clerk), channel="counter", asked=ASKED, answer="需要重新办理。")
    assert made.status == "answered"
    assert Clock.objects.get().outcome == "met"
    assert made.answers.get().text == "需要重新办理。"


@pytest.mark.django_db(transaction=True)
def test_numbers_without_doubles_and_gaps_when_all_are_asked_at_once(clerk: User) -> None:
    start = threading.Barrier(6)

    def ask(position: int) -> int:
        try:
            start.wait(10)
            # Every other one breaks off after its number was taken.
            asked = replace(ASKED, subject="长" * 200) if position % 2 else ASKED
            return record_inquiry(actor=Actor(clerk), channel="counter", asked=asked).serial
        except DataError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        serials = sorted(pool.map(ask, range(6)))
    assert serials == [0, 0, 0, 1, 2, 3]


class TestOnline:
    def test_goes_to_the_clerk_with_least(self, inquiry: Inquiry, colleague: User, investor: User) -> None:
        first = ask_online(actor=Actor(investor), asked=ASKED)
        assert (first.owner, first.asked_by, first.channel) == (colleague, investor, "web")
        assert ask_online(actor=Actor.system(), asked=ASKED).owner in (inquiry.owner, colleague)
        assert Message.objects.filter(recipient=colleague, template="inquiry.received", channel="inapp").exists()
        answer_inquiry(actor=Actor(colleague), inquiry=first, text="答复")
        assert ask_online(actor=Actor.system(), asked=ASKED).owner == colleague

    def test_not_to_who_is_away(self, monday: HallClock, clerk: User, colleague: User) -> None:
        make_absence(clerk, colleague)
        assert [ask_online(actor=Actor.system(), asked=ASKED).owner for _ in range(2)] == [colleague] * 2

    def test_without_a_clerk_somebody_else_has_it(self, monday: HallClock, director: User) -> None:
        assert ask_online(actor=Actor.system(), asked=ASKED).owner == director

    def test_a_hall_without_anybody_says_so(self, monday: HallClock, db: None) -> None:
        with pytest.raises(InvalidInput):
            ask_online(actor=Actor.system(), asked=ASKED)
        assert not Inquiry.objects.exists()

    def test_only_for_ones_own_firm(self, monday: HallClock, clerk: User, investor: User) -> None:
        firm: Enterprise = make_enterprise(name="海蓝装备有限公司")
        with pytest.raises(InvalidInput) as refused:
            ask_online(actor=Actor(investor), asked=replace(ASKED, enterprise=firm))
        assert set(refused.value.errors) == {"enterprise"}
        make_membership(firm, investor)
        assert ask_online(actor=Actor(investor), asked=replace(ASKED, enterprise=firm)).enterprise == firm

    def test_what_is_refused(self, monday: HallClock, clerk: User) -> None:
        with pytest.raises(NotAllowed):
            ask_online(actor=Actor(clerk), asked=ASKED)
        with pytest.raises(NotAllowed):
            ask_online(actor=Actor.system(), asked=ASKED, files=[make_upload()])
