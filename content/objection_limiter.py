"""How many objections one address may send, and one notice may take: a form that anybody can post needs a limit.

Both counters are rows of ``content.models.QueryFailure``: one atomic statement counts and tells, so that
several web processes agree.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from common.time import now

HOUR = 3600
PER_ADDRESS = 5
# Creditors of one firm may be many, yet not hundreds within the same hour.
PER_NOTICE = 60
COUNT = (
    'INSERT INTO content_queryfailure (key, "window", count) VALUES (%s, %s, 1)'
    ' ON CONFLICT (key, "window") DO UPDATE SET count = content_queryfailure.count + 1 RETURNING count'
)


def _key(name: str, value: str) -> str:
    """Addresses are kept as a keyed digest only."""
    return hmac.new(settings.SECRET_KEY.encode(), f"objection-{name}:{value}".encode(), hashlib.sha256).hexdigest()


def _window(at: datetime) -> datetime:
    return datetime.fromtimestamp(at.timestamp() // HOUR * HOUR, tz=at.tzinfo)


def seconds_to_wait(address: str, notice_id: int) -> int:
    """Count one objection; 0, or in how many seconds the next is taken from this address or for this notice."""
    moment = now()
    window = _window(moment)
    keys = sorted([(_key("address", address), PER_ADDRESS), (_key("notice", str(notice_id)), PER_NOTICE)])
    over = False
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM content_queryfailure WHERE "window" < %s', [moment - timedelta(days=1)])
        for key, limit in keys:
            cursor.execute(COUNT, [key, window])
            over = cursor.fetchone()[0] > limit or over
    return max(1, int(HOUR - moment.timestamp() % HOUR)) if over else 0
