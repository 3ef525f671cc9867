"""What the services of tasks share: locking, clocks, letters, uploads."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from accounts.actors import Actor
from accounts.models import Post
from common.errors import InvalidInput
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, cancel_many
from files.models import StoredFile
from files.services import store
from ledger.services import record
from notifications.services import Notice, notify_many
from office import sources
from office.models import Task, TaskExtension
from office.transitions import TASK

TASK_LABEL = "office.task"


def lock_task(task: Task, act: str) -> Task:
    """The task under lock, after what it comes from; raises TransitionNotAllowed where ``act`` does not fit."""
    sources.lock(task.source)
    rows = Task.objects.select_for_update(of=("self",)).select_related("department", "clock", "check_clock")
    locked = rows.get(pk=task.pk)
    TASK.next(Task.Status(locked.status), act)
    return locked


def work_clock(task: Task, days: int) -> ClockSpec:
    """The handler's duty, under the id that stands on the task."""
    return ClockSpec(
        id=task.clock_id,
        kind=ClockKind.TASK,
        subject=(TASK_LABEL, task.pk),
        title=task.title,
        link=task.get_absolute_url(),
        department_id=task.department_id,
        role=task.role,
        handler_id=task.handler_id,
        promised=days,
    )


def giver_clock(task: Task, clock_id: UUID, kind: str, days: int) -> ClockSpec:
    """A duty of who gave the task: looking at the answer, or deciding on more days."""
    return ClockSpec(
        id=clock_id,
        kind=kind,
        subject=(TASK_LABEL, task.pk),
        title=task.title,
        link=task.get_absolute_url(),
        department_id=task.checker_department_id,
        role=task.checker_role,
        handler_id=task.checker_id,
        promised=days,
    )


def drop_requests(task: Task) -> None:
    """A request for more days that nobody needs any more waits for nobody."""
    waiting = TaskExtension.objects.select_for_update(of=("self",)).filter(task=task, status="asked").first()
    if waiting is not None:
        waiting.status = TaskExtension.Status.DROPPED
        waiting.save(update_fields=["status"])
        cancel_many(clock_ids=[waiting.duty_id])


def done(actor: Actor, task: Task, act: str, data: dict[str, Any] | None = None) -> None:
    """Put an act on record and tell the app that owns the task's source."""
    record(actor=actor, subject=task, act=f"task.{act}", data={"title": task.title, **(data or {})})
    sources.tell(task, act, actor)


def worker_ids(task: Task) -> list[int]:
    """Whom the task concerns: the handler, else the holders of the post that it lies on."""
    if task.handler_id is not None:
        return [task.handler_id]
    return holders(task.department_id, task.role)


def checker_ids(task: Task) -> list[int]:
    """Who looks at the answer."""
    if task.checker_id is not None:
        return [task.checker_id]
    return holders(task.checker_department_id, task.checker_role)


def holders(department_id: int | None, role: str) -> list[int]:
    """Holders of a post today."""
    if department_id is None or not role:
        return []
    posts = Post.objects.current().with_role(role).in_departments([department_id]).filter(user__is_active=True)
    return list(posts.order_by("user_id").values_list("user_id", flat=True).distinct())


def tell(actor: Actor, recipients: Sequence[int], template: str, task: Task, **params: Any) -> None:
    """One message about a task to all but the one who acts."""
    people = [one for one in recipients if one != actor.user_id]
    said = {"title": task.title, "person": str(actor.user or ""), "department": task.department.name, **params}
    notify_many([Notice(people, template, said, link=task.get_absolute_url())])


def keep(actor: Actor, uploads: Sequence[UploadedFile], field: str = "attachments") -> list[StoredFile]:
    """Store uploads; a refusal is told at the form's field."""
    kept = []
    for upload in uploads:
        try:
            kept.append(store(actor=actor, upload=upload))
        except InvalidInput as error:
            raise InvalidInput({field: error.errors.get("file", [error.message])}) from error
    return kept
