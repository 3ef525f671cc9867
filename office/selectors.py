"""Reads for pages: whose tasks, how many, narrowed by what."""

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.time import now
from deadlines.querysets import light_q
from office.models import Paper, PaperHandover, Receipt, StaffNotice, Task
from office.querysets import PaperHandoverQuerySet, PaperQuerySet, StaffNoticeQuerySet, TaskQuerySet, self_check_q
from office.words import having

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


def waiting_for(user: User) -> TaskQuerySet:
    """What somebody has to do now: answer, take, or look at an answer; the first due first."""
    work = (_box_q(user, "mine") | _box_q(user, "department")) & Q(status__in=Task.WORKING)
    return Task.objects.visible_to(user).filter(work | _box_q(user, "check")).order_by("clock__due_at", "id")


HANDOVER_BOXES = {
    "sign": _("To sign for"),
    "settle": _("Back with us"),
    "sent": _("Sent by us"),
    "got": _("Received by us"),
    "all": pgettext_lazy("hand-overs", "All"),
}


def _handover_q(user: User, box: str) -> Q:
    departments = [post.department_id for post in user.current_posts]
    return {
        "sign": Q(status="sent", to_department__in=departments),
        "settle": Q(status="back", from_department__in=departments),
        "sent": Q(from_department__in=departments),
        "got": Q(to_department__in=departments) & ~Q(status__in=["sent", "withdrawn"]),
        "all": Q(),
    }[box]


def handovers_in_box(user: User, box: str) -> PaperHandoverQuerySet:
    """Hand-overs of one of HANDOVER_BOXES."""
    return PaperHandover.objects.visible_to(user).filter(_handover_q(user, box))


def handover_counts(user: User) -> dict[str, int]:
    """How many there are in each box; of those sent, how many are not settled yet. One query."""
    waits = {"sent": Q(status__in=["sent", "back"])}
    counts = {
        box: Count("pk", filter=_handover_q(user, box) & waits.get(box, Q(pk__isnull=False))) for box in HANDOVER_BOXES
    }
    return PaperHandover.objects.visible_to(user).order_by().aggregate(**counts)


def filtered_handovers(rows: PaperHandoverQuerySet, data: dict[str, Any]) -> PaperHandoverQuerySet:
    """Narrowed by the filter form; open ones first, then the newest."""
    if data.get("status"):
        rows = rows.filter(status=data["status"])
    if data.get("q"):
        rows = rows.with_words(data["q"])
    if data.get("department"):
        rows = rows.filter(Q(from_department=data["department"]) | Q(to_department=data["department"]))
    return rows.order_by("-id")


def papers_found(user: User, data: dict[str, Any]) -> PaperQuerySet:
    """Papers one may see, narrowed by the form; the last moved first."""
    rows = Paper.objects.visible_to(user)
    if data.get("q"):
        rows = rows.filter(having(data["q"]))
    if data.get("state"):
        rows = rows.filter(state=data["state"])
    return rows.order_by("-since", "-id")


NOTICE_BOXES = {
    "unread": pgettext_lazy("staff notices", "Unread"),
    "all": pgettext_lazy("staff notices", "All"),
    "written": _("Written by me"),
}


def notices_in_box(user: User, box: str) -> StaffNoticeQuerySet:
    """Notices of one of NOTICE_BOXES."""
    rows = StaffNotice.objects.visible_to(user)
    if box == "unread":
        return rows.filter(pk__in=user.notice_receipts.unread().values("notice"))
    return rows.filter(published_by=user) if box == "written" else rows


def unread_count(user: User) -> int:
    """For the menu's badge."""
    return Receipt.objects.unread().filter(user=user).count()


def notice_counts(user: User) -> dict[str, int]:
    return {"unread": unread_count(user)}


def filtered_notices(rows: StaffNoticeQuerySet, data: dict[str, Any]) -> StaffNoticeQuerySet:
    if data.get("q"):
        rows = rows.with_words(data["q"])
    if data.get("importance"):
        rows = rows.filter(importance=data["importance"])
    return rows
