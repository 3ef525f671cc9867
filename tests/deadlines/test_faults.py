"""The real worker and the real beat, with a clock that is moved: every rung once, whatever dies."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Role
from common.time import now
from deadlines.models import Clock, FiredRung, SweepState
from ledger.selectors import first_break, timeline
from notifications.models import Message
from portal.celery import app
from tests.clock import HallClock
from tests.deadlines.conftest import Office
from tests.factories.deadlines import make_clock
from tests.fixtures_processes import HallProcess, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

RUNGS = ["warn", "overdue", "escalate_head", "escalate_director"]
# Monday morning; five working days later is Monday 2025-03-10.
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def clock(hall_clock: HallClock, committed_office: Office) -> Clock:
    hall_clock.set(START)
    return make_clock(department=committed_office.department, role=Role.REVIEWER, promised=5, lawful=20)


def codes(clock: Clock) -> list[str]:
    return list(FiredRung.objects.filter(clock=clock).order_by("id").values_list("code", flat=True))


def sweep_now() -> None:
    """Ask the worker for a sweep, as beat does each minute, and wait for its sign of life."""
    before = SweepState.objects.values_list("last_run_at", flat=True).first()
    app.send_task("deadlines.sweep")
    wait_until(
        lambda: SweepState.objects.values_list("last_run_at", flat=True).first() != before, what="the sweep to end"
    )


def assert_told_once(clock: Clock, office: Office) -> None:
    inapp = Message.objects.filter(channel="inapp").order_by("id")
    assert list(inapp.values_list("template", "recipient__username")) == [
        ("clock.warn", "reviewer"),
        ("clock.overdue", "reviewer"),
        ("clock.escalate_head", "head"),
        ("clock.escalate_director", "director"),
    ]
    assert [entry.act for entry in timeline(clock.subject)] == [f"clock.{code}" for code in RUNGS]
    assert first_break() is None


def test_a_duty_left_alone_climbs_every_rung_once(
    clock: Clock,
    committed_office: Office,
    hall_clock: HallClock,
    celery_worker_process: HallProcess,
    celery_beat_process: HallProcess,
) -> None:
    # Beat's first round comes at once; the rounds that follow are a minute apart, so the test asks for them.
    wait_until(SweepState.objects.exists, what="beat's first sweep")
    assert codes(clock) == []
    for days, code in ((4, "warn"), (8, "overdue"), (9, "escalate_head"), (11, "escalate_director")):
        hall_clock.set(START + timedelta(days=days))
        sweep_now()
        sweep_now()
        assert codes(clock)[-1] == code
    assert codes(clock) == RUNGS
    assert_told_once(clock, committed_office)
    wait_until(
        lambda: not Message.objects.filter(status="pending").exists(), what="the mails that the sweep had enqueued"
    )


def test_after_a_week_without_worker_every_missed_rung_fires_once_and_in_order(
    clock: Clock, committed_office: Office, hall_clock: HallClock, celery_worker_process: HallProcess
) -> None:
    sweep_now()
    celery_worker_process.kill()
    hall_clock.travel(days=14)
    clock.refresh_from_db()
    # Nobody has done anything, and still the light is right.
    assert (clock.light(), codes(clock)) == ("red", [])
    # What beat sent meanwhile waits at the broker: many sweeps come at once.
    for _number in range(5):
        app.send_task("deadlines.sweep")
    celery_worker_process.start()
    wait_until(lambda: len(codes(clock)) == len(RUNGS), what="the missed rungs")
    sweep_now()
    assert codes(clock) == RUNGS
    assert_told_once(clock, committed_office)


def test_a_worker_killed_in_the_middle_of_its_work_loses_and_doubles_nothing(
    committed_office: Office, hall_clock: HallClock, celery_worker_process: HallProcess
) -> None:
    hall_clock.set(START)
    clocks = [
        make_clock(department=committed_office.department, role=Role.REVIEWER, promised=5, lawful=None)
        for _number in range(300)
    ]
    hall_clock.travel(days=14)
    app.send_task("deadlines.sweep")
    celery_worker_process.kill()
    celery_worker_process.start()
    sweep_now()
    wait_until(lambda: FiredRung.objects.count() == 4 * len(clocks), what="every rung")
    assert Message.objects.filter(channel="inapp").count() == 4 * len(clocks)
    assert first_break() is None


def test_the_sweep_says_when_it_was_there(clock: Clock, celery_worker_process: HallProcess) -> None:
    sweep_now()
    state = SweepState.objects.get()
    assert abs(state.last_run_at - now()) < timedelta(seconds=30)
    assert state.error == ""
