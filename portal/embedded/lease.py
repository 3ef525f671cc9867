"""Who uses the embedded servers: the first starts them, the last stops them.

Every user holds a shared lock on one file for as long as it lives. The kernel gives it back
even after kill -9, so there is no count that could be wrong. Starting and stopping happen
under a second, exclusive lock.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from portal.embedded.postgres import Postgres
from portal.embedded.state import State
from portal.embedded.valkey import Valkey
from portal.paths import BASE_DIR, var_dir


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _silent(line: str) -> None:
    """For callers whose output somebody reads by program."""


def embedded_servers(state: State, say: Callable[[str], None] = _silent) -> list[Postgres | Valkey]:
    """Both servers of a state folder, whether running or not."""
    return [Postgres(state, say), Valkey(state, say)]


def stop_if_unused(state: State) -> bool:
    """Stop the servers unless somebody holds the shared lock; the caller holds ``servers.lock``."""
    with state.open_lock("in-use.lock") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        for server in embedded_servers(state):
            server.stop()
    return True


def _start_janitor(state: State) -> None:
    """Start the process that stops the servers after a user was killed before it could."""
    with state.open_lock("janitor.lock") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
    with (state.log / "janitor.log").open("ab") as log:
        # The shell leaves at once, so the janitor is nobody's child and is waited for by init.
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", sys.executable, "-m", "portal.embedded.janitor", str(state.var)],
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )


def _send_janitor_home(state: State) -> None:
    """There is nothing left to watch; a janitor that is just looking is left to find that out."""
    with state.open_lock("janitor.lock") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if (pid := handle.read()).isdigit():
                os.kill(int(pid), signal.SIGTERM)
                # Given back by the kernel when the janitor has ended.
                fcntl.flock(handle, fcntl.LOCK_EX)


class Lease:
    """The right to use the embedded servers, until ``release`` or the end of the process."""

    def __init__(self, urls: dict[str, str], state: State | None = None, handle: IO[bytes] | None = None) -> None:
        self.urls = urls
        self._state = state
        self._handle = handle

    def release(self) -> None:
        """Give the servers back; they are stopped here when nobody else uses them."""
        if self._handle is None or self._state is None:
            return
        with self._state.locked("servers.lock"):
            self._handle.close()
            self._handle = None
            if stop_if_unused(self._state):
                _send_janitor_home(self._state)

    def __enter__(self) -> "Lease":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def acquire(*, var: Path | None = None, say: Callable[[str], None] = _to_stderr, export: bool = True) -> Lease:
    """Have a database and a broker: the ones named by the environment, else embedded ones.

    ``export`` puts DATABASE_URL and REDIS_URL into the environment for this process and its
    children. Raises EmbeddedError with one line to show where a server cannot be started.
    """
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if not missing:
        return Lease({name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")})
    state = State(var or var_dir())
    with state.locked("servers.lock"):
        handle = state.open_lock("in-use.lock")
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            postgres, valkey = Postgres(state, say), Valkey(state, say)
            urls = {}
            for name, server in (("DATABASE_URL", postgres), ("REDIS_URL", valkey)):
                if name in missing:
                    server.start()
                urls[name] = server.url if name in missing else os.environ[name]
            _start_janitor(state)
        except BaseException:
            handle.close()
            raise
    if export:
        os.environ.update(urls)
    return Lease(urls, state, handle)
