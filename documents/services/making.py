"""Making the files of what was issued. Safe to run twice, by any number of workers, and to be killed at any point."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F

from accounts.actors import Actor
from common.time import now
from documents.models import Document
from documents.typesetting import Source, TypesettingError, make_pdf, qr_svg
from files.services import store

log = structlog.get_logger(__name__)

# A claimed paper is nobody else's for this long; a worker that dies meanwhile lets it go then.
LEASE = timedelta(minutes=3)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
BATCH = 200


@dataclass(slots=True)
class Made:
    made: int = 0
    failed: int = 0
    put_off: int = 0


def make_pending(*, limit: int = BATCH) -> Made:
    """Make what waits, the longest waiting first, at most ``limit``; what another worker has claimed is left to it."""
    result = Made()
    for _turn in range(limit):
        document = _claim()
        if document is None:
            break
        _make(document, result)
    return result


def _claim() -> Document | None:
    """The next one that is due, with its attempt counted first: a paper that kills its worker runs out of tries too."""
    with transaction.atomic():
        document = (
            Document.objects.filter(status=Document.Status.PENDING, next_try_at__lte=now())
            .select_related("template_version__base", "department")
            .order_by("next_try_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if document is None:
            return None
        Document.objects.filter(pk=document.pk).update(attempts=F("attempts") + 1, next_try_at=now() + LEASE)
        document.attempts += 1
    return document


def _make(document: Document, result: Made) -> None:
    try:
        content = render(document)
        result.made += _keep(document, content)
    except TypesettingError as error:
        # The same data and the same source would fail again: a person must look.
        _fail(document, error.message)
        result.failed += 1
    except Exception as error:  # noqa: BLE001  (one paper must not stop the others; the row says what happened)
        log.warning("document_not_made", document=document.pk, error=repr(error))
        if document.attempts > len(WAITS):
            _fail(document, repr(error))
            result.failed += 1
        else:
            wait = WAITS[document.attempts - 1]
            _pending(document).update(next_try_at=now() + wait, error=repr(error))
            result.put_off += 1


def content_of(document: Document) -> dict[str, Any]:
    """What the template is given; everything in it is frozen on the row."""
    return {
        "data": document.data,
        "number": document.number,
        "code": document.shown_code,
        "verify_url": document.verify_url,
        "qr": qr_svg(document.verify_url),
        "valid_until": document.valid_until.isoformat() if document.valid_until else "",
    }


def render(document: Document) -> bytes:
    """The PDF of a document: the same bytes whenever and wherever it is asked for."""
    version = document.template_version
    base = version.base.source if version.base else ""
    return make_pdf(Source(version.source, base), content_of(document), moment=document.issued_at)


def _pending(document: Document) -> Any:
    return Document.objects.filter(pk=document.pk, status=Document.Status.PENDING)


def _keep(document: Document, content: bytes) -> int:
    """File, digest and status in one transaction; nothing when another worker was quicker."""
    with transaction.atomic():
        locked = _pending(document).select_for_update(of=("self",)).first()
        if locked is None:
            return 0
        stored = store(
            actor=Actor.system(),
            upload=SimpleUploadedFile(document.download_name, content, content_type="application/pdf"),
            accepts=("pdf",),
        )
        locked.file, locked.sha256 = stored, hashlib.sha256(content).hexdigest()
        locked.status, locked.made_at, locked.next_try_at, locked.error = Document.Status.MADE, now(), None, ""
        locked.save(update_fields=["file", "sha256", "status", "made_at", "next_try_at", "error"])
    return 1


def _fail(document: Document, error: str) -> None:
    _pending(document).update(status=Document.Status.FAILED, next_try_at=None, error=error or "?")
