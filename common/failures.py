"""Counting failures of strangers, such as wrong codes: only failures count, so a whole hall behind one address
may ask as often as it likes; and counting what anybody may do so often and no more. The counter is one atomic
statement in PostgreSQL: every web process sees the same.

The rows are a model of the app that counts, with ``key`` (64 characters), ``window`` and ``count``, unique by the
first two.
"""

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest

from common.time import now

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``failures`` within each stretch of ``seconds``."""

    name: str
    failures: int
    seconds: int

    def window(self, at: datetime) -> datetime:
        """Start of the stretch that ``at`` lies in."""
        return datetime.fromtimestamp(at.timestamp() // self.seconds * self.seconds, tz=at.tzinfo)

    def seconds_left(self, at: datetime) -> int:
        return max(1, math.ceil(self.seconds - at.timestamp() % self.seconds))

    def key(self, value: str) -> str:
        """What is stored in place of an address or a number."""
        return hmac.new(settings.SECRET_KEY.encode(), f"{self.name}:{value}".encode(), hashlib.sha256).hexdigest()


Values = Sequence[tuple[Limit, str]]


def address_of(request: HttpRequest) -> str:
    """The visitor's address; as many forwarding proxies are believed as the settings say are ours."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))


def seconds_to_wait(model: type[models.Model], values: Values) -> int:
    """0, or in how many seconds the next try is allowed. One query."""
    moment = now()
    keys = [(limit, limit.key(value)) for limit, value in values]
    rows: Any = model._default_manager.filter(
        key__in=[key for _limit, key in keys], window__in=[limit.window(moment) for limit, _key in keys]
    )
    counts = {(row.key, row.window): row.count for row in rows}
    return max(
        limit.seconds_left(moment) if counts.get((key, limit.window(moment)), 0) >= limit.failures else 0
        for limit, key in keys
    )


def count_failure(model: type[models.Model], values: Values) -> None:
    """Add one to each counter; drop counters older than a day."""
    _add(model, values, now())


def count_use(model: type[models.Model], values: Values) -> int:
    """Add one to each counter; 0, or where that is more than a limit allows, in how many seconds the next is taken.

    The statement that counts also tells, so that of many at once no more pass than are allowed.
    """
    moment = now()
    counts = _add(model, values, moment)
    over = [limit for limit, value in values if counts[limit.key(value)] > limit.failures]
    return max((limit.seconds_left(moment) for limit in over), default=0)


def _add(model: type[models.Model], values: Values, moment: datetime) -> dict[str, int]:
    """The new count of each key."""
    rows = sorted((limit.key(value), limit.window(moment)) for limit, value in values)
    table = model._meta.db_table
    places = ", ".join(["(%s, %s, 1)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM {table} WHERE "window" < %s', [moment - KEPT])  # noqa: S608  (our own name)
        cursor.execute(
            f'INSERT INTO {table} (key, "window", count) VALUES {places}'  # noqa: S608
            f' ON CONFLICT (key, "window") DO UPDATE SET count = {table}.count + 1 RETURNING key, count',
            [value for row in rows for value in row],
        )
        return dict(cursor.fetchall())
