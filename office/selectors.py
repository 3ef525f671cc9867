"""Reads for pages: whose tasks, how many, narrowed by what."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.time import now
from deadlines.querysets import light_q
from office.models import Task
from office.querysets import TaskQuerySet, self_check_q

# The tabs of the list, in the order in which somebody looks.
BOXES = {
    "mine": _("Mine"),
    "department": _("Untaken in my department"),
    "check": _("To look at"),
    "given": _("Given by me"),
    "all": _("All that I see"),
}


def _box_q(user: User, box: str) -> Q:
    departments = [post.department_id for post in user.current_posts]
    return {
        "mine": Q(handler=user),
        "department": Q(handler=None, department__in=departments),
        "check": Q(status="answered") & (Q(checker=user) | self_check_q(user)),
        "given": Q(assigned_by=user) | Q(checker=user),
        "all": Q(),
    }[box]


def in_box(user: User, box: str) -> TaskQuerySet:
    """Tasks of one of BOXES."""
    return Task.objects.visible_to(user).filter(_box_q(user, box))


def box_counts(user: User) -> dict[str, int]:
    """How many wait in each box: what is not ended, of "mine" what is to be answered; one query."""
    waits = {
        "mine": Q(status__in=Task.WORKING), "department": Q(status__in=Task.WORKING), "check": Q(),
        "given": Q(status__in=Task.OPEN), "all": Q(status__in=Task.OPEN),
    }  # fmt: skip
    counts = {box: Count("pk", filter=_box_q(user, box) & waits[box]) for box in BOXES}
    return Task.objects.visible_to(user).order_by().aggregate(**counts)


def filtered(rows: TaskQuerySet, data: dict[str, Any], box: str) -> TaskQuerySet:
    """Narrowed by the filter form; what is due first comes first, ended ones newest first."""
    status = data.get("status") or ""
    if status == "":
        waiting = Task.WORKING if box in ("mine", "department") else Task.OPEN
        rows = rows.filter(status__in=waiting)
    elif status != "all":
        rows = rows.filter(status=status)
    if data.get("q"):
        rows = rows.with_words(data["q"])
    if data.get("light"):
        at = now()
        answered = Q(status="answered")
        rows = rows.filter(
            (answered & light_q(data["light"], at, "check_clock__"))
            | (~answered & Q(status__in=Task.WORKING) & light_q(data["light"], at, "clock__"))
        )
    if data.get("department"):
        rows = rows.filter(department=data["department"])
    order = ("-ended_at", "-id") if status in ("closed", "withdrawn") else ("clock__due_at", "id")
    return rows.order_by(*order)
