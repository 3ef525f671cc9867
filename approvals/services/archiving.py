"""Closed cases become folders of the archive (企业档案影像化), by the task, so that no act waits for it.

A folder is made once; while something is missing it is looked through again, and never once it is complete.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.archive import retention
from approvals.archive.completeness import lacks_signature, missing_of
from approvals.archive.contents import Contents, contents_of, items_of, pending_documents, unmade
from approvals.archive.fetching import UNALTERED
from approvals.archive.papers import keep_papers
from approvals.labels import CASE_LABEL
from approvals.models import ArchiveFailure, ArchiveFolder, ArchivePaper, Case, Delivery
from approvals.rules import may_export_archive, may_search_archive, may_work_at_window, require
from approvals.services.numbering import take_serials
from common.errors import NotAllowed, TransitionNotAllowed
from common.time import now
from enterprises.models import Enterprise
from files.models import StoredFile
from ledger.models import Entry
from ledger.services import Record, record, record_many
from notifications.services import notify

log = structlog.get_logger(__name__)

BATCH = 100
# How long one run goes on; the next is a minute away, and a run must end by itself.
RUN = timedelta(seconds=40)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
# People are told when it has failed so often: a passing trouble of the database is none of theirs.
ALARM_AFTER = 3
# An incomplete folder is looked through at first every five minutes, later each time a tenth of its age has passed.
FIRST_LOOK, LAST_LOOK, SHARE_OF_AGE = timedelta(minutes=5), timedelta(days=1), 10
ENDING_ACTS = ("case.withdrawn", "case.not_accepted", "case.terminated")


@dataclass(slots=True)
class Archived:
    """What one run did."""

    made: int = 0
    completed: int = 0
    failed: int = 0
    ended_papers: int = 0


@transaction.atomic
def archive_case(*, case_id: int, skip_locked: bool = False) -> ArchiveFolder | None:
    """Make the folder of an ended case whose papers are all made or given up, and note the papers of it that may be
    used again.

    The folder that is there already comes back as it is. None for a case that has not ended, of which a paper is
    still being made, or, with ``skip_locked``, that somebody works on.
    """
    rows = Case.objects.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    case = rows.select_related("matter", "version", "application", "enterprise").filter(pk=case_id).first()
    if case is None or case.status not in Case.ENDED:
        return None
    folder = ArchiveFolder.objects.filter(case=case).first()
    if folder is not None:
        return folder
    if pending_documents(case):
        return None
    found, moment = contents_of(case), now()
    closed_at, rule = _closed_at(case, moment), retention.rule_for(case)
    closed_on = timezone.localtime(closed_at).date()
    (serial,) = take_serials(1)
    folder = ArchiveFolder(
        case=case, enterprise_id=case.enterprise_id, number=f"DA{timezone.localtime(moment):%Y}{serial:07d}",
        closed_at=closed_at, keep_years=rule.years or None, keep_until=retention.keep_until(closed_on, rule.years),
        rule=retention.frozen(rule), archived_at=moment,
    )  # fmt: skip
    _index(folder, found, moment)
    folder.save(force_insert=True)
    keep_papers(found, at=moment)
    data = {"folder": folder.number, "items": len(folder.items), "missing": folder.missing}
    record(actor=Actor.system(), subject=case, act="case.archived", data=data, at=moment)
    return folder


@transaction.atomic
def complete_folder(*, folder_id: int, skip_locked: bool = False) -> ArchiveFolder | None:
    """Look through an incomplete folder again: its index is rebuilt, and it is complete once nothing is missing.

    A complete folder stays as it is. None where there is no such folder, or, with ``skip_locked``, somebody works on
    its case.
    """
    rows = Case.objects.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    related = rows.select_related("matter", "version", "application", "enterprise")
    case = related.filter(archive_folder=folder_id).first()
    if case is None:
        return None
    folder = ArchiveFolder.objects.select_for_update(of=("self",)).get(pk=folder_id)
    if folder.is_complete:
        return folder
    before, moment = folder.items, now()
    found = contents_of(case)
    _index(folder, found, moment)
    folder.save(update_fields=["items", "missing", "completed_at", "next_look_at"])
    keep_papers(found, at=moment)
    if folder.is_complete or folder.items != before:
        act = "case.archive_completed" if folder.is_complete else "case.archive_added"
        data = {"folder": folder.number, "items": len(folder.items), "missing": folder.missing}
        record(actor=Actor.system(), subject=case, act=act, data=data, at=moment)
    return folder


def _index(folder: ArchiveFolder, found: Contents, at: datetime) -> None:
    folder.items, folder.missing = items_of(found), missing_of(found)
    if not folder.missing:
        folder.completed_at, folder.next_look_at = at, None
        return
    wait = (at - folder.archived_at) / SHARE_OF_AGE
    folder.next_look_at = at + min(max(wait, FIRST_LOOK), LAST_LOOK)


def _closed_at(case: Case, moment: datetime) -> datetime:
    """When the case ended; of acts that leave no column the ledger knows."""
    if known := case.delivered_at or case.terminated_at:
        return known
    entries = Entry.objects.of(CASE_LABEL, case.pk).filter(act__in=ENDING_ACTS).order_by("-seq")
    return entries.values_list("at", flat=True).first() or moment


@transaction.atomic
def add_signature(*, actor: Actor, folder: ArchiveFolder, signature: StoredFile) -> ArchiveFolder:
    """The window scans in afterwards who signed at the counter, where the folder lacks it; the folder is completed.

    TransitionNotAllowed where no signature is missing, NotAllowed for anybody but clerks.
    """
    require(may_work_at_window, actor)
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(archive_folder=folder.pk)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("signature").filter(case=case).first()
    if delivery is None or not lacks_signature(delivery):
        raise TransitionNotAllowed(_("The signature is there already."))
    delivery.signature = signature
    delivery.save(update_fields=["signature"])
    data = {"folder": folder.number, "file": signature.name, "sha256": signature.sha256}
    record(actor=actor, subject=case, act="case.signature_added", data=data)
    completed = complete_folder(folder_id=folder.pk)
    assert completed is not None
    return completed


def archive_ended(*, run: timedelta = RUN) -> Archived:
    """Archive what has ended, look through incomplete folders that are due, end papers whose document was revoked.

    Safe to repeat and to run twice at once; a case that fails is put off and keeps nobody else waiting.
    """
    result, end = Archived(), time.monotonic() + run.total_seconds()
    result.ended_papers = end_revoked_papers()
    for case_id in _each(_due_cases, end):
        if (folder := _try(case_id, lambda pk: archive_case(case_id=pk, skip_locked=True), result)) is not None:
            result.made += 1
            result.completed += folder.is_complete
    for case_id in _each(_due_folders, end):
        folder = _try(case_id, _complete_of_case, result)
        result.completed += folder is not None and folder.is_complete
    return result


def _complete_of_case(case_id: int) -> ArchiveFolder | None:
    folder_id = ArchiveFolder.objects.values_list("pk", flat=True).get(case=case_id)
    return complete_folder(folder_id=folder_id, skip_locked=True)


def _each(due: Callable[[int], list[int]], end: float) -> Iterable[int]:
    """Ids in batches, each once, until there are no more or time is up."""
    last = 0
    while batch := due(last):
        for last in batch:
            if time.monotonic() > end:
                return
            yield last


def _not_put_off() -> Q:
    return Q(archive_failure=None) | Q(archive_failure__next_try_at__lte=now())


def _due_cases(after: int) -> list[int]:
    ended = Case.objects.filter(_not_put_off(), status__in=Case.ENDED, archive_folder=None, pk__gt=after)
    return list(ended.exclude(unmade()).order_by("pk").values_list("pk", flat=True)[:BATCH])


def _due_folders(after: int) -> list[int]:
    due = Case.objects.filter(
        _not_put_off(), archive_folder__completed_at=None, archive_folder__next_look_at__lte=now(), pk__gt=after
    )
    return list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _try(case_id: int, act: Callable[[int], ArchiveFolder | None], result: Archived) -> ArchiveFolder | None:
    """One case by itself; what fails is noted, put off, and after some times told to administrators."""
    try:
        folder = act(case_id)
    except Exception as error:  # noqa: BLE001  (one case must not stop the others; the row says what happened)
        log.warning("case_not_archived", case=case_id, error=repr(error))
        _note_failure(case_id, error)
        result.failed += 1
        return None
    if folder is not None:
        ArchiveFailure.objects.filter(case=case_id).delete()
    return folder


@transaction.atomic
def _note_failure(case_id: int, error: Exception) -> None:
    moment = now()
    failure, _created = ArchiveFailure.objects.select_for_update(of=("self",)).get_or_create(
        case_id=case_id, defaults={"failed_at": moment, "next_try_at": moment}
    )
    failure.attempts += 1
    failure.error, failure.failed_at = repr(error)[:500], moment
    failure.next_try_at = moment + WAITS[min(failure.attempts, len(WAITS)) - 1]
    failure.save()
    if failure.attempts == ALARM_AFTER:
        _tell_administrators(failure, moment)


def _tell_administrators(failure: ArchiveFailure, at: datetime) -> None:
    """At most once an hour: trouble with the database fails for every case, and the list names them all."""
    holders = Post.objects.current().with_role(Role.ADMINISTRATOR).values_list("user_id", flat=True).distinct()
    notify(
        recipients=list(holders),
        template="approvals.archive_failed",
        params={"number": failure.case.number, "attempts": failure.attempts},
        link=reverse("admin:approvals_archivefailure_changelist"),
        dedupe_key=f"approvals.archive_failed:{at:%Y-%m-%dT%H}",
    )


def end_revoked_papers() -> int:
    """Papers whose document was revoked can't be used any more; says how many that were."""
    revoked = ArchivePaper.objects.current().filter(document__revoked_at__isnull=False)
    return revoked.update(ended_at=now())


@transaction.atomic
def check_folder(*, actor: Actor, folder: ArchiveFolder, states: Mapping[int, str]) -> None:
    """Put on record what comparing the bytes with the index said: ``states`` by place in the index."""
    require(may_search_archive, actor)
    by_state = {state: sorted(place for place, one in states.items() if one == state) for state in set(states.values())}
    counts = {state: len(places) for state, places in by_state.items()}
    wrong = {state: places for state, places in by_state.items() if state != UNALTERED}
    data = {"folder": folder.number, "counts": counts, "places": wrong}
    record(actor=actor, subject=folder.case, act="case.archive_checked", data=data)


@transaction.atomic
def note_export(*, actor: Actor, enterprise: Enterprise, folders: Sequence[ArchiveFolder], whole: bool) -> None:
    """Put on record who takes folders out of the hall: on the firm for its ``whole`` archive, else on each case.

    NotAllowed for anybody but staff of the archive and the firm's owner.
    """
    if not may_export_archive.test(actor.person, enterprise):
        raise NotAllowed
    if whole:
        data = {"folders": [folder.number for folder in folders]}
        record(actor=actor, subject=enterprise, act="enterprise.archive_exported", data=data)
        return
    records = [Record(folder.case, "case.archive_exported", {"folder": folder.number}) for folder in folders]
    record_many(actor=actor, records=records)
