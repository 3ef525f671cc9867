"""The real worker and beat that other tests lean on."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from common.time import now, today
from tests.clock import HallClock
from tests.fixtures_processes import HallProcess, wait_until

pytestmark = pytest.mark.slow


def test_worker_and_beat_make_the_hall_ready(
    celery_worker_process: HallProcess, celery_beat_process: HallProcess, client: Client
) -> None:
    wait_until(lambda: client.get("/readyz").status_code == 200, seconds=30, what="/readyz to be 200")
    celery_worker_process.kill()
    celery_worker_process.start()


def test_clock_moves_for_rules_and_goes_on_running(hall_clock: HallClock) -> None:
    hall_clock.set(datetime(2025, 1, 24, 23, 59))  # noqa: DTZ001 (naive means the hall's time zone)
    assert str(today()) == "2025-01-24"
    first = now()
    hall_clock.travel(days=7)
    assert (now() - first).days == 7
    assert now() > hall_clock.travel(minutes=-1)
    hall_clock.reset()
    assert abs((now() - timezone.now()).total_seconds()) < 5
