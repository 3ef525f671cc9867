"""Sending what waits: claim a batch, send each, write the outcome on its row."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import connection
from django.utils import translation

from common.time import now
from notifications.channels import Channel, DeliveryRefusedError, registered
from notifications.channels.base import Send
from notifications.models import Message

log = structlog.get_logger(__name__)

BATCH = 50
# A claimed message is nobody else's for this long; a worker that dies meanwhile lets it go then.
LEASE = timedelta(minutes=5)
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)

# Counting the attempt before making it means that a message which kills its worker runs out of tries too.
CLAIM = """
UPDATE notifications_message SET attempts = attempts + 1, next_try_at = %(until)s
WHERE id IN (
    SELECT id FROM notifications_message
    WHERE status = 'pending' AND next_try_at <= %(at)s AND channel = %(channel)s
    ORDER BY next_try_at, id LIMIT %(batch)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


@dataclass(slots=True)
class Delivered:
    sent: int = 0
    failed: int = 0
    put_off: int = 0


def deliver_pending() -> Delivered:
    """Send every message that is due, batch by batch and channel by channel.

    Any number of workers may do this at once. At least once: a worker that dies between
    sending and noting it makes one message arrive twice.
    """
    result = Delivered()
    _fail_orphans(result)
    for one in registered():
        while ids := _claim(one.code):
            _send_batch(one, ids, result)
    return result


def _claim(code: str) -> list[int]:
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "until": at + LEASE, "channel": code, "batch": BATCH})
        return sorted(row[0] for row in cursor.fetchall())


def _send_batch(one: Channel, ids: list[int], result: Delivered) -> None:
    waiting = list(Message.objects.filter(pk__in=ids).select_related("recipient").order_by("-pk"))
    try:
        with one.open() as send:
            while waiting:
                message = waiting.pop()
                _note(message, _attempt(send, message), result)
    except Exception as error:  # noqa: BLE001  (a plug-in may fail in ways that are not ours to name)
        log.warning("channel_failed", channel=one.code, error=str(error))
        for message in waiting:
            _note(message, _put_off(message, error), result)


Outcome = dict[str, object]


def _attempt(send: Send, message: Message) -> Outcome:
    try:
        with translation.override(message.recipient.language or None):
            send(message.recipient, message.text, message.link)
    except DeliveryRefusedError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001  (unknown: try again, in the end give up with the reason kept)
        return _put_off(message, error)
    return {"status": Message.Status.SENT, "sent_at": now(), "next_try_at": None, "error": ""}


def _failed(error: Exception) -> Outcome:
    return {"status": Message.Status.FAILED, "next_try_at": None, "error": _short(error)}


def _put_off(message: Message, error: Exception) -> Outcome:
    if message.attempts > len(WAITS):
        return _failed(error)
    return {
        "status": Message.Status.PENDING,
        "next_try_at": now() + WAITS[message.attempts - 1],
        "error": _short(error),
    }


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _note(message: Message, outcome: Outcome, result: Delivered) -> None:
    # Each in its own commit: what has been sent stays known when the next one kills the worker.
    Message.objects.filter(pk=message.pk, status=Message.Status.PENDING).update(**outcome)
    match outcome["status"]:
        case Message.Status.SENT:
            result.sent += 1
        case Message.Status.FAILED:
            result.failed += 1
        case _:
            result.put_off += 1


def _fail_orphans(result: Delivered) -> None:
    """Messages of a channel that is no longer there would wait for ever."""
    known = [one.code for one in registered()]
    orphans = Message.objects.filter(status=Message.Status.PENDING).exclude(channel__in=known)
    result.failed += orphans.update(status=Message.Status.FAILED, next_try_at=None, error="no such channel")
