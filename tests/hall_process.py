"""A whole hall in processes of its own, as ``make run`` opens it: for tests of the hall and of its accidents."""

import os
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2

from portal.embedded.postgres import Postgres
from portal.embedded.state import State
from portal.paths import BASE_DIR
from tests.fixtures_processes import wait_until


class Hall:
    """One ``make run`` on a state folder and port of its own, without the sample."""

    def __init__(self, var: Path, port: int, **environment: str) -> None:
        self.var = var
        self.port = port
        self.given = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.log = var.parent / "make-run.log"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are given."""
        # The servers under test are its own, and a person's settings are local ones.
        ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "PYTHONWARNINGS"}
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        environment |= {"HALL_VAR": str(self.var), "HALL_PORT": str(self.port), "HALL_SAMPLE": "no"}
        return environment | {"WEB_CONCURRENCY": "1", "CELERY_CONCURRENCY": "1"} | self.given

    def start(self) -> None:
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.supervisor"],
                cwd=BASE_DIR,
                env=self.environment,
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

        wait_until(is_open, seconds=180, what=f"the hall to open: {self.log}")

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

    def python(self, code: str) -> str:
        """Run ``code`` with the hall's settings and servers; what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", code],
            cwd=BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        connection = psycopg2.connect(Postgres(State(self.var), print).url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()
