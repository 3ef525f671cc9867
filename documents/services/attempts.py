"""How workers make files of rows with ``attempts``, ``next_try_at`` and ``error``: one at a time, again after trouble.

For papers of this app and whatever else is set as PDF after an act, such as the forms of applicants.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models, transaction

from common.time import now
from files.models import StoredFile

Row = TypeVar("Row", bound=models.Model)

# A claimed row is nobody else's for this long; a worker that dies meanwhile lets it go then.
LEASE = timedelta(minutes=3)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


def claim(waiting: models.QuerySet[Row]) -> Row | None:
    """The next of ``waiting`` that is due, with its attempt counted first: one that kills its worker runs out of
    tries too. What another worker has claimed is left to it.
    """
    with transaction.atomic():
        due = waiting.filter(next_try_at__lte=now()).order_by("next_try_at", "pk")
        row: Any = due.select_for_update(skip_locked=True, of=("self",)).first()
        if row is not None:
            row.attempts, row.next_try_at = row.attempts + 1, now() + LEASE
            type(row).objects.filter(pk=row.pk).update(attempts=row.attempts, next_try_at=row.next_try_at)
    claimed: Row | None = row
    return claimed


def next_try(attempts: int) -> datetime | None:
    """When to look again at what has failed ``attempts`` times; None where a person must look."""
    return now() + WAITS[attempts - 1] if attempts <= len(WAITS) else None


@contextmanager
def all_or_nothing() -> Iterator[list[StoredFile]]:
    """A transaction whose new files are put into the list given: when it is rolled back, so that nothing refers to
    the bytes any more, they go too.
    """
    stored: list[StoredFile] = []
    try:
        with transaction.atomic():
            yield stored
    except Exception:
        for one in stored:
            one.file.delete(save=False)
        raise
