"""Writing messages to the outbox and what becomes of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from accounts.models import User
from common.tasks import enqueue
from common.time import now
from notifications import times
from notifications.models import Message, MessageQuerySet
from notifications.outbox import INTO_OUTBOX, channels_sql, columns_sql

DELIVER = "notifications.deliver_pending"


@dataclass(frozen=True, slots=True)
class Notice:
    """One text for some people. ``dedupe_key`` makes a second notice with the same key to the same
    person disappear.

    Of what leaves the hall: ``quiet`` waits for the end of the quiet hours, ``digest`` for the daily
    summary; ``channels`` names the only channels besides the inbox (empty: all that reach the person).
    """

    recipients: Sequence[User | int]
    template: str
    params: Mapping[str, Any]
    link: str = ""
    dedupe_key: str = ""
    quiet: bool = False
    digest: bool = False
    channels: Sequence[str] = ()


def notify(
    *,
    recipients: Iterable[User | int],
    template: str,
    params: Mapping[str, Any],
    link: str = "",
    dedupe_key: str = "",
) -> None:
    """Tell some people the same thing; see ``notify_many``."""
    notify_many([Notice(list(recipients), template, params, link, dedupe_key)])


def notify_many(notices: Sequence[Notice]) -> None:
    """Write all messages in one INSERT: in-app for everybody, other channels where they reach the person.

    One more statement, for the delivery times, if any of them is quiet or for the digest.
    Belongs to the caller's transaction; delivery is enqueued when that commits. Accounts that
    are closed get nothing. A dead broker leaves the rows for the next sweep.
    """
    rows = [
        (
            recipient.pk if isinstance(recipient, User) else int(recipient),
            notice.template,
            json.dumps(dict(notice.params), cls=DjangoJSONEncoder, ensure_ascii=False),
            notice.link,
            notice.dedupe_key,
            notice.quiet,
            notice.digest,
            ",".join(notice.channels),
        )
        for notice in notices
        for recipient in notice.recipients
    ]
    if not rows:
        return
    names = ("ids", "templates", "params", "links", "keys", "quiet", "digest", "channels")
    columns = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    at = now()
    held_back = any(notice.quiet or notice.digest for notice in notices)
    # Nothing to hold back, nothing to ask: the statement then never looks at these two.
    moments = times.parameters(at) if held_back else {"at": at, "allowed_at": at, "digest_at": at}
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(), {**columns, **moments})
    enqueue(DELIVER)


def _insert_sql() -> str:
    """For the channels that are registered now. A row's channels come joined: unnest would flatten lists of lists."""
    columns = columns_sql(
        "n.template", "n.params::jsonb", "n.link", "n.dedupe_key", "%(at)s", quiet="n.quiet", digest="n.digest"
    )
    return f"""
        {INTO_OUTBOX}
        SELECT {columns}
        FROM unnest(%(ids)s::bigint[], %(templates)s::text[], %(params)s::text[], %(links)s::text[], %(keys)s::text[],
                    %(quiet)s::boolean[], %(digest)s::boolean[], %(channels)s::text[])
             WITH ORDINALITY
             AS n (recipient_id, template, params, link, dedupe_key, quiet, digest, channels, position)
        JOIN accounts_user u ON u.id = n.recipient_id AND u.is_active
        {channels_sql("string_to_array(n.channels, ',')")}
        WHERE c.reached
        ORDER BY n.position
        ON CONFLICT (dedupe_key) DO NOTHING
    """  # noqa: S608  (our own fragments; values are parameters)


def mark_read(*, messages: MessageQuerySet) -> int:
    """Mark those of ``messages`` that are unread; says how many."""
    return messages.filter(read_at=None).update(read_at=now())


def mark_one_read(*, message: Message) -> None:
    """Mark one message as read; the first reading stays the time of reading."""
    mark_read(messages=Message.objects.filter(pk=message.pk))


def send_again(*, message_ids: Sequence[int]) -> int:
    """Give failed messages another round of tries; says how many."""
    failed = Message.objects.filter(pk__in=message_ids, status=Message.Status.FAILED)
    count = failed.update(status=Message.Status.PENDING, attempts=0, next_try_at=now(), error="")
    enqueue(DELIVER)
    return count
