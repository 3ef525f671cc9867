"""A channel that obeys the test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from accounts.models import User
from notifications.channels import base
from notifications.channels.base import Send
from notifications.templates import Text


class Flaky:
    """A channel that does what the test tells it to."""

    code = "flaky"
    reach_sql = "TRUE"

    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.sent: list[str] = []
        self.letters: list[tuple[str, str, str]] = []
        self.broken: Exception | None = None
        self.after: Callable[[], object] = lambda: None

    @contextmanager
    def open(self) -> Iterator[Send]:
        if self.broken:
            raise self.broken

        def send(recipient: User, text: Text, link: str) -> None:
            error = self.errors.pop(0) if self.errors else None
            if error:
                raise error
            self.sent.append(text.subject)
            self.letters.append((recipient.username, text.body, link))
            self.after()

        yield send


@pytest.fixture
def flaky() -> Iterator[Flaky]:
    channel = Flaky()
    base.register(channel)
    yield channel
    base.unregister("flaky")
