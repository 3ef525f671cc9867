"""``make run``: prepares the hall, opens it, keeps its processes alive, and closes it again."""

import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType
from typing import IO

from portal import children
from portal.children import HOST, STOP_SECONDS, Child
from portal.embedded import EmbeddedError, acquire
from portal.embedded.state import State, port_is_free
from portal.paths import ACCOUNTS_FILE, BASE_DIR, var_dir


class Stop(BaseException):
    """Ctrl-C or SIGTERM; not an Exception, so that nothing on the way swallows it."""


class RefusedError(Exception):
    """The hall cannot open; the message is one line."""


def say(line: str) -> None:
    print(line, flush=True)


class Supervisor:
    """The life of one ``make run``."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.state = State(var_dir())
        self.children: list[Child] = []
        self._closing = self.state.run / "closing"
        self._noted = self.state.run / "children.json"
        self._lock: IO[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/"

    def run(self) -> None:
        """Until Stop is raised by a signal. Raises RefusedError where the hall cannot open."""
        self._take_lock()
        children.end_noted(self._noted)
        if not port_is_free(self.port):
            raise RefusedError(
                f"Port {self.port} is taken by another program: choose another, as in HALL_PORT=8001 make run"
            )
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
                if not self._closing.exists():
                    raise RefusedError(f"The hall is already open with the state folder {self.state.var}.") from None
                if waited == 0:
                    say("==> Waiting for the former make run to close …")
                time.sleep(1)
            else:
                self._closing.unlink(missing_ok=True)
                return
        raise RefusedError("The former make run does not close.")

    def _prepare(self) -> None:
        preparing = subprocess.Popen(
            [sys.executable, "-m", "portal.prepare"],
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=children.die_with_parent,
        )
        try:
            code = preparing.wait()
        except Stop:
            # Its steps are transactions or can be repeated.
            preparing.kill()
            preparing.wait()
            raise
        if code != 0:
            raise RefusedError("The hall could not be prepared; see the lines above.")

    def _open(self) -> None:
        self.children = children.commands(self.port)
        for child in self.children:
            child.start()
        children.note(self.children, self._noted)
        self._wait_for_web(self.children[0])
        accounts = (self.state.run / ACCOUNTS_FILE).read_text().rstrip()
        say(f"\nThe hall is open at {self.address}")
        if accounts:
            say(accounts)
        say("Ctrl-C closes it.\n")

    def _wait_for_web(self, web: Child, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        # No proxy of the environment between us and our own loopback address.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < deadline and web.running:
            try:
                with opener.open(f"{self.address}healthz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RefusedError(f"The web server did not start on port {self.port}; see the lines above.")

    def _watch(self) -> None:
        while True:
            time.sleep(1)
            for child in self.children:
                if not child.running:
                    say(f"==> {child.name} ended by itself; starting it again")
                    child.restart()
                    children.note(self.children, self._noted)

    def _close(self) -> None:
        """End every process; a second Ctrl-C ends them without waiting."""
        self._closing.touch()
        if any(child.running for child in self.children):
            say("==> Closing …")
        try:
            children.stop(self.children)
        except Stop:
            children.kill(self.children)
        self._noted.unlink(missing_ok=True)


def _on_signal(number: int, frame: FrameType | None) -> None:
    raise Stop


def _port() -> int:
    text = os.environ.get("HALL_PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise RefusedError(f"HALL_PORT must be a port number from 1 to 65535, not {text}.")
    return int(text)


def main() -> int:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 with one line where the hall cannot open."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    # Said on every start as root; the worker unpickles nothing, which is what the warning is about.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser privileges")
    # make execs us, so make is the parent: killing it closes the hall too.
    if "--with-parent" in sys.argv[1:]:
        children.die_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _on_signal)
    # Under nohup the end of the terminal is not the end of the hall.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _on_signal)
    try:
        Supervisor(_port()).run()
    except (RefusedError, EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    except Stop:
        say("==> The hall is closed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
