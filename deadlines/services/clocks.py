"""Arming, finishing, cancelling and assigning clocks; each in a constant number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput
from common.ids import uuid7
from common.time import now
from deadlines import calendars, dates, recount
from deadlines.dates import Budget, Moments, moments_of
from deadlines.labels import NOBODY_ALARMS, unknown_year
from deadlines.models import Clock, ClockKind
from deadlines.rungs import Ladders, ladders
from deadlines.workdays import Calendar, UnknownYearError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSpec:
    """A clock to be armed. Give ``id`` beforehand to put it into a foreign key (those are deferred).

    ``promised`` and ``lawful`` are in ``unit``. ``parent_id`` is the clock that this one runs inside
    of. ``expires`` lets the handler in ``deadlines.expiry`` act at the lawful limit, or at
    the promised one where there is no lawful.
    """

    kind: str
    subject: tuple[str, int]
    title: str
    promised: int
    lawful: int | None = None
    unit: str = Clock.Unit.WORKDAY
    extension_cap: int = 0
    extension_rank: str = ""
    parent_id: UUID | None = None
    expires: bool = False
    starts_at: datetime | None = None
    link: str = ""
    department_id: int | None = None
    role: str = ""
    handler_id: int | None = None
    warn: int = 1
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
    steps = ladders()
    counted: dict[tuple[str, int | None, Budget], Moments] = {}
    clocks = []
    for spec in specs:
        starts_at = spec.starts_at or moment
        key = (str(spec.kind), spec.department_id, _budget(spec, starts_at))
        if key not in counted:
            counted[key] = _count(*key, steps, calendar)
        clocks.append(_clock(spec, starts_at, counted[key]))
    return Clock.objects.bulk_create(clocks)


def _budget(spec: ClockSpec, starts_at: datetime) -> Budget:
    return dates.budget(starts_at=starts_at, unit=spec.unit, promised=spec.promised, lawful=spec.lawful, warn=spec.warn)


def _count(kind: str, department_id: int | None, budget: Budget, steps: Ladders, calendar: Calendar) -> Moments:
    if kind not in ClockKind.values:
        raise InvalidInput({"kind": [_("There is no duty of the kind “%(kind)s”.") % {"kind": kind}]})
    if budget.lawful is not None and budget.promised > budget.lawful:
        raise InvalidInput({"promised": [_("The promised limit may not be longer than the lawful one.")]})
    try:
        return moments_of(budget, steps.of(kind, department_id), calendar)
    except UnknownYearError as error:
        raise InvalidInput({"starts_at": [unknown_year(error)]}) from error


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
        promised=spec.promised,
        lawful=spec.lawful,
        warn=spec.warn,
        extension_cap=spec.extension_cap,
        extension_rank=spec.extension_rank,
        parent_id=spec.parent_id,
        expires=spec.expires,
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
# For a clock that stands still it is the moment of its stop that is compared; the stop ends with it.
FINISH = """
WITH closed AS (
    UPDATE deadlines_stop SET ends_at = greatest(starts_at, %(at)s)
    WHERE clock_id = ANY(%(ids)s::uuid[]) AND ends_at IS NULL
    RETURNING clock_id
), ended AS (
    UPDATE deadlines_clock SET
        finished_at = %(at)s,
        outcome = CASE WHEN %(outcome)s <> '' THEN %(outcome)s
                       WHEN coalesce(stopped_at, %(at)s) > due_at THEN 'late' ELSE 'met' END,
        breached_at = CASE WHEN coalesce(stopped_at, %(at)s) > due_at
                           THEN coalesce(breached_at, due_at) ELSE breached_at END,
        lawful_breached_at = CASE WHEN coalesce(stopped_at, %(at)s) > lawful_due_at
                                  THEN coalesce(lawful_breached_at, lawful_due_at) ELSE lawful_breached_at END,
        stopped_at = NULL, resumes_at = NULL, next_rung_at = NULL
    WHERE id = ANY(%(ids)s::uuid[]) AND finished_at IS NULL
    RETURNING id, parent_id
)
SELECT (SELECT count(*) FROM ended),
       ARRAY(SELECT id FROM ended WHERE EXISTS (SELECT 1 FROM closed)),
       ARRAY(SELECT id FROM ended WHERE id IN (SELECT clock_id FROM closed)),
       ARRAY(SELECT DISTINCT parent_id FROM ended WHERE id IN (SELECT clock_id FROM closed) AND parent_id IS NOT NULL)
"""


def finish_many(*, clock_ids: Iterable[UUID], at: datetime | None = None, outcome: str | None = None) -> int:
    """End duties in one statement; says how many were still open.

    ``outcome`` follows from the promised limit unless given. Finishing twice changes nothing. A
    clock that stands still ends as of its stop, keeps the dates that the stop as it really ended
    gives, and the clocks around it go on.
    """
    ids = [str(clock_id) for clock_id in clock_ids if clock_id is not None]
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FINISH, {"at": at or now(), "outcome": str(outcome or ""), "ids": ids})
        ended, finished, stood_still, outer = cursor.fetchone()
    if stood_still:
        _settle(finished, stood_still)
    if outer:
        recount_outer(outer, cause="resumed", user_id=None)
    return int(ended)


def _settle(finished: Sequence[UUID], stood_still: Sequence[UUID]) -> None:
    """Give clocks just finished during a stop, and those around them that ended with them, their dates for good.

    Until then they were a forecast for the stop ending as planned. Outcome and breaches are left as
    they are: they go by the moment at which the clock stopped.
    """
    clocks = Clock.objects.in_bulk(list(finished))
    waiting, settled = list(stood_still), set()
    while waiting:
        clock = clocks.get(waiting.pop())
        if clock is not None and clock.pk not in settled:
            settled.add(clock.pk)
            waiting.extend([clock.parent_id] if clock.parent_id else [])
    calendar = calendars.current()
    found = recount.changes([clocks[pk] for pk in sorted(settled)], ladders(), calendar)
    for change in found:
        clock, news = change.clock, change.news
        clock.warn_at, clock.due_at, clock.lawful_due_at = news.warn_at, news.due_at, news.lawful_due_at
        clock.provisional, clock.calendar_version = news.provisional, calendar.version
    fields = ["warn_at", "due_at", "lawful_due_at", "provisional", "calendar_version"]
    Clock.objects.bulk_update([change.clock for change in found], fields)


def recount_outer(clock_ids: Sequence[UUID], *, cause: str, user_id: int | None) -> None:
    """Count the clocks around a clock again, up to the outermost, after its stops have changed."""
    calendar, steps = calendars.current(), ladders()
    waiting = list(clock_ids)
    while waiting:
        clocks = list(Clock.objects.select_for_update().filter(pk__in=waiting).order_by("pk"))
        found = recount.changes([clock for clock in clocks if clock.is_open], steps, calendar)
        recount.apply(found, calendar=calendar, cause=cause, user_id=user_id)
        waiting = [clock.parent_id for clock in clocks if clock.parent_id]


def finish(*, clock_id: UUID, at: datetime | None = None) -> int:
    """End one duty; see ``finish_many``."""
    return finish_many(clock_ids=[clock_id], at=at)


def cancel_many(*, clock_ids: Iterable[UUID], at: datetime | None = None) -> int:
    """End duties that have fallen away; a limit that had passed before stays a breach."""
    return finish_many(clock_ids=clock_ids, at=at, outcome=Clock.Outcome.CANCELLED)


def assign_many(*, clock_ids: Iterable[UUID], handler_id: int | None) -> int:
    """Put open duties on one person (or back on the post, with None) in one UPDATE; that nobody had them is over."""
    over = Q(alarm__in=NOBODY_ALARMS)
    return (
        Clock.objects.open()
        .filter(id__in=list(clock_ids))
        .update(
            handler_id=handler_id,
            alarm=Case(When(over, then=Value("")), default=F("alarm")),
            alarm_at=Case(When(over, then=None), default=F("alarm_at")),
        )
    )


def place_many(*, clock_ids: Iterable[UUID], department_id: int | None, role: str) -> int:
    """Say in whose post open duties lie now, so that reminders climb in the right department; one UPDATE."""
    return Clock.objects.open().filter(id__in=list(clock_ids)).update(department_id=department_id, role=role)
