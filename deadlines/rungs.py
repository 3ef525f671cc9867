"""Which rungs a clock has, when they are due, and whom each one tells: rows of ``Rung``, resolved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from common.time import end_of_day, start_of_day
from deadlines import workhours
from deadlines.models import Rung
from deadlines.workdays import Calendar

TICK = timedelta(microseconds=1)

# When two rungs fall on one moment, the milder one comes first.
ORDER = {Rung.Anchor.WARN: 0, Rung.Anchor.DUE: 1, Rung.Anchor.STOP: 2, Rung.Anchor.LAWFUL: 3}


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of one kind of duty in one department, after the closest row has replaced the wider ones."""

    code: str
    anchor: str
    offset: int
    unit: str
    who: str
    channels: tuple[str, ...] = ()
    quiet: bool = True
    digest: bool = False


@dataclass(slots=True)
class Ladders:
    """The rungs as they stand now, for any kind and department."""

    rows: list[Rung]
    _known: dict[tuple[str, int | None], tuple[Step, ...]] = field(default_factory=dict)

    def of(self, kind: str, department_id: int | None) -> tuple[Step, ...]:
        """Active rungs of a duty; those of its own kind and department come before the wider ones."""
        key = (kind, department_id if department_id in self.departments else None)
        if key not in self._known:
            self._known[key] = self._resolve(*key)
        return self._known[key]

    @property
    def departments(self) -> set[int | None]:
        """Departments that have rungs of their own."""
        return {row.department_id for row in self.rows if row.department_id}

    def _resolve(self, kind: str, department_id: int | None) -> tuple[Step, ...]:
        chosen: dict[str, Rung] = {}
        for wanted in (("", None), (kind, None), ("", department_id), (kind, department_id)):
            chosen.update({row.code: row for row in self.rows if (row.kind, row.department_id) == wanted})
        return tuple(_step(row) for row in chosen.values() if row.active)


def _step(row: Rung) -> Step:
    return Step(row.code, row.anchor, row.offset, row.unit, row.who, tuple(row.channels), row.quiet, row.digest)


def ladders() -> Ladders:
    """All rungs, in one query."""
    return Ladders(list(Rung.objects.all()))


@dataclass(frozen=True, slots=True)
class Limits:
    """The moments that rungs are counted from; while a clock is stopped only ``stop_at`` is."""

    warn_at: datetime
    due_at: datetime
    lawful_at: datetime | None
    stop_at: datetime | None = None
    stop_ordinal: int = 0

    @property
    def anchors(self) -> Mapping[str, datetime | None]:
        if self.stop_at is not None:
            return {Rung.Anchor.STOP: self.stop_at}
        return {Rung.Anchor.WARN: self.warn_at, Rung.Anchor.DUE: self.due_at, Rung.Anchor.LAWFUL: self.lawful_at}


def rung_times(steps: Iterable[Step], limits: Limits, calendar: Calendar) -> list[tuple[str, datetime]]:
    """Codes and moments in time order.

    A warning comes at the beginning of its day; what follows a limit comes as soon as the limit,
    and so many days more, have passed in full; what comes before it, with the beginning of its
    day. Hours are counted exactly. A rung of a stop carries the number of the stop, since
    a clock can be stopped several times and each time is a reminder of its own.
    """
    anchors = limits.anchors
    found: list[tuple[datetime, int, int, str]] = []
    for step in steps:
        base = anchors.get(step.anchor)
        if base is not None:
            code = f"{step.code}.{limits.stop_ordinal}" if step.anchor == Rung.Anchor.STOP else step.code
            order = ORDER[Rung.Anchor(step.anchor)]
            found.append((_moment(step, base, calendar), order, step.offset, code))
    return [(code, moment) for moment, _order, _offset, code in sorted(found)]


def _moment(step: Step, base: datetime, calendar: Calendar) -> datetime:
    starts_a_day = step.anchor == Rung.Anchor.WARN
    if step.offset == 0:
        return base if starts_a_day else base + TICK
    if step.unit == Rung.Unit.WORKHOUR:
        return workhours.add(calendar, base, timedelta(hours=step.offset))
    day = _shifted(timezone.localtime(base).date(), step, calendar)
    return start_of_day(day) if starts_a_day or step.offset < 0 else end_of_day(day) + TICK


def _shifted(day: date, step: Step, calendar: Calendar) -> date:
    if step.unit == Rung.Unit.CALENDAR:
        return day + timedelta(days=step.offset)
    return calendar.add(day, step.offset)
