"""Counting open clocks again after something has changed: the calendar, a stop, an extension, the rungs."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from common.time import now
from deadlines import counting, dates
from deadlines.dates import Budget, Moments, moments_of
from deadlines.models import Clock
from deadlines.rungs import Ladders
from deadlines.workdays import Calendar

# What stops an inner clock stops those around it: own stops and those of all inner clocks.
STOPS = """
WITH RECURSIVE tree (root, id) AS (
    SELECT id, id FROM unnest(%(ids)s::uuid[]) AS given (id)
    UNION ALL
    SELECT tree.root, c.id FROM tree JOIN deadlines_clock c ON c.parent_id = tree.id
)
SELECT tree.root, s.clock_id = tree.root, s.ordinal, s.ground, s.starts_at, s.ends_at, s.planned_until
FROM tree JOIN deadlines_stop s ON s.clock_id = tree.id
ORDER BY s.starts_at, s.id
"""

# Once red stays a breach for ever: the limits as they stood are looked at before they move.
# Rungs that have fired stay as they were; those ahead get their new moments.
APPLY = """
WITH news AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS n (
        id uuid, moved boolean, warn_at timestamptz, due_at timestamptz, lawful_due_at timestamptz,
        stopped_at timestamptz, resumes_at timestamptz, extended integer,
        rung_codes text[], rung_at timestamptz[], next_rung_at timestamptz, provisional boolean)
), on_record AS (
    INSERT INTO ledger_entry (subject_type, subject_id, seq, actor_id, on_behalf_of, mandate_id,
                              act, at, data, prev_hash, hash)
    SELECT c.subject_type, c.subject_id, 0, %(actor)s, '', NULL, 'clock.redated', %(at)s,
           jsonb_build_object('clock', c.id, 'kind', c.kind, 'title', c.title, 'due_from', c.due_at,
                              'due_to', n.due_at, 'lawful_due_to', n.lawful_due_at, 'provisional', n.provisional,
                              'reason', %(reason)s::text, 'cause', %(cause)s::text),
           '', ''
    FROM news n JOIN deadlines_clock c ON c.id = n.id
    WHERE n.moved AND %(on_record)s ORDER BY c.subject_type, c.subject_id, c.id
)
UPDATE deadlines_clock c SET
    breached_at = CASE WHEN c.due_at < coalesce(c.stopped_at, %(at)s)
                       THEN coalesce(c.breached_at, c.due_at) ELSE c.breached_at END,
    lawful_breached_at = CASE WHEN c.lawful_due_at < coalesce(c.stopped_at, %(at)s)
                              THEN coalesce(c.lawful_breached_at, c.lawful_due_at) ELSE c.lawful_breached_at END,
    warn_at = n.warn_at, due_at = n.due_at, lawful_due_at = n.lawful_due_at, extended = n.extended,
    stopped_at = n.stopped_at, resumes_at = n.resumes_at,
    rung_codes = n.rung_codes, rung_at = n.rung_at, next_rung_at = n.next_rung_at,
    provisional = n.provisional, calendar_version = %(version)s
FROM news n WHERE c.id = n.id
"""


@dataclass(frozen=True, slots=True)
class StopRow:
    """A stop that counts for a clock; ``own`` is false for one of an inner clock."""

    own: bool
    ordinal: int
    ground: str
    starts_at: datetime
    ends_at: datetime | None
    planned_until: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A clock whose dates move: from what to what."""

    clock: Clock
    news: Moments

    @property
    def moved(self) -> bool:
        then, news = self.clock, self.news
        return (then.warn_at, then.due_at, then.lawful_due_at) != (news.warn_at, news.due_at, news.lawful_due_at)

    @property
    def flipped(self) -> bool:
        """Do its dates become provisional, or no longer so?"""
        return self.clock.provisional != self.news.provisional


def stops_of(clock_ids: Iterable[UUID]) -> Mapping[UUID, list[StopRow]]:
    """Stops of clocks and of all clocks inside them, in time order; one query."""
    found: defaultdict[UUID, list[StopRow]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STOPS, {"ids": [str(one) for one in clock_ids]})
        for root, *columns in cursor.fetchall():
            found[root].append(StopRow(*columns))
    return found


def budget_of(clock: Clock, stops: Sequence[StopRow] = ()) -> Budget:
    """What a clock was armed with, what was added and what is not counted."""
    pure = counting.merged(counting.Stop(row.starts_at, row.ends_at, row.ground) for row in stops)
    still = [row for row in stops if row.ends_at is None]
    return dates.budget(
        starts_at=clock.starts_at,
        unit=clock.unit,
        promised=clock.promised,
        lawful=clock.lawful,
        warn=clock.warn,
        extended=clock.extended,
        stops=pure,
        resumes_at=max((row.planned_until for row in still), default=None),
        stop_ordinal=still[0].ordinal if all(row.own for row in stops) and still else len(pure),
    )


def changes(clocks: Sequence[Clock], ladders: Ladders, calendar: Calendar) -> list[Change]:
    """What each of ``clocks`` would show by ``calendar`` with the stops on record; equal budgets are counted once.

    Raises UnknownYearError where the calendar does not reach.
    """
    stops = stops_of(clock.pk for clock in clocks)
    known: dict[tuple[str, int | None, Budget], Moments] = {}
    found = []
    for clock in clocks:
        budget = budget_of(clock, stops.get(clock.pk, ()))
        key = (clock.kind, clock.department_id, budget)
        if key not in known:
            known[key] = moments_of(budget, ladders.of(clock.kind, clock.department_id), calendar)
        found.append(Change(clock, known[key]))
    return found


def apply(
    found: Sequence[Change],
    *,
    calendar: Calendar,
    user_id: int | None,
    reason: str = "",
    cause: str = "",
    on_record: bool = True,
) -> None:
    """Write the new dates in one statement, with a ledger entry for each clock whose dates move or
    become provisional or certain.

    ``reason`` is what a person wrote and people read; ``cause`` is a word for machines. An act that
    puts itself on record, dates included, says ``on_record=False``.
    """
    if not found:
        return
    parameters = {
        "rows": json.dumps([_row(change) for change in found], default=str),
        "actor": user_id,
        "at": now(),
        "reason": reason,
        "cause": cause,
        "on_record": on_record,
        "version": calendar.version,
    }
    with connection.cursor() as cursor:
        cursor.execute(APPLY, parameters)


def _row(change: Change) -> dict[str, Any]:
    clock, news = change.clock, change.news
    done = clock.rungs_fired
    fired = clock.rung_codes[:done]
    ahead = [(code, moment) for code, moment in zip(news.rung_codes, news.rung_at, strict=True) if code not in fired]
    return {
        "id": clock.pk,
        "moved": change.moved or change.flipped,
        "warn_at": news.warn_at,
        "due_at": news.due_at,
        "lawful_due_at": news.lawful_due_at,
        "stopped_at": news.stopped_at,
        "resumes_at": news.resumes_at,
        "extended": clock.extended,
        "rung_codes": [*fired, *(code for code, _moment in ahead)],
        "rung_at": [*clock.rung_at[:done], *(moment for _code, moment in ahead)],
        "next_rung_at": ahead[0][1] if ahead else None,
        "provisional": news.provisional,
    }
