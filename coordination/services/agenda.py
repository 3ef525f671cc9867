"""The agenda: open problems of projects, points by hand, their order."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, Stale
from coordination import rules
from coordination.models import AgendaItem, Meeting
from coordination.services.locking import lock_meeting, move_meeting
from enterprises.models import Enterprise
from ledger.services import record
from projects.models import Problem


@transaction.atomic
def add_problems(*, actor: Actor, meeting: Meeting, problems: Sequence[Problem]) -> list[AgendaItem]:
    """Put open problems on the agenda, at its end; those that are there already stay where they are."""
    locked = _lock(actor, meeting)
    there = set(locked.items.values_list("problem_id", flat=True))
    fresh = [one for one in problems if one.pk not in there]
    first = _next(locked)
    rows = AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=locked,
            position=first + number,
            title=one.title,
            note=one.text,
            problem=one,
            project=one.project,
            enterprise_id=one.project.enterprise_id,
        )
        for number, one in enumerate(fresh)
    )
    if rows:
        titles = "；".join(one.title for one in rows)
        record(actor=actor, subject=locked, act="meeting.agenda_changed", data={"note": titles})
    return rows


@transaction.atomic
def add_item(
    *, actor: Actor, meeting: Meeting, title: str, note: str = "", firm: Enterprise | None = None
) -> AgendaItem:
    """A point by hand; with ``firm`` its members see it. Raises InvalidInput at "title"."""
    locked = _lock(actor, meeting)
    if not title.strip():
        raise InvalidInput({"title": _("Say what the point is about.")})
    row = AgendaItem.objects.create(
        meeting=locked, position=_next(locked), title=title.strip()[:200], note=note.strip(), enterprise=firm
    )
    record(actor=actor, subject=locked, act="meeting.agenda_changed", data={"note": row.title})
    return row


@transaction.atomic
def move_item(*, actor: Actor, item: AgendaItem, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens."""
    locked = _lock(actor, item.meeting)
    rows = list(locked.items.order_by("position", "pk"))
    at = next((number for number, row in enumerate(rows) if row.pk == item.pk), None)
    if at is None:
        raise Stale
    to = at + (-1 if up else 1)
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for number, row in enumerate(rows):
        row.position = number
    AgendaItem.objects.bulk_update(rows, ["position"])


@transaction.atomic
def remove_item(*, actor: Actor, item: AgendaItem) -> None:
    """Take a point off the agenda of a meeting that is still to come."""
    locked = _lock(actor, item.meeting)
    AgendaItem.objects.filter(pk=item.pk).delete()
    record(actor=actor, subject=locked, act="meeting.agenda_changed", data={"note": f"− {item.title}"})


def _lock(actor: Actor, meeting: Meeting) -> Meeting:
    locked = lock_meeting(meeting.pk)
    if not rules.may_keep.test(actor.person, locked):
        raise NotAllowed(_("The secretary of the meeting does that."))
    move_meeting(locked, "arrange")
    return locked


def _next(meeting: Meeting) -> int:
    last = meeting.items.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
