"""Counting 100,000 open clocks again after a change of the calendar, beside one statement that knows all new dates."""

import json
import time
from datetime import date, timedelta
from statistics import median
from typing import Any

import psutil
from django.db import connection

from common.time import now
from deadlines import calendars, recount, redate
from deadlines.models import CalendarOverride, Clock
from deadlines.rungs import ladders
from tests.bench.sweep import Hall

OPEN = 100_000
# Clocks of one hall begin on different days and have different limits: so many kinds of budget.
BUDGETS = 500

# The same table filled in beforehand, so that the floor pays for writing alone.
PREPARE = """
CREATE TEMPORARY TABLE bench_news AS
SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS n (
    id uuid, warn_at timestamptz, due_at timestamptz, lawful_due_at timestamptz,
    rung_at timestamptz[], next_rung_at timestamptz)
"""
FLOOR = """
WITH on_record AS (
    INSERT INTO ledger_entry (subject_type, subject_id, seq, on_behalf_of, act, at, data, prev_hash, hash)
    SELECT c.subject_type, c.subject_id, 0, '', 'clock.redated', %(at)s,
           jsonb_build_object('clock', c.id, 'kind', c.kind, 'title', c.title, 'due_from', c.due_at,
                              'due_to', n.due_at, 'lawful_due_to', n.lawful_due_at, 'provisional', c.provisional,
                              'reason', 'bench'), '', ''
    FROM bench_news n JOIN deadlines_clock c ON c.id = n.id
)
UPDATE deadlines_clock c SET
    warn_at = n.warn_at, due_at = n.due_at, lawful_due_at = n.lawful_due_at, rung_at = n.rung_at,
    next_rung_at = n.next_rung_at, calendar_version = %(version)s
FROM bench_news n WHERE c.id = n.id
"""
# Clocks that the other measurements left open are among them: no lawful limit may be below the promised one.
SPREAD = """
UPDATE deadlines_clock SET starts_at = starts_at - (subject_id %% %(budgets)s) * interval '3 hours',
    promised = 5 + subject_id %% 4, lawful = GREATEST(lawful, 5 + subject_id %% 4)
"""


def run(rounds: int, open_clocks: int = OPEN) -> list[dict[str, Any]]:
    """Medians of ``rounds``; each round closes another day, so that every clock is counted and most move."""
    hall = Hall()
    ours, floor, gained = [], [], 0.0
    try:
        hall.add_clocks(open_clocks, due=False)
        with connection.cursor() as cursor:
            cursor.execute(SPREAD, {"budgets": BUDGETS})
        redate.revise(reason="bench", user_id=None)
        redate.catch_up()
        for number in range(rounds):
            _close(2 * number)
            took, peak = _ours()
            ours.append(took)
            # Later rounds find the memory that the floor's preparation has left behind: the first one tells.
            gained = gained or peak
            _close(2 * number + 1)
            floor.append(_by_hand())
    finally:
        CalendarOverride.objects.filter(source="bench").delete()
        calendars.invalidate()
        hall.clear()
    name = f"re-date {open_clocks:,} open clocks (memory +{gained:.0f} MB)"
    return [{"name": name, "ours_ms": round(median(ours)), "floor_ms": round(median(floor))}]


def _close(number: int) -> None:
    """A working day in the middle of all limits becomes a day off."""
    calendar = calendars.load()
    day = calendar.add(date.today() + timedelta(days=31), number + 1)  # noqa: DTZ011
    CalendarOverride.objects.create(date=day, is_workday=False, name="bench", source="bench", created_at=now())
    redate.revise(reason="bench", user_id=None)
    calendars.invalidate()


def _ours() -> tuple[float, float]:
    """Milliseconds, and megabytes of memory that the process gained at most."""
    process = psutil.Process()
    before = process.memory_info().rss
    peak = before

    def look(_counted: int) -> None:
        nonlocal peak
        peak = max(peak, process.memory_info().rss)

    began = time.perf_counter()
    redate.catch_up(progress=look)
    return (time.perf_counter() - began) * 1000, (peak - before) / 1e6


def _by_hand() -> float:
    """The floor writes what ours will write, and is rolled back by counting from the old version again."""
    calendar, steps = calendars.load(), ladders()
    rows: list[dict[str, Any]] = []
    clocks = Clock.objects.open().order_by("pk")
    for start in range(0, clocks.count(), 5000):
        batch = list(clocks[start : start + 5000])
        rows += [recount._row(change) for change in recount.changes(batch, steps, calendar)]
    with connection.cursor() as cursor:
        cursor.execute(PREPARE, {"rows": json.dumps(rows, default=str)})
        cursor.execute("ANALYZE bench_news")
        cursor.execute("BEGIN")
        began = time.perf_counter()
        cursor.execute(FLOOR, {"at": now(), "version": calendar.version})
        took = (time.perf_counter() - began) * 1000
        cursor.execute("ROLLBACK")
        cursor.execute("DROP TABLE bench_news")
        cursor.execute("VACUUM deadlines_clock")
    return took
