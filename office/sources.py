"""What tasks come from: the app that owns a source registers here and is told what becomes of its tasks.

office knows a source by name and number only. An upper floor enters its own in ``AppConfig.ready``::

    sources.register("coordination.instruction", told=note_progress, lock=lock_instruction, visible=instructions_of)

``told(task, act, actor)`` runs in the transaction of the act, after the task's row is written; raising
a HallError there refuses the act. ``lock(source_id)`` is called before the task itself is locked, so that
everybody takes source and task in this order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.models import User

if TYPE_CHECKING:
    from office.models import Task

# "assigned", "taken", "answered", "returned", "closed", "withdrawn", "handed_over", "extended".
Told = Callable[["Task", str, Actor], None]
Lock = Callable[[int], None]
# The ids of the sources that a person may see, as a queryset; None for none.
Visible = Callable[[User], "QuerySet | None"]


@dataclass(frozen=True, slots=True)
class Source:
    """How one kind of source takes part."""

    told: Told
    lock: Lock | None = None
    visible: Visible | None = None


_SOURCES: dict[str, Source] = {}


def register(label: str, *, told: Told, lock: Lock | None = None, visible: Visible | None = None) -> None:
    """Tell the owner of sources ``label`` ("coordination.instruction") about their tasks."""
    _SOURCES[label.lower()] = Source(told, lock, visible)


def unregister(label: str) -> None:
    _SOURCES.pop(label.lower(), None)


def lock(source: tuple[str, int] | None) -> None:
    """Lock the row that a task comes from, where its app wants that."""
    known = _SOURCES.get(source[0]) if source else None
    if source and known and known.lock:
        known.lock(source[1])


def tell(task: Task, act: str, actor: Actor) -> None:
    """Say to the app that owns the task's source what has just happened."""
    known = _SOURCES.get(task.source_type)
    if known:
        known.told(task, act, actor)


def visible_q(user: User) -> Q:
    """Condition "the task comes from a source that this person may see"."""
    condition = Q(pk__in=[])
    for label, known in _SOURCES.items():
        ids = known.visible(user) if known.visible else None
        if ids is not None:
            condition |= Q(source_type=label, source_id__in=ids)
    return condition
