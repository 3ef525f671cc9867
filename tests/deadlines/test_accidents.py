"""A whole hall meets with accidents: every rung exactly once, nobody's request fails, nothing is lost.

Web, worker, beat, PostgreSQL and Valkey are real processes of a ``make run`` of its own. Its beat
sends the sweep every two seconds instead of every minute, and its wall clock can be made to jump.
"""

import re
import shutil
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path
from time import monotonic

import psutil
import pytest

from portal import queues
from portal.embedded.postgres import Postgres
from portal.embedded.state import State, choose_port
from portal.embedded.valkey import Valkey
from portal.paths import BASE_DIR
from tests.deadlines.accident import PASSWORD
from tests.fixtures_processes import wait_until
from tests.hall_process import Hall

pytestmark = pytest.mark.slow

RUNGS = ("clock.escalate_director", "clock.escalate_head", "clock.overdue", "clock.warn")
# Three batches of the sweep's 2,000: long enough to be killed in the middle.
MANY = 5000


@pytest.fixture(scope="module")
def jump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("jump") / "seconds"
    path.write_text("0")
    return path


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory, jump: Path) -> Iterator[Hall]:
    var = tmp_path_factory.mktemp("accidents") / "var"
    port = choose_port(State(var), "web-under-test")
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.hall_settings",
        "PYTHONPATH": str(BASE_DIR / "tests" / "jumping"),
        "HALL_JUMP_FILE": str(jump),
    }
    hall = Hall(var, port, **environment)
    hall.start()
    try:
        hall.wait_until_open()
        hall.python("from tests.deadlines.accident import make_office; make_office()")
        yield hall
    finally:
        if hall.process is not None and hall.process.poll() is None:
            hall.signal(signal.SIGTERM)
        shutil.rmtree(var, ignore_errors=True)


def arm(hall: Hall, count: int, batch: str) -> None:
    hall.python(f"from tests.deadlines.accident import arm; arm({count}, batch={batch!r})")


def fired(hall: Hall, batch: str) -> int:
    statement = (
        "SELECT count(*) FROM deadlines_firedrung f JOIN deadlines_clock c ON c.id = f.clock_id "
        f"WHERE c.subject_type = 'accident.{batch}'"
    )
    with suppress(Exception):  # the server may be down: that is what is being tried
        return int(str(hall.sql(statement)[0][0]))
    return -1


def assert_once(hall: Hall, batch: str, count: int) -> None:
    """Every rung of every duty: one row, one entry in the ledger, one message to the one who is told."""
    wait_until(lambda: fired(hall, batch) == 4 * count, seconds=90, what=f"every rung of {batch}")
    entries = f"SELECT act, count(*) FROM ledger_entry WHERE subject_type = 'accident.{batch}' GROUP BY 1 ORDER BY 1"
    assert hall.sql(entries) == [(act, count) for act in RUNGS]
    messages = (
        "SELECT template, count(*) FROM notifications_message "
        f"WHERE channel = 'inapp' AND params ->> 'title' LIKE '{batch} %' GROUP BY 1 ORDER BY 1"
    )
    assert hall.sql(messages) == [(template, count) for template in RUNGS]
    lagging = (
        "SELECT count(*) FROM deadlines_clock "
        f"WHERE subject_type = 'accident.{batch}' AND (rungs_fired <> 4 OR next_rung_at IS NOT NULL)"
    )
    assert hall.sql(lagging) == [(0,)]
    assert "broken" not in hall.python("from ledger.selectors import first_break; print(first_break() or 'whole')")


def sweeping(hall: Hall) -> bool:
    running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%deadlines_firedrung%'"
    return int(str(hall.sql(running)[0][0])) > 1 or fired(hall, "killed") > 0


def child(hall: Hall, word: str) -> psutil.Process:
    assert hall.process is not None
    return next(one for one in psutil.Process(hall.process.pid).children() if word in one.cmdline())


class Person:
    """Somebody at a browser, as far as HTTP goes."""

    def __init__(self, hall: Hall) -> None:
        self.root = f"http://127.0.0.1:{hall.port}"
        handlers = (urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar()))
        self.opener = urllib.request.build_opener(*handlers)

    def open(self, path: str, **form: str) -> tuple[int, str, float]:
        """Status, page and seconds of a GET, or of a POST of the page's own form."""
        data = None
        if form:
            page = self.open(path)[1]
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            assert found
            form["csrfmiddlewaretoken"] = found[1]
            data = urllib.parse.urlencode(form).encode()
        began = monotonic()
        with self.opener.open(self.root + path, data=data, timeout=30) as answer:
            return int(answer.status), answer.read().decode(), monotonic() - began


def change_a_rung(person: Person, hall: Hall, offset: int) -> float:
    """An act that enqueues: an administrator moves a rung. Seconds that the page took."""
    pk = hall.sql("SELECT id FROM deadlines_rung WHERE kind = '' AND code = 'escalate_director'")[0][0]
    path = f"/admin/deadlines/rung/{pk}/change/"
    form = {"code": "escalate_director", "anchor": "due", "offset": str(offset), "unit": "workday", "who": "director"}
    status, _page, seconds = person.open(path, active="on", **form)
    assert status == 200
    assert hall.sql(f'SELECT "offset" FROM deadlines_rung WHERE id = {pk}') == [(offset,)]
    return seconds


def test_the_worker_is_killed_in_the_middle_of_a_sweep(hall: Hall) -> None:
    arm(hall, MANY, "killed")
    wait_until(lambda: sweeping(hall), seconds=30, what="a sweep at work")
    worker = child(hall, f"--queues={queues.HALL}")
    for process in [worker, *worker.children(recursive=True)]:
        process.kill()
    assert_once(hall, "killed", MANY)


def test_two_beats_and_a_task_delivered_twice(hall: Hall, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "celery", "-A", "portal.celery:app", "-q", "beat", "--pidfile="]
    second = subprocess.Popen(
        [*command, f"--schedule={tmp_path / 'second'}"],
        cwd=BASE_DIR,
        env=hall.environment
        | {"DATABASE_URL": Postgres(State(hall.var), print).url, "REDIS_URL": Valkey(State(hall.var), print).url},
        stdin=subprocess.DEVNULL,
    )
    try:
        arm(hall, 600, "twice")
        hall.python("from tests.deadlines.accident import sweep_twice_under_one_id as twice; twice()")
        assert_once(hall, "twice", 600)
        assert second.poll() is None
    finally:
        second.terminate()
        second.wait(20)


def test_the_broker_is_gone_for_a_while_and_loses_all_it_had(hall: Hall) -> None:
    state = State(hall.var)
    person = Person(hall)
    assert person.open("/accounts/login/", login="root", password=PASSWORD)[0] == 200
    hall.sql("UPDATE accounts_user SET email = 'head@hall.example' WHERE username = 'head'")
    Valkey(state, print).stop()
    shutil.rmtree(state.var / "valkey")
    try:
        arm(hall, 300, "broker")
        # Two acts that enqueue: neither fails, neither waits for the broker to answer.
        seconds = [change_a_rung(person, hall, offset) for offset in (4, 3)]
        assert max(seconds) < 5
        assert person.open("/healthz")[0] == 200
    finally:
        Valkey(state, print).start()
    assert_once(hall, "broker", 300)
    # Mails keep quiet hours, so by night they rightly wait: only those whose time has come must be gone.
    due = "SELECT count(*) FROM notifications_message WHERE status = 'pending' AND next_try_at <= now()"
    wait_until(lambda: hall.sql(due) == [(0,)], seconds=60, what="the mails that nobody had enqueued")
    written = (
        "SELECT count(*) FROM notifications_message WHERE channel = 'email' AND params ->> 'title' LIKE 'broker %'"
    )
    assert hall.sql(written) == [(300,)]
    assert hall.sql("SELECT count(*) FROM notifications_message WHERE status = 'failed'") == [(0,)]
    hall.sql("UPDATE accounts_user SET email = '' WHERE username = 'head'")


def test_the_database_is_restarted_under_load(hall: Hall) -> None:
    person = Person(hall)
    postgres = Postgres(State(hall.var), print)
    arm(hall, 1500, "restart")
    postgres.stop()
    postgres.start()
    # Connections that the web server kept are dead; the next request makes a new one.
    assert [person.open("/accounts/login/")[0] for _number in range(8)] == [200] * 8
    assert_once(hall, "restart", 1500)


def test_the_clock_jumps_an_hour_ahead_and_back(hall: Hall, jump: Path) -> None:
    """While it is ahead a week's worth of hours is not: nothing is due that was not; beat goes on afterwards."""
    arm(hall, 200, "before")
    jump.write_text("3600")
    arm(hall, 200, "ahead")
    assert_once(hall, "before", 200)
    assert_once(hall, "ahead", 200)
    jump.write_text("0")
    # Beat last ran an hour in the future now; Celery by itself would be silent until then.
    arm(hall, 200, "back")
    assert_once(hall, "back", 200)
    for batch in ("before", "ahead", "back"):
        assert_once(hall, batch, 200)
