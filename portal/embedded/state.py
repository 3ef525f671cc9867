"""Files that the embedded servers leave in the state folder: locks, ports, passwords."""

import fcntl
import importlib.util
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from portal.embedded.errors import EmbeddedError


class State:
    """The folder ``<HALL_VAR>/run`` with what must survive from one start to the next."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.run = var / "run"
        self.log = var / "log"
        try:
            for folder in (var, self.run, self.log):
                folder.mkdir(parents=True, exist_ok=True)
            self.run.chmod(0o700)
        except OSError as error:
            raise EmbeddedError(f"The state folder {var} cannot be written: {error}") from error

    def open_lock(self, name: str) -> IO[bytes]:
        """An open handle on a lock file; closing it gives every lock on it back."""
        return os.fdopen(os.open(self.run / name, os.O_RDWR | os.O_CREAT, 0o600), "r+b")

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold the lock called ``name`` alone; waits for whoever has it."""
        with self.open_lock(name) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def secret(self, name: str) -> str:
        """A password made once and kept in a file that only its owner can read."""
        path = self.run / f"{name}.secret"
        if not path.exists():
            write_private(path, secrets.token_hex(24))
        return path.read_text()

    def port(self, name: str) -> int | None:
        """The port chosen for a server earlier, if any."""
        path = self.run / "ports.json"
        if not path.exists():
            return None
        port = json.loads(path.read_text()).get(name)
        return int(port) if port else None

    def keep_port(self, name: str, port: int) -> None:
        path = self.run / "ports.json"
        ports = json.loads(path.read_text()) if path.exists() else {}
        write_private(path, json.dumps({**ports, name: port}))


def wheel_folder(package: str) -> Path:
    """Folder of an installed package, without importing it (both wheels' modules do more than we need)."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"The package {package} is not installed: run make setup.")
    return Path(spec.origin).parent


def write_private(path: Path, text: str) -> None:
    """Write ``text`` so that the file is never seen half-written or by other users."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)
    fresh.replace(path)


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now (left-over closing connections do not count)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose_port(state: State, name: str) -> int:
    """The port used last time where it is still free, else a new one, kept for next time."""
    port = state.port(name)
    if port is None or not port_is_free(port):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        state.keep_port(name, port)
    return port
