"""Real Celery worker and beat as processes of their own, on the test database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from celery import Celery, current_app
from django.conf import settings
from django.db import connection

from portal import queues
from portal.paths import BASE_DIR


def wait_until(condition: Callable[[], object], *, seconds: float = 20, what: str = "the condition") -> None:
    """Ask again every 50 ms until ``condition`` is true; fails the test after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s for {what}")
        time.sleep(0.05)


def broker() -> "redis.Redis":
    """A client of the tests' own broker database."""
    return redis.Redis.from_url(settings.CELERY_BROKER_URL, decode_responses=True)


class HallProcess:
    """A worker or beat that a test may stop, kill and start again."""

    def __init__(self, arguments: list[str], log: Path, ready: str) -> None:
        self.arguments = arguments
        self.log = log
        self.ready = ready
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it says that it is ready."""
        self.log.write_bytes(b"")
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "HALL_TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "PYTHONWARNINGS": "default",
        }
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "portal.celery:app", *self.arguments],
                cwd=BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_until(self._is_ready, seconds=40, what=f"{self.arguments[0]} to start; see {self.log}")

    def _is_ready(self) -> bool:
        text = self.log.read_text(errors="replace")
        if self.process is not None and self.process.poll() is not None:
            pytest.fail(f"{self.arguments[0]} ended at its start:\n{text[-2000:]}")
        return self.ready in text

    def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that does not go."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """SIGKILL to it and to its children, as the kernel does when memory runs out."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, 9)
            self.process.wait(15)
        self.process = None


@contextmanager
def _running(process: HallProcess) -> Iterator[HallProcess]:
    try:
        process.start()
        yield process
    finally:
        process.stop()


@pytest.fixture
def broken_broker() -> Iterator[None]:
    """Nothing listens where the tasks are sent. An app of its own: kombu keeps pools of connections."""
    good = current_app._get_current_object()
    broken = Celery("broken", broker="redis://127.0.0.1:1/0", set_as_current=False)
    broken.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    broken.set_current()
    yield
    good.set_current()
    broken.close()


@pytest.fixture
def empty_broker() -> Iterator[None]:
    """The tests' broker database holds nothing before and after."""
    with broker() as client:
        client.flushdb()
        yield
        client.flushdb()


@pytest.fixture
def celery_worker_process(transactional_db: None, empty_broker: None, tmp_path: Path) -> Iterator[HallProcess]:
    """A real worker of both queues. Ask for ``hall_clock`` first where the test moves the clock."""
    both = f"--queues={queues.HALL},{queues.SLOW}"
    arguments = ["worker", both, "--loglevel=INFO", "--concurrency=1", "--without-gossip", "--without-mingle"]
    with _running(HallProcess(arguments, tmp_path / "worker.log", ready=" ready.")) as process:
        yield process


@pytest.fixture
def celery_beat_process(transactional_db: None, empty_broker: None, tmp_path: Path) -> Iterator[HallProcess]:
    """A real beat with the real schedule; every entry is due at once, since its file is new."""
    schedule = tmp_path / "beat-schedule"
    arguments = ["beat", "--loglevel=INFO", f"--schedule={schedule}", "--pidfile="]
    with _running(HallProcess(arguments, tmp_path / "beat.log", ready="beat: Starting")) as process:
        yield process
