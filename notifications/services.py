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
from notifications.models import Message, MessageQuerySet
from notifications.outbox import INTO_OUTBOX, channels_sql, columns_sql

DELIVER = "notifications.deliver_pending"


@dataclass(frozen=True, slots=True)
class Notice:
    """One text for some people. ``dedupe_key`` makes a second notice with the same key to the same
    person disappear."""

    recipients: Sequence[User | int]
    template: str
    params: Mapping[str, Any]
    link: str = ""
    dedupe_key: str = ""


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
        )
        for notice in notices
        for recipient in notice.recipients
    ]
    if not rows:
        return
    ids, templates, params, links, keys = (list(column) for column in zip(*rows, strict=True))
    statement = f"""
        {INTO_OUTBOX}
        SELECT {columns_sql("n.template", "n.params::jsonb", "n.link", "n.dedupe_key", "%(at)s")}
        FROM unnest(%(ids)s::bigint[], %(templates)s::text[], %(params)s::text[], %(links)s::text[], %(keys)s::text[])
             WITH ORDINALITY AS n (recipient_id, template, params, link, dedupe_key, position)
        JOIN accounts_user u ON u.id = n.recipient_id AND u.is_active
        {channels_sql()}
        WHERE c.reached
        ORDER BY n.position
        ON CONFLICT (dedupe_key) DO NOTHING
    """  # noqa: S608  (our own fragments; values are parameters)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {"at": now(), "ids": ids, "templates": templates, "params": params, "links": links, "keys": keys},
        )
    enqueue(DELIVER)


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
