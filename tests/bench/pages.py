"""Pages with 100,000 cases in the hall: p95 of work list, dashboard and case list beside their bare SQL."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from typing import Any

import psycopg2
from django.db import connection, models
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from approvals import services
from approvals.models import Application, Case, Matter, Step
from common.time import now, today
from deadlines import calendars
from deadlines.models import Clock
from files.models import StoredFile
from projects.models import Project
from tests.bench import Row
from tests.bench.measure import p95, timed
from tests.bench.world import MATTERS_PER_APPLICATION, World, draft_applications, make_world

CASES = 100_000
PER_APPLICATION = 10
REQUESTS = 10
# Ids of the many rows begin here, out of the way of those that the other measurements make.
BASE = 1_000_000_000
PAGES = (
    ("work list of the window, 100,000 cases, p95", "clerk", "/desk/"),
    ("work list of a department, 100,000 cases, p95", "reviewer", "/review/"),
    ("dashboard, 100,000 cases, p95", "leader", "/leader/"),
    ("dashboard of the year, 100,000 cases, p95", "leader", "/leader/?period=year"),
    ("overdue cases, 100,000 cases, p95", "leader", "/leader/cases/?light=red"),
    ("all cases, 100,000 cases, p95", "leader", "/leader/cases/"),
)
STATICFILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATUS = """CASE WHEN n % 100 < 85 THEN 'delivered' WHEN n % 100 < 87 THEN 'not_accepted'
 WHEN n % 100 < 88 THEN 'withdrawn'
 WHEN n % 100 < 92 THEN 'received' WHEN n % 100 < 93 THEN 'correcting' WHEN n % 100 < 94 THEN 'accepted'
 WHEN n % 100 < 98 THEN 'reviewing' WHEN n % 100 < 99 THEN 'decided' ELSE 'issued' END"""
# Finished cases lie in the last two years, running ones in the last month.
RECEIVED = f"""%(now)s - CASE WHEN n % 100 < 88 THEN ({CASES} - n) * interval '600 days' / {CASES} + interval '35 days'
 ELSE (n % 30) * interval '1 day' END"""


def run(rounds: int) -> list[Row]:
    """Each page asked ``REQUESTS`` times a round; the floor replays the page's own statements bare."""
    people = fill_hall()
    # One line for each request would be measured with it.
    logging.getLogger("django_structlog").setLevel(logging.ERROR)
    with override_settings(STORAGES=STATICFILES, ALLOWED_HOSTS=["*"]):
        return [_measure(name, people[who], url, rounds) for name, who, url in PAGES]


def _measure(name: str, user: User, url: str, rounds: int) -> Row:
    client = Client()
    client.force_login(user)
    for _warm in range(3):
        response = client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answers {response.status_code}")
    calendars.current()
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    statements = [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]
    ours, floor = [], []
    with _bare() as replay:
        for _round in range(rounds):
            ours.append(p95([timed(lambda: client.get(url)) for _ in range(REQUESTS)]))
            floor.append(p95([timed(lambda: replay(statements)) for _ in range(REQUESTS)]))
    return Row(name, "page", median(ours), median(floor))


@contextmanager
def _bare() -> Iterator[Callable[[list[str]], None]]:
    """One psycopg2 connection that runs statements and fetches their rows, nothing else."""
    parameters = {k: v for k, v in connection.get_connection_params().items() if k not in ("cursor_factory", "context")}
    bare = psycopg2.connect(**parameters)
    bare.autocommit = True

    def replay(statements: list[str]) -> None:
        with bare.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()

    try:
        yield replay
    finally:
        bare.close()


def fill_hall() -> dict[str, User]:
    """100,000 cases of 10,000 projects, nine in ten finished, each with its clocks and two steps."""
    world = _world()
    case = _one_case(world)
    leader = User.objects.create(username="bench-leader", name="主任")
    Post.objects.create(
        user=leader, department=Department.objects.filter(kind="hall").first(), role=Role.LEADER,
        starts_on=today() - timedelta(days=9),
    )  # fmt: skip
    applications = CASES // PER_APPLICATION
    _multiply(Project, case.project_id, applications, id=f"{BASE} + n", national_code="''",
              stage="(ARRAY['land', 'design', 'construction', 'completion', 'production'])[1 + n % 5]",
              total_investment="1000 + n % 50000")  # fmt: skip
    _multiply(Application, case.application_id, applications, id=f"{BASE} + n", project_id=f"{BASE} + n",
              number="'SBX' || n")  # fmt: skip
    _multiply_clocks(case.clock_id)
    _multiply_cases(world, case)
    _multiply_steps(Step.objects.filter(case=case).first())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"clerk": world.clerk, "reviewer": world.reviewer, "leader": leader}


def _world() -> World:
    """The world that an earlier measurement made, or a new one."""
    project = Project.objects.filter(name="计量项目", national_code="2601-130371-34-03-900001").first()
    if project is None:
        return make_world()
    investor, clerk, reviewer = (
        User.objects.get(username=f"bench-{name}") for name in ("investor", "clerk", "reviewer")
    )
    matters = list(Matter.objects.select_related("current")[:MATTERS_PER_APPLICATION])
    scan = StoredFile.objects.get(name="scan.pdf")
    return World(investor, clerk, reviewer, project, scan, matters)


def _one_case(world: World) -> Case:
    (draft,) = draft_applications(world, 1, world.matters[:1])
    (case,) = services.submit_application(actor=Actor(world.investor), application=draft)
    return case


def _multiply(model: type[models.Model], template: Any, count: int, where: str = "true", **values: str) -> None:
    """Insert ``count`` copies of the row ``template``; ``values`` are SQL for columns that differ, ``n`` counts."""
    columns = [field.column for field in model._meta.concrete_fields]
    chosen = ", ".join(values.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    sql = (
        f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {table} t, generate_series(1, {count}) n"
        f" WHERE t.id = %(template)s AND ({where})"
    )
    with connection.cursor() as cursor:
        cursor.execute(_escaped(sql), {"template": template, "now": now()})


def _escaped(sql: str) -> str:
    """Remainders are written ``n % 100`` here; psycopg2 wants the sign doubled."""
    return re.sub(r"%(?!\()", "%%", sql)


def _clock_id(kind: str) -> str:
    return f"md5('{kind}' || n)::uuid"


def _multiply_clocks(template: Any) -> None:
    """Acceptance for all, decision and delivery for those that came so far; one in fifty finished late."""
    late = "n % 50 = 0"
    for offset, (kind, runs, ended) in enumerate(
        (
            ("acceptance", "true", "n % 100 NOT IN (88, 89, 90, 91)"),
            ("decision", "n % 100 < 85 OR n % 100 >= 93", "n % 100 < 93 OR n % 100 >= 98"),
            ("delivery", "n % 100 < 85 OR n % 100 >= 98", "n % 100 < 85"),
        )
    ):
        starts = f"({RECEIVED} + {offset} * interval '7 days')"
        _multiply(
            Clock, template, CASES, where=runs, id=_clock_id(kind), kind=f"'{kind}'", subject_id=f"{BASE} + n",
            starts_at=starts, warn_at=f"{starts} + interval '19 days'", due_at=f"{starts} + interval '20 days'",
            lawful_due_at=f"{starts} + interval '30 days'", next_rung_at="NULL",
            department_id="t.department_id + n % 10",
            finished_at=f"CASE WHEN {ended} THEN least({starts} + interval '3 days', %(now)s) END",
            outcome=f"CASE WHEN {ended} THEN CASE WHEN {late} THEN 'late' ELSE 'met' END ELSE '' END",
        )  # fmt: skip


def _multiply_cases(world: World, template: Case) -> None:
    matters = world.matters[:PER_APPLICATION]

    def pick(values: list[Any]) -> str:
        return f"(ARRAY[{', '.join(map(str, values))}])[1 + n % 10]"

    accepted, decided = "n % 100 < 85 OR n % 100 >= 93", "n % 100 < 85 OR n % 100 >= 98"
    parent = f"{BASE} + 1 + (n - 1) / {PER_APPLICATION}"
    current = f"""CASE WHEN n % 100 = 92 THEN NULL WHEN n % 100 < 85 OR n % 100 >= 98 THEN {_clock_id("delivery")}
                  WHEN n % 100 >= 93 THEN {_clock_id("decision")} ELSE {_clock_id("acceptance")} END"""
    _multiply(
        Case, template.pk, CASES, id=f"{BASE} + n", number="'BX' || lpad(n::text, 12, '0')", status=STATUS,
        application_id=parent, project_id=parent,
        matter_id=pick([matter.pk for matter in matters]), version_id=pick([matter.current_id for matter in matters]),
        department_id=pick([matter.department_id for matter in matters]), clock_id=current, received_at=RECEIVED,
        accepted_at=f"CASE WHEN {accepted} THEN {RECEIVED} + interval '1 day' END",
        handed_over_at=f"CASE WHEN {accepted} AND n % 100 <> 93 THEN {RECEIVED} + interval '1 day' END",
        decided_at=f"CASE WHEN {decided} THEN {RECEIVED} + interval '8 days' END",
        decision=f"CASE WHEN {decided} THEN 'granted' ELSE '' END",
        not_accepted_reason="CASE WHEN n % 100 IN (85, 86) THEN '不属于本窗口' ELSE '' END",
        delivered_at=f"CASE WHEN n % 100 < 85 THEN {RECEIVED} + interval '9 days' END",
    )  # fmt: skip


def _multiply_steps(template: Step | None) -> None:
    assert template is not None
    for position in (1, 2):
        _multiply(
            Step, template.pk, CASES, id=f"{BASE} + {position * CASES} + n", case_id=f"{BASE} + n",
            code=f"'s{position}'", position=str(position), department_id="t.department_id + n % 10",
            status=f"CASE WHEN n % 100 < 85 THEN 'done' WHEN n % 100 BETWEEN 94 AND 97 AND {position} = 1 THEN 'open'"
                   " ELSE 'waiting' END",
            clock_id=f"CASE WHEN n % 100 BETWEEN 94 AND 97 AND {position} = 1 THEN {_clock_id('decision')} END",
        )  # fmt: skip
