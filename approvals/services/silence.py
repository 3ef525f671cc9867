"""Deemed agreement (视为同意): a consulted department that lets its limit run out, where the matter's law says so."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.models import Case, Opinion, Step
from approvals.services.locking import lock_case, lock_steps, move_step
from approvals.services.opening import open_ready_steps
from approvals.services.questions import drop_questions
from common.time import now
from deadlines.models import Clock
from deadlines.services import finish_many
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many


@transaction.atomic
def deem_agreed(*, case_id: int) -> list[Step]:
    """Complete every consulted step of the case whose limit has run out in silence; returns them.

    Done by the hall itself as of now: the breach stays on the department's record, and the next
    steps open. A step done meanwhile, a deciding step, and one whose limit stood still before it
    had run out are left alone, so that the sweep may call this again and again.
    """
    case = lock_case(case_id)
    steps = lock_steps(case)
    silent = _run_out(steps)
    if not silent:
        return []
    moment = now()
    bases = _bases(case)
    for step in silent:
        move_step(step, "deem_agreed")
        step.finished_at = moment
    Step.objects.bulk_update(silent, ["status", "finished_at"])
    Opinion.objects.bulk_create(
        Opinion(step=step, kind=Opinion.Kind.DEEMED, text=bases.get(step.code, ""), author=None, at=moment)
        for step in silent
    )
    finish_many(clock_ids=[step.clock_id for step in silent if step.clock_id], at=moment)
    drop_questions(silent, at=moment)
    opened = open_ready_steps(case, steps, actor=Actor.system(), at=moment)
    _put_on_record(case, silent, opened, bases, moment)
    _tell_departments(case, silent)
    return silent


def _run_out(steps: Sequence[Step]) -> list[Step]:
    """Open steps that silence completes and whose lawful limit has passed. Their clocks are locked."""
    waiting = {
        step.clock_id: step
        for step in steps
        if step.silence == Step.Silence.AGREE and step.kind == Step.Kind.REVIEW and step.status == Step.Status.OPEN
    }
    clocks = Clock.objects.select_for_update().open().filter(pk__in=[pk for pk in waiting if pk]).order_by("pk")
    over = {clock.pk for clock in clocks if clock.is_lawfully_overdue()}
    return [step for step in waiting.values() if step.clock_id in over]


def _bases(case: Case) -> dict[str, str]:
    """By step code the law that takes silence for agreement, as the case's version names it."""
    found = {}
    for row in case.version.steps:
        if source := row.get("silence_source"):
            articles = "、".join(f"第{number}条" for number in source["articles"])
            found[row["code"]] = f"《{source['law']}》{articles}"
    return found


def _put_on_record(
    case: Case, silent: Sequence[Step], opened: Sequence[Step], bases: dict[str, str], at: datetime
) -> None:
    deemed = [
        Record(
            case,
            "step.deemed_agreed",
            {"step": step.code, "name": step.name, "basis": bases.get(step.code, ""), "note": bases.get(step.code, "")},
        )
        for step in silent
    ]
    follow = [Record(case, "step.opened", {"step": step.code, "name": step.name}) for step in opened]
    record_many(actor=Actor.system(), records=[*deemed, *follow], at=at)


def _tell_departments(case: Case, silent: Sequence[Step]) -> None:
    """Those who should have answered, and their head."""
    posts = Post.objects.current().with_role(Role.REVIEWER, Role.HEAD)
    people: dict[int, set[int]] = {}
    rows = posts.in_departments({step.department_id for step in silent}).values_list("department_id", "user_id")
    for department_id, user_id in rows:
        people.setdefault(department_id, set()).add(user_id)
    notify_many(
        [
            Notice(
                sorted(people.get(step.department_id, ())),
                "approvals.deemed_agreed",
                {"number": case.number, "step": step.name, "matter": case.matter.name},
                f"/review/steps/{step.pk}/",
            )
            for step in silent
        ]
    )
