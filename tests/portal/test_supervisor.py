"""``make run`` as a person at the terminal meets it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from portal.embedded.postgres import Postgres
from portal.embedded.state import State, choose_port
from portal.embedded.valkey import Valkey
from portal.paths import BASE_DIR
from tests.fixtures_processes import wait_until

pytestmark = pytest.mark.slow


class Hall:
    """One ``make run`` on a state folder and port of its own, without the sample."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        self.log = var.parent / "make-run.log"

    def start(self) -> None:
        # The servers under test are its own, and a person's settings are local ones.
        given = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PYTHONWARNINGS"}
        environment = {name: value for name, value in os.environ.items() if name not in given}
        environment |= {"HALL_VAR": str(self.var), "HALL_PORT": str(self.port), "HALL_SAMPLE": "no"}
        environment |= {"WEB_CONCURRENCY": "1", "CELERY_CONCURRENCY": "1"}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.supervisor"],
                cwd=BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_open(self) -> None:
        def is_open() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.said()
            return f"The hall is open at http://127.0.0.1:{self.port}/" in self.said()

        wait_until(is_open, seconds=90, what=f"the hall to open: {self.log}")

    def signal(self, number: int) -> int:
        """Send a signal to the supervisor alone and wait for its exit code."""
        assert self.process is not None
        os.kill(self.process.pid, number)
        return self.process.wait(60)

    def processes(self) -> list[str]:
        """Command lines of all processes that have our state folder in their environment or arguments."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                words = [*process.cmdline(), *(f"{k}={v}" for k, v in process.environ().items())]
                if any(word.startswith((str(self.var), f"HALL_VAR={self.var}")) for word in words):
                    found.append(" ".join(process.cmdline()))
        return found

    def get(self, path: str) -> int:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return int(answer.status)

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        connection = psycopg2.connect(Postgres(State(self.var), print).url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()


@pytest.fixture(scope="module")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One state folder for the module, since the first start makes a database."""
    folder = tmp_path_factory.mktemp("run") / "var"
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def port(state_folder: Path) -> int:
    return choose_port(State(state_folder), "web-under-test")


@contextmanager
def opened(var: Path, port: int) -> Iterator[Hall]:
    hall = Hall(var, port)
    hall.start()
    try:
        yield hall
    finally:
        if hall.process is not None and hall.process.poll() is None:
            hall.signal(signal.SIGTERM)


def ready(hall: Hall) -> Callable[[], bool]:
    def asked() -> bool:
        try:
            return hall.get("/readyz") == 200
        except OSError:
            return False

    return asked


def test_opens_and_ctrl_c_ends_every_process(state_folder: Path, port: int) -> None:
    with opened(state_folder, port) as hall:
        hall.wait_until_open()
        assert hall.get("/healthz") == 200
        # Beat sends the heartbeat and the sweep at once, and the worker does them.
        wait_until(ready(hall), seconds=30, what="/readyz to be 200")
        running = " ".join(hall.processes())
        assert [name for name in ("gunicorn", "worker", "beat", "postgres", "valkey") if name not in running] == []
        hall.sql("CREATE TABLE kept AS SELECT 7 AS number")
        assert hall.signal(signal.SIGINT) == 0
        assert hall.processes() == []
        assert "The hall is closed." in hall.said()


def test_killed_hall_leaves_nothing_running_and_opens_again_with_its_data(state_folder: Path, port: int) -> None:
    with opened(state_folder, port) as hall:
        hall.wait_until_open()
        hall.signal(signal.SIGKILL)
    with opened(state_folder, port) as again:
        # At once, while the children of the killed one are still on their way out.
        again.wait_until_open()
        assert again.sql("SELECT number FROM kept") == [(7,)]
        again.signal(signal.SIGKILL)
        wait_until(lambda: again.processes() == [], seconds=30, what="every process to end")


def test_children_that_end_are_started_again_and_sigterm_closes(state_folder: Path, port: int) -> None:
    with opened(state_folder, port) as hall:
        hall.wait_until_open()
        assert hall.process is not None
        beat = next(one for one in psutil.Process(hall.process.pid).children() if "beat" in one.cmdline())
        beat.kill()
        wait_until(lambda: "beat ended by itself; starting it again" in hall.said(), what="beat to be missed")
        second = Hall(state_folder, port)
        second.log = state_folder.parent / "second.log"
        second.start()
        assert second.process is not None
        assert second.process.wait(30) == 1
        assert second.said() == f"The hall is already open with the state folder {state_folder}.\n"
        assert hall.signal(signal.SIGTERM) == 0
        assert hall.processes() == []


def test_busy_port_is_one_line_and_exit_code_1(state_folder: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), opened(state_folder, port) as hall:
        assert hall.process is not None
        assert hall.process.wait(30) == 1
        assert re.fullmatch(rf"Port {port} is taken by another program: .*\n", hall.said())
    assert not Valkey(State(state_folder), print).is_running()
