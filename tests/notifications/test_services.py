"""Writing to the outbox: one statement, once for each key, and no broker can fail it."""

import time

import pytest
from celery import current_app
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from notifications import services
from notifications.channels import base
from notifications.models import Message
from notifications.services import Notice, notify, notify_many
from notifications.templates import register, render
from tests.factories.accounts import make_user

register("test.hello", _("Overdue: %(title)s"), _("“%(title)s” must be done by %(due)s."))
PARAMS = {"title": "立项", "due": "2025-03-10"}


@pytest.fixture
def reader(db: None) -> User:
    return make_user("reader")


def rows() -> list[tuple[str, str, str]]:
    return list(Message.objects.order_by("id").values_list("recipient__username", "channel", "status"))


def test_in_app_is_sent_at_once_and_mail_waits(reader: User) -> None:
    notify(recipients=[reader], template="test.hello", params=PARAMS, link="/cases/1/")
    inapp, mail = Message.objects.order_by("id")
    assert rows() == [("reader", "inapp", "sent"), ("reader", "email", "pending")]
    assert inapp.sent_at == inapp.created_at == mail.next_try_at
    assert (mail.params, mail.link, mail.attempts) == (PARAMS, "/cases/1/", 0)


def test_no_address_means_no_mail_and_a_closed_account_nothing(db: None) -> None:
    make_user("silent", email="")
    make_user("gone", is_active=False)
    notify(recipients=list(User.objects.all()), template="test.hello", params=PARAMS)
    assert rows() == [("silent", "inapp", "sent")]


def test_recipients_may_be_ids(reader: User) -> None:
    notify(recipients=[reader.pk, 10**9], template="test.hello", params=PARAMS)
    assert rows() == [("reader", "inapp", "sent"), ("reader", "email", "pending")]


def test_the_same_key_reaches_a_person_once(reader: User) -> None:
    other = make_user("other", email="")
    notify(recipients=[reader], template="test.hello", params=PARAMS, dedupe_key="k")
    notify(recipients=[reader, other, other], template="test.hello", params=PARAMS, dedupe_key="k")
    assert rows() == [("reader", "inapp", "sent"), ("reader", "email", "pending"), ("other", "inapp", "sent")]


def test_without_key_everything_is_told(reader: User) -> None:
    for _number in range(2):
        notify(recipients=[reader], template="test.hello", params=PARAMS)
    assert len(rows()) == 4


def test_many_notices_are_one_statement(reader: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    notices = [Notice([reader], "test.hello", {"title": str(number)}, f"/cases/{number}/") for number in range(50)]
    with django_assert_num_queries(1):
        notify_many(notices)
    assert list(Message.objects.visible_to(reader).order_by("id").values_list("link", flat=True)) == [
        f"/cases/{number}/" for number in range(50)
    ]


def test_nobody_to_tell_is_no_statement(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        notify(recipients=[], template="test.hello", params=PARAMS)


def test_delivery_is_enqueued_when_the_act_is_committed(
    reader: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_options: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        notify(recipients=[reader], template="test.hello", params=PARAMS)
        assert sent == []
    assert sent == ["notifications.deliver_pending"]


def test_a_dead_broker_fails_nothing_and_loses_nothing(
    reader: User, broken_broker: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    begun = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        notify(recipients=[reader], template="test.hello", params=PARAMS)
    # Not a measurement: kombu's own patience of six seconds must not reach whoever pressed the button.
    assert time.monotonic() - begun < 4
    assert len(callbacks) == 1
    assert rows() == [("reader", "inapp", "sent"), ("reader", "email", "pending")]


def test_an_act_that_is_undone_tells_nobody(reader: User) -> None:
    with transaction.atomic():
        notify(recipients=[reader], template="test.hello", params=PARAMS)
        transaction.set_rollback(True)
    assert rows() == []


class Pager:
    """A channel as a plug-in would bring it: it reaches those who left a telephone number."""

    code = "pager"
    reach_sql = "u.phone <> ''"


def test_a_registered_channel_takes_part(reader: User) -> None:
    make_user("mobile", email="", phone="13800000000")
    base.register(Pager())
    try:
        notify(recipients=list(User.objects.order_by("id")), template="test.hello", params=PARAMS)
    finally:
        base.unregister("pager")
    assert rows() == [
        ("reader", "inapp", "sent"),
        ("reader", "email", "pending"),
        ("mobile", "inapp", "sent"),
        ("mobile", "pager", "pending"),
    ]


def test_the_text_is_in_the_language_of_the_reader(reader: User) -> None:
    notify(recipients=[reader], template="test.hello", params=PARAMS)
    message = Message.objects.visible_to(reader).get()
    with translation.override("en"):
        assert message.text.subject == "Overdue: 立项"
        assert message.text.body == "“立项” must be done by 2025-03-10."


@pytest.mark.parametrize(("code", "subject"), [("test.hello", "Overdue: –"), ("test.gone", "Message")])
def test_an_old_message_never_breaks_the_inbox(code: str, subject: str) -> None:
    with translation.override("en"):
        assert render(code, {}).subject == subject


def test_a_subject_is_one_line() -> None:
    assert render("test.hello", {"title": "a\r\nBcc: b"}).subject.splitlines() != []
    assert "\n" not in render("test.hello", {"title": "a\r\nBcc: b"}).subject


def test_sending_again_gives_failed_ones_new_tries(reader: User) -> None:
    notify(recipients=[reader], template="test.hello", params=PARAMS)
    Message.objects.filter(channel="email").update(status="failed", next_try_at=None, attempts=6, error="x")
    ids = list(Message.objects.values_list("pk", flat=True))
    assert services.send_again(message_ids=ids) == 1
    assert rows()[1] == ("reader", "email", "pending")
