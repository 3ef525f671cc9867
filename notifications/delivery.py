"""Sending what waits: claim a batch, send each, write the outcome on its row or, of a digest, on all its rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Case, Q, Value, When
from django.utils import translation

from common.time import now
from notifications import times
from notifications.channels import Channel, DeliveryRefusedError, registered
from notifications.channels.base import Send
from notifications.models import DeliveryTimes, Message
from notifications.parcels import DIGEST_LINES, Parcel

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

# Of one channel; what keeps quiet hours was given a time after them, but a late worker or a retry may fall into them.
DUE = """
    m.status = 'pending' AND m.next_try_at <= %(at)s AND m.channel = %(channel)s AND NOT (m.quiet AND %(is_quiet)s)
"""

# Counting the attempt before making it means that a message which kills its worker runs out of tries too.
CLAIM = f"""
UPDATE notifications_message SET attempts = attempts + 1, next_try_at = %(until)s
WHERE id IN (
    SELECT m.id FROM notifications_message m
    WHERE {DUE} AND NOT m.digest
    ORDER BY m.next_try_at, m.id LIMIT %(batch)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id, attempts
"""  # noqa: S608  (our own fragments; values are parameters)

# A digest is claimed whole: the lock is on the person, since two workers that skip each other's locked
# messages would each take a part of them. People in order, each once in a run.
DIGEST_READERS = f"""
SELECT u.id FROM accounts_user u
WHERE u.id > %(after)s AND EXISTS (
    SELECT 1 FROM notifications_message m WHERE m.recipient_id = u.id AND {DUE} AND m.digest
)
ORDER BY u.id LIMIT %(batch)s
FOR NO KEY UPDATE OF u SKIP LOCKED
"""  # noqa: S608

# A statement of its own, so that it sees what another worker wrote before it let the person go.
CLAIM_DIGESTS = f"""
UPDATE notifications_message m SET attempts = attempts + 1, next_try_at = %(until)s
WHERE m.recipient_id = ANY(%(readers)s) AND {DUE} AND m.digest
RETURNING m.recipient_id, m.id, m.attempts
"""  # noqa: S608


@dataclass(slots=True)
class Delivered:
    """Counts of messages; a digest counts as many as it holds."""

    sent: int = 0
    failed: int = 0
    put_off: int = 0


def deliver_pending() -> Delivered:
    """Send every message that is due, batch by batch and channel by channel; then the digests, one for
    each person and channel.

    Any number of workers may do this at once. At least once: a worker that dies between
    sending and noting it makes one message, or one digest, arrive twice.
    """
    result = Delivered()
    _fail_orphans(result)
    delivery_times = times.load()
    for one in registered():
        while parcels := _claim(one.code, delivery_times):
            _send_batch(one, parcels, result)
        reader = 0
        while readers := _claim_digests(one.code, delivery_times, reader):
            reader = max(readers)
            _send_batch(one, [parcel for parcel in readers.values() if parcel], result)
    return result


def _moments(code: str, delivery_times: DeliveryTimes) -> dict[str, Any]:
    at = now()
    is_quiet = times.next_allowed(at, delivery_times) > at
    return {"at": at, "until": at + LEASE, "channel": code, "batch": BATCH, "is_quiet": is_quiet}


def _claim(code: str, delivery_times: DeliveryTimes) -> list[Parcel]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, _moments(code, delivery_times))
        claimed = sorted(cursor.fetchall())
    messages = _load([pk for pk, _attempts in claimed])
    return [Parcel([pk], [attempts], [messages[pk]]) for pk, attempts in claimed if pk in messages]


def _claim_digests(code: str, delivery_times: DeliveryTimes, after: int) -> dict[int, Parcel | None]:
    """The digests of the next people after this one; None for a person whose digest somebody else has just sent."""
    moments = _moments(code, delivery_times)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DIGEST_READERS, {**moments, "after": after})
        readers = [row[0] for row in cursor.fetchall()]
        if not readers:
            return {}
        cursor.execute(CLAIM_DIGESTS, {**moments, "readers": readers})
        claimed = sorted(cursor.fetchall())
    rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for reader, pk, attempts in claimed:
        rows[reader].append((pk, attempts))
    messages = _load([pk for mine in rows.values() for pk, _attempts in mine[:DIGEST_LINES]])
    return {reader: _digest(rows[reader], messages) for reader in readers}


def _digest(rows: Sequence[tuple[int, int]], messages: Mapping[int, Message]) -> Parcel | None:
    ids = [pk for pk, _attempts in rows]
    attempts = [tried for _pk, tried in rows]
    shown = [messages[pk] for pk in ids[:DIGEST_LINES] if pk in messages]
    return Parcel(ids, attempts, shown, digest=True) if shown else None


def _load(ids: Sequence[int]) -> dict[int, Message]:
    """By id; a message whose recipient has been deleted since it was claimed is missing."""
    return Message.objects.select_related("recipient").in_bulk(ids) if ids else {}


def _send_batch(one: Channel, parcels: list[Parcel], result: Delivered) -> None:
    if not parcels:
        return
    waiting = parcels[::-1]
    try:
        with one.open() as send:
            while waiting:
                parcel = waiting.pop()
                _note(parcel, _attempt(send, parcel), result)
    except Exception as error:  # noqa: BLE001  (a plug-in may fail in ways that are not ours to name)
        log.warning("channel_failed", channel=one.code, error=str(error))
        for parcel in waiting:
            _note(parcel, _put_off(parcel, error), result)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to write on the rows of a parcel, and how many of them are sent, failed or put off by it."""

    columns: Mapping[str, object]
    counts: Delivered = field(default_factory=Delivered)


def _attempt(send: Send, parcel: Parcel) -> Outcome:
    try:
        with translation.override(parcel.language):
            send(parcel.recipient, *parcel.letter())
    except DeliveryRefusedError as error:
        return _failed(parcel, error)
    except Exception as error:  # noqa: BLE001  (unknown: try again, in the end give up with the reason kept)
        return _put_off(parcel, error)
    columns = {"status": Message.Status.SENT, "sent_at": now(), "next_try_at": None, "error": ""}
    return Outcome(columns, Delivered(sent=len(parcel.ids)))


def _failed(parcel: Parcel, error: Exception) -> Outcome:
    columns = {"status": Message.Status.FAILED, "next_try_at": None, "error": _short(error)}
    return Outcome(columns, Delivered(failed=len(parcel.ids)))


def _put_off(parcel: Parcel, error: Exception) -> Outcome:
    """Try again together, as soon as the youngest would by itself; the rows of a digest that have had all
    their tries end here."""
    left = [attempts for attempts in parcel.attempts if attempts <= len(WAITS)]
    if not left:
        return _failed(parcel, error)
    spent = Q(attempts__gt=len(WAITS))
    columns = {
        "status": Case(When(spent, then=Value(Message.Status.FAILED)), default=Value(Message.Status.PENDING)),
        "next_try_at": Case(When(spent, then=None), default=Value(now() + WAITS[min(left) - 1])),
        "error": _short(error),
    }
    return Outcome(columns, Delivered(failed=len(parcel.ids) - len(left), put_off=len(left)))


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _note(parcel: Parcel, outcome: Outcome, result: Delivered) -> None:
    # Each in its own commit: what has been sent stays known when the next one kills the worker.
    Message.objects.filter(pk__in=parcel.ids, status=Message.Status.PENDING).update(**outcome.columns)
    result.sent += outcome.counts.sent
    result.failed += outcome.counts.failed
    result.put_off += outcome.counts.put_off


def _fail_orphans(result: Delivered) -> None:
    """Messages of a channel that is no longer there would wait for ever."""
    known = [one.code for one in registered()]
    orphans = Message.objects.filter(status=Message.Status.PENDING).exclude(channel__in=known)
    result.failed += orphans.update(status=Message.Status.FAILED, next_try_at=None, error="no such channel")
