"""Minutes: who was there, what was said, what was decided; signed by the chair and then unchangeable."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department
from common.errors import InvalidInput, NotAllowed
from common.time import now
from coordination import rules
from coordination.models import AgendaItem, Decision, Meeting
from coordination.papers import issue_minutes
from coordination.services.locking import lock_meeting, move_meeting
from coordination.services.progress import DECISION
from deadlines.services import assign_many, finish_many
from ledger.services import record
from notifications.services import Notice, notify_many
from office.models import Task
from office.services import TaskSpec, assign_tasks
from projects.services import raise_problem


@dataclass(frozen=True, slots=True)
class Resolution:
    """One decision: what, by whom, within so many working days, and whether it is a task or a problem."""

    text: str
    days: int
    way: str = Decision.Way.TASK
    department: Department | None = None
    item: AgendaItem | None = None


@transaction.atomic
def hold_meeting(*, actor: Actor, meeting: Meeting, attended: Collection[int]) -> Meeting:
    """It has taken place; ``attended`` are ids of the invitations whose guests were there."""
    locked = _lock(actor, meeting, "hold")
    if locked.starts_at > now():
        raise InvalidInput({"attended": _("The meeting has not begun yet.")})
    locked.save(update_fields=["status"])
    locked.invitations.filter(pk__in=attended).update(attended=True)
    locked.invitations.exclude(pk__in=attended).update(attended=False)
    there = locked.invitations.filter(attended=True).count()
    record(actor=actor, subject=locked, act="meeting.held", data={"attended": there})
    return locked


@transaction.atomic
def write_minutes(*, actor: Actor, meeting: Meeting, text: str, outcomes: Mapping[int, str]) -> Meeting:
    """Keep the draft: the text as a whole and what was said on each point (by id of the agenda item)."""
    locked = _lock(actor, meeting, "write")
    locked.minutes, locked.minutes_by, locked.minutes_at = text.strip(), actor.user, now()
    locked.save(update_fields=["minutes", "minutes_by", "minutes_at"])
    items = [row for row in locked.items.all() if row.pk in outcomes]
    for row in items:
        row.outcome = outcomes[row.pk].strip()
    AgendaItem.objects.bulk_update(items, ["outcome"])
    return locked


@transaction.atomic
def add_decision(*, actor: Actor, meeting: Meeting, resolution: Resolution) -> Decision:
    """Note a decision; it becomes a task or a problem when the minutes are signed. Raises InvalidInput by field."""
    locked = _lock(actor, meeting, "write")
    _check(locked, resolution)
    return Decision.objects.create(
        meeting=locked,
        item=resolution.item,
        text=resolution.text.strip(),
        way=resolution.way,
        department=resolution.department if resolution.way == Decision.Way.TASK else None,
        days=resolution.days,
    )


@transaction.atomic
def remove_decision(*, actor: Actor, decision: Decision) -> None:
    """Before the chair has signed."""
    locked = _lock(actor, decision.meeting, "write")
    Decision.objects.filter(pk=decision.pk, meeting=locked).delete()


@transaction.atomic
def submit_minutes(*, actor: Actor, meeting: Meeting) -> Meeting:
    """The draft goes to the chair; from now on the duty is the chair's. Raises InvalidInput at "text"."""
    locked = _lock(actor, meeting, "submit")
    if not locked.minutes:
        raise InvalidInput({"text": _("Write the minutes first.")})
    locked.save(update_fields=["status"])
    assign_many(clock_ids=[locked.clock_id] if locked.clock_id else [], handler_id=locked.chair_id)
    record(actor=actor, subject=locked, act="meeting.minutes_submitted")
    _tell(locked, [locked.chair_id], "meeting.to_sign", actor)
    return locked


@transaction.atomic
def return_minutes(*, actor: Actor, meeting: Meeting, reason: str) -> Meeting:
    """The chair wants something changed: back to the secretary with words."""
    locked = _lock_to_sign(actor, meeting, "return")
    if not reason.strip():
        raise InvalidInput({"reason": _("Say what is to be changed.")})
    locked.save(update_fields=["status"])
    assign_many(clock_ids=[locked.clock_id] if locked.clock_id else [], handler_id=locked.secretary_id)
    record(actor=actor, subject=locked, act="meeting.minutes_returned", data={"reason": reason.strip()})
    _tell(locked, [locked.secretary_id], "meeting.returned", actor, reason=reason.strip())
    return locked


@transaction.atomic
def sign_minutes(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Signed: numbered and frozen as a paper, each decision becomes a task or a problem with owner and clock."""
    locked = _lock_to_sign(actor, meeting, "sign")
    locked.signed_by, locked.signed_at = actor.person, now()
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    decisions = list(locked.decisions.select_related("department", "item__project").order_by("pk"))
    _give_tasks(locked, [one for one in decisions if one.way == Decision.Way.TASK], actor)
    _raise_problems([one for one in decisions if one.way == Decision.Way.PROBLEM], actor)
    locked.document = issue_minutes(locked, decisions, actor=actor)
    locked.save(update_fields=["status", "signed_by", "signed_at", "document"])
    record(actor=actor, subject=locked, act="meeting.minutes_signed", data={"decisions": len(decisions)})
    guests = locked.invitations.filter(user__isnull=False).values_list("user_id", flat=True)
    _tell(locked, list(guests), "meeting.signed", actor)
    return locked


def _give_tasks(meeting: Meeting, decisions: list[Decision], actor: Actor) -> None:
    """The secretary looks at the answers: the meeting as such has nobody who could."""
    specs = [
        TaskSpec(
            title=one.text.splitlines()[0][:120],
            text=one.text,
            department_id=one.department_id,
            days=one.days,
            subject=("projects.project", one.item.project_id) if one.item and one.item.project_id else None,
            subject_title=str(one.item.project or "") if one.item else "",
            subject_link=one.item.project.get_absolute_url() if one.item and one.item.project else "",
            source=(DECISION, one.pk),
            source_title=meeting.title,
            source_link=meeting.get_absolute_url(),
            checker_id=meeting.secretary_id,
        )
        for one in decisions
    ]
    tasks: list[Task] = assign_tasks(actor=actor, tasks=specs, together=False) if specs else []
    for one, task in zip(decisions, tasks, strict=True):
        one.task = task
    Decision.objects.bulk_update(decisions, ["task"])


def _raise_problems(decisions: list[Decision], actor: Actor) -> None:
    for one in decisions:
        assert one.item is not None
        assert one.item.project is not None
        title = one.text.splitlines()[0][:120]
        one.problem = raise_problem(
            actor=actor,
            project=one.item.project,
            title=title,
            text=one.text,
            source=(DECISION, one.pk),
            days=one.days,
        )
        one.save(update_fields=["problem"])


def _lock(actor: Actor, meeting: Meeting, act: str) -> Meeting:
    locked = lock_meeting(meeting.pk)
    if not (rules.may_keep | rules.has_the_minutes).test(actor.person, locked):
        raise NotAllowed(_("The secretary of the meeting does that."))
    move_meeting(locked, act)
    return locked


def _lock_to_sign(actor: Actor, meeting: Meeting, act: str) -> Meeting:
    locked = lock_meeting(meeting.pk)
    if not rules.may_sign.test(actor.person, locked):
        raise NotAllowed(_("The chair signs the minutes."))
    move_meeting(locked, act)
    return locked


def _check(meeting: Meeting, resolution: Resolution) -> None:
    errors: dict[str, Any] = {}
    item = resolution.item
    if not resolution.text.strip():
        errors["text"] = _("Write what was decided.")
    if resolution.days < 1:
        errors["days"] = _("At least one working day.")
    if resolution.way not in Decision.Way.values:
        errors["way"] = _("Choose what becomes of it.")
    elif resolution.way == Decision.Way.TASK and resolution.department is None:
        errors["department"] = _("Choose the department.")
    elif resolution.way == Decision.Way.PROBLEM and (item is None or item.project_id is None):
        errors["item"] = _("A problem belongs to a project: choose a point that concerns one.")
    if item is not None and item.meeting_id != meeting.pk:
        errors["item"] = _("This point is not on the agenda.")
    if errors:
        raise InvalidInput(errors)


def _tell(meeting: Meeting, people: list[int], template: str, actor: Actor, **params: str) -> None:
    told = [one for one in dict.fromkeys(people) if one != actor.user_id]
    notify_many([Notice(told, template, {"title": meeting.title, **params}, meeting.get_absolute_url())])
