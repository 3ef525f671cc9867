"""Approving, revoking and ending deviations (特事特办). What they change is changed by their handlers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now, today
from coordination import deviating, rules
from coordination.models import Deviation, Instruction
from coordination.services.duties import ids_of
from coordination.services.locking import lock_instruction
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many

INSTRUCTION = "coordination.instruction"
PROJECT = "projects.project"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a leader approves. ``value`` is one of the handler's choices; ``days`` of a shorter limit only."""

    kind: str
    value: str
    reason: str
    ends_on: date
    days: int | None = None


@transaction.atomic
def approve_deviation(*, actor: Actor, instruction: Instruction, wish: Wish) -> Deviation:
    """Approve and apply one deviation. Raises InvalidInput by field, NotAllowed for whoever is no leader.

    What the catalogue marks as required by law is refused by the handler that knows it.
    """
    if not rules.may_deviate.test(actor.person):
        raise NotAllowed(_("Only a leader approves deviations."))
    locked = lock_instruction(instruction.pk)
    if locked.status not in (Instruction.Status.GIVEN, Instruction.Status.DIVIDED, Instruction.Status.ANSWERED):
        raise Stale
    if locked.project is None:
        raise InvalidInput({"value": _("A deviation belongs to a project; this instruction has none.")})
    _check(wish)
    handler = deviating.handler_of(wish.kind)
    choice = next((one for one in handler.choices(locked.project) if one.value == wish.value), None)
    if choice is None:
        raise InvalidInput({"value": _("Choose what it applies to.")})
    shorter = wish.kind == Deviation.Kind.SHORTER
    deviation = Deviation(
        instruction=locked,
        project=locked.project,
        kind=wish.kind,
        subject_type=handler.subject_type if shorter else "",
        subject_id=int(choice.value) if shorter else None,
        code="" if shorter else choice.value,
        label=choice.label[:200],
        days=wish.days if shorter else None,
        reason=wish.reason.strip(),
        approved_by=actor.person,
        approved_at=now(),
        ends_on=wish.ends_on,
    )
    try:
        with transaction.atomic():
            deviation.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidInput({"value": _("There is such a deviation in force already. Revoke it first.")}) from error
    handler.apply(deviation, actor)
    deviation.save(update_fields=["before", "label"])
    _on_record(actor, deviation, "deviation.approved", reason=deviation.reason)
    _tell(actor, deviation, "deviation.approved", reason=deviation.reason)
    return deviation


@transaction.atomic
def revoke_deviation(*, actor: Actor, deviation: Deviation, reason: str) -> Deviation:
    """A leader takes it back before its day. Raises InvalidInput at "reason"."""
    if not rules.may_deviate.test(actor.person):
        raise NotAllowed(_("Only a leader revokes deviations."))
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why it is revoked.")})
    locked = _lock(deviation.pk)
    locked.end_reason = reason.strip()[:300]
    _end(locked, Deviation.End.REVOKED, actor)
    _on_record(actor, locked, "deviation.revoked", reason=locked.end_reason)
    _tell(actor, locked, "deviation.revoked", reason=locked.end_reason)
    return locked


def end_deviations() -> int:
    """End those whose last day has passed; each in its own transaction, safe to repeat. Says how many."""
    rows = Deviation.objects.filter(ended_at=None, ends_on__lt=today()).order_by("pk").values_list("pk", flat=True)
    return sum(_end_by_date(pk) for pk in rows)


@transaction.atomic
def _end_by_date(pk: int) -> bool:
    try:
        locked = _lock(pk)
    except Stale:
        return False
    actor = Actor.system()
    _end(locked, Deviation.End.BY_DATE, actor)
    _on_record(actor, locked, "deviation.ended")
    _tell(actor, locked, "deviation.ended")
    return True


def _lock(pk: int) -> Deviation:
    # The instruction first, as everywhere in this app.
    instruction_id = Deviation.objects.values_list("instruction_id", flat=True).get(pk=pk)
    lock_instruction(instruction_id)
    rows = Deviation.objects.select_for_update(of=("self",)).select_related("project", "instruction", "approved_by")
    locked = rows.get(pk=pk)
    if locked.ended_at is not None:
        raise Stale
    return locked


def _end(deviation: Deviation, how: str, actor: Actor) -> None:
    deviation.ended_at, deviation.ended_by, deviation.end = now(), actor.user, how
    deviation.save(update_fields=["ended_at", "ended_by", "end", "end_reason"])
    deviating.handler_of(deviation.kind).undo(deviation, actor)


def _check(wish: Wish) -> None:
    errors: dict[str, Any] = {}
    if wish.kind not in deviating.kinds():
        errors["kind"] = _("Choose a kind.")
    if not wish.reason.strip():
        errors["reason"] = _("Give the reason; it stays on record and is shown on the case.")
    if wish.ends_on <= today():
        errors["ends_on"] = _("Choose a day after today.")
    if wish.kind == Deviation.Kind.SHORTER and not wish.days:
        errors["days"] = _("Say within how many days it has to be done.")
    if errors:
        raise InvalidInput(errors)


def _on_record(actor: Actor, deviation: Deviation, act: str, **data: Any) -> None:
    said = {
        "deviation": deviation.pk,
        "kind": deviation.kind,
        "label": deviation.label,
        "days": deviation.days,
        "ends_on": deviation.ends_on.isoformat(),
        **data,
    }
    subjects = [(INSTRUCTION, deviation.instruction_id), (PROJECT, deviation.project_id)]
    if deviation.subject_id is not None:
        subjects.append((deviation.subject_type, deviation.subject_id))
    record_many(actor=actor, records=[Record(subject, act, said) for subject in subjects])


def _tell(actor: Actor, deviation: Deviation, template: str, **params: str) -> None:
    instruction = deviation.instruction
    people = [one for one in ids_of([instruction.leader, instruction.divider]) if one != actor.user_id]
    values = {"kind": deviation.get_kind_display(), "label": deviation.label, "reason": "", **params}
    values["until"] = deviation.ends_on.isoformat()
    notify_many([Notice(people, template, values, instruction.get_absolute_url())])
