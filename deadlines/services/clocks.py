"""Arming, finishing, cancelling and assigning clocks; each in a constant number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput
from common.ids import uuid7
from common.time import now
from deadlines import calendars
from deadlines.dates import Budget, Moments, moments_of
from deadlines.models import Clock, ClockKind
from deadlines.rungs import Ladders, ladders
from deadlines.workdays import Calendar, UnknownYearError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSpec:
    """A clock to be armed. Give ``id`` beforehand to put it into a foreign key (those are deferred)."""

    kind: str
    subject: tuple[str, int]
    title: str
    promised_days: int
    lawful_days: int | None = None
    unit: str = Clock.Unit.WORKDAY
    starts_at: datetime | None = None
    link: str = ""
    department_id: int | None = None
    role: str = ""
    handler_id: int | None = None
    warn_days: int = 1
    id: UUID = field(default_factory=uuid7)


def arm(*, spec: ClockSpec, actor: Actor) -> Clock:
    """Start one clock; see ``arm_many``."""
    return arm_many(specs=[spec], actor=actor)[0]


def arm_many(*, specs: Sequence[ClockSpec], actor: Actor) -> list[Clock]:
    """Start clocks in one INSERT and return them in the given order.

    Limits begin with the day of ``starts_at`` (default now), which is not counted. A date that
    falls in a year without a published schedule makes the clock provisional. Raises InvalidInput
    when a promised limit is longer than the lawful one, or the calendar does not reach that far.
    The act that starts a duty is on record with its own subject, so arming writes no ledger row.
    """
    if not specs:
        return []
    moment = now()
    calendar = calendars.current()
    steps = ladders(spec.kind for spec in specs)
    counted: dict[tuple[str, Budget], Moments] = {}
    clocks = []
    for spec in specs:
        starts_at = spec.starts_at or moment
        key = (str(spec.kind), _budget(spec, starts_at))
        if key not in counted:
            counted[key] = _count(*key, steps, calendar)
        clocks.append(_clock(spec, starts_at, counted[key]))
    return Clock.objects.bulk_create(clocks)


def _budget(spec: ClockSpec, starts_at: datetime) -> Budget:
    return Budget(
        starts_on=timezone.localtime(starts_at).date(),
        unit=str(spec.unit),
        promised_days=spec.promised_days,
        lawful_days=spec.lawful_days,
        warn_days=spec.warn_days,
    )


def _count(kind: str, budget: Budget, steps: Ladders, calendar: Calendar) -> Moments:
    if kind not in ClockKind.values:
        raise InvalidInput({"kind": [_("There is no duty of the kind “%(kind)s”.") % {"kind": kind}]})
    if budget.lawful_days is not None and budget.promised_days > budget.lawful_days:
        raise InvalidInput({"promised_days": [_("The promised limit may not be longer than the lawful one.")]})
    try:
        return moments_of(budget, steps[kind], calendar)
    except UnknownYearError as error:
        raise InvalidInput({"starts_at": [unknown_year(error)]}) from error


def unknown_year(error: UnknownYearError) -> str:
    """The words for a date that the calendar does not reach."""
    return _("There is no working calendar for the year %(year)s; it reaches from %(first)s to %(last)s.") % {
        "year": error.year,
        "first": error.first,
        "last": error.last,
    }


def _clock(spec: ClockSpec, starts_at: datetime, moments: Moments) -> Clock:
    return Clock(
        id=spec.id,
        kind=spec.kind,
        subject_type=spec.subject[0].lower(),
        subject_id=spec.subject[1],
        title=spec.title[:200],
        link=spec.link,
        department_id=spec.department_id,
        role=spec.role,
        handler_id=spec.handler_id,
        unit=spec.unit,
        promised_days=spec.promised_days,
        lawful_days=spec.lawful_days,
        warn_days=spec.warn_days,
        starts_at=starts_at,
        warn_at=moments.warn_at,
        due_at=moments.due_at,
        lawful_due_at=moments.lawful_due_at,
        rung_codes=moments.rung_codes,
        rung_at=moments.rung_at,
        next_rung_at=moments.rung_at[0] if moments.rung_at else None,
        provisional=moments.provisional,
        calendar_version=moments.calendar_version,
    )


# A limit once passed stays passed whatever becomes of the duty: the breach dates from the limit's end.
FINISH = """
UPDATE deadlines_clock SET
    finished_at = %(at)s,
    outcome = CASE WHEN %(outcome)s <> '' THEN %(outcome)s
                   WHEN %(at)s > due_at THEN 'late' ELSE 'met' END,
    breached_at = CASE WHEN %(at)s > due_at THEN coalesce(breached_at, due_at) ELSE breached_at END,
    lawful_breached_at = CASE WHEN %(at)s > lawful_due_at THEN coalesce(lawful_breached_at, lawful_due_at)
                              ELSE lawful_breached_at END,
    next_rung_at = NULL
WHERE id = ANY(%(ids)s::uuid[]) AND finished_at IS NULL
"""


def finish_many(*, clock_ids: Iterable[UUID], at: datetime | None = None, outcome: str | None = None) -> int:
    """End duties in one UPDATE; says how many were still open.

    ``outcome`` follows from the promised limit unless given. Finishing twice changes nothing.
    """
    ids = [str(clock_id) for clock_id in clock_ids if clock_id is not None]
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FINISH, {"at": at or now(), "outcome": str(outcome or ""), "ids": ids})
        return cursor.rowcount


def finish(*, clock_id: UUID, at: datetime | None = None) -> int:
    """End one duty; see ``finish_many``."""
    return finish_many(clock_ids=[clock_id], at=at)


def cancel_many(*, clock_ids: Iterable[UUID], at: datetime | None = None) -> int:
    """End duties that have fallen away; a limit that had passed before stays a breach."""
    return finish_many(clock_ids=clock_ids, at=at, outcome=Clock.Outcome.CANCELLED)


def assign_many(*, clock_ids: Iterable[UUID], handler_id: int | None) -> int:
    """Put open duties on one person (or back on the post, with None) in one UPDATE."""
    return Clock.objects.open().filter(id__in=list(clock_ids)).update(handler_id=handler_id, alarm="")
