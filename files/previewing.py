"""Pictures of a file's pages: drawn once by a worker, kept beside the file, given out under the file's own rules.

States are written here only. Only safe files are drawn. What a file can do to its parser, it does in a
process of its own (``rendering.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import structlog
from django.core.files import File
from django.db import transaction
from django.db.models import F

from common.tasks import enqueue
from common.time import now
from files import kinds, rendering
from files.models import Preview, StoredFile
from files.storing import ContentMissing, StoreUnreachable, delete_content, open_content, store_errors

log = structlog.get_logger(__name__)

TASK = "files.make_previews"
KINDS = (kinds.PDF, kinds.PNG, kinds.JPEG)
BATCH = 30
SECONDS = 90
# Longer than drawing may take; a worker that dies over a file lets it go then.
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 3
# The sweep's share of a worker: the rest waits for the next minute.
SWEEP_SECONDS = 180

States = StoredFile.Previews


class NotDrawn(Exception):
    """The file can't be drawn: damaged, locked, too_large, too_complex, missing."""


def ask_for(stored: StoredFile) -> None:
    """Let a worker draw it once the transaction has committed; the sweep does it otherwise."""
    if stored.preview_state == States.WAITING:
        enqueue(TASK, str(stored.pk))


def make_previews(file_id: UUID) -> bool:
    """Draw one file if its pictures are still to be made and nobody else is at it; says whether it did.

    The store being away leaves everything for the next sweep.
    """
    stored = StoredFile.objects.preview_due(now()).filter(pk=file_id).first()
    if stored is None or not _claim(stored):
        return False
    with TemporaryDirectory(prefix="hall-preview-") as place:
        folder = Path(place)
        try:
            result = _draw(stored, folder)
            _keep(stored, folder, result)
        except NotDrawn as error:
            _fail(stored, str(error))
        except StoreUnreachable as error:
            log.warning("preview_put_off", file=str(stored.pk), error=str(error.__cause__))
            _put_off(stored)
            return False
    return True


def make_due() -> int:
    """Draw what waits, for some minutes at most; says how many."""
    begun, made = time.monotonic(), 0
    for file_id in list(StoredFile.objects.preview_due(now()).values_list("pk", flat=True)[:BATCH]):
        made += make_previews(file_id)
        if time.monotonic() - begun > SWEEP_SECONDS:
            break
    return made


def _claim(stored: StoredFile) -> bool:
    """Counting the attempt before making it means that a file which kills its worker runs out of tries."""
    at = now()
    claimed = StoredFile.objects.filter(pk=stored.pk, preview_state=States.WAITING, preview_next_at__lte=at).update(
        preview_attempts=F("preview_attempts") + 1, preview_next_at=at + LEASE
    )
    if claimed and stored.preview_attempts >= MAX_ATTEMPTS:
        _fail(stored, "too_complex")
        return False
    return bool(claimed)


def _draw(stored: StoredFile, folder: Path) -> dict[str, Any]:
    source = folder / "source"
    try:
        with open_content(stored.file) as content, source.open("wb") as copy:
            shutil.copyfileobj(content, copy)
    except ContentMissing as error:
        raise NotDrawn("missing") from error
    except store_errors() as error:
        raise StoreUnreachable from error
    kind = "image" if stored.is_image else "pdf"
    program = [sys.executable, "-I", rendering.__file__, str(source), str(folder), kind]
    try:
        # Nothing of our environment: it holds the keys of the store and of the database.
        done = subprocess.run(
            program, cwd=folder, env={"PATH": os.defpath}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=SECONDS, check=False, start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotDrawn("too_complex") from error
    return _result(done, folder)


def _result(done: subprocess.CompletedProcess[bytes], folder: Path) -> dict[str, Any]:
    if done.returncode not in (0, rendering.REFUSED):
        log.warning("preview_ended", status=done.returncode, error=done.stderr[-300:].decode("utf-8", "replace"))
        raise NotDrawn("too_complex")
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    if "refused" in result:
        raise NotDrawn(result["refused"])
    return result


def _keep(stored: StoredFile, folder: Path, result: dict[str, Any]) -> None:
    """Put the pictures into the store, then write all rows at once; nothing is kept of what fails half-way."""
    pictures = [(Preview.Kind.THUMBNAIL, 1, result["thumbnail"])]
    pictures += [
        (Preview.Kind.PAGE, number, page) for number, page in enumerate(result["pages"][: rendering.MAX_PAGES], 1)
    ]
    rows: list[Preview] = []
    kept = False
    try:
        for kind, page, facts in pictures:
            rows.append(_picture(stored, kind, page, facts, folder))
        kept = _write(stored, rows, result["page_count"])
    finally:
        if not kept:
            for row in rows:
                delete_content(row.image)


def _picture(stored: StoredFile, kind: str, page: int, facts: dict[str, Any], folder: Path) -> Preview:
    row = Preview(
        file=stored, kind=kind, page=page, width=facts["width"], height=facts["height"], format="webp", created_at=now()
    )
    # Named here and not by the program that has seen the file.
    name = rendering.THUMBNAIL_NAME if kind == Preview.Kind.THUMBNAIL else rendering.PAGE_NAME.format(page)
    with (folder / name).open("rb") as picture:
        try:
            row.image.save(name, File(picture), save=False)
        except store_errors() as error:
            raise StoreUnreachable from error
    return row


@transaction.atomic
def _write(stored: StoredFile, rows: list[Preview], page_count: int) -> bool:
    """Whether these are the pictures that count: not when another worker was faster or a virus was found meanwhile."""
    counts = StoredFile.objects.safe().filter(pk=stored.pk, preview_state=States.WAITING)
    if not counts.update(preview_state=States.READY, page_count=page_count, preview_next_at=None, preview_error=""):
        return False
    Preview.objects.bulk_create(rows)
    return True


def _fail(stored: StoredFile, reason: str) -> None:
    waiting = StoredFile.objects.filter(pk=stored.pk, preview_state=States.WAITING)
    waiting.update(preview_state=States.FAILED, preview_error=reason, preview_next_at=None)


def _put_off(stored: StoredFile) -> None:
    """Tried again by the next sweep; the store's fault is not the file's."""
    waiting = StoredFile.objects.filter(pk=stored.pk, preview_state=States.WAITING)
    waiting.update(preview_attempts=F("preview_attempts") - 1, preview_next_at=now())


def drop(stored: StoredFile) -> bool:
    """Delete all pictures of a file, rows and bytes, and make no new ones; says whether the store did it."""
    for row in Preview.objects.filter(file=stored):
        if not delete_content(row.image):
            return False
        row.delete()
    StoredFile.objects.filter(pk=stored.pk).update(preview_state=States.NONE, preview_next_at=None)
    return True
