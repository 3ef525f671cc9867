"""Giving tasks, taking them back, and passing them on inside a department."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role, User
from common.errors import InvalidInput, NotAllowed
from common.ids import uuid7
from common.time import now
from deadlines.services import arm_many, assign_many, cancel_many
from files.models import StoredFile
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many
from office import limits, rules, sources
from office.models import Task
from office.posts import LEADING
from office.services.common import checker_ids, done, drop_requests, keep, lock_task, tell, work_clock, worker_ids
from office.transitions import TASK

MOST_DAYS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec:
    """One task to be given: to a person (``handler_id``), or to a department, where its post ``role`` is told.

    ``role`` empty means the department's head, or who comes next where it has none. ``days`` are
    working days, None the office's limit. ``checker_id`` looks at the answer; None means the giver.
    """

    title: str
    text: str
    department_id: int | None = None
    handler_id: int | None = None
    role: str = ""
    role_in: str = Task.Part.LEAD
    days: int | None = None
    subject: tuple[str, int] | None = None
    subject_title: str = ""
    subject_link: str = ""
    source: tuple[str, int] | None = None
    source_title: str = ""
    source_link: str = ""
    checker_id: int | None = None
    files: Sequence[StoredFile] = field(default_factory=tuple)


@transaction.atomic
def assign_tasks(
    *, actor: Actor, tasks: Sequence[TaskSpec], together: bool = True, uploads: Sequence[UploadedFile] = ()
) -> list[Task]:
    """Give tasks, in the given order; a constant number of statements besides files.

    ``together``: they belong to one matter, lead and assisting, and see each other. A task with a
    source may be given by whomever the app that owns the source has let; without one, see
    ``rules.may_give``. Raises InvalidInput at title, text, department, handler or days.
    """
    if not tasks:
        return []
    if any(spec.source is None for spec in tasks) and not (actor.user and rules.may_give(actor.user)):
        raise NotAllowed(_("Tasks are given by heads of departments, the director, leaders and secretaries."))
    for source in dict.fromkeys(spec.source for spec in tasks if spec.source):
        sources.lock(source)
    places = _Places(tasks)
    default, batch = limits.days(limits.Code.TASK), uuid7()
    days = [default if spec.days is None else spec.days for spec in tasks]
    _check(tasks, days)
    rows = [_row(actor, spec, places.of(spec), batch if together else uuid7()) for spec in tasks]
    Task.objects.bulk_create(rows)
    arm_many(specs=[work_clock(task, one) for task, one in zip(rows, days, strict=True)], actor=actor)
    _attach(actor, rows, tasks, uploads)
    record_many(actor=actor, records=[Record(task, "task.assigned", _told(task)) for task in rows])
    notify_many([_letter(actor, task, places) for task in rows])
    for task in rows:
        sources.tell(task, "assigned", actor)
    return rows


class _Places:
    """Where each task lands; one query for all posts that count."""

    def __init__(self, tasks: Sequence[TaskSpec]) -> None:
        departments = {spec.department_id for spec in tasks if spec.department_id}
        people = {spec.handler_id for spec in tasks if spec.handler_id}
        current = Post.objects.current().filter(user__is_active=True)
        found = current.in_departments(departments) | current.filter(user__in=people)
        self.posts = list(found.order_by("is_substitute", "id"))

    def of(self, spec: TaskSpec) -> tuple[int, str]:
        """Department and post of a task."""
        if spec.handler_id is not None:
            return self._of_person(spec)
        held = {post.role for post in self.posts if post.department_id == spec.department_id}
        if spec.role and spec.role in held:
            return spec.department_id or 0, spec.role
        role = next((one for one in LEADING if one in held), None)
        if role is None or spec.department_id is None:
            raise InvalidInput({"department": _("Nobody holds a post in this department, so nobody would do it.")})
        return spec.department_id, role

    def _of_person(self, spec: TaskSpec) -> tuple[int, str]:
        posts = [post for post in self.posts if post.user_id == spec.handler_id]
        if spec.department_id is not None:
            posts = [post for post in posts if post.department_id == spec.department_id]
        if not posts:
            raise InvalidInput({"handler": _("This person holds no post in this department.")})
        wanted = [post for post in posts if post.role == spec.role] or posts
        return wanted[0].department_id, wanted[0].role

    def holders(self, task: Task) -> list[int]:
        if task.handler_id is not None:
            return [task.handler_id]
        mine = (p for p in self.posts if p.department_id == task.department_id and p.role == task.role)
        return list(dict.fromkeys(post.user_id for post in mine))


def _check(tasks: Sequence[TaskSpec], days: Sequence[int]) -> None:
    errors: dict[str, Any] = {}
    if any(not spec.title.strip() for spec in tasks):
        errors["title"] = [_("Say in a few words what the task is.")]
    if any(not spec.text.strip() for spec in tasks):
        errors["text"] = [_("Write what is to be done.")]
    if any(not 0 < one <= MOST_DAYS for one in days):
        errors["days"] = [_("Between 1 and %(most)s working days.") % {"most": MOST_DAYS}]
    if any(spec.role_in not in Task.Part.values for spec in tasks):
        errors["role_in"] = [_("Choose lead or assisting.")]
    if errors:
        raise InvalidInput(errors)


def _row(actor: Actor, spec: TaskSpec, place: tuple[int, str], batch: UUID) -> Task:
    department_id, role = place
    giver = _post_of_giver(actor.user) if spec.checker_id in (None, actor.user_id) else None
    return Task(
        title=spec.title.strip()[:120],
        text=spec.text.strip(),
        role_in=spec.role_in,
        department_id=department_id,
        role=role,
        handler_id=spec.handler_id,
        batch=batch,
        subject_type=spec.subject[0].lower() if spec.subject else "",
        subject_id=spec.subject[1] if spec.subject else None,
        subject_title=spec.subject_title[:200],
        subject_link=spec.subject_link,
        source_type=spec.source[0].lower() if spec.source else "",
        source_id=spec.source[1] if spec.source else None,
        source_title=spec.source_title[:200],
        source_link=spec.source_link,
        assigned_by=actor.user,
        assigned_at=now(),
        checker_id=spec.checker_id or actor.person.pk,
        checker_department_id=giver.department_id if giver else None,
        checker_role=giver.role if giver else "",
        clock_id=uuid7(),
    )


def _post_of_giver(user: User | None) -> Post | None:
    """The post as which somebody gives tasks: the highest."""
    posts = user.current_posts if user else []
    return min(posts, key=lambda post: LEADING.index(Role(post.role)), default=None)


def _attach(actor: Actor, rows: Sequence[Task], tasks: Sequence[TaskSpec], uploads: Sequence[UploadedFile]) -> None:
    shared = keep(actor, uploads)
    through = Task.files.through
    through.objects.bulk_create(
        through(task_id=task.pk, storedfile_id=one.pk)
        for task, spec in zip(rows, tasks, strict=True)
        for one in [*spec.files, *shared]
    )


def _told(task: Task) -> dict[str, Any]:
    return {
        "title": task.title,
        "department": task.department_id,
        "handler": task.handler_id,
        "part": str(task.role_in),
        "source": [task.source_type, task.source_id] if task.source_id else None,
    }


def _letter(actor: Actor, task: Task, places: _Places) -> Notice:
    people = [one for one in places.holders(task) if one != actor.user_id]
    params = {"title": task.title, "person": str(actor.user or "")}
    return Notice(people, "task.assigned", params, link=task.get_absolute_url())


@transaction.atomic
def withdraw_task(*, actor: Actor, task: Task, reason: str, by_source: bool = False) -> Task:
    """Take a task back: nobody has to do it any more. Its giver may, and ``by_source`` its source's app."""
    locked = lock_task(task, "withdraw")
    trusted = by_source and locked.source is not None
    if not trusted and (actor.user is None or not rules.may_check(actor.user, locked)):
        raise NotAllowed(_("Only who gave the task may take it back."))
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    locked.status = TASK.next(Task.Status(locked.status), "withdraw")
    locked.ended_at = now()
    locked.save(update_fields=["status", "ended_at"])
    cancel_many(clock_ids=[one for one in (locked.clock_id, locked.check_clock_id) if one])
    drop_requests(locked)
    done(actor, locked, "withdrawn", {"reason": reason.strip()})
    tell(actor, worker_ids(locked), "task.withdrawn", locked, reason=reason.strip())
    return locked


@transaction.atomic
def hand_over_task(*, actor: Actor, task: Task, to: User, note: str = "") -> Task:
    """Give an open task to somebody else of the same department; its limit stays.

    The handler may, and who heads the department. Raises InvalidInput at "to".
    """
    locked = lock_task(task, "hand_over")
    if actor.user is None or not rules.may_hand_over(actor.user, locked):
        raise NotAllowed(_("The task is not yours to pass on."))
    held = Post.objects.current().in_departments([locked.department_id]).filter(user=to, user__is_active=True)
    if not held.exists():
        raise InvalidInput({"to": _("This person holds no post in this department.")})
    if locked.handler_id == to.pk:
        raise InvalidInput({"to": _("The task is theirs already.")})
    before, locked.handler = locked.handler_id, to
    locked.save(update_fields=["handler"])
    assign_many(clock_ids=[locked.clock_id], handler_id=to.pk)
    done(actor, locked, "handed_over", {"from": before, "to": to.pk, "note": note.strip()})
    tell(actor, [to.pk], "task.handed_over", locked)
    tell(actor, [one for one in checker_ids(locked) if one != to.pk], "task.moved", locked, handler=str(to))
    return locked
