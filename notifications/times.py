"""When a message may leave the hall: quiet hours and the daily digest, in the hall's wall time.

The functions with ``times`` are pure; ``load`` and ``parameters`` ask the database once.
"""

from datetime import date, datetime, timedelta
from datetime import time as wall_time

from django.utils import timezone

from notifications.models import DeliveryTimes


def load() -> DeliveryTimes:
    """What the administrators have set; the defaults where the row is missing."""
    return DeliveryTimes.objects.first() or DeliveryTimes()


def next_allowed(at: datetime, times: DeliveryTimes) -> datetime:
    """``at`` itself outside quiet hours, else the moment they end. Their first moment is quiet, their last is not."""
    local = timezone.localtime(at)
    clock = local.time()
    if times.quiet_from <= times.quiet_until:
        quiet = times.quiet_from <= clock < times.quiet_until
    else:
        quiet = clock >= times.quiet_from or clock < times.quiet_until
    if not quiet:
        return at
    end = _moment(local.date(), times.quiet_until)
    return end if end > at else _moment(local.date() + timedelta(days=1), times.quiet_until)


def next_digest(at: datetime, times: DeliveryTimes) -> datetime:
    """The next moment of the daily digest, strictly after ``at``."""
    day = timezone.localtime(at).date()
    today = _moment(day, times.digest_at)
    return today if today > at else _moment(day + timedelta(days=1), times.digest_at)


def parameters(at: datetime, times: DeliveryTimes | None = None) -> dict[str, datetime]:
    """The parameters that ``outbox.columns_sql`` needs with ``quiet`` or ``digest``: at, allowed_at, digest_at.

    Reads the row of delivery times unless it is given.
    """
    times = times or load()
    return {"at": at, "allowed_at": next_allowed(at, times), "digest_at": next_digest(at, times)}


def _moment(day: date, clock: wall_time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
