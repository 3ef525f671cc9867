"""Making the files of what was issued. Safe to run twice, by any number of workers, and to be killed at any point."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.actors import Actor
from accounts.rules import is_administrator
from common.errors import NotAllowed
from common.tasks import enqueue
from common.time import now
from documents import kinds
from documents.compiling import TypesettingError
from documents.content import content_of
from documents.failures import failure_of
from documents.models import Document
from documents.notices import tell_administrators
from documents.services.attempts import all_or_nothing, claim, next_try
from documents.services.issuing import MAKE
from documents.typesetting import make_pdf
from files.services import store
from ledger.services import Record, record_many

log = structlog.get_logger(__name__)

# How long one run goes on taking papers; the next run is a minute away, and a run must end by itself.
RUN = timedelta(seconds=45)


@dataclass(slots=True)
class Made:
    made: int = 0
    failed: int = 0
    put_off: int = 0


def make_pending() -> Made:
    """Make what waits, the longest waiting first; what another worker has claimed is left to it."""
    result, end = Made(), time.monotonic() + RUN.total_seconds()
    while time.monotonic() < end and (document := _claim()) is not None:
        _make(document, result)
    return result


def _claim() -> Document | None:
    return claim(
        Document.objects.filter(status=Document.Status.PENDING).select_related("template_version__base", "department")
    )


def _make(document: Document, result: Made) -> None:
    try:
        content = render(document)
        result.made += _keep(document, content)
    except TypesettingError as error:
        # The same data and the same source would fail again: a person must look.
        result.failed += _fail(document, error)
    except Exception as error:  # noqa: BLE001  (one paper must not stop the others; the row says what happened)
        log.warning("document_not_made", document=document.pk, error=repr(error))
        again = next_try(document.attempts)
        if again is None:
            result.failed += _fail(document, error)
        else:
            _pending(document).update(next_try_at=again, error=failure_of(error))
            result.put_off += 1


def render(document: Document) -> bytes:
    """The PDF of a document: the same bytes whenever and wherever it is asked for."""
    return make_pdf(document.template_version.as_source(), content_of(document), moment=document.issued_at)


def _pending(document: Document) -> Any:
    return Document.objects.filter(pk=document.pk, status=Document.Status.PENDING)


def _keep(document: Document, content: bytes) -> int:
    """File, digest and status in one transaction; nothing when another worker was quicker."""
    with all_or_nothing() as stored:
        locked = _pending(document).select_for_update(of=("self",)).first()
        if locked is None:
            return 0
        upload = SimpleUploadedFile(document.download_name, content, content_type="application/pdf")
        # Papers have a page of their own that draws them; certificates are also handed in as files of a material.
        kind = kinds.find(locked.kind)
        previews = kind is not None and kind.certificate
        stored.append(store(actor=Actor.system(), upload=upload, accepts=("pdf",), ours=True, previews=previews))
        locked.file, locked.sha256 = stored[0], hashlib.sha256(content).hexdigest()
        locked.status, locked.made_at, locked.next_try_at, locked.error = Document.Status.MADE, now(), None, ""
        locked.save(update_fields=["file", "sha256", "status", "made_at", "next_try_at", "error"])
    return 1


@transaction.atomic
def _fail(document: Document, error: Exception) -> int:
    """Give up, and tell the administrators; 0 when another worker was quicker."""
    count = _pending(document).update(status=Document.Status.FAILED, next_try_at=None, error=failure_of(error))
    if count:
        tell_administrators(document)
    return count


@transaction.atomic
def retry_failed(*, actor: Actor) -> int:
    """Let every paper that could not be made be tried anew, after a font was added or the store is back; says how many.

    NotAllowed unless ``actor`` is an administrator.
    """
    if not is_administrator.test(actor.person):
        raise NotAllowed
    failed = list(Document.objects.filter(status=Document.Status.FAILED).select_for_update().order_by("pk"))
    Document.objects.filter(pk__in=[one.pk for one in failed]).update(
        status=Document.Status.PENDING, attempts=0, next_try_at=now()
    )
    record_many(actor=actor, records=[Record(one.subject, "document.retried", one.subject_data()) for one in failed])
    enqueue(MAKE)
    return len(failed)
