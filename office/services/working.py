"""What the handler does with a task, and what the giver makes of the answer."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed
from common.ids import uuid7
from common.time import now
from deadlines.models import ClockKind
from deadlines.services import arm, assign_many, finish_many
from office import limits, rules
from office.models import Answer, Task
from office.services.common import (
    checker_ids,
    done,
    drop_requests,
    giver_clock,
    keep,
    lock_task,
    tell,
    work_clock,
    worker_ids,
)
from office.transitions import TASK


@transaction.atomic
def take_task(*, actor: Actor, task: Task) -> Task:
    """Say "I do it": who it was given to, or, of a department's task, the first of its people. The limit runs on."""
    locked = lock_task(task, "take")
    if actor.user is None or not rules.may_take(actor.user, locked):
        raise NotAllowed(_("This task was not given to you."))
    locked.status = TASK.next(Task.Status(locked.status), "take")
    locked.handler, locked.taken_at = actor.user, now()
    locked.save(update_fields=["status", "handler", "taken_at"])
    assign_many(clock_ids=[locked.clock_id], handler_id=actor.user_id)
    done(actor, locked, "taken")
    return locked


@transaction.atomic
def answer_task(*, actor: Actor, task: Task, text: str, uploads: Sequence[UploadedFile] = ()) -> Answer:
    """Report what was done; ends the handler's clock and starts the giver's, who has to look at it."""
    locked = lock_task(task, "answer")
    if actor.user is None or not rules.may_answer(actor.user, locked):
        raise NotAllowed(_("This task was not given to you."))
    if not text.strip():
        raise InvalidInput({"text": _("Write what was done.")})
    moment = now()
    answer = Answer.objects.create(task=locked, text=text.strip(), answered_by=actor.user, answered_at=moment)
    answer.files.set(keep(actor, uploads))
    locked.status = TASK.next(Task.Status(locked.status), "answer")
    locked.handler, locked.taken_at = actor.user, locked.taken_at or moment
    locked.check_clock_id = uuid7()
    locked.save(update_fields=["status", "handler", "taken_at", "check_clock"])
    assign_many(clock_ids=[locked.clock_id], handler_id=actor.user_id)
    finish_many(clock_ids=[locked.clock_id])
    days = limits.days(limits.Code.TASK_CHECK)
    arm(spec=giver_clock(locked, locked.check_clock_id, ClockKind.TASK, days), actor=actor)
    drop_requests(locked)
    done(actor, locked, "answered", {"answer": answer.pk})
    tell(actor, checker_ids(locked), "task.answered", locked)
    return answer


@transaction.atomic
def close_task(*, actor: Actor, task: Task, remark: str = "") -> Task:
    """The giver is satisfied with the answer: the task has ended."""
    locked = lock_task(task, "close")
    _decide(actor, locked, "")
    locked.status = TASK.next(Task.Status(locked.status), "close")
    locked.ended_at = now()
    locked.save(update_fields=["status", "ended_at"])
    finish_many(clock_ids=[locked.check_clock_id] if locked.check_clock_id else [])
    done(actor, locked, "closed", {"note": remark.strip()} if remark.strip() else None)
    tell(actor, worker_ids(locked), "task.closed", locked)
    return locked


@transaction.atomic
def return_task(*, actor: Actor, task: Task, reason: str, days: int | None = None) -> Task:
    """The answer is not enough: back to the handler with words and a new limit (None: the office's days)."""
    locked = lock_task(task, "return")
    budget = limits.days(limits.Code.TASK) if days is None else days
    errors: dict[str, object] = {}
    if not reason.strip():
        errors["reason"] = _("Say what is missing; the handler reads it.")
    if not 0 < budget <= 250:
        errors["days"] = _("Between 1 and %(most)s working days.") % {"most": 250}
    if errors:
        raise InvalidInput(errors)
    _decide(actor, locked, reason.strip())
    finish_many(clock_ids=[locked.check_clock_id] if locked.check_clock_id else [])
    locked.status = TASK.next(Task.Status(locked.status), "return")
    locked.clock_id, locked.check_clock = uuid7(), None
    locked.save(update_fields=["status", "clock", "check_clock"])
    arm(spec=work_clock(locked, budget), actor=actor)
    done(actor, locked, "returned", {"reason": reason.strip(), "days": budget})
    tell(actor, worker_ids(locked), "task.returned", locked, reason=reason.strip())
    return locked


def _decide(actor: Actor, task: Task, returned_reason: str) -> None:
    if actor.user is None or not rules.may_check(actor.user, task):
        raise NotAllowed(_("Only who gave the task decides on its answer."))
    Answer.objects.filter(task=task, decided_at=None).update(
        decided_by=actor.user, decided_at=now(), returned_reason=returned_reason[:500]
    )
