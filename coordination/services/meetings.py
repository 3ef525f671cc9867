"""Meetings until they are held: calling, inviting, moving, calling off, answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.display import local_moment
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now
from coordination import rules
from coordination.models import AgendaItem, Decision, Invitation, Meeting
from coordination.services.duties import minutes_clock
from coordination.services.locking import lock_meeting, move_meeting
from deadlines.services import cancel_many
from enterprises.models import Enterprise, Membership
from ledger.services import record
from notifications.services import Notice, notify_many


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where, who leads and who writes."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    chair: User
    secretary: User


@transaction.atomic
def call_meeting(*, actor: Actor, plan: Plan, people: Sequence[User] = (), firms: Sequence[Enterprise] = ()) -> Meeting:
    """Plan a meeting and invite. What earlier meetings of its kind decided and is not done comes first on its agenda.

    The secretary's duty to write the minutes runs from its end on. Raises InvalidInput by field, NotAllowed.
    """
    if not rules.may_call.test(actor.person):
        raise NotAllowed(_("Leaders, the director and service officers call meetings."))
    _check(plan)
    meeting = Meeting(created_by=actor.person, created_at=now(), **_values(plan))
    meeting.save()
    _arm(meeting, actor)
    guests = {plan.chair.pk: plan.chair, plan.secretary.pk: plan.secretary, **{one.pk: one for one in people}}
    rows = [Invitation(meeting=meeting, user=one) for one in guests.values()]
    rows += [Invitation(meeting=meeting, enterprise=one) for one in {one.pk: one for one in firms}.values()]
    Invitation.objects.bulk_create(rows)
    _take_over(meeting)
    record(actor=actor, subject=meeting, act="meeting.called", data=_when(meeting))
    _tell_all(meeting, "meeting.invited", actor)
    return meeting


@transaction.atomic
def change_meeting(*, actor: Actor, meeting: Meeting, starts_at: datetime, ends_at: datetime, place: str) -> Meeting:
    """Another time or place: everybody is told and asked anew. Raises InvalidInput by field."""
    locked = _lock(actor, meeting, "move")
    _check_time(starts_at, ends_at, place)
    if (starts_at, ends_at, place.strip()) == (locked.starts_at, locked.ends_at, locked.place):
        raise InvalidInput({"starts_at": _("Nothing has changed.")})
    before = _when(locked)
    locked.starts_at, locked.ends_at, locked.place = starts_at, ends_at, place.strip()
    locked.sequence += 1
    cancel_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    _arm(locked, actor)
    locked.save(update_fields=["starts_at", "ends_at", "place", "sequence"])
    asked_anew = {"answer": Invitation.Answer.OPEN, "substitute": "", "note": "", "answered_by": None}
    locked.invitations.update(**asked_anew, answered_at=None)
    record(actor=actor, subject=locked, act="meeting.moved", data={**_when(locked), "before": before})
    _tell_all(locked, "meeting.moved", actor)
    return locked


@transaction.atomic
def cancel_meeting(*, actor: Actor, meeting: Meeting, reason: str) -> Meeting:
    """Call it off; everybody is told. Raises InvalidInput at "reason"."""
    locked = _lock(actor, meeting, "cancel")
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why the meeting is called off.")})
    locked.cancel_reason = reason.strip()[:300]
    locked.sequence += 1
    cancel_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    locked.save(update_fields=["status", "cancel_reason", "sequence"])
    record(actor=actor, subject=locked, act="meeting.cancelled", data={"reason": locked.cancel_reason})
    _tell_all(locked, "meeting.cancelled", actor, reason=locked.cancel_reason)
    return locked


@transaction.atomic
def invite(*, actor: Actor, meeting: Meeting, user: User | None = None, firm: Enterprise | None = None) -> Invitation:
    """One more guest; somebody invited already changes nothing."""
    locked = _lock(actor, meeting, "arrange")
    row, made = Invitation.objects.get_or_create(meeting=locked, user=user, enterprise=firm)
    if made:
        record(actor=actor, subject=locked, act="meeting.invited", data={"note": row.guest})
        _tell(locked, _people([row]), "meeting.invited", actor)
    return row


@transaction.atomic
def answer_invitation(
    *, actor: Actor, invitation: Invitation, answer: str, substitute: str = "", note: str = "", seen: int | None = None
) -> Invitation:
    """Comes, does not, or sends somebody else; may be changed until the meeting is held.

    ``seen`` is the meeting's sequence on the page: Raises Stale where it was moved meanwhile. InvalidInput by field.
    """
    meeting = lock_meeting(invitation.meeting_id)
    move_meeting(meeting, "answer")
    row = Invitation.objects.select_related("user", "enterprise").get(pk=invitation.pk)
    if not rules.may_answer_invitation.test(actor.person, row):
        raise NotAllowed
    if seen is not None and seen != meeting.sequence:
        raise Stale(_("The meeting was moved meanwhile. Look at the new time before you answer."))
    sends = answer == Invitation.Answer.SUBSTITUTE
    if answer == Invitation.Answer.OPEN or answer not in Invitation.Answer.values:
        raise InvalidInput({"answer": _("Choose an answer.")})
    if sends and not substitute.strip():
        raise InvalidInput({"substitute": _("Say who comes instead.")})
    row.answer, row.note = answer, note.strip()[:200]
    row.substitute = substitute.strip()[:60] if sends else ""
    row.answered_by, row.answered_at = actor.user, now()
    row.save(update_fields=["answer", "note", "substitute", "answered_by", "answered_at"])
    said = " · ".join(filter(None, [row.guest, str(row.get_answer_display()), row.substitute, row.note]))
    record(actor=actor, subject=meeting, act="meeting.answered", data={"invitation": row.pk, "note": said})
    _tell(meeting, [meeting.secretary_id], "meeting.answered", actor, guest=row.guest, answer=said)
    return row


def _lock(actor: Actor, meeting: Meeting, act: str) -> Meeting:
    locked = lock_meeting(meeting.pk)
    if not rules.may_keep.test(actor.person, locked):
        raise NotAllowed(_("The secretary of the meeting does that."))
    move_meeting(locked, act)
    return locked


def _values(plan: Plan) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "title": plan.title.strip(),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "place": plan.place.strip(),
        "chair": plan.chair,
        "secretary": plan.secretary,
    }


def _check(plan: Plan) -> None:
    errors: dict[str, Any] = {}
    if plan.kind not in Meeting.Kind.values:
        errors["kind"] = _("Choose a kind.")
    if not plan.title.strip():
        errors["title"] = _("Give the meeting a title.")
    if not plan.chair.is_hall_staff:
        errors["chair"] = _("The chair holds a post in the hall.")
    if not plan.secretary.is_hall_staff:
        errors["secretary"] = _("The secretary holds a post in the hall.")
    if errors:
        raise InvalidInput(errors)
    _check_time(plan.starts_at, plan.ends_at, plan.place)


def _check_time(starts_at: datetime, ends_at: datetime, place: str) -> None:
    errors: dict[str, Any] = {}
    if starts_at <= now():
        errors["starts_at"] = _("Choose a time that lies ahead.")
    if ends_at <= starts_at:
        errors["ends_at"] = _("The end lies after the beginning.")
    if not place.strip():
        errors["place"] = _("Say where the meeting takes place.")
    if errors:
        raise InvalidInput(errors)


def _arm(meeting: Meeting, actor: Actor) -> None:
    meeting.clock = minutes_clock(meeting, actor=actor, starts_at=meeting.ends_at)
    meeting.save(update_fields=["clock"])


def _take_over(meeting: Meeting) -> None:
    """Open decisions of earlier meetings of the same kind, the oldest first."""
    rows = Decision.objects.open().filter(meeting__kind=meeting.kind).exclude(meeting=meeting)
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=number,
            title=one.text[:200],
            earlier=one,
            project_id=one.item.project_id if one.item else None,
            enterprise_id=one.item.enterprise_id if one.item else None,
        )
        for number, one in enumerate(rows.select_related("item").order_by("pk"))
    )


def _when(meeting: Meeting) -> dict[str, Any]:
    note = f"{local_moment(meeting.starts_at)} · {meeting.place}"
    return {"title": meeting.title, "starts_at": meeting.starts_at.isoformat(), "note": note}


def _people(invitations: Sequence[Invitation]) -> list[int]:
    """Those invited by name, and members of the firms that are."""
    users = [row.user_id for row in invitations if row.user_id]
    firms = [row.enterprise_id for row in invitations if row.enterprise_id]
    members = Membership.objects.active().filter(enterprise__in=firms).values_list("user_id", flat=True)
    return [*users, *members]


def _tell_all(meeting: Meeting, template: str, actor: Actor, **params: str) -> None:
    _tell(meeting, _people(list(meeting.invitations.all())), template, actor, **params)


def _tell(meeting: Meeting, people: Sequence[int], template: str, actor: Actor, **params: str) -> None:
    told = [one for one in dict.fromkeys(people) if one != actor.user_id]
    values = {"title": meeting.title, "when": local_moment(meeting.starts_at), "place": meeting.place, **params}
    notify_many([Notice(told, template, values, meeting.get_absolute_url())])
