"""The virus check: quarantine on the way in, one look by a scanner, and what follows from it.

``CLAMD_URL`` switches it on. A file is then taken in as "waiting" and nobody gets its content until a
worker has had it scanned. States are written here only. Nothing is decided by a scanner that does not
answer: the file keeps waiting and is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import NotAllowed, TransitionNotAllowed
from common.tasks import enqueue
from common.time import now
from files import previewing
from files.clamd import Clamd, ScannerUnreachable, ScanRefused
from files.models import StoredFile
from files.storing import ContentMissing, StoreUnreachable, delete_content, open_content

log = structlog.get_logger(__name__)

TASK = "files.scan"
BATCH = 50
# The sweep's share of a worker: the rest waits for the next minute.
SWEEP_SECONDS = 180
# A file that is being scanned is nobody else's for this long; a worker that dies meanwhile lets it go then.
LEASE = timedelta(minutes=5)
# Scanners get new signatures and limits; what they refuse today is asked again.
ASK_AGAIN = timedelta(hours=6)
# A file over which a scanner that is well keeps hanging up.
MAX_BROKEN = 5

Scan = StoredFile.Scan
OPEN = (Scan.NOT_SCANNED, Scan.WAITING, Scan.ERROR)

Handler = Callable[[StoredFile], None]
_handlers: list[Handler] = []


def on_infected(handler: Handler) -> Handler:
    """Call ``handler(stored)`` in the transaction that marks a file as infected, once for each file.

    For the apps that use files: take it out of what counts, tell people, put it on record. Locks of
    theirs may be taken: the file's own row is locked only against its other writers here.
    """
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def is_configured() -> bool:
    return bool(settings.CLAMD_URL)


def ask_for(stored: StoredFile) -> None:
    """Let a worker scan it once the transaction has committed; the sweep does it otherwise."""
    enqueue(TASK, str(stored.pk))


@dataclass(slots=True)
class Scanned:
    """What a run did."""

    clean: int = 0
    infected: int = 0
    refused: int = 0
    # The scanner, or the store, was not to be had; the run ended there.
    is_down: bool = False


def scan_file(file_id: UUID) -> None:
    """Scan one file now if it still waits and nobody else has it; what is settled already stays as it is."""
    stored = StoredFile.objects.scan_due(now()).filter(pk=file_id).first()
    if stored is not None and is_configured():
        _scan_one(stored, Scanned())


def scan_due() -> Scanned:
    """Scan what waits, then what came in before there was a scanner; ends at the first sign that it is down."""
    done, begun = Scanned(), time.monotonic()
    if not is_configured():
        return done
    waiting = list(StoredFile.objects.scan_due(now())[:BATCH])
    earlier = StoredFile.objects.filter(scan_state=Scan.NOT_SCANNED).exclude(file="").order_by("id")
    for stored in [*waiting, *earlier[: BATCH - len(waiting)]]:
        _scan_one(stored, done)
        if done.is_down or time.monotonic() - begun > SWEEP_SECONDS:
            break
    delete_infected()
    return done


def _scan_one(stored: StoredFile, done: Scanned) -> None:
    if not _claim(stored):
        return
    scanner = Clamd(settings.CLAMD_URL)
    try:
        with open_content(stored.file) as stream:
            virus = scanner.scan(stream)
    except ContentMissing:
        _note_refusal(stored, "content missing", done)
    except ScanRefused as error:
        _note_refusal(stored, str(error), done)
    except StoreUnreachable:
        _put_off(stored, done)
    except ScannerUnreachable as error:
        if stored.scan_attempts >= MAX_BROKEN and scanner.ping():
            _note_refusal(stored, f"scanner hung up: {error}", done)
        else:
            log.warning("scanner_unreachable", error=str(error))
            _put_off(stored, done)
    else:
        _settle(stored, virus, done)


def _claim(stored: StoredFile) -> bool:
    """Whether it is ours to scan. Counting the attempt first means that a file which kills its worker moves back."""
    at = now()
    rows = StoredFile.objects.filter(pk=stored.pk, scan_state=stored.scan_state, scan_attempts=stored.scan_attempts)
    claimed = rows.update(scan_attempts=F("scan_attempts") + 1, scan_next_at=at + LEASE)
    stored.scan_attempts += claimed
    return bool(claimed)


def _put_off(stored: StoredFile, done: Scanned) -> None:
    StoredFile.objects.filter(pk=stored.pk, scan_state__in=OPEN).update(scan_next_at=now())
    done.is_down = True


def _note_refusal(stored: StoredFile, reason: str, done: Scanned) -> None:
    """The scanner can't say: it stays in quarantine, and is asked again in some hours."""
    at = now()
    log.warning("scan_refused", file=str(stored.pk), reason=reason)
    StoredFile.objects.filter(pk=stored.pk, scan_state__in=OPEN).update(
        scan_state=Scan.ERROR, scan_result=reason[:200], scanned_at=at, scan_next_at=at + ASK_AGAIN
    )
    done.refused += 1


@transaction.atomic
def _settle(stored: StoredFile, virus: str, done: Scanned) -> None:
    """Write the outcome once; a second worker with the same file finds nothing to write."""
    at = now()
    state = Scan.INFECTED if virus else Scan.CLEAN
    written = StoredFile.objects.filter(pk=stored.pk, scan_state__in=OPEN).update(
        scan_state=state, scan_result=virus[:200], scanned_at=at, scan_next_at=None
    )
    if not written:
        return
    stored.refresh_from_db()
    if not virus:
        done.clean += 1
        previewing.ask_for(stored)
        return
    done.infected += 1
    log.warning("file_infected", file=str(stored.pk), virus=virus)
    for handler in _handlers:
        handler(stored)
    transaction.on_commit(lambda: delete_bytes(stored))


def delete_infected() -> int:
    """Delete the bytes that a dead store or worker has left behind; says how many."""
    return sum(delete_bytes(stored) for stored in StoredFile.objects.undeleted_infected()[:BATCH])


def delete_bytes(stored: StoredFile) -> bool:
    """Delete content and pictures of an infected file; name, digest and the virus's name stay. Safe to repeat."""
    if not stored.is_infected or not stored.file.name:
        return False
    if not previewing.drop(stored) or not delete_content(stored.file):
        return False
    return bool(StoredFile.objects.filter(pk=stored.pk, scan_state=Scan.INFECTED).update(file=""))


@transaction.atomic
def scan_again(*, actor: Actor, stored: StoredFile) -> StoredFile:
    """An administrator has a file that could not be checked looked at once more, now."""
    if actor.user is not None and not actor.user.has_perm("files.view_storedfile"):
        raise NotAllowed
    locked = StoredFile.objects.select_for_update(no_key=True).get(pk=stored.pk)
    if locked.scan_state != Scan.ERROR or not is_configured():
        raise TransitionNotAllowed(_("Only a file that could not be checked can be checked again."))
    locked.scan_state, locked.scan_attempts, locked.scan_next_at = Scan.WAITING, 0, now()
    locked.save(update_fields=["scan_state", "scan_attempts", "scan_next_at"])
    ask_for(locked)
    return locked


@transaction.atomic
def release_unscanned(*, actor: Actor) -> int:
    """Give out what waits for a scanner that has been switched off for good; says how many.

    Never done by itself: an empty CLAMD_URL may be a slip, and quarantine must outlive it. Raises
    TransitionNotAllowed while a scanner is configured.
    """
    if is_configured():
        raise TransitionNotAllowed(_("A scanner is configured: it decides what is given out."))
    held = list(StoredFile.objects.select_for_update(no_key=True).filter(scan_state__in=(Scan.WAITING, Scan.ERROR)))
    StoredFile.objects.filter(pk__in=[stored.pk for stored in held]).update(
        scan_state=Scan.NOT_SCANNED, scan_next_at=None, scan_result=""
    )
    log.warning("quarantine_released", files=len(held), user=actor.user_id)
    for stored in held:
        previewing.ask_for(stored)
    return len(held)
