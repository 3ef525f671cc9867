"""How often somebody may guess wrong at the public query, keep lists, or ask the public API.

Of the query only failures count, so a whole hall behind one address may look up its cases as often
as it likes. The counter is one atomic statement in PostgreSQL: every web process sees the same.
"""

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from common.time import now
from content.models import QueryFailure

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``failures`` within each stretch of ``seconds``."""

    name: Literal["address", "number", "lists", "which"]
    failures: int
    seconds: int

    def window(self, at: datetime) -> datetime:
        """Start of the stretch that ``at`` lies in."""
        return datetime.fromtimestamp(at.timestamp() // self.seconds * self.seconds, tz=at.tzinfo)

    def seconds_left(self, at: datetime) -> int:
        return max(1, math.ceil(self.seconds - at.timestamp() % self.seconds))


PER_ADDRESS = Limit("address", 10, 60)
# Someone with many addresses still has 30 tries an hour at 31^8 codes.
PER_NUMBER = Limit("number", 30, 3600)
# Lists kept without an account, and questions to the public API, from one address.
LISTS = Limit("lists", 60, 3600)
WHICH = Limit("which", 120, 60)


def address_of(request: HttpRequest) -> str:
    """The visitor's address; as many forwarding proxies are believed as the settings say are ours."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))


def _keys(address: str, number: str) -> list[tuple[Limit, str]]:
    return [(PER_ADDRESS, _key("address", address)), (PER_NUMBER, _key("number", number))]


def _key(name: str, value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{name}:{value}".encode(), hashlib.sha256).hexdigest()


def seconds_to_wait(address: str, number: str) -> int:
    """0, or in how many seconds the next try is allowed. One query."""
    return _wait(_keys(address, number))


def wait_for(limit: Limit, value: str) -> int:
    """0, or in how many seconds ``value`` may do again what ``limit`` counts. One query."""
    return _wait([(limit, _key(limit.name, value))])


def _wait(keys: list[tuple[Limit, str]]) -> int:
    moment = now()
    counts = {
        (row.key, row.window): row.count
        for row in QueryFailure.objects.filter(
            key__in=[key for _limit, key in keys], window__in=[limit.window(moment) for limit, _key in keys]
        )
    }
    return max(
        limit.seconds_left(moment) if counts.get((key, limit.window(moment)), 0) >= limit.failures else 0
        for limit, key in keys
    )


def count_failure(address: str, number: str) -> None:
    """Add one to both counters; drop counters older than a day."""
    _count(_keys(address, number))


def count_use(limit: Limit, value: str) -> None:
    """Add one to what ``value`` has done."""
    _count([(limit, _key(limit.name, value))])


def _count(keys: list[tuple[Limit, str]]) -> None:
    moment = now()
    rows = [(key, limit.window(moment)) for limit, key in keys]
    places = ", ".join(["(%s, %s, 1)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM content_queryfailure WHERE "window" < %s', [moment - KEPT])
        cursor.execute(
            f'INSERT INTO content_queryfailure (key, "window", count) VALUES {places}'  # noqa: S608  (placeholders only)
            ' ON CONFLICT (key, "window") DO UPDATE SET count = content_queryfailure.count + 1',
            [value for row in sorted(rows) for value in row],
        )
