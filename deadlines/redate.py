"""Counting open clocks again when the calendar has changed.

Every clock carries the calendar version that it was counted with. Whatever is older than the
newest version is counted again: right after a change, and by every sweep, which so also catches
clocks armed meanwhile by a process that had not yet noticed.
"""

import json
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from common.time import now
from deadlines import calendars
from deadlines.dates import Budget, Moments, moments_of
from deadlines.models import CalendarRevision, Clock
from deadlines.people import duties_by_person
from deadlines.published import fingerprint
from deadlines.rungs import Ladders, ladders
from deadlines.workdays import Calendar
from notifications.services import Notice, notify_many

BATCH = 5000

# Rungs that have fired stay as they were; those ahead get their new moments.
APPLY = """
WITH news AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS n (
        id uuid, moved boolean, warn_at timestamptz, due_at timestamptz, lawful_due_at timestamptz,
        rung_codes text[], rung_at timestamptz[], next_rung_at timestamptz, provisional boolean)
), on_record AS (
    INSERT INTO ledger_entry (subject_type, subject_id, seq, actor_id, on_behalf_of, mandate_id,
                              act, at, data, prev_hash, hash)
    SELECT c.subject_type, c.subject_id, 0, %(actor)s, '', NULL, 'clock.redated', %(at)s,
           jsonb_build_object('clock', c.id, 'kind', c.kind, 'title', c.title, 'due_from', c.due_at,
                              'due_to', n.due_at, 'provisional', n.provisional, 'reason', %(reason)s::text),
           '', ''
    FROM news n JOIN deadlines_clock c ON c.id = n.id
    WHERE n.moved ORDER BY c.subject_type, c.subject_id, c.id
)
UPDATE deadlines_clock c SET
    warn_at = n.warn_at, due_at = n.due_at, lawful_due_at = n.lawful_due_at, rung_codes = n.rung_codes,
    rung_at = n.rung_at, next_rung_at = n.next_rung_at, provisional = n.provisional,
    calendar_version = %(version)s
FROM news n WHERE c.id = n.id
"""


@dataclass(slots=True)
class _Tally:
    counted: int = 0
    moved: int = 0
    people: Counter[int] = field(default_factory=Counter)


def newest() -> tuple[int, str]:
    """Version of the calendar and the reason of its last change; notices a newer package by itself."""
    row = CalendarRevision.objects.order_by("-id").values_list("id", "fingerprint", "reason").first()
    if row is None:
        return 0, ""
    version, seen, reason = row
    if seen != fingerprint():
        reason = "published schedules changed"
        version = revise(reason=reason, user_id=None)
    return version, reason


def revise(*, reason: str, user_id: int | None) -> int:
    """Give the calendar a new version; the caller has changed it in the same transaction."""
    revision = CalendarRevision.objects.create(
        made_at=now(), made_by_id=user_id, reason=reason[:200], fingerprint=fingerprint()
    )
    return revision.pk


def catch_up(*, batches: int | None = None, user_id: int | None = None) -> int:
    """Count again what is older than the calendar, in batches of 5,000; says how many dates moved.

    Each moved clock gets a ledger entry, each handler one message with the number of duties.
    Clocks that somebody is writing to at this moment are left to the next sweep.
    """
    version, reason = newest()
    stale = Clock.objects.open().filter(calendar_version__lt=version)
    if not stale.exists():
        return 0
    calendar = calendars.load()
    steps = ladders(stale.values_list("kind", flat=True).distinct().order_by())
    tally = _Tally()
    while batches is None or batches > 0:
        before = tally.counted
        with transaction.atomic():
            _redate_batch(calendar, steps, reason, user_id, tally)
        if tally.counted == before:
            break
        batches = None if batches is None else batches - 1
    notify_many(
        [
            Notice([person], "calendar.redated", {"count": count, "reason": reason}, "", f"redated:{version}")
            for person, count in sorted(tally.people.items())
        ]
    )
    return tally.moved


def _redate_batch(calendar: Calendar, steps: Ladders, reason: str, user_id: int | None, tally: _Tally) -> None:
    clocks = list(
        Clock.objects.open()
        .filter(calendar_version__lt=calendar.version)
        .select_for_update(skip_locked=True)
        .order_by("calendar_version")[:BATCH]
    )
    if not clocks:
        return
    counted: dict[tuple[str, Budget], Moments] = {}
    rows, moved = [], []
    for clock in clocks:
        budget = budget_of(clock)
        key = (clock.kind, budget)
        if key not in counted:
            counted[key] = moments_of(budget, steps.get(clock.kind, ()), calendar)
        row = _row(clock, counted[key])
        rows.append(row)
        if row["moved"]:
            moved.append(clock)
    with connection.cursor() as cursor:
        cursor.execute(
            APPLY,
            {
                "rows": json.dumps(rows, default=str),
                "actor": user_id,
                "at": now(),
                "reason": reason,
                "version": calendar.version,
            },
        )
    tally.counted += len(clocks)
    tally.moved += len(moved)
    tally.people += duties_by_person(moved)


def budget_of(clock: Clock) -> Budget:
    """What a clock was armed with."""
    return Budget(
        starts_on=timezone.localtime(clock.starts_at).date(),
        unit=clock.unit,
        promised_days=clock.promised_days,
        lawful_days=clock.lawful_days,
        warn_days=clock.warn_days,
    )


def _row(clock: Clock, news: Moments) -> dict[str, object]:
    moved = (clock.warn_at, clock.due_at, clock.lawful_due_at) != (news.warn_at, news.due_at, news.lawful_due_at)
    codes, moments, upcoming = clock.rung_codes, clock.rung_at, clock.next_rung_at
    if moved:
        done = clock.rungs_fired
        ahead = [
            (code, moment)
            for code, moment in zip(news.rung_codes, news.rung_at, strict=True)
            if code not in clock.rung_codes[:done]
        ]
        codes = [*clock.rung_codes[:done], *(code for code, _moment in ahead)]
        moments = [*clock.rung_at[:done], *(moment for _code, moment in ahead)]
        upcoming = ahead[0][1] if ahead else None
    return {
        "id": clock.pk,
        "moved": moved,
        "warn_at": news.warn_at,
        "due_at": news.due_at,
        "lawful_due_at": news.lawful_due_at,
        "rung_codes": codes,
        "rung_at": moments,
        "next_rung_at": upcoming,
        "provisional": news.provisional,
    }
