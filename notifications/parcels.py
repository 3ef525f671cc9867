"""What goes through a channel in one piece: a message of its own, or the digest of one person."""

from dataclasses import dataclass

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notifications.channels.base import absolute
from notifications.models import Message
from notifications.templates import Text

log = structlog.get_logger(__name__)

# What a person still reads; the rest is in the inbox.
DIGEST_LINES = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """``ids`` are the rows it stands for, in the order they were written, ``attempts`` how often each has
    been tried, this time included; ``shown`` are the rows that its text names."""

    ids: list[int]
    attempts: list[int]
    shown: list[Message]
    digest: bool = False

    @property
    def recipient(self) -> User:
        return self.shown[0].recipient

    @property
    def language(self) -> str:
        return self.recipient.language or settings.LANGUAGE_CODE

    def letter(self) -> tuple[Text, str]:
        """Text and link, in the active language."""
        if self.digest:
            return _summary(self.shown, len(self.ids)), reverse("notifications:inbox")
        return self.shown[0].text, self.shown[0].link


def _summary(shown: list[Message], count: int) -> Text:
    subject = ngettext("Daily summary: %(count)s reminder", "Daily summary: %(count)s reminders", count)
    lines = [_line(message) for message in shown]
    if more := count - len(shown):
        text = ngettext("and %(count)s more in your inbox", "and %(count)s more in your inbox", more)
        lines.append(text % {"count": more})
    return Text(subject % {"count": count}, "\n".join(lines))


def _line(message: Message) -> str:
    try:
        subject = message.text.subject
    except Exception as error:  # noqa: BLE001  (one that cannot be written must not hold back all others)
        log.warning("message_unreadable", message=message.pk, error=str(error))
        subject = _("Message")
    return f"{subject} {absolute(message.link)}".rstrip()
