"""Whose duty it is, written on the row itself; registered with deadlines.owners."""

from accounts.actors import Actor
from accounts.models import Role
from common.errors import Stale
from deadlines import owners
from deadlines.models import Clock, ClockKind
from office.models import PaperHandover, Task, TaskExtension
from office.services.common import TASK_LABEL
from office.services.papers import HANDOVER_LABEL


def move_task(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """The handler of a task, or who has to look at its answer."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=clock.subject_id)
    if clock.pk == task.clock_id and task.status in Task.WORKING:
        task.handler_id = to_user_id
        task.save(update_fields=["handler"])
    elif clock.pk == task.check_clock_id and task.status == Task.Status.ANSWERED:
        _move_checker(task, to_user_id)
    else:
        raise Stale


def move_request(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Who decides on more days is who looks at the answer later."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=clock.subject_id)
    if not TaskExtension.objects.filter(duty=clock.pk, status="asked").exists():
        raise Stale
    _move_checker(task, to_user_id)


def move_papers(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Everybody of the department may sign, so the hand-over names nobody: only the clock says who is reminded."""
    handover = PaperHandover.objects.select_for_update(of=("self",)).get(pk=clock.subject_id)
    if clock.pk not in (handover.clock_id, handover.back_clock_id) or not handover.is_open:
        raise Stale


def _move_checker(task: Task, to_user_id: int | None) -> None:
    task.checker_id = to_user_id
    task.save(update_fields=["checker"])


def register_owners() -> None:
    """Tell deadlines how tasks and hand-overs of papers change hands."""
    everybody = tuple(Role.values)
    owners.register(ClockKind.TASK, TASK_LABEL, move_task, everybody)
    owners.register(ClockKind.EXTENSION, TASK_LABEL, move_request, everybody)
    owners.register(ClockKind.PAPER_HANDOVER, HANDOVER_LABEL, move_papers, everybody)
