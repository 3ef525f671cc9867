"""The sweep: acts on clocks whose rungs have passed. It decides no light and no lateness."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from common.tasks import enqueue
from common.time import now
from deadlines import expiry, people, redate
from deadlines.labels import EXPIRY_FAILED
from deadlines.models import Clock, ClockKind, SweepState
from deadlines.published import fingerprint
from deadlines.rungs import Ladders, ladders
from deadlines.sweep_sql import EXPIRED, LOOK, climb_sql
from notifications import times
from notifications.services import DELIVER, Notice, notify_many
from notifications.templates import registered

log = structlog.get_logger(__name__)

BATCH = 2000
SMALLEST_BATCH = 50
# The statement skips what is locked, but a subject's very first ledger entry has no row to lock yet.
# Below PostgreSQL's deadlock_timeout (1 s): if the sweep and a person then wait for each other,
# it is the sweep that lets go and comes back.
LOCK_TIMEOUT = "500ms"
EXPIRY_BATCH = 100


@dataclass(slots=True)
class SweepResult:
    """What one sweep did."""

    fired: int = 0
    messages: int = 0
    unheard: int = 0
    expired: int = 0
    failed: int = 0
    redated: int = 0
    put_off: bool = False


def run(at: datetime | None = None) -> SweepResult:
    """Fire every rung that has passed by ``at`` (default now), exactly once each, in order.

    First all rungs up to the lawful limit of duties that the law ends by itself, then their
    handlers, then the rest: a sweep after a week of silence does what seven days of sweeps
    would have done. Safe to run anywhere, any number of times, several at once.
    """
    moment = at or now()
    began = time.monotonic()
    result = SweepResult()
    handlers = expiry.handlers()
    anything_due, calendar_is_newer = _look(moment)
    if calendar_is_newer:
        result.redated = redate.catch_up()
        anything_due, _newer = _look(moment)
    if anything_due:
        _climb(moment, sorted(handlers), result)
    if handlers and (_expire(moment, handlers, result) or anything_due):
        _climb(moment, [], result)
    _leave_sign(moment, result, time.monotonic() - began)
    return result


def _look(at: datetime) -> tuple[bool, bool]:
    """Is any rung due, and has the calendar changed since some open clock was counted?"""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"at": at, "fingerprint": fingerprint()})
        due, newer = cursor.fetchone()
    return bool(due), bool(newer)


def _climb(at: datetime, expiring: Sequence[str], result: SweepResult) -> None:
    parameters = _parameters(at, expiring)
    statement = climb_sql()
    batch = BATCH
    while True:
        try:
            due = _climb_batch(statement, {**parameters, "batch": batch}, result)
        except OperationalError as error:
            if batch <= SMALLEST_BATCH:
                # Whatever is in the way is gone by the next sweep, and nothing has been lost.
                log.warning("sweep_put_off", error=str(error))
                result.put_off = True
                return
            batch = max(SMALLEST_BATCH, batch // 8)
            continue
        if not due:
            return


def _climb_batch(statement: str, parameters: dict[str, Any], result: SweepResult) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute(statement, parameters)
        due, fired, unheard, messages = cursor.fetchone()
        if messages:
            enqueue(DELIVER)
    result.fired += fired
    result.unheard += unheard
    result.messages += messages
    return int(due)


def _parameters(at: datetime, expiring: Sequence[str]) -> dict[str, Any]:
    return {
        **times.parameters(at),
        "today": timezone.localtime(at).date(),
        "zone": settings.TIME_ZONE,
        "expiring": list(expiring),
        "policy": json.dumps(_policy(ladders())),
        "templates": sorted(registered()),
    }


def _policy(rungs: Ladders) -> list[dict[str, Any]]:
    """Whom each rung tells and how, for every duty; department 0 stands for those without rungs of their own."""
    return [
        {
            "kind": kind,
            "department": department_id or 0,
            "code": step.code,
            "who": step.who,
            "channels": step.channels,
            "quiet": step.quiet,
            "digest": step.digest,
        }
        for department_id in (None, *rungs.departments)
        for kind in ClockKind.values
        for step in rungs.of(kind, department_id)
    ]


def _expire(at: datetime, handlers: Mapping[str, expiry.Handler], result: SweepResult) -> bool:
    """Let the owners of duties past their lawful limit do what the law says happens then; was there any?"""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED, {"at": at, "kinds": sorted(handlers)})
        rows = cursor.fetchall()
    for kind, group in groupby(rows, key=itemgetter(0)):
        subjects = [subject_id for _kind, subject_id in group]
        for start in range(0, len(subjects), EXPIRY_BATCH):
            _expire_chunk(kind, handlers[kind], subjects[start : start + EXPIRY_BATCH], result)
    return bool(rows)


def _expire_chunk(kind: str, handler: expiry.Handler, chunk: list[int], result: SweepResult) -> None:
    if _call(kind, handler, chunk):
        result.expired += len(chunk)
        return
    # One that fails must not hold back the ninety-nine others.
    for subject_id in chunk:
        if _call(kind, handler, [subject_id]):
            result.expired += 1
        else:
            result.failed += 1
            _report_failure(kind, subject_id)


def _call(kind: str, handler: expiry.Handler, subjects: list[int]) -> bool:
    try:
        handler(subjects)
    except Exception:  # an owner's handler may fail in any way; log.exception keeps the trace
        log.exception("expiry_failed", kind=kind, subjects=subjects[:10])
        return False
    return True


def _report_failure(kind: str, subject_id: int) -> None:
    clocks = list(Clock.objects.open().filter(kind=kind, subject_id=subject_id))
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).raise_alarm(EXPIRY_FAILED, now())
    administrators = people.administrator_ids()
    notify_many(
        [
            Notice(administrators, "clock.expiry_failed", {"title": clock.title}, clock.link, f"expiry:{clock.pk}")
            for clock in clocks
        ]
    )


def _leave_sign(at: datetime, result: SweepResult, seconds: float) -> None:
    error = f"{result.failed} expiry handlers failed" if result.failed else ""
    state = SweepState(id=1, last_run_at=at, fired=result.fired, expired=result.expired, seconds=seconds, error=error)
    SweepState.objects.bulk_create(
        [state],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["last_run_at", "fired", "expired", "seconds", "error"],
    )
