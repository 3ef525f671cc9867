"""What a channel is, and which there are."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol
from urllib.parse import urljoin

from django.conf import settings

from accounts.models import User
from notifications.templates import Text


class DeliveryRefusedError(Exception):
    """The other side says no for good; trying again is of no use."""


class Send(Protocol):
    """Delivers one message or raises: DeliveryRefusedError for good, anything else to be tried again."""

    def __call__(self, recipient: User, text: Text, link: str) -> None: ...


class Channel(Protocol):
    """A plug-in. ``reach_sql`` is a condition on the recipient's row ``u``: has this person an address here?

    It is SQL because messages are written in one statement for thousands of people.
    """

    code: str
    reach_sql: str

    def open(self) -> AbstractContextManager[Send]:
        """A connection for one batch."""


_CHANNELS: dict[str, Channel] = {}


def register(new: Channel) -> None:
    """Add a channel; later messages go through it too, to everyone it reaches."""
    _CHANNELS[new.code] = new


def unregister(code: str) -> None:
    """Take a channel away; messages that wait for it fail with a clear error."""
    _CHANNELS.pop(code, None)


def channel(code: str) -> Channel | None:
    return _CHANNELS.get(code)


def registered() -> Iterator[Channel]:
    return iter(list(_CHANNELS.values()))


def absolute(link: str) -> str:
    """A message's link as it is needed outside the hall; nothing stays nothing."""
    return urljoin(settings.HALL_BASE_URL, link) if link else ""
