"""The processes of an open hall: starting, restarting, ending, and finding those of a former life."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from portal import queues
from portal.embedded.state import write_private
from portal.paths import BASE_DIR

HOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1
STOP_SECONDS = 12
LONGEST_PAUSE = 30.0
# Who lived this long before it ended did not fail at its start.
SETTLED_SECONDS = 60
# What the maker yields of the processor to web server and worker, which people wait for.
MAKER_NICENESS = 10

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Ask the kernel for a SIGTERM when the parent ends, however it ends (Linux only)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def quietly(act: Callable[[], object]) -> None:
    """Do ``act`` to a process that may have ended in the meantime."""
    try:
        act()
    except (psutil.NoSuchProcess, ProcessLookupError):
        return


class Child:
    """One process of the hall, started again when it ends by itself."""

    def __init__(self, name: str, arguments: list[str], *, niceness: int = 0) -> None:
        self.name = name
        self.arguments = arguments
        self.niceness = niceness
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = 0.5
        self.started_at = 0.0

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            # A session of its own: Ctrl-C reaches the supervisor alone, which stops the others.
            start_new_session=True,
            preexec_fn=self._begin,
        )

    def _begin(self) -> None:
        """In the new process, before its program: what it starts itself inherits the niceness."""
        die_with_parent()
        os.nice(self.niceness)

    def restart(self) -> None:
        """Start it again after a pause that doubles while it keeps ending at once."""
        settled = time.monotonic() - self.started_at > SETTLED_SECONDS
        self.pause = 0.5 if settled else min(self.pause * 2, LONGEST_PAUSE)
        time.sleep(self.pause)
        self.start()


def commands(port: int) -> list[Child]:
    """Web server, worker, maker (worker of the slow queue) and beat, with the numbers that suit one small machine."""
    workers = os.environ.get("WEB_CONCURRENCY", "2")
    web = ["gunicorn", "portal.wsgi:application", f"--bind={HOST}:{port}", "--worker-class=gthread"]
    web += [f"--workers={workers}", "--threads=4", "--timeout=120", "--graceful-timeout=5", "--log-level=warning"]
    beat = ["celery", "-A", "portal.celery:app", "-q", "beat", "--pidfile="]
    return [
        Child("web", web),
        Child("worker", _worker("worker", queues.HALL)),
        Child("maker", _worker("maker", queues.SLOW), niceness=MAKER_NICENESS),
        Child("beat", beat),
    ]


def _worker(name: str, queue: str) -> list[str]:
    """A Celery worker of one queue; the name tells the two apart on one machine."""
    program = ["celery", "-A", "portal.celery:app", "-q", "worker", f"--queues={queue}", f"--hostname={name}@%h"]
    return [*program, "--without-gossip", "--without-mingle"]


def _end(processes: Iterable[psutil.Process]) -> None:
    """SIGTERM, and SIGKILL after a while for whoever is still there."""
    wanted = list(processes)
    for process in wanted:
        quietly(process.terminate)
    _gone, alive = psutil.wait_procs(wanted, timeout=STOP_SECONDS)
    for process in alive:
        quietly(process.kill)


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def stop(children: Iterable[Child]) -> None:
    """End the children and then whatever they left; at a second Ctrl-C it is the caller's turn to kill."""
    running = [child.process for child in children if child.running and child.process]
    families = [member for process in running for member in _family(psutil.Process(process.pid))[1:]]
    for process in running:
        quietly(process.terminate)
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            quietly(process.kill)
            process.wait()
    for member in families:
        quietly(member.kill)


def kill(children: Iterable[Child]) -> None:
    """SIGKILL to the children and to theirs, at once."""
    for child in children:
        if child.process is not None:
            for member in _family(psutil.Process(child.process.pid)) if child.running else []:
                quietly(member.kill)
            child.process.wait()


def note(children: Iterable[Child], path: Path) -> None:
    """Leave word of our processes for the next start, should we be killed."""
    running = [psutil.Process(child.process.pid) for child in children if child.running and child.process]
    write_private(path, json.dumps([(one.pid, one.create_time()) for one in running]))


def end_noted(path: Path) -> None:
    """End what a supervisor that was killed could not end; known by number and time of birth."""
    if not path.exists():
        return
    left: list[psutil.Process] = []
    for pid, born in json.loads(path.read_text()):
        try:
            process = psutil.Process(pid)
            if abs(process.create_time() - born) < 1:
                left += _family(process)
        except psutil.NoSuchProcess:
            continue
    _end(left)
    path.unlink()
