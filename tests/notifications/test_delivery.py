"""Delivering: outcome on the row, tries with growing waits, never two workers on one message."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from common.time import now
from notifications.channels import DeliveryRefusedError, base
from notifications.delivery import WAITS, deliver_pending
from notifications.models import Message
from notifications.services import notify
from tests.clock import HallClock
from tests.factories.accounts import make_user
from tests.notifications.conftest import Flaky

PARAMS = {"title": "立项", "due": "2025-03-10"}


@pytest.fixture
def reader(db: None) -> User:
    return make_user("reader", language="en")


def tell(reader: User) -> None:
    notify(recipients=[reader], template="clock.warn", params=PARAMS, link="/cases/1/")


def flaky_row() -> Message:
    return Message.objects.get(channel="flaky")


def test_mail_arrives_in_the_language_of_its_reader_with_a_link(reader: User, settings: Settings) -> None:
    settings.HALL_BASE_URL = "https://hall.example"
    tell(reader)
    result = deliver_pending()
    assert (result.sent, result.failed, result.put_off) == (1, 0, 0)
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["reader@example.com"], "Due soon: 立项")
    assert letter.body == "“立项” must be done by 2025-03-10.\n\nhttps://hall.example/cases/1/"
    row = Message.objects.get(channel="email")
    assert (row.status, row.attempts, row.error, row.next_try_at) == ("sent", 1, "", None)


def test_delivering_twice_sends_once(reader: User) -> None:
    tell(reader)
    deliver_pending()
    assert deliver_pending().sent == 0
    assert len(mail.outbox) == 1


def test_a_failure_is_noted_and_tried_again_later(reader: User, flaky: Flaky, hall_clock: HallClock) -> None:
    flaky.errors = [OSError("no route")]
    tell(reader)
    deliver_pending()
    row = flaky_row()
    assert (row.status, row.attempts, row.error) == ("pending", 1, "OSError: no route")
    assert deliver_pending().sent == 0
    hall_clock.travel(minutes=2)
    deliver_pending()
    assert (flaky_row().status, flaky.sent) == ("sent", ["Due soon: 立项"])


def test_after_the_last_try_it_has_failed_and_says_why(reader: User, flaky: Flaky, hall_clock: HallClock) -> None:
    flaky.errors = [OSError("down")] * 10
    tell(reader)
    for wait in (*WAITS, timedelta()):
        deliver_pending()
        hall_clock.travel(seconds=wait.total_seconds() + 1)
    row = flaky_row()
    assert (row.status, row.attempts, row.error) == ("failed", len(WAITS) + 1, "OSError: down")


def test_a_refusal_is_not_tried_again(reader: User, flaky: Flaky) -> None:
    flaky.errors = [DeliveryRefusedError("no such person")]
    tell(reader)
    assert deliver_pending().failed == 1
    assert flaky_row().status == "failed"


def test_a_channel_that_cannot_be_opened_puts_off_the_whole_batch(reader: User, flaky: Flaky) -> None:
    flaky.broken = ConnectionError("refused")
    tell(reader)
    tell(reader)
    assert deliver_pending().put_off == 2
    assert set(Message.objects.filter(channel="flaky").values_list("error", flat=True)) == {"ConnectionError: refused"}


def test_one_bad_message_does_not_hold_back_the_next(reader: User, flaky: Flaky) -> None:
    flaky.errors = [ValueError("bad"), None]
    tell(reader)
    tell(reader)
    result = deliver_pending()
    assert (result.put_off, len(flaky.sent)) == (1, 1)


def test_a_message_of_a_channel_that_is_gone_fails(reader: User, flaky: Flaky) -> None:
    tell(reader)
    base.unregister("flaky")
    assert deliver_pending().failed == 1
    assert flaky_row().error == "no such channel"


def test_what_a_dead_worker_had_claimed_is_sent_after_the_lease(reader: User, hall_clock: HallClock) -> None:
    tell(reader)
    Message.objects.filter(channel="email").update(attempts=1, next_try_at=now() + timedelta(minutes=5))
    assert deliver_pending().sent == 0
    hall_clock.travel(minutes=6)
    assert deliver_pending().sent == 1


def test_more_than_a_batch_is_sent_in_one_run(reader: User) -> None:
    for _number in range(120):
        tell(reader)
    assert deliver_pending().sent == 120
    assert connection.in_atomic_block
