"""Lets the machine's clock jump for a Python process and all that it forks: put this folder on PYTHONPATH.

The file named by HALL_JUMP_FILE holds by how many seconds the wall clock is off. Only the wall
clock jumps: ``time.monotonic`` goes on, as on a machine whose time somebody sets.
"""

import os
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import time_machine

_PATH = Path(os.environ["HALL_JUMP_FILE"])
_EVERY = threading.Event()
_shifted = 0.0
_traveller = time_machine.travel(datetime.now(timezone.utc), tick=True).start()  # noqa: UP017


def _wanted() -> float:
    try:
        return float(_PATH.read_text() or 0)
    except (OSError, ValueError):
        return _shifted


def _follow() -> None:
    global _shifted  # noqa: PLW0603
    while True:
        wanted = _wanted()
        if wanted != _shifted:
            _traveller.shift(timedelta(seconds=wanted - _shifted))
            _shifted = wanted
        _EVERY.wait(0.1)


def _start() -> None:
    threading.Thread(target=_follow, name="jumping", daemon=True).start()


_start()
os.register_at_fork(after_in_child=_start)
