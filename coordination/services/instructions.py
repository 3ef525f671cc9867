"""A leader's instruction from the draft to its end: given, divided, answered, closed or sent back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department, Role, User
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now
from coordination import rules
from coordination.models import Instruction, Part
from coordination.people import holders
from coordination.services.duties import INSTRUCTION, start_closing, start_dividing
from coordination.services.locking import lock_instruction, move_instruction
from coordination.subjects import Subject
from deadlines.services import cancel_many, finish_many
from ledger.services import record
from notifications.services import Notice, notify_many
from office.models import Task
from office.services import TaskSpec, assign_tasks


@dataclass(frozen=True, slots=True)
class Words:
    """What a leader writes."""

    text: str
    divider: User
    urgency: str = Instruction.Urgency.ORDINARY


@dataclass(frozen=True, slots=True)
class PartSpec:
    """What one department has to do within so many working days."""

    department: Department
    text: str
    days: int


@transaction.atomic
def write_instruction(*, actor: Actor, subject: Subject, words: Words) -> Instruction:
    """Draft an instruction. Raises InvalidInput by field, NotAllowed for whoever is no leader."""
    _require_leader(actor)
    _check(words)
    instruction = Instruction.objects.create(
        subject_type=subject.type,
        subject_id=subject.id,
        title=subject.title[:200],
        link=subject.link,
        project_id=subject.project_id,
        leader=actor.person,
        divider=words.divider,
        text=words.text.strip(),
        urgency=words.urgency,
        created_at=now(),
    )
    record(actor=actor, subject=instruction, act="instruction.written")
    return instruction


@transaction.atomic
def save_instruction(*, actor: Actor, instruction: Instruction, words: Words) -> Instruction:
    """Change a draft; nobody but its leader sees it yet."""
    locked = _lock_own(actor, instruction, "save")
    _check(words)
    locked.text, locked.urgency, locked.divider = words.text.strip(), words.urgency, words.divider
    locked.save(update_fields=["status", "text", "urgency", "divider"])
    return locked


@transaction.atomic
def give_instruction(*, actor: Actor, instruction: Instruction) -> Instruction:
    """The draft goes to the person who divides it, on a clock by its urgency. On record with the instruction alone:
    a firm reads the timeline of its project, not the words of a leader."""
    locked = _lock_own(actor, instruction, "give")
    locked.given_at = now()
    start_dividing(locked, actor=actor)
    locked.save(update_fields=["status", "given_at", "clock"])
    record(actor=actor, subject=locked, act="instruction.given", data={"urgency": locked.urgency, "note": locked.text})
    _tell(locked, "instruction.given", [locked.divider_id], actor)
    return locked


@transaction.atomic
def withdraw_instruction(*, actor: Actor, instruction: Instruction, reason: str = "") -> Instruction:
    """Take back a draft, or what nobody has divided yet (with a reason)."""
    locked = _lock_own(actor, instruction, "withdraw")
    given = locked.given_at is not None
    if given and locked.round > 1:
        raise NotAllowed(_("Departments have answered it already: divide it anew or close it."))
    if given and not reason.strip():
        raise InvalidInput({"reason": _("Say why the instruction is withdrawn.")})
    locked.ended_at = now()
    cancel_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    locked.save(update_fields=["status", "ended_at"])
    if given:
        record(actor=actor, subject=locked, act="instruction.withdrawn", data={"reason": reason.strip()})
        _tell(locked, "instruction.withdrawn", [locked.divider_id], actor, reason=reason.strip())
    return locked


@transaction.atomic
def divide_instruction(
    *, actor: Actor, instruction: Instruction, lead: PartSpec, assisting: Sequence[PartSpec] = ()
) -> Instruction:
    """Make it a task for a lead department and tasks for those that assist; each runs on a clock of its own.

    Raises InvalidInput at "lead" or "assisting", Stale where somebody else has divided it.
    """
    locked = lock_instruction(instruction.pk)
    _require(rules.may_divide.test(actor.person, locked))
    if locked.round != instruction.round:
        raise Stale
    move_instruction(locked, "divide")
    _check_parts(lead, assisting)
    parts = _create_parts(locked, lead, assisting)
    tasks = assign_tasks(actor=actor, tasks=[_task(locked, part) for part in parts])
    for part, task in zip(parts, tasks, strict=True):
        part.task_id = task.pk
    Part.objects.bulk_update(parts, ["task"])
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    locked.divided_at = now()
    locked.save(update_fields=["status", "divided_at"])
    names = "、".join(str(one.department.name) for one in parts)
    record(actor=actor, subject=locked, act="instruction.divided", data={"note": names, "round": locked.round})
    return locked


def note_answer(instruction: Instruction, part: Part, *, actor: Actor) -> None:
    """The lead department's task is done: its answer is the summary, and the leader has to look at it.

    Called with the instruction locked, when the director has found the answer good, see ``progress``.
    """
    move_instruction(instruction, "answer")
    instruction.summary, instruction.answered_at, instruction.remark = part.answer, now(), ""
    start_closing(instruction, actor=actor)
    instruction.save(update_fields=["status", "summary", "answered_at", "remark", "clock"])
    record(actor=actor, subject=instruction, act="instruction.answered", data={"note": part.answer})
    handler = instruction.clock.handler_id if instruction.clock else None
    _tell(instruction, "instruction.answered", [instruction.leader_id, handler], actor)


@transaction.atomic
def close_instruction(*, actor: Actor, instruction: Instruction, remark: str = "") -> Instruction:
    """The leader, or who stands in for him, is content: it ends."""
    locked = lock_instruction(instruction.pk)
    _require(rules.may_close.test(actor.person, locked))
    move_instruction(locked, "close")
    locked.ended_at, locked.remark = now(), remark.strip()
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    locked.save(update_fields=["status", "ended_at", "remark"])
    record(actor=actor, subject=locked, act="instruction.closed", data={"note": locked.remark})
    _tell(locked, "instruction.closed", [locked.leader_id, locked.divider_id, *_answered(locked)], actor)
    return locked


@transaction.atomic
def send_back(*, actor: Actor, instruction: Instruction, remark: str) -> Instruction:
    """Not good enough: it goes back to be divided anew, with the leader's words. Raises InvalidInput at "remark"."""
    locked = lock_instruction(instruction.pk)
    _require(rules.may_close.test(actor.person, locked))
    move_instruction(locked, "send_back")
    if not remark.strip():
        raise InvalidInput({"remark": _("Say what is still to be done.")})
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [])
    locked.remark, locked.round = remark.strip(), locked.round + 1
    start_dividing(locked, actor=actor)
    locked.save(update_fields=["status", "remark", "round", "clock"])
    record(actor=actor, subject=locked, act="instruction.sent_back", data={"reason": locked.remark})
    _tell(locked, "instruction.sent_back", [locked.divider_id], actor, reason=locked.remark)
    return locked


def _lock_own(actor: Actor, instruction: Instruction, act: str) -> Instruction:
    locked = lock_instruction(instruction.pk)
    _require(locked.leader_id == actor.user_id)
    _require_leader(actor)
    move_instruction(locked, act)
    return locked


def _require_leader(actor: Actor) -> None:
    if not rules.may_instruct.test(actor.person):
        raise NotAllowed(_("Only a leader gives instructions."))


def _require(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed


def _check(words: Words) -> None:
    errors: dict[str, Any] = {}
    if not words.text.strip():
        errors["text"] = _("Write what is to be done.")
    if words.urgency not in Instruction.Urgency.values:
        errors["urgency"] = _("Choose how urgent it is.")
    if not holders(Role.DIRECTOR).filter(pk=words.divider.pk).exists():
        errors["divider"] = _("Choose who divides it: somebody in a director's post.")
    if errors:
        raise InvalidInput(errors)


def _check_parts(lead: PartSpec, assisting: Sequence[PartSpec]) -> None:
    errors: dict[str, Any] = {}
    if not lead.text.strip():
        errors["lead_text"] = _("Write what is to be done.")
    if lead.days < 1:
        errors["lead_days"] = _("At least one working day.")
    ids = [lead.department.pk, *(one.department.pk for one in assisting)]
    if len(set(ids)) != len(ids):
        errors["assisting"] = _("Each department has one part only.")
    if any(one.days < 1 or not one.text.strip() for one in assisting):
        errors["assisting"] = _("Each assisting department needs its part in words and its working days.")
    if assisting and lead.days < max(one.days for one in assisting):
        errors["lead_days"] = _("The lead department summarises the others, so it needs at least as many days.")
    if errors:
        raise InvalidInput(errors)


def _create_parts(instruction: Instruction, lead: PartSpec, assisting: Sequence[PartSpec]) -> list[Part]:
    return Part.objects.bulk_create(
        Part(
            instruction=instruction,
            round=instruction.round,
            department=one.department,
            is_lead=one is lead,
            text=one.text.strip(),
            days=one.days,
        )
        for one in (lead, *assisting)
    )


def _task(instruction: Instruction, part: Part) -> TaskSpec:
    return TaskSpec(
        title=instruction.title,
        text=part.text,
        department_id=part.department_id,
        role_in=Task.Part.LEAD if part.is_lead else Task.Part.ASSIST,
        days=part.days,
        subject=instruction.subject,
        subject_title=instruction.title,
        subject_link=instruction.link,
        source=(INSTRUCTION, instruction.pk),
        source_title=str(_("Instruction of %(leader)s") % {"leader": instruction.leader}),
        source_link=instruction.get_absolute_url(),
    )


def _answered(instruction: Instruction) -> list[int]:
    people = instruction.parts.filter(answered_by__isnull=False).values_list("answered_by_id", flat=True)
    return [pk for pk in people if pk is not None]


def _tell(instruction: Instruction, template: str, people: Sequence[int | None], actor: Actor, **params: str) -> None:
    told = dict.fromkeys(one for one in people if one not in (None, actor.user_id))
    values = {"title": instruction.title, "leader": str(instruction.leader), **params}
    notify_many([Notice(list(told), template, values, instruction.get_absolute_url())])
