"""Cases submitted and steps completed, each beside one raw statement that writes the same rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection, models

from accounts.actors import Actor
from approvals import services
from approvals.models import Application, Case, CaseForm, CaseMaterial, Matter, Plan, Step
from common.ids import uuid7
from common.time import now
from deadlines.models import Clock
from ledger.models import Entry
from notifications.models import Message
from tests.bench import Row
from tests.bench.measure import median_per_unit, timed
from tests.bench.world import World, draft_applications, make_world

SUBMISSIONS = 15
STEPS = 60


def run(rounds: int) -> list[Row]:
    """Submitting an application of twelve cases; completing a step that opens the next."""
    world = make_world()
    return [_submitting(world, rounds), _completing(world, rounds)]


def _submitting(world: World, rounds: int) -> Row:
    ours: list[list[float]] = []
    floor: list[list[float]] = []
    actor = Actor(world.investor)
    with _raw() as statement:
        for _round in range(rounds):
            drafts = draft_applications(world, SUBMISSIONS * 2, world.matters)
            mine, raw = drafts[:SUBMISSIONS], drafts[SUBMISSIONS:]
            ours.append([timed(lambda a=a: services.submit_application(actor=actor, application=a)) for a in mine])
            template = mine[0].pk
            floor.append([timed(lambda a=a: statement(*_submit_sql(template, a))) for a in raw])
            _check_same_rows(mine[0], raw[0])
    return Row("submit an application of 12 cases", "application", median_per_unit(ours), median_per_unit(floor))


def _check_same_rows(ours: Application, raw: Application) -> None:
    """A floor that writes fewer rows would flatter or shame us."""
    of_case = "case__application"
    for model, path in (
        (Case, "application"), (Plan, "application"), (Step, of_case), (CaseMaterial, of_case), (CaseForm, of_case)
    ):  # fmt: skip
        counts = [model.objects.filter(**{path: one}).count() for one in (ours, raw)]
        if counts[0] != counts[1] or not counts[0]:
            raise RuntimeError(f"the floor writes {counts[1]} {model.__name__}, we write {counts[0]}")


def _columns(model: type[models.Model], *skip: str) -> str:
    return ", ".join(field.column for field in model._meta.concrete_fields if field.column not in ("id", *skip))


def _prefixed(model: type[models.Model], alias: str, *skip: str) -> str:
    return ", ".join(
        f"{alias}.{field.column}" for field in model._meta.concrete_fields if field.column not in ("id", *skip)
    )


def _submit_sql(template: int, application: Application) -> tuple[str, dict[str, Any]]:
    """The rows of ``template``'s submission once more, for ``application``."""
    case_skip = ("number", "application_id", "project_id", "clock_id")
    sql = f"""
    WITH locked AS (SELECT id FROM approvals_application WHERE id = %(app)s FOR UPDATE),
    sent AS (UPDATE approvals_application SET status = 'submitted', submitted_at = %(now)s, submitted_by_id = %(user)s,
             number = 'R' || nextval('approvals_number_seq') FROM locked WHERE approvals_application.id = locked.id
             RETURNING approvals_application.id),
    old AS (SELECT c.*, gen_random_uuid() AS new_clock FROM approvals_case c WHERE application_id = %(template)s),
    new AS (INSERT INTO approvals_case (number, application_id, project_id, clock_id, {_columns(Case, *case_skip)})
            SELECT 'R' || nextval('approvals_number_seq'), sent.id, %(project)s, new_clock,
                   {_prefixed(Case, "old", *case_skip)} FROM old, sent RETURNING id, matter_id, clock_id),
    pair AS (SELECT old.id AS old_id, old.clock_id AS old_clock, new.* FROM old JOIN new USING (matter_id)),
    steps AS (INSERT INTO approvals_step (case_id, {_columns(Step, "case_id")})
              SELECT pair.id, {_prefixed(Step, "s", "case_id")} FROM approvals_step s
              JOIN pair ON s.case_id = pair.old_id),
    papers AS (INSERT INTO approvals_casematerial (case_id, material_id,
                                                   {_columns(CaseMaterial, "case_id", "material_id")})
               SELECT pair.id, m.id, {_prefixed(CaseMaterial, "p", "case_id", "material_id")}
               FROM approvals_casematerial p JOIN pair ON p.case_id = pair.old_id
               JOIN approvals_material om ON om.id = p.material_id
               JOIN approvals_material m ON m.application_id = %(app)s AND m.code = om.code),
    forms AS (INSERT INTO approvals_caseform (case_id, {_columns(CaseForm, "case_id")})
              SELECT pair.id, {_prefixed(CaseForm, "f", "case_id")} FROM approvals_caseform f
              JOIN pair ON f.case_id = pair.old_id),
    plan AS (INSERT INTO approvals_plan (application_id, {_columns(Plan, "application_id")})
             SELECT sent.id, {_prefixed(Plan, "p", "application_id")} FROM approvals_plan p, sent
             WHERE p.application_id = %(template)s),
    clocks AS (INSERT INTO deadlines_clock (id, subject_id, {_columns(Clock, "subject_id")})
               SELECT pair.clock_id, pair.id, {_prefixed(Clock, "k", "subject_id")}
               FROM deadlines_clock k JOIN pair ON k.id = pair.old_clock),
    rows AS (SELECT 'approvals.application' AS t, %(app)s::bigint AS i, 'application.submitted' AS a
             UNION ALL SELECT 'approvals.case', id, 'case.received' FROM pair),
    book AS (INSERT INTO ledger_entry (subject_type, subject_id, seq, actor_id, on_behalf_of, act, at, data,
                                       prev_hash, hash)
             SELECT t, i, 0, %(user)s, '', a, %(now)s, '{{"number": "R"}}', '', '' FROM rows),
    outbox AS (INSERT INTO notifications_message ({_columns(Message)})
               SELECT {_prefixed(Message, "m")} FROM notifications_message m ORDER BY id DESC LIMIT %(messages)s)
    SELECT 1
    """
    return sql, {
        "app": application.pk, "project": application.project_id, "template": template, "now": now(),
        "user": application.created_by_id, "messages": _messages_of_last(),
    }  # fmt: skip


_message_count: list[int] = []


def _messages_of_last() -> int:
    """How many outbox rows our last submission wrote (the same for all)."""
    if not _message_count:
        last = Message.objects.latest("id")
        _message_count.append(Message.objects.filter(created_at__gte=last.created_at).count())
    return _message_count[0]


def _completing(world: World, rounds: int) -> Row:
    matter = _matter_with_sequence(world)
    ours: list[list[float]] = []
    floor: list[list[float]] = []
    reviewer = Actor(world.reviewer)
    with _raw() as statement:
        for _round in range(rounds):
            steps = _open_steps(world, matter, STEPS * 2)
            mine, raw = steps[:STEPS], steps[STEPS:]
            ours.append(
                [
                    timed(lambda s=s: services.complete_review(actor=reviewer, step=s, agrees=True, text="同意"))
                    for s in mine
                ]
            )
            floor.append([timed(lambda s=s: statement(*_complete_sql(s, mine[0], world))) for s in raw])
            _check_same_steps(mine[0], raw[0])
    return Row("complete a step, open the next", "step", median_per_unit(ours), median_per_unit(floor))


def _check_same_steps(ours: Step, raw: Step) -> None:
    states = [
        list(Step.objects.filter(case=one.case_id).order_by("position").values_list("code", "status"))
        for one in (ours, raw)
    ]
    entries = [
        list(
            Entry.objects.filter(subject_type="approvals.case", subject_id=one.case_id)
            .order_by("seq")
            .values_list("act")
        )
        for one in (ours, raw)
    ]
    if states[0] != states[1] or entries[0] != entries[1]:
        raise RuntimeError(f"the floor does something else: {states} {entries}")


def _matter_with_sequence(world: World) -> Matter:
    """A matter whose first step alone opens exactly one other."""
    for matter in Matter.objects.select_related("current"):
        steps = matter.current.steps
        first = [step for step in steps if not step["needs"]]
        if len(first) == 1 and first[0]["kind"] == "review":
            after = [step for step in steps if step["needs"] == [first[0]["code"]]]
            if len(after) == 1:
                return matter
    raise RuntimeError("no matter with two steps in a row")


def _open_steps(world: World, matter: Matter, count: int) -> list[Step]:
    clerk = Actor(world.clerk)
    made = []
    for application in draft_applications(world, count, [matter]):
        (case,) = services.submit_application(actor=Actor(world.investor), application=application)
        project = case.project
        project.national_code = f"2601-130371-34-03-{project.pk:06d}"
        project.save(update_fields=["national_code"])
        services.check_materials(
            actor=clerk, case=case, findings={row.pk: ("complete", "") for row in case.materials.all()}
        )
        services.accept_case(actor=clerk, case=case, hand_over=True)
        made.append(Step.objects.get(case=case, status=Step.Status.OPEN))
    return made


def _complete_sql(step: Step, like: Step, world: World) -> tuple[str, dict[str, Any]]:
    """What ``complete_review`` did to ``like``, done to ``step`` in one statement."""
    sql = f"""
    WITH held AS (SELECT id FROM approvals_case WHERE id = %(case)s FOR UPDATE),
    steps AS (SELECT s.id FROM approvals_step s JOIN held ON s.case_id = held.id ORDER BY position FOR UPDATE OF s),
    done AS (UPDATE approvals_step SET status = 'done', handler_id = %(user)s, finished_at = %(now)s
             WHERE id = %(step)s AND id IN (SELECT id FROM steps) AND status = 'open' RETURNING code, clock_id),
    said AS (INSERT INTO approvals_opinion (step_id, kind, text, author_id, at)
             SELECT %(step)s, 'agree', '同意', %(user)s, %(now)s FROM done),
    met AS (UPDATE deadlines_clock SET finished_at = %(now)s, outcome = 'met', next_rung_at = NULL
            FROM done WHERE id = done.clock_id),
    next AS (UPDATE approvals_step s SET status = 'open', opened_at = %(now)s, clock_id = %(clock)s FROM done
             WHERE s.case_id = %(case)s AND s.status = 'waiting' AND s.needs = ARRAY[done.code] RETURNING s.id, s.code),
    runs AS (INSERT INTO deadlines_clock (id, {_columns(Clock)})
             SELECT %(clock)s, {_prefixed(Clock, "k")} FROM deadlines_clock k, next WHERE k.id = %(like_clock)s),
    book AS (INSERT INTO ledger_entry (subject_type, subject_id, seq, actor_id, on_behalf_of, act, at, data,
                                       prev_hash, hash)
             SELECT 'approvals.case', %(case)s, 0, %(user)s, '', a, %(now)s, '{{"step": "x", "name": "x"}}', '', ''
             FROM (SELECT 'step.completed' AS a FROM done UNION ALL SELECT 'step.opened' FROM next) AS acts),
    outbox AS (INSERT INTO notifications_message ({_columns(Message)})
               SELECT {_prefixed(Message, "m")} FROM notifications_message m ORDER BY id DESC LIMIT %(messages)s)
    SELECT 1
    """
    opened = Step.objects.get(case=like.case_id, status=Step.Status.OPEN)
    return sql, {
        "case": step.case_id, "step": step.pk, "user": world.reviewer.pk, "now": now(), "clock": str(uuid7()),
        "like_clock": str(opened.clock_id), "messages": _messages_per_opening(),
    }  # fmt: skip


_opening_count: list[int] = []


def _messages_per_opening() -> int:
    if not _opening_count:
        last = Message.objects.latest("id")
        _opening_count.append(Message.objects.filter(created_at__gte=last.created_at).count())
    return _opening_count[0]


@contextmanager
def _raw() -> Iterator[Callable[[str, dict[str, Any]], None]]:
    """One psycopg2 connection of its own; each statement is a transaction."""
    settings = connection.get_connection_params()
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    raw = psycopg2.connect(**settings)
    raw.autocommit = True
    try:
        with raw.cursor() as cursor:
            yield cursor.execute
    finally:
        raw.close()
