"""``make run``: prepares the hall, opens it, keeps its processes alive, and closes it again."""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType
from typing import IO

import psutil

from portal.embedded import EmbeddedError, acquire
from portal.embedded.state import State, port_is_free, write_private
from portal.paths import ACCOUNTS_FILE, BASE_DIR, var_dir

HOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1
STOP_SECONDS = 12
LONGEST_PAUSE = 30.0

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Stop(BaseException):
    """Ctrl-C or SIGTERM; not an Exception, so that nothing on the way swallows it."""


class Refused(Exception):
    """The hall cannot open; the message is one line."""


def say(line: str) -> None:
    print(line, flush=True)


def die_with_parent() -> None:
    """Ask the kernel for a SIGTERM when the parent ends, however it ends (Linux only)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One process of the hall, started again when it ends by itself."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        self.name = name
        self.arguments = arguments
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = 0.5
        self.started_at = 0.0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            # A session of its own: Ctrl-C reaches the supervisor alone, which then stops the others in order.
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 (no threads here)
        )

    def restart_if_ended(self) -> bool:
        """Start it again after a pause that doubles while it keeps ending at once; whether it had ended."""
        if self.process is None or self.process.poll() is None:
            return False
        self.pause = 0.5 if time.monotonic() - self.started_at > 60 else min(self.pause * 2, LONGEST_PAUSE)
        say(f"==> {self.name} ended with {self.process.returncode}; starting it again in {self.pause:.0f} s")
        time.sleep(self.pause)
        self.start()
        return True


def commands(port: int) -> list[Child]:
    """Web server, worker and beat, with the numbers that suit one small machine."""
    workers = os.environ.get("WEB_CONCURRENCY", "2")
    web = ["gunicorn", "portal.wsgi:application", f"--bind={HOST}:{port}", "--worker-class=gthread"]
    web += [f"--workers={workers}", "--threads=4", "--timeout=120", "--graceful-timeout=5", "--log-level=warning"]
    worker = ["celery", "-A", "portal.celery:app", "-q", "worker", "--without-gossip", "--without-mingle"]
    beat = ["celery", "-A", "portal.celery:app", "-q", "beat", "--pidfile="]
    return [Child("web", web), Child("worker", worker), Child("beat", beat)]


class Supervisor:
    """The life of one ``make run``."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.state = State(var_dir())
        self.children: list[Child] = []
        self._lock: IO[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/"

    def run(self) -> None:
        """Until Stop is raised by a signal. Raises Refused where the hall cannot open."""
        self._take_lock()
        self._end_leftovers()
        if not port_is_free(self.port):
            raise Refused(f"Port {self.port} is taken by another program: choose another, as in HALL_PORT=8001 make run")
        with acquire(say=lambda line: say(f"==> {line}")):
            try:
                self._prepare()
                self._open()
                self._watch()
            finally:
                self._close()

    def _take_lock(self) -> None:
        """Only one ``make run`` on a state folder; one that is just closing is waited for."""
        self._lock = self.state.open_lock("supervisor.lock")
        for waited in range(STOP_SECONDS * 2):
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not (self.state.run / "closing").exists():
                    raise Refused(f"The hall is already open with the state folder {self.state.var}.") from None
                if waited == 0:
                    say("==> Waiting for the former make run to close …")
                time.sleep(1)
            else:
                (self.state.run / "closing").unlink(missing_ok=True)
                return
        raise Refused("The former make run does not close.")

    def _end_leftovers(self) -> None:
        """End what a supervisor that was killed could not end; known by number and time of birth."""
        path = self.state.run / "children.json"
        if not path.exists():
            return
        left = []
        for pid, born in json.loads(path.read_text()):
            try:
                process = psutil.Process(pid)
                if abs(process.create_time() - born) < 1:
                    left += [process, *process.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
        for process in left:
            _quietly(process.terminate)
        _gone, alive = psutil.wait_procs(left, timeout=STOP_SECONDS)
        for process in alive:
            _quietly(process.kill)
        path.unlink()

    def _prepare(self) -> None:
        done = subprocess.run([sys.executable, "-m", "portal.prepare"], cwd=BASE_DIR, check=False, preexec_fn=die_with_parent)  # noqa: PLW1509
        if done.returncode != 0:
            raise Refused("The hall could not be prepared; see the lines above.")

    def _open(self) -> None:
        self.children = commands(self.port)
        for child in self.children:
            child.start()
        self._note_children()
        self._wait_for_web()
        accounts = (self.state.run / ACCOUNTS_FILE).read_text().rstrip()
        say(f"\nThe hall is open at {self.address}")
        if accounts:
            say(accounts)
        say("Ctrl-C closes it.\n")

    def _note_children(self) -> None:
        """Leave word of our processes for the next start, should we be killed."""
        running = [psutil.Process(child.process.pid) for child in self.children if child.process]
        write_private(self.state.run / "children.json", json.dumps([(one.pid, one.create_time()) for one in running]))

    def _wait_for_web(self, seconds: float = 60) -> None:
        web = self.children[0].process
        deadline = time.monotonic() + seconds
        # No proxy of the environment between us and our own loopback address.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < deadline and web is not None and web.poll() is None:
            try:
                with opener.open(f"{self.address}healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise Refused(f"The web server did not start on port {self.port}; see the lines above.")

    def _watch(self) -> None:
        while True:
            time.sleep(1)
            if any([child.restart_if_ended() for child in self.children]):
                self._note_children()

    def _close(self) -> None:
        """SIGTERM to all, SIGKILL to whoever is still there after a while (or at a second Ctrl-C)."""
        write_private(self.state.run / "closing", "")
        running = [child for child in self.children if child.process and child.process.poll() is None]
        families = [psutil.Process(child.process.pid).children(recursive=True) for child in running if child.process]
        for child in running:
            say(f"==> Stopping {child.name}")
            if child.process:
                _quietly(child.process.terminate)
        deadline = time.monotonic() + STOP_SECONDS
        try:
            for child in running:
                if child.process:
                    child.process.wait(max(0.1, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, Stop):
            for child in running:
                if child.process:
                    _quietly(child.process.kill)
                    child.process.wait()
        for process in (process for family in families for process in family):
            _quietly(process.kill)
        (self.state.run / "children.json").unlink(missing_ok=True)


def _quietly(act: Callable[[], object]) -> None:
    """Do ``act`` to a process that may have ended in the meantime."""
    try:
        act()
    except (psutil.NoSuchProcess, ProcessLookupError):
        return


def _on_signal(number: int, frame: FrameType | None) -> None:
    raise Stop


def _port() -> int:
    text = os.environ.get("HALL_PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Refused(f"HALL_PORT must be a port number from 1 to 65535, not {text}.")
    return int(text)


def main() -> int:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 with one line where the hall cannot open."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    # Said on every start as root; the worker unpickles nothing, which is what the warning is about.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser privileges")
    # make execs us, so make is the parent: killing it closes the hall too.
    if "--with-parent" in sys.argv[1:]:
        die_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _on_signal)
    # Under nohup the end of the terminal is not the end of the hall.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _on_signal)
    try:
        Supervisor(_port()).run()
    except (Refused, EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    except Stop:
        say("==> The hall is closed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
