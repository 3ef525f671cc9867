"""The answer, and what the asker says to it."""

import pytest

from accounts.actors import Actor
from accounts.models import Post, User
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import today
from deadlines.models import Clock
from ledger.selectors import timeline
from notifications.models import Message
from reception.models import Inquiry, Limit
from reception.services import answer_inquiry, ask_online, close_unconfirmed, confirm_answer, reopen_inquiry
from reception.tasks import close_unconfirmed_task
from tests.clock import HallClock
from tests.reception.conftest import ASKED

pytestmark = pytest.mark.django_db


def answered(inquiry: Inquiry) -> Inquiry:
    return answer_inquiry(actor=Actor(inquiry.owner), inquiry=inquiry, text="需要重新办理。")


@pytest.fixture
def asked(monday: HallClock, clerk: User, investor: User) -> Inquiry:
    return ask_online(actor=Actor(investor), asked=ASKED)


def templates(user: User) -> list[str]:
    rows = Message.objects.filter(recipient=user, channel="inapp").order_by("id")
    return list(rows.values_list("template", flat=True))


def test_the_asker_is_told_and_confirms(asked: Inquiry, clerk: User, investor: User) -> None:
    done = answered(asked)
    assert (done.status, done.closes_on.isoformat()) == ("answered", "2026-03-09")
    assert templates(investor) == ["inquiry.taken_in", "inquiry.answered"]
    confirm_answer(actor=Actor(investor), inquiry=done)
    done.refresh_from_db()
    assert done.status == "closed"
    assert done.answers.get().verdict == "confirmed"
    assert templates(clerk)[-1] == "inquiry.confirmed"
    for act in (lambda: confirm_answer(actor=Actor(investor), inquiry=done),
                lambda: reopen_inquiry(actor=Actor(investor), inquiry=done, reason="不对"),
                lambda: answered(done)):  # fmt: skip
        with pytest.raises(TransitionNotAllowed):
            act()


def test_who_may_answer(inquiry: Inquiry, colleague: User, reviewer: User) -> None:
    for user in (colleague, reviewer):
        with pytest.raises(NotAllowed):
            answer_inquiry(actor=Actor(user), inquiry=inquiry, text="答复")
    with pytest.raises(InvalidInput):
        answer_inquiry(actor=Actor(inquiry.owner), inquiry=inquiry, text="  ")


def test_reopened_goes_back_with_a_new_clock_and_the_second_time_to_the_head(
    asked: Inquiry, clerk: User, boss: User, investor: User, monday: HallClock
) -> None:
    first = asked.clock_id
    monday.travel(days=1)
    with pytest.raises(InvalidInput):
        reopen_inquiry(actor=Actor(investor), inquiry=answered(asked), reason=" ")
    reopen_inquiry(actor=Actor(investor), inquiry=asked, reason="没有说明依据")
    asked.refresh_from_db()
    assert (asked.status, asked.owner, asked.reopened) == ("open", clerk, 1)
    assert asked.clock_id != first
    assert asked.clock.due_at.astimezone().date().isoformat() == "2026-03-06"
    assert templates(boss) == []
    assert asked.answers.get().reason == "没有说明依据"
    assert "没有说明依据" not in str(list(timeline(asked).values_list("data", flat=True)))
    reopen_inquiry(actor=Actor.system(), inquiry=answered(asked), reason="仍然没有")
    assert templates(boss) == ["inquiry.reopened_again"]
    assert Clock.objects.open().count() == 1


def test_who_has_left_is_followed_by_the_post(asked: Inquiry, clerk: User, colleague: User, investor: User) -> None:
    done = answered(asked)
    Post.objects.filter(user=clerk).delete()
    reopen_inquiry(actor=Actor(investor), inquiry=done, reason="没有说明依据")
    done.refresh_from_db()
    assert (done.owner, done.clock.handler) == (None, None)
    assert "inquiry.reopened" in templates(colleague)
    assert answer_inquiry(actor=Actor(colleague), inquiry=done, text="依据如下").owner == colleague


def test_without_a_word_it_closes_by_itself(asked: Inquiry, monday: HallClock) -> None:
    Limit.objects.filter(code="confirm").update(amount=1)
    done = answered(asked)
    monday.travel(days=1)
    assert today() == done.closes_on
    assert close_unconfirmed() == 0
    monday.travel(days=1)
    assert close_unconfirmed_task() == 1
    assert close_unconfirmed() == 0
    done.refresh_from_db()
    assert (done.status, done.answers.get().verdict) == ("closed", "lapsed")
    last = timeline(done).last()
    assert (last.act, last.actor) == ("inquiry.lapsed", None)


def test_the_limit_is_data(monday: HallClock, clerk: User, investor: User) -> None:
    Limit.objects.filter(code="answer").update(amount=1)
    asked = ask_online(actor=Actor(investor), asked=ASKED)
    assert asked.clock.due_at.astimezone().date().isoformat() == "2026-03-03"
