"""Fixtures for all tests: database, clock, real worker and beat, browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from tests import clock

pytest_plugins = ["tests.fixtures_browser", "tests.fixtures_processes"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Workers of one run share the cluster and have one test database each."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let TransactionTestCase empty the ledger, which otherwise refuses TRUNCATE."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE \"{connection.settings_dict['NAME']}\" SET hall.allow_truncate = 'on'")
        # The setting is read when a session begins.
        connection.close()


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Uploads of a test go to a folder of its own run."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"


@pytest.fixture(autouse=True)
def _hall_language() -> Iterator[None]:
    """A page asked for in English leaves its thread in English; the next test begins in Chinese."""
    yield
    translation.deactivate()


@pytest.fixture
def hall_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> clock.HallClock:
    """Move the hall's clock: ``hall_clock.travel(days=8)``, ``hall_clock.set(datetime(2025, 1, 24, 9))``.

    Ask for it before ``celery_worker_process``, so that the worker reads the same file.
    """
    path = tmp_path / "clock-offset"
    monkeypatch.setenv(clock.FILE_VARIABLE, str(path))
    return clock.HallClock(path)


@pytest.fixture
def empty_cache(db: None) -> Iterator[None]:
    """Counters of throttles and rate limits start at nothing."""
    cache.clear()
    yield
    cache.clear()
