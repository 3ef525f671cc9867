"""Laying out matters in time. Pure: no database, no settings, no clock.

Every matter goes the same way: public notice where it has one, acceptance, decision, certificate, delivery, each
within its days. The day of an event is not counted (民法典 art. 201), so a duty that begins on the day on which
another ends takes its full days. What differs between the three ways is when a matter may begin:

- ``SEQUENTIAL``: when the one before it, in the order of the theme, has been delivered.
- ``PARALLEL``: when all its prerequisites are granted. The hall passes certificates on itself, so nobody waits for
  a delivery.
- ``DEFERRAL``: when its strict prerequisites are granted. Those that may overlap follow (容缺): the matter is
  handled at once, and its certificate is issued when its own decision and theirs are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from deadlines.workdays import Calendar, Unit


class Way(StrEnum):
    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"
    DEFERRAL = "deferral"


@dataclass(frozen=True, slots=True)
class Days:
    """A budget; ``unit`` is "workday" or "calendar"."""

    amount: int
    unit: str = Unit.WORKDAY

    def after(self, calendar: Calendar, day: date) -> date:
        """The last day of the budget when it begins with an event on ``day``."""
        return calendar.due(day, self.amount, self.unit)


@dataclass(frozen=True, slots=True)
class StepDays:
    """A department's duty inside a matter, in the unit of the decision; begins when ``needs`` are done."""

    code: str
    days: int
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What has happened already, and the day on which a running duty is due where its clock says another
    than the budget (a special procedure, an extension)."""

    begins: date | None = None
    accepted: date | None = None
    decided: date | None = None
    certificate: date | None = None
    delivered: date | None = None
    accept_by: date | None = None
    decide_by: date | None = None
    deliver_by: date | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One matter to be planned. ``strict`` and ``overlap`` are codes of what it waits for."""

    code: str
    acceptance: Days
    decision: Days
    delivery: Days
    notice: Days | None = None
    strict: tuple[str, ...] = ()
    overlap: tuple[str, ...] = ()
    steps: tuple[StepDays, ...] = ()
    known: Known = field(default=Known())


@dataclass(frozen=True, slots=True)
class StepDates:
    code: str
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Dates:
    """One matter in a schedule: each date is the last day of a duty, ``begins`` the day of the event before them.

    ``after`` are those that it waits for before it begins, ``follows`` those whose certificates it only needs by the
    time of its own. ``slack``: how many working days later the certificate may come without moving the end; 0 for
    what is ``critical``, that is, on a way without a gap from the start to the end.
    """

    code: str
    begins: date
    noticed: date
    accepted: date
    decided: date
    certificate: date
    delivered: date
    after: tuple[str, ...]
    follows: tuple[str, ...]
    steps: tuple[StepDates, ...]
    slack: int = 0
    critical: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """A piece of the critical path. ``kind``: "work" up to the certificate, "delivery", or "outside", which is the
    wait for a certificate of another application."""

    code: str
    kind: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Schedule:
    """``items`` stand in the order in which they were laid out; ``ends`` is the last delivery.

    ``workdays`` and ``days`` count after ``starts`` up to ``ends``.
    """

    way: Way
    starts: date
    ends: date
    items: tuple[Dates, ...]
    path: tuple[Leg, ...]
    workdays: int
    days: int
    provisional: bool

    @property
    def by_code(self) -> dict[str, Dates]:
        return {item.code: item for item in self.items}


class PlanError(ValueError):
    """The prerequisites go round in a circle."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a schedule is laid into. ``given``: by code of a matter outside the plan the day on which its certificate
    is there. ``today``: what has not happened yet cannot end before it; None where everything is still to come."""

    calendar: Calendar
    starts: date
    given: Mapping[str, date] = field(default_factory=dict)
    today: date | None = None

    def not_past(self, day: date) -> date:
        return day if self.today is None else max(day, self.today)


def in_order(tasks: Sequence[Task]) -> list[Task]:
    """``tasks`` in their own order, but nothing before what it waits for; raises PlanError for a circle."""
    left, placed, found = list(tasks), set[str](), list[Task]()
    inside = {task.code for task in tasks}
    while left:
        ready = next((t for t in left if all(c in placed for c in (*t.strict, *t.overlap) if c in inside)), None)
        if ready is None:
            raise PlanError(", ".join(task.code for task in left))
        left.remove(ready)
        placed.add(ready.code)
        found.append(ready)
    return found


def lay_out(tasks: Iterable[Task], way: Way, frame: Frame) -> dict[str, Dates]:
    """Dates of every task by code, in the order of laying out; without slack and path.

    Raises PlanError, and UnknownYearError where the calendar does not reach.
    """
    placed: dict[str, Dates] = {}
    last: Dates | None = None
    for task in in_order(list(tasks)):
        after, follows = _waits(task, way, last)
        ready = _ready_on(after, placed, frame, last if way == Way.SEQUENTIAL else None)
        last = placed[task.code] = _dates(task, ready, after, follows, placed, frame)
    return placed


def _waits(task: Task, way: Way, last: Dates | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes that it waits for before it begins, and those that may follow."""
    if way == Way.DEFERRAL:
        return task.strict, task.overlap
    needed = (*task.strict, *task.overlap)
    if way == Way.PARALLEL or last is None or last.code in needed:
        return needed, ()
    return (*needed, last.code), ()


def _ready_on(after: Iterable[str], placed: Mapping[str, Dates], frame: Frame, last: Dates | None) -> date:
    days = [frame.starts, *_certificates(after, placed, frame)]
    if last is not None:
        days.append(last.delivered)
    return max(days)


def _certificates(codes: Iterable[str], placed: Mapping[str, Dates], frame: Frame) -> list[date]:
    """When the certificates are there; a code that is nowhere stands in nobody's way."""
    found = (placed[code].certificate if code in placed else frame.given.get(code) for code in codes)
    return [day for day in found if day is not None]


def _dates(
    task: Task, ready: date, after: tuple[str, ...], follows: tuple[str, ...], placed: Mapping[str, Dates], frame: Frame
) -> Dates:
    known, calendar = task.known, frame.calendar
    begins = known.begins or frame.not_past(ready)
    noticed = task.notice.after(calendar, begins) if task.notice else begins
    accepted = known.accepted or frame.not_past(known.accept_by or task.acceptance.after(calendar, noticed))
    decided = known.decided or frame.not_past(known.decide_by or task.decision.after(calendar, accepted))
    certificate = known.certificate or max([decided, *_certificates(follows, placed, frame)])
    delivered = known.delivered or frame.not_past(known.deliver_by or task.delivery.after(calendar, certificate))
    return Dates(
        code=task.code,
        begins=begins,
        noticed=min(noticed, accepted),
        accepted=accepted,
        decided=decided,
        certificate=certificate,
        delivered=delivered,
        after=after,
        follows=follows,
        steps=_inside(task, accepted, calendar),
        provisional=calendar.is_provisional(begins, delivered),
    )


def _inside(task: Task, accepted: date, calendar: Calendar) -> tuple[StepDates, ...]:
    """Each step by its longest way from acceptance; the catalogue sees to it that this fits the decision's days."""
    ends: dict[str, date] = {}
    found = []
    left = list(task.steps)
    while left:
        step = next((one for one in left if all(need in ends for need in one.needs)), None)
        if step is None:
            raise PlanError(task.code)
        left.remove(step)
        begins = max([accepted, *(ends[need] for need in step.needs)])
        ends[step.code] = calendar.due(begins, step.days, task.decision.unit)
        found.append(StepDates(step.code, begins, ends[step.code]))
    return tuple(found)
