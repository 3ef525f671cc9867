"""Stopping a clock and letting it go on (特别程序, 行政许可法 art. 45)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, Stale, TransitionNotAllowed
from common.time import now
from deadlines import calendars, dates, recount
from deadlines.labels import unknown_year
from deadlines.models import Clock, ClockKind, Ground, Stop
from deadlines.rungs import ladders
from deadlines.services.clocks import recount_outer
from deadlines.workdays import UnknownYearError
from ledger.services import record

# Art. 45 leaves time out of the limits for deciding, and of no other duty.
STOPPABLE = frozenset({ClockKind.DECISION, ClockKind.STEP, ClockKind.JOINT})


@transaction.atomic
def stop_clock(
    *,
    actor: Actor,
    clock_id: UUID,
    ground: str,
    reason: str,
    planned_days: int,
    starts_at: datetime | None = None,
    late_reason: str = "",
) -> Stop:
    """Let a clock and those around it stand still, on one of the grounds of art. 45.

    ``planned_days`` are working days; the owner of the duty tells the applicant in writing. An
    earlier ``starts_at`` needs ``late_reason`` and may lie neither in the future nor before the
    clock's start or the end of its last stop. What is left is kept exactly. A limit that had
    passed stays passed. Raises InvalidInput by field, Stale for a duty already done,
    TransitionNotAllowed for a clock that stands still already.
    """
    clock = _lock(clock_id)
    if clock.kind not in STOPPABLE:
        raise TransitionNotAllowed(
            _("Only a limit for deciding can be stopped (Administrative Licensing Law, art. 45).")
        )
    last = clock.stops.order_by("-ordinal").first()
    if last is not None and last.is_open:
        raise TransitionNotAllowed(_("This limit stands still already."))
    moment = now()
    begins = starts_at or moment
    _refuse(_wrong(ground, reason, planned_days) | _wrong_moment("starts_at", begins, moment, _earliest(clock, last)))
    _refuse(_unexplained("starts_at", begins, moment, late_reason))
    stop = Stop.objects.create(
        clock=clock,
        ordinal=(last.ordinal if last else 0) + 1,
        ground=ground,
        reason=reason.strip(),
        planned_days=planned_days,
        planned_until=_planned_end(begins, planned_days),
        starts_at=begins,
        late_start_reason=late_reason.strip(),
        started_by=actor.user,
        entered_at=moment,
    )
    _recount(actor, clock, stop, "stopped")
    return stop


@transaction.atomic
def resume_clock(*, actor: Actor, clock_id: UUID, ends_at: datetime | None = None, late_reason: str = "") -> Stop:
    """End the stop of a clock; its limits are counted on from the day of ``ends_at`` (default now).

    An earlier ``ends_at`` needs ``late_reason`` and may lie neither in the future nor before the stop began.
    Raises TransitionNotAllowed for a clock that runs.
    """
    clock = _lock(clock_id)
    stop = clock.stops.filter(ends_at=None).first()
    if stop is None:
        raise TransitionNotAllowed(_("This limit runs already."))
    moment = now()
    ends = ends_at or moment
    _refuse(_wrong_moment("ends_at", ends, moment, stop.starts_at))
    _refuse(_unexplained("ends_at", ends, moment, late_reason))
    stop.ends_at, stop.ended_by, stop.late_end_reason = ends, actor.user, late_reason.strip()
    stop.save(update_fields=["ends_at", "ended_by", "late_end_reason"])
    _recount(actor, clock, stop, "resumed")
    return stop


def _lock(clock_id: UUID) -> Clock:
    clock = Clock.objects.select_for_update().filter(pk=clock_id).first()
    if clock is None or not clock.is_open:
        raise Stale
    return clock


def _earliest(clock: Clock, last: Stop | None) -> datetime:
    return last.ends_at if last is not None and last.ends_at else clock.starts_at


def _planned_end(begins: datetime, planned_days: int) -> datetime:
    try:
        return dates.planned_end(calendars.current(), begins, planned_days)
    except UnknownYearError as error:
        raise InvalidInput({"planned_days": [unknown_year(error)]}) from error


Errors = dict[str, list[Any]]


def _refuse(errors: Errors) -> None:
    if errors:
        raise InvalidInput(errors)


def _wrong(ground: str, reason: str, planned_days: int) -> Errors:
    errors: Errors = {}
    if ground not in Ground.values:
        errors["ground"] = [_("Choose one of the grounds of the Administrative Licensing Law, art. 45.")]
    if not reason.strip():
        errors["reason"] = [_("Say what the special procedure is for.")]
    if planned_days < 1:
        errors["planned_days"] = [_("Plan at least one working day.")]
    return errors


def _wrong_moment(field: str, moment: datetime, present: datetime, earliest: datetime) -> Errors:
    if moment > present:
        return {field: [_("This moment lies in the future.")]}
    if moment < earliest:
        return {field: [_("This moment lies before the limit last began to run.")]}
    return {}


def _unexplained(field: str, moment: datetime, present: datetime, late_reason: str) -> Errors:
    if moment < present and not late_reason.strip():
        return {"late_reason": [_("Say why it is entered only now.")]}
    return {}


def _recount(actor: Actor, clock: Clock, stop: Stop, cause: str) -> None:
    calendar = calendars.current()
    found = recount.changes([clock], ladders(), calendar)
    recount.apply(found, calendar=calendar, user_id=actor.user_id, on_record=False)
    clock.refresh_from_db()
    # On record before the clocks around it are locked: the order of whoever puts them inside another.
    _record(actor, clock, stop, f"clock.{cause}")
    if clock.parent_id:
        recount_outer([clock.parent_id], cause=cause, user_id=actor.user_id)


def _record(actor: Actor, clock: Clock, stop: Stop, act: str) -> None:
    data = {
        "clock": str(clock.pk),
        "title": clock.title,
        "stop": stop.ordinal,
        "ground": stop.ground,
        "reason": stop.reason,
        "due_to": clock.due_at.isoformat(),
        "planned_until": stop.planned_until.isoformat(),
        "from": stop.starts_at.isoformat(),
        "until": stop.ends_at.isoformat() if stop.ends_at else "",
        "late_reason": stop.late_end_reason if stop.ends_at else stop.late_start_reason,
    }
    record(actor=actor, subject=clock.subject, act=act, data=data)
