"""The hall's one source of "now" and of day boundaries (Asia/Shanghai)."""

import calendar
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string


def system_now() -> datetime:
    """The machine's clock, aware, in UTC."""
    return timezone.now()


_pretended: ContextVar[datetime | None] = ContextVar("hall_pretended_now", default=None)


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let ``now()`` answer ``moment`` inside the block, for this thread of work only.

    For the sample hall and simulations, which play real services through past days.
    """
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)


@lru_cache(maxsize=4)
def _source(path: str) -> Callable[[], datetime]:
    return import_string(path)


def now() -> datetime:
    """Aware current time from ``settings.HALL_NOW``.

    Rules ask this and never the database or the machine, so that one setting moves the
    whole hall, worker and beat included, to another day.
    """
    return _pretended.get() or _source(settings.HALL_NOW)()


def today() -> date:
    """The current day in the hall's time zone."""
    return timezone.localtime(now()).date()


def start_of_day(day: date) -> datetime:
    """First moment of ``day`` in the hall's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of_day(day: date) -> datetime:
    """Last microsecond of ``day``: a limit ends when its last day ends (民法典 art. 203)."""
    return start_of_day(day + timedelta(days=1)) - timedelta(microseconds=1)


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
