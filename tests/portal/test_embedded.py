"""The embedded servers: shared, stopped by their last user, and robust against kill -9."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
import redis

from portal.command_line import needs_servers
from portal.embedded import account, acquire
from portal.embedded.errors import EmbeddedError
from portal.embedded.postgres import Postgres
from portal.embedded.state import State, port_is_free
from portal.embedded.valkey import Valkey
from portal.paths import BASE_DIR
from tests.fixtures_processes import wait_until

pytestmark = pytest.mark.slow

USER = """
import json, sys
from portal.embedded import acquire
with acquire(say=lambda line: None) as lease:
    print(json.dumps(lease.urls), flush=True)
    sys.stdin.read()
"""


def nobody_says(line: str) -> None:
    """Progress is of no interest here."""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder of our own, so that initdb runs once for the module."""
    folder = tmp_path_factory.mktemp("hall")
    yield folder
    stop_all(folder)


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers of this test run are not the ones under test."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def stop_all(folder: Path) -> None:
    state = State(folder)
    with state.locked("servers.lock"):
        Valkey(state, nobody_says).stop()
        Postgres(state, nobody_says).stop()


@contextmanager
def user_of(var: Path) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """Another process that holds the servers until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER],
        cwd=BASE_DIR,
        env={**os.environ, "HALL_VAR": str(var)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def answers(urls: dict[str, str]) -> tuple[bool, bool]:
    """Whether PostgreSQL and Valkey answer at these addresses."""
    try:
        with closing(psycopg2.connect(urls["DATABASE_URL"], connect_timeout=5)):
            database = True
    except psycopg2.OperationalError:
        database = False
    try:
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            return database, bool(client.ping())
    except redis.RedisError:
        return database, False


def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def test_two_users_share_and_the_last_one_stops(var: Path) -> None:
    with user_of(var) as (_first, urls):
        with user_of(var) as (_second, same):
            assert same == urls
        assert answers(urls) == (True, True)
    assert answers(urls) == (False, False)


def test_killed_user_leaves_no_servers_behind_and_loses_nothing(var: Path) -> None:
    with user_of(var) as (process, urls):
        run_sql(urls["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS number")
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            client.rpush("queue", "task")
        process.kill()
        process.wait(10)
        wait_until(lambda: answers(urls) == (False, False), seconds=30, what="the janitor to stop the servers")
    with user_of(var) as (_process, urls):
        assert run_sql(urls["DATABASE_URL"], "SELECT number FROM kept") == [(7,)]
        with redis.Redis.from_url(urls["REDIS_URL"], decode_responses=True) as client:
            assert client.lrange("queue", 0, -1) == ["task"]


def test_servers_killed_by_the_machine_come_back_with_their_data(var: Path) -> None:
    with acquire(var=var, say=nobody_says, export=False) as lease:
        run_sql(lease.urls["DATABASE_URL"], "CREATE TABLE crashed AS SELECT 8 AS number")
        postmaster = int((Postgres(State(var), nobody_says).account.data / "postmaster.pid").read_text().split()[0])
        broker = int((var / "run" / "valkey.pid").read_text())
        for pid in (postmaster, broker):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: answers(lease.urls) == (False, False), what="the servers to be gone")
        with user_of(var) as (_process, urls):
            assert run_sql(urls["DATABASE_URL"], "SELECT number FROM crashed") == [(8,)]


def test_pid_file_of_a_former_life_is_not_believed(var: Path) -> None:
    with user_of(var):
        data = Postgres(State(var), nobody_says).account.data
    # This very process has the number now, and it is no PostgreSQL.
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n1\n5432\n\n127.0.0.1\n1 1\nready\n")
    with user_of(var) as (_process, urls):
        assert answers(urls) == (True, True)


def test_port_taken_by_another_program_is_replaced(var: Path) -> None:
    with user_of(var):
        pass
    kept = State(var).port("postgres")
    assert kept is not None
    with socket.create_server(("127.0.0.1", kept)):
        assert not port_is_free(kept)
        with user_of(var) as (_process, urls):
            assert answers(urls) == (True, True)
            assert State(var).port("postgres") != kept


def test_secrets_are_for_the_owner_only(var: Path) -> None:
    with user_of(var) as (_process, urls):
        assert {path.stat().st_mode & 0o077 for path in (var / "run").glob("*.secret")} == {0}
        wrong = urls["DATABASE_URL"].replace(State(var).secret("postgres"), "guess")
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(wrong)


def test_chinese_text_is_searchable(var: Path) -> None:
    with user_of(var) as (_process, urls):
        run_sql(urls["DATABASE_URL"], "CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert run_sql(urls["DATABASE_URL"], "SELECT cardinality(show_trgm('投资服务')) > 0") == [(True,)]


def test_given_servers_are_used_and_nothing_is_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"DATABASE_URL": "postgres://db.example/hall", "REDIS_URL": "redis://broker.example/0"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with acquire(var=tmp_path / "unused") as lease:
        assert lease.urls == given
    assert not (tmp_path / "unused").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="PostgreSQL refuses root only")
@pytest.mark.parametrize("way", ["user", "namespace", "copy"])
def test_root_in_a_closed_folder(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("HALL_POSTGRES_AS", way)
    state = State(closed / "var")
    postgres = Postgres(state, nobody_says)
    try:
        how = postgres.account
    except EmbeddedError:
        pytest.skip(f"this machine does not allow the way {way!r}")
    try:
        postgres.start()
        assert run_sql(postgres.url, "SELECT current_user") == [("hall",)]
        assert (how.data.is_relative_to(closed)) == (way != "copy")
    finally:
        postgres.stop()
        if way == "copy":
            account.remove_copy(how)
    assert not postgres.is_running()


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("", False),
        ("help migrate", False),
        ("migrate --help", False),
        ("migrate", True),
        ("compilemessages", False),
        ("check --deploy", False),
        ("check --database default", True),
        ("workdays add 2025-01-24 20", True),
    ],
)
def test_only_commands_that_ask_the_database_start_one(line: str, needed: bool) -> None:
    assert needs_servers(["manage.py", *line.split()]) is needed
