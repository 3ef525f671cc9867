"""``make run`` as a person at the terminal meets it."""

import re
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from portal.embedded.state import State, choose_port
from portal.embedded.valkey import Valkey
from tests.fixtures_processes import wait_until
from tests.hall_process import Hall

pytestmark = pytest.mark.slow


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
        wanted = ("gunicorn", "worker@", "maker@", "beat", "postgres", "valkey")
        assert [name for name in wanted if name not in running] == []
        assert hall.signal(signal.SIGINT) == 0
        assert hall.processes() == []
        assert "The hall is closed." in hall.said()


def test_slow_work_that_waits_does_not_keep_the_hall_from_being_ready(state_folder: Path, port: int) -> None:
    with opened(state_folder, port) as hall:
        hall.wait_until_open()
        assert hall.process is not None
        maker = next(one for one in psutil.Process(hall.process.pid).children() if "--queues=slow" in one.cmdline())
        for process in [maker, *maker.children(recursive=True)]:
            process.suspend()
        # What the first life of this state folder said of itself is of no worth.
        hall.python("from portal.health import *; broker_client().delete(HEARTBEAT_KEY, SWEEP_KEY)")
        try:
            wait_until(ready(hall), seconds=60, what="/readyz to be 200 with the maker asleep")
        finally:
            for process in [maker, *maker.children(recursive=True)]:
                process.resume()


def test_killed_hall_leaves_nothing_running_and_opens_again_with_its_data(state_folder: Path, port: int) -> None:
    with opened(state_folder, port) as hall:
        hall.wait_until_open()
        hall.sql("CREATE TABLE kept AS SELECT 7 AS number")
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
