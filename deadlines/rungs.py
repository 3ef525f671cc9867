"""Which rungs a clock has, when they are due, and whom each one tells: rows of ``Rung``, resolved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.time import end_of_day, start_of_day
from deadlines.models import Rung
from deadlines.workdays import Calendar

TICK = timedelta(microseconds=1)

# When two rungs fall on one moment, the milder one comes first.
ORDER = {Rung.Anchor.WARN: 0, Rung.Anchor.DUE: 1, Rung.Anchor.LAWFUL: 2}


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of one kind of duty, after the row for the kind has replaced the general one."""

    code: str
    anchor: str
    offset_days: int
    who: str


Ladders = Mapping[str, tuple[Step, ...]]


def ladders(kinds: Iterable[str]) -> Ladders:
    """Active rungs for each kind of duty, in one query."""
    rows = list(Rung.objects.values_list("kind", "code", "anchor", "offset_days", "who", "active"))
    return {kind: _ladder(kind, rows) for kind in set(kinds)}


def _ladder(kind: str, rows: list[tuple[str, str, str, int, str, bool]]) -> tuple[Step, ...]:
    chosen: dict[str, tuple[bool, Step]] = {}
    for wanted in ("", kind):
        for row_kind, code, anchor, offset, who, active in rows:
            if row_kind == wanted:
                chosen[code] = (active, Step(code, anchor, offset, who))
    return tuple(step for active, step in chosen.values() if active)


@dataclass(frozen=True, slots=True)
class Limits:
    """The days that a clock's moments are derived from."""

    warn_on: date
    due_on: date
    lawful_on: date | None


def rung_times(steps: Iterable[Step], limits: Limits, calendar: Calendar) -> list[tuple[str, datetime]]:
    """Codes and moments in time order.

    A warning comes at the beginning of its day; what follows a limit comes as soon as the limit,
    and ``offset_days`` working days more, have passed in full.
    """
    found: list[tuple[datetime, int, int, str]] = []
    for step in steps:
        moment = _moment(step, limits, calendar)
        if moment is not None:
            found.append((moment, ORDER[Rung.Anchor(step.anchor)], step.offset_days, step.code))
    return [(code, moment) for moment, _order, _offset, code in sorted(found)]


def _moment(step: Step, limits: Limits, calendar: Calendar) -> datetime | None:
    if step.anchor == Rung.Anchor.WARN:
        day = calendar.add(limits.warn_on, step.offset_days) if step.offset_days else limits.warn_on
        return start_of_day(day)
    base = limits.due_on if step.anchor == Rung.Anchor.DUE else limits.lawful_on
    if base is None:
        return None
    day = calendar.add(base, step.offset_days) if step.offset_days else base
    return end_of_day(day) + TICK
