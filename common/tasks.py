"""Handing work to Celery so that a dead broker delays it and never fails a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

_muted: ContextVar[bool] = ContextVar("hall_tasks_muted", default=False)


@contextmanager
def muted() -> Iterator[None]:
    """Send nothing to the broker inside the block: for a simulation, whose rows no worker must touch."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def _send(name: str, args: tuple[Any, ...]) -> None:
    try:
        current_app.send_task(name, args=args, retry=False)
    except (OperationalError, OSError) as error:
        # Every task sent here is also swept by beat, so losing the message costs a minute.
        log.warning("enqueue_failed", task=name, error=str(error))


def enqueue(name: str, *args: Any) -> None:
    """Send the task called ``name`` once the running transaction has committed.

    ``args`` must be plain JSON values. The same call made again in one transaction is sent once.
    A broker that cannot be reached is logged, not raised.
    """
    if _muted.get():
        return
    pending = transaction.get_connection().run_on_commit
    if any(getattr(callback, "args", None) == (name, args) for _savepoints, callback, _robust in pending):
        return
    transaction.on_commit(partial(_send, name, args))
