"""A shorter promised limit than the matter's own, set by somebody who may (特事特办), and back again.

The lawful limit, extensions and stops stay as they are; only what was promised changes.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.display import short_date
from common.errors import InvalidInput, Stale, TransitionNotAllowed
from common.time import now
from deadlines import calendars, recount
from deadlines.models import Clock
from deadlines.rungs import ladders
from ledger.services import record

SHORTENED, RESTORED = "clock.shortened", "clock.restored"


@transaction.atomic
def shorten_clock(*, actor: Actor, clock_id: UUID, promised: int, reason: str) -> Clock:
    """Promise ``promised`` units from the beginning of the clock instead of more; due today at the earliest.

    Whoever may decide that is the caller's business. Raises InvalidInput at "days", TransitionNotAllowed
    for a clock that stands still, Stale for one that has ended.
    """
    clock = _lock(clock_id)
    if clock.stopped_at is not None:
        raise TransitionNotAllowed(_("The limit stands still; shorten it when it goes on."))
    if not 1 <= promised < clock.promised:
        raise InvalidInput({"days": _("Between 1 and %(most)s: less than is promised now.")
                            % {"most": max(clock.promised - 1, 1)}})  # fmt: skip
    before, due_before = clock.promised, clock.due_at
    _promise(actor, clock, promised)
    if clock.due_at < now():
        # Raised after the dates have been counted, and rolled back with them.
        raise InvalidInput({"days": _("So many days have been used already: it would have been due on %(day)s.")
                            % {"day": short_date(clock.due_at)}})  # fmt: skip
    _record(actor, clock, SHORTENED, before, due_before.isoformat(), reason)
    return clock


@transaction.atomic
def restore_clock(*, actor: Actor, clock_id: UUID, promised: int, reason: str) -> Clock | None:
    """Promise again what was promised before; None where the clock has ended. A breach meanwhile stays one."""
    clock = Clock.objects.select_for_update().open().filter(pk=clock_id).first()
    if clock is None:
        return None
    before, due_before = clock.promised, clock.due_at
    _promise(actor, clock, promised)
    _record(actor, clock, RESTORED, before, due_before.isoformat(), reason)
    return clock


def _lock(clock_id: UUID) -> Clock:
    clock = Clock.objects.select_for_update().open().filter(pk=clock_id).first()
    if clock is None:
        raise Stale
    return clock


def _promise(actor: Actor, clock: Clock, promised: int) -> None:
    clock.promised = promised
    clock.save(update_fields=["promised"])
    calendar = calendars.current()
    found = recount.changes([clock], ladders(), calendar)
    recount.apply(found, calendar=calendar, user_id=actor.user_id, on_record=False)
    clock.refresh_from_db()


def _record(actor: Actor, clock: Clock, act: str, before: int, due_from: str, reason: str) -> None:
    data: dict[str, Any] = {
        "clock": str(clock.pk),
        "title": clock.title,
        "unit": clock.unit,
        "from": before,
        "to": clock.promised,
        "due_from": due_from,
        "due_to": clock.due_at.isoformat(),
        "reason": reason,
    }
    record(actor=actor, subject=clock.subject, act=act, data=data)
