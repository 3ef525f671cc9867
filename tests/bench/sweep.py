"""The sweep over many open clocks of which 10,000 are due, beside one hand-written statement."""

import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection

from accounts.models import Department, Post, Role, User
from common.time import now, today
from deadlines import sweep
from deadlines.models import Clock, SweepState

# With ten times as many open it must cost no more: what is due counts, not what is open.
SIZES = (100_000, 1_000_000)
DUE = 10_000
SUBJECT = "bench.sweep"
PREFIX = "bench-sweep"

INSERT_CLOCKS = """
INSERT INTO deadlines_clock (
    id, kind, subject_type, subject_id, title, link, department_id, role, handler_id, unit, promised,
    lawful, warn, extended, extension_cap, extension_rank, expires, starts_at, warn_at, due_at, lawful_due_at,
    rung_codes, rung_at, rungs_fired, next_rung_at, provisional, calendar_version, outcome, alarm)
SELECT gen_random_uuid(), 'step', %(subject)s, %(first)s + n, '建设工程规划许可 ' || n, '/cases/' || n || '/',
       %(department)s, 'reviewer', (%(handlers)s::bigint[])[1 + n %% 50], 'workday', 10, 20, 1,
       0, 0, '', false, w.warn - interval '10 days', w.warn, w.warn + interval '2 days', w.warn + interval '14 days',
       ARRAY['warn', 'overdue', 'escalate_head', 'escalate_director'],
       ARRAY[w.warn, w.warn + interval '2 days', w.warn + interval '3 days', w.warn + interval '5 days'],
       0, w.warn, false, (SELECT coalesce(max(id), 0) FROM deadlines_calendarrevision), '', ''
FROM generate_series(1, %(count)s) AS n, (VALUES (%(warn)s::timestamptz)) AS w (warn)
"""

# What somebody would write by hand for just this case: the same rows in the same tables.
FLOOR = """
WITH due AS (
    UPDATE deadlines_clock SET rungs_fired = 1, next_rung_at = rung_at[2]
    WHERE finished_at IS NULL AND next_rung_at <= %(at)s
    RETURNING id, kind, subject_type, subject_id, title, link, handler_id, due_at, rung_at[1] AS moment
), fired AS (
    INSERT INTO deadlines_firedrung (clock_id, code, due_at, fired_at)
    SELECT id, 'warn', moment, %(at)s FROM due
), on_record AS (
    INSERT INTO ledger_entry (subject_type, subject_id, seq, on_behalf_of, act, at, data, prev_hash, hash)
    SELECT subject_type, subject_id, 0, '', 'clock.warn', %(at)s,
           jsonb_build_object('clock', id, 'kind', kind, 'title', title, 'due_at', due_at, 'rung_at', moment), '', ''
    FROM due
)
INSERT INTO notifications_message (recipient_id, channel, template, params, link, dedupe_key, status,
                                   attempts, next_try_at, sent_at, error, created_at)
SELECT handler_id, c.channel, 'clock.warn',
       jsonb_build_object('title', title, 'due', to_char(due_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD'),
                          'handler', 'x'),
       link, 'rung:' || id || ':warn:' || handler_id || ':' || c.channel,
       c.status, 0, CASE c.status WHEN 'pending' THEN %(at)s END, CASE c.status WHEN 'sent' THEN %(at)s END, '', %(at)s
FROM due, (VALUES ('inapp', 'sent'), ('email', 'pending')) c (channel, status)
"""

ANYTHING_DUE = "SELECT 1 FROM deadlines_clock WHERE finished_at IS NULL AND next_rung_at <= now() LIMIT 1"


class Hall:
    """Rows of this measurement: made in the current database, cleared away at the end."""

    def __init__(self) -> None:
        self.first = 0
        self.open_clocks = 0
        self.department = Department.objects.create(code=PREFIX, name="测试", name_en="Bench")
        users = [User(username=f"{PREFIX}-{n}", email=f"{n}@example.com", password="!") for n in range(50)]
        self.handlers = [user.pk for user in User.objects.bulk_create(users)]
        Post.objects.create(user_id=self.handlers[0], department=self.department, role=Role.REVIEWER, starts_on=today())

    def add_clocks(self, count: int, *, due: bool) -> None:
        offset = timedelta(minutes=-1) if due else timedelta(days=30)
        with connection.cursor() as cursor:
            cursor.execute(
                INSERT_CLOCKS,
                {
                    "subject": SUBJECT,
                    "first": self.first,
                    "count": count,
                    "department": self.department.pk,
                    "handlers": self.handlers,
                    "warn": now() + offset,
                },
            )
            self.first += count
            self.open_clocks += 0 if due else count
            # The planner would otherwise know nothing of rows that were made a moment ago.
            cursor.execute("ANALYZE deadlines_clock")

    def clear_fired(self) -> None:
        """Take away what a measurement made, so that the next one begins like the first."""
        with connection.cursor() as cursor:
            mine = "SELECT id FROM deadlines_clock WHERE subject_type = %s AND rungs_fired > 0"
            cursor.execute("DELETE FROM notifications_message WHERE recipient_id = ANY(%s)", [self.handlers])
            cursor.execute(f"DELETE FROM deadlines_firedrung WHERE clock_id IN ({mine})", [SUBJECT])
            cursor.execute("DELETE FROM deadlines_clock WHERE subject_type = %s AND rungs_fired > 0", [SUBJECT])
            for table in ("ledger_entry", "ledger_head"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_refuse")
                cursor.execute(f"DELETE FROM {table} WHERE subject_type = %s", [SUBJECT])
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_refuse")
            for table in (
                "deadlines_clock",
                "deadlines_firedrung",
                "ledger_entry",
                "ledger_head",
                "notifications_message",
            ):
                cursor.execute(f"VACUUM {table}")

    def clear(self) -> None:
        self.clear_fired()
        Clock.objects.filter(subject_type=SUBJECT).delete()
        Post.objects.filter(user_id__in=self.handlers).delete()
        User.objects.filter(pk__in=self.handlers).delete()
        self.department.delete()


def _milliseconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _by_hand() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, {"at": now()})


def _ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ANYTHING_DUE)
        cursor.fetchone()


def _row(name: str, ours: list[float], floor: list[float]) -> dict[str, Any]:
    ours_ms, floor_ms = median(ours), median(floor)
    return {
        "name": name,
        "ours_ms": round(ours_ms, 2),
        "floor_ms": round(floor_ms, 2),
        "ratio": round(ours_ms / floor_ms, 2),
    }


def run(rounds: int, sizes: tuple[int, ...] = SIZES, due: int = DUE) -> list[dict[str, Any]]:
    """Medians of ``rounds`` in the current database, outside any transaction; leaves it as it was.

    The floor of the idle sweep is its one look at the partial index.
    """
    state = SweepState.objects.first()
    hall = Hall()
    rows = []
    try:
        for size in sizes:
            rows += _measure(hall, rounds, size, due)
    finally:
        hall.clear()
        SweepState.objects.all().delete()
        if state:
            state.save(force_insert=True)
    return rows


def _measure(hall: Hall, rounds: int, size: int, due: int) -> list[dict[str, Any]]:
    figures: dict[str, list[float]] = {"ours": [], "floor": [], "idle": [], "look": []}
    hall.add_clocks(size - due - hall.open_clocks, due=False)
    sweep.run()
    for number in range(rounds):
        figures["idle"].append(_milliseconds(sweep.run))
        figures["look"].append(_milliseconds(_ask))
        # Taking turns in going first: the second finds warmer pages.
        turns = [("ours", sweep.run), ("floor", _by_hand)]
        for name, work in turns if number % 2 else reversed(turns):
            hall.add_clocks(due, due=True)
            figures[name].append(_milliseconds(work))
            hall.clear_fired()
    return [
        _row(f"sweep: {due:,} due of {size:,} open", figures["ours"], figures["floor"]),
        _row(f"sweep: nothing due of {size:,} open", figures["idle"], figures["look"]),
    ]
