"""Extending a limit (延期, 行政许可法 art. 42): asked by the handler, approved by the right rank, once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Role
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now
from deadlines import calendars, recount
from deadlines.models import Clock, ClockKind, Extension
from deadlines.rules import may_ask_extension, may_decide_extension
from deadlines.rungs import ladders
from deadlines.services.clocks import ClockSpec, arm, finish_many
from ledger.services import record

# The rank has half a day; the limit that is to be extended runs on meanwhile.
DECIDE_HOURS = 4


@transaction.atomic
def ask_extension(*, actor: Actor, clock_id: UUID, amount: int, reason: str, inner_id: UUID | None = None) -> Extension:
    """Ask for ``amount`` units more, in the clock's own unit; the rank that decides gets a duty of its own.

    ``inner_id`` is the clock of the step on which it is asked; it will get the same. Raises
    InvalidInput for an amount over the cap or without reason, TransitionNotAllowed where the limit
    cannot be extended, has been once, or has run out.
    """
    clock = _lock(clock_id)
    if actor.user is None or not may_ask_extension.test(actor.user, clock):
        raise NotAllowed
    _refuse_unlawful(clock)
    errors: dict[str, list[Any]] = {}
    if not 1 <= amount <= clock.extension_cap:
        errors["amount"] = [_("At most %(cap)s are lawful.") % {"cap": clock.extension_cap}]
    if not reason.strip():
        errors["reason"] = [_("Give the reason: it is told to the applicant.")]
    if errors:
        raise InvalidInput(errors)
    extension = Extension.objects.create(
        clock=clock,
        inner_id=inner_id,
        amount=amount,
        reason=reason.strip(),
        asked_by=actor.user,
        asked_at=now(),
        due_before=clock.due_at,
        lawful_due_before=clock.lawful_due_at,
    )
    extension.duty = arm(spec=_duty(clock), actor=actor)
    extension.save(update_fields=["duty"])
    _record(actor, extension, "clock.extension_asked")
    return extension


def _refuse_unlawful(clock: Clock) -> None:
    """Refuse what no reason can make lawful."""
    # The clock of a step has a cap, yet no rank: it gets its days with the limit that it runs inside of.
    if clock.extension_cap == 0 or not clock.extension_rank:
        raise TransitionNotAllowed(_("This limit cannot be extended."))
    last = clock.extensions.filter(status__in=("asked", "approved", "revoked")).first()
    if last is not None and last.status == Extension.Status.ASKED:
        raise TransitionNotAllowed(_("An extension has been asked for already."))
    if last is not None:
        raise TransitionNotAllowed(_("A limit can be extended once only."))
    if _has_run_out(clock):
        raise TransitionNotAllowed(_("The limit has run out: it can no longer be extended."))


def _has_run_out(clock: Clock) -> bool:
    return clock.counted_until() > (clock.lawful_due_at or clock.due_at)


def _duty(clock: Clock) -> ClockSpec:
    return ClockSpec(
        kind=ClockKind.EXTENSION,
        subject=clock.subject,
        title=clock.title,
        link=clock.link,
        # The head of the very department; a rank above the departments holds its post elsewhere.
        department_id=clock.department_id if clock.extension_rank == Role.HEAD else None,
        role=clock.extension_rank,
        unit=Clock.Unit.WORKHOUR,
        promised=DECIDE_HOURS,
    )


@transaction.atomic
def decide_extension(*, actor: Actor, extension_id: int, approve: bool, remark: str = "") -> Extension:
    """Approve or refuse. Approval moves both limits of the clock, and of the step that asked, by the amount.

    The decider holds the clock's rank and is not the one who asked. A refusal needs words. Raises
    TransitionNotAllowed when the limit has run out meanwhile, Stale when it is decided already.
    """
    extension, clock = _lock_extension(extension_id, Extension.Status.ASKED)
    if actor.user is None or not may_decide_extension.test(actor.user, extension):
        raise NotAllowed
    if not approve and not remark.strip():
        raise InvalidInput({"remark": [_("Say why the extension is refused.")]})
    if approve and _has_run_out(clock):
        raise TransitionNotAllowed(_("The limit has run out: it can no longer be extended."))
    _decide(extension, actor, Extension.Status.APPROVED if approve else Extension.Status.REFUSED, remark)
    if approve:
        _set_extended(extension, extension.amount, actor)
        _refuse_beyond_outer(clock)
    _record(actor, extension, "clock.extended" if approve else "clock.extension_refused")
    return extension


@transaction.atomic
def withdraw_extension(*, actor: Actor, extension_id: int) -> Extension:
    """The asker takes back a request that is not decided yet."""
    extension, _clock = _lock_extension(extension_id, Extension.Status.ASKED)
    if extension.asked_by_id != actor.user_id:
        raise NotAllowed
    _decide(extension, actor, Extension.Status.WITHDRAWN, "")
    _record(actor, extension, "clock.extension_withdrawn")
    return extension


@transaction.atomic
def revoke_extension(*, actor: Actor, extension_id: int, remark: str) -> Extension:
    """Take back an approval: the dates return. Not once it is being used, nor a second time.

    Raises TransitionNotAllowed when the clock has passed the limit that it would return to.
    """
    extension, clock = _lock_extension(extension_id, Extension.Status.APPROVED)
    if actor.user is None or not may_decide_extension.test(actor.user, extension):
        raise NotAllowed
    if not remark.strip():
        raise InvalidInput({"remark": [_("Say why the extension is revoked.")]})
    _decide(extension, actor, Extension.Status.REVOKED, remark)
    _set_extended(extension, 0, actor)
    if clock.counted_until() > extension.clock.due_at:
        # Raised after the dates have been counted, and rolled back with them.
        raise TransitionNotAllowed(_("The original limit has passed: the extension is being used."))
    _record(actor, extension, "clock.extension_revoked")
    return extension


def drop_requests(*, clock_ids: Sequence[UUID], actor: Actor) -> int:
    """Requests on duties that have ended are withdrawn, and nobody has to decide on them; says how many."""
    waiting = Extension.objects.select_for_update().filter(clock__in=clock_ids, status=Extension.Status.ASKED)
    dropped = list(waiting.select_related("clock"))
    for extension in dropped:
        _decide(extension, actor, Extension.Status.WITHDRAWN, "")
        _record(actor, extension, "clock.extension_withdrawn")
    return len(dropped)


def _lock(clock_id: UUID) -> Clock:
    clock = Clock.objects.select_for_update().filter(pk=clock_id).first()
    if clock is None or not clock.is_open:
        raise Stale
    return clock


def _lock_extension(extension_id: int, status: str) -> tuple[Extension, Clock]:
    clock_id = Extension.objects.values_list("clock_id", flat=True).get(pk=extension_id)
    clock = _lock(clock_id)
    extension = Extension.objects.select_for_update().get(pk=extension_id)
    if extension.status != status:
        raise Stale
    extension.clock = clock
    return extension, clock


def _decide(extension: Extension, actor: Actor, status: str, remark: str) -> None:
    extension.status, extension.remark = status, remark.strip()
    extension.decided_by, extension.decided_at = actor.user, now()
    extension.save(update_fields=["status", "remark", "decided_by", "decided_at"])
    finish_many(clock_ids=[extension.duty_id] if extension.duty_id else [])


def _refuse_beyond_outer(clock: Clock) -> None:
    """Joint handling has its own end for all (art. 42 para. 2): a part of it may not be promised for later."""
    outer = clock.parent
    if outer and outer.kind == ClockKind.JOINT and clock.due_at > (outer.lawful_due_at or outer.due_at):
        raise TransitionNotAllowed(_("The joint handling ends earlier: it has to be extended first."))


def _set_extended(extension: Extension, amount: int, actor: Actor) -> None:
    ids = [one for one in (extension.clock_id, extension.inner_id) if one]
    clocks = list(Clock.objects.select_for_update().open().filter(pk__in=ids).order_by("pk"))
    for clock in clocks:
        clock.extended = amount
    calendar = calendars.current()
    found = recount.changes(clocks, ladders(), calendar)
    recount.apply(found, calendar=calendar, user_id=actor.user_id, on_record=False)
    extension.clock.refresh_from_db()


def _record(actor: Actor, extension: Extension, act: str) -> None:
    clock = extension.clock
    data = {
        "clock": str(clock.pk),
        "title": clock.title,
        "unit": clock.unit,
        "due_to": clock.due_at.isoformat(),
        **extension.for_ledger(),
    }
    record(actor=actor, subject=clock.subject, act=act, data=data)
