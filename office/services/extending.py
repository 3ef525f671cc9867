"""More days for a task: asked by the handler, decided by the giver."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.ids import uuid7
from common.time import now
from deadlines import calendars, recount
from deadlines.models import Clock, ClockKind
from deadlines.rungs import ladders
from deadlines.services import arm, finish_many
from office import limits, rules
from office.models import Task, TaskExtension
from office.services.common import checker_ids, done, giver_clock, lock_task, tell, worker_ids


@transaction.atomic
def ask_more_days(*, actor: Actor, task: Task, days: int, reason: str) -> TaskExtension:
    """Ask the giver for more working days, before the limit has run out; one request at a time."""
    locked = lock_task(task, "extend")
    if actor.user is None or not rules.is_handler(actor.user, locked):
        raise NotAllowed(_("Only the handler asks for more days."))
    _refuse_late(locked.clock)
    if locked.extensions.filter(status="asked").exists():
        raise TransitionNotAllowed(_("More days have been asked for already."))
    left = limits.days(limits.Code.TASK_EXTENSION) - locked.clock.extended
    errors: dict[str, object] = {}
    if not 0 < days <= left:
        errors["days"] = _("At most %(left)s more working days can be given for this task.") % {"left": max(left, 0)}
    if not reason.strip():
        errors["reason"] = _("Give the reason; the giver decides by it.")
    if errors:
        raise InvalidInput(errors)
    duty = uuid7()
    asked = TaskExtension.objects.create(
        task=locked, clock=locked.clock, days=days, reason=reason.strip(), asked_by=actor.user, asked_at=now(),
        duty_id=duty,
    )  # fmt: skip
    budget = limits.days(limits.Code.EXTENSION_REPLY)
    arm(spec=giver_clock(locked, duty, ClockKind.EXTENSION, budget), actor=actor)
    done(actor, locked, "extension_asked", {"days": days, "reason": reason.strip()})
    tell(actor, checker_ids(locked), "task.extension_asked", locked, days=days, reason=reason.strip())
    return asked


@transaction.atomic
def decide_more_days(*, actor: Actor, extension: TaskExtension, grant: bool, remark: str = "") -> TaskExtension:
    """Grant or refuse; a refusal needs words. Raises Stale when it is decided or dropped already."""
    task = lock_task(extension.task, "extend")
    if actor.user is None or not rules.may_check(actor.user, task):
        raise NotAllowed(_("Only who gave the task decides on more days."))
    row = TaskExtension.objects.select_for_update().get(pk=extension.pk)
    if row.status != TaskExtension.Status.ASKED:
        raise Stale
    if not grant and not remark.strip():
        raise InvalidInput({"remark": _("Say why more days are refused.")})
    if grant:
        _refuse_late(task.clock)
        _add(task, row.days, actor)
    row.status = TaskExtension.Status.GRANTED if grant else TaskExtension.Status.REFUSED
    row.remark, row.decided_by, row.decided_at = remark.strip(), actor.user, now()
    row.save(update_fields=["status", "remark", "decided_by", "decided_at"])
    finish_many(clock_ids=[row.duty_id])
    done(actor, task, "extended" if grant else "extension_refused", {"days": row.days, "remark": row.remark})
    template = "task.extended" if grant else "task.extension_refused"
    tell(actor, worker_ids(task), template, task, days=row.days, reason=row.remark)
    return row


def _refuse_late(clock: Clock) -> None:
    if clock.counted_until() > clock.due_at:
        raise TransitionNotAllowed(_("The limit has run out: it can no longer be extended."))


def _add(task: Task, days: int, actor: Actor) -> None:
    """The new date is counted by the engine, which puts the move on the clock."""
    clock = Clock.objects.select_for_update().get(pk=task.clock_id)
    clock.extended += days
    clock.extension_cap = max(clock.extension_cap, clock.extended)
    clock.save(update_fields=["extension_cap"])
    calendar = calendars.current()
    found = recount.changes([clock], ladders(), calendar)
    recount.apply(found, calendar=calendar, user_id=actor.user_id, on_record=False)
    task.clock.refresh_from_db()
