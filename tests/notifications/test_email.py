"""E-mail over SMTP: one connection for a batch, a new one after it broke."""

import smtplib
from typing import Any, ClassVar

import pytest
from pytest_django import Settings

from accounts.models import User
from notifications.delivery import deliver_pending
from notifications.models import Message
from notifications.services import notify
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


class FakeServer:
    """What Django needs of smtplib.SMTP; ``answers`` are raised one a mail, None lets it pass."""

    opened: ClassVar[int] = 0
    closed: ClassVar[int] = 0
    mails: ClassVar[list[str]] = []
    answers: ClassVar[list[Exception | None]] = []
    is_away: ClassVar[bool] = False

    def __init__(self, *_: Any, **__: Any) -> None:
        if FakeServer.is_away:
            raise ConnectionRefusedError("away")
        FakeServer.opened += 1

    def sendmail(self, _sender: str, recipients: list[str], _message: bytes) -> None:
        if FakeServer.answers and (error := FakeServer.answers.pop(0)) is not None:
            raise error
        FakeServer.mails += recipients

    def quit(self) -> None:
        FakeServer.closed += 1


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> type[FakeServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr(smtplib, "SMTP", FakeServer)
    for name, value in {"opened": 0, "closed": 0, "mails": [], "answers": [], "is_away": False}.items():
        monkeypatch.setattr(FakeServer, name, value)
    return FakeServer


@pytest.fixture
def readers() -> list[User]:
    readers = [make_user(f"reader-{number}") for number in range(3)]
    notify(recipients=readers, template="clock.warn", params={"title": "立项", "due": "2025-03-10"}, link="/cases/1/")
    return readers


def test_a_batch_goes_over_one_connection(server: type[FakeServer], readers: list[User]) -> None:
    assert deliver_pending().sent == 3
    assert sorted(server.mails) == [reader.email for reader in readers]
    assert (server.opened, server.closed) == (1, 1)


def test_a_connection_that_broke_costs_one_mail(server: type[FakeServer], readers: list[User]) -> None:
    server.answers = [None, smtplib.SMTPServerDisconnected("gone")]
    result = deliver_pending()
    assert (result.sent, result.put_off, len(server.mails), server.opened) == (2, 1, 2, 2)


def test_a_refused_address_keeps_the_connection(server: type[FakeServer], readers: list[User]) -> None:
    server.answers = [smtplib.SMTPRecipientsRefused({})]
    result = deliver_pending()
    assert (result.sent, result.failed, server.opened, server.closed) == (2, 1, 1, 1)


def test_a_server_that_is_away_puts_off_all_at_once(server: type[FakeServer], readers: list[User]) -> None:
    server.is_away = True
    assert deliver_pending().put_off == 3
    errors = Message.objects.filter(channel="email").values_list("error", flat=True)
    assert set(errors) == {"ConnectionRefusedError: away"}
