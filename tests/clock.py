"""The movable clock of the tests: one offset in a file that all processes of a test read.

``settings.test.HALL_NOW`` names ``now``. The real worker and beat run on machine time; only what
the rules take for "now" moves.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

FILE_VARIABLE = "HALL_CLOCK_FILE"


def offset() -> timedelta:
    """How far the hall's clock is from the machine's."""
    name = os.environ.get(FILE_VARIABLE)
    if not name:
        return timedelta(0)
    try:
        return timedelta(seconds=float(Path(name).read_text() or 0))
    except FileNotFoundError:
        return timedelta(0)


def now() -> datetime:
    """The machine's time moved by the offset; also follows ``time_machine`` in this process."""
    return timezone.now() + offset()


class HallClock:
    """Moves the clock for this process and for every worker that has the same file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _write(self, value: timedelta) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(repr(value.total_seconds()))
        fresh.replace(self.path)

    def now(self) -> datetime:
        return now()

    def travel(self, **parts: float) -> datetime:
        """Move by ``timedelta(**parts)`` from where the clock is; returns the new now."""
        self._write(offset() + timedelta(**parts))
        return now()

    def set(self, moment: datetime) -> datetime:
        """Let it be ``moment`` (naive means Asia/Shanghai) from here on; time goes on running."""
        aware = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        self._write(aware - timezone.now())
        return now()

    def reset(self) -> None:
        self._write(timedelta(0))
