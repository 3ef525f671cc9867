"""Where things stand on the drawn plan, in per cent of its width. Pure geometry: templates draw it.

A day is a cell. A duty that begins with an event on one day and ends on another covers the cells after the first
up to the second, as the law counts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from approvals.planning.schedule import Dates
from deadlines.workdays import Calendar

DAY = timedelta(days=1)
# More labels than this run into each other on a phone.
MOST_LABELS = 8
# The share of the width that a whole date takes there.
ROOM = 0.25


@dataclass(frozen=True, slots=True)
class Bar:
    """``kind`` is notice, acceptance, decision, hold, delivery, done or expected; ``x`` and ``width`` like "12.5%"."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month; ``labelled`` where there is room for its name."""

    day: date
    x: str
    labelled: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies behind all bars: days off, the first days of months, today (nothing outside the drawing)."""

    closed: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    today: str
    # The first day, where there is room to write it before the first month.
    starts: date | None


@dataclass(frozen=True, slots=True)
class Scale:
    """The days from ``first`` to ``last``, both drawn."""

    first: date
    last: date

    @property
    def cells(self) -> int:
        return (self.last - self.first).days + 1

    def at(self, cells: float) -> str:
        return f"{100 * cells / self.cells:.3f}%"

    def left(self, day: date) -> str:
        return self.at((day - self.first).days)

    def bar(self, kind: str, after: date, until: date) -> Bar:
        """From the end of one day to the end of another."""
        return Bar(kind, self.left(after + DAY), self.at((until - after).days))

    def ground(self, calendar: Calendar, today: date) -> Ground:
        closed = [Bar("closed", self.left(a), self.at((b - a).days + 1)) for a, b in self._closed(calendar)]
        months = [day for day in calendar.days(self.first, self.last) if day.day == 1]
        every = -(-len(months) // MOST_LABELS)
        ticks = [Tick(day, self.left(day), place % every == 0) for place, day in enumerate(months)]
        inside = self.first <= today <= self.last
        room = not months or (months[0] - self.first).days > self.cells * ROOM
        return Ground(
            tuple(closed),
            tuple(ticks),
            self.at((today - self.first).days + 0.5) if inside else "",
            self.first if room else None,
        )

    def _closed(self, calendar: Calendar) -> list[tuple[date, date]]:
        """Days off in runs."""
        runs: list[tuple[date, date]] = []
        for day in calendar.days(self.first, self.last):
            if calendar.is_workday(day):
                continue
            if runs and runs[-1][1] == day - DAY:
                runs[-1] = (runs[-1][0], day)
            else:
                runs.append((day, day))
        return runs


def scale_of(items: Iterable[Dates], *days: date) -> Scale:
    """Wide enough for all of them, with a little room at the end."""
    rows = list(items)
    last = max([row.delivered for row in rows] + list(days))
    return Scale(min([row.begins for row in rows] + list(days)), last + max(DAY, (last - rows[0].begins) // 40))


def planned_bars(scale: Scale, item: Dates) -> list[Bar]:
    """Notice, acceptance, decision, what the certificate waits for, delivery; what takes no day is left out."""
    pieces = (
        ("notice", item.begins, item.noticed),
        ("acceptance", item.noticed, item.accepted),
        ("decision", item.accepted, item.decided),
        ("hold", item.decided, item.certificate),
        ("delivery", item.certificate, item.delivered),
    )
    return [scale.bar(kind, after, until) for kind, after, until in pieces if until > after]


def actual_bars(scale: Scale, item: Dates, today: date) -> list[Bar]:
    """What has passed, and what is expected from today."""
    pieces = (
        ("done", item.begins, min(item.delivered, today)),
        ("expected", max(item.begins, min(item.delivered, today)), item.delivered),
    )
    return [scale.bar(kind, after, until) for kind, after, until in pieces if until > after]


def ends_at(scale: Scale, bars: Sequence[Bar], item: Dates) -> str:
    """Where the mark of a critical matter stands: behind its last bar."""
    return scale.left(item.delivered + DAY) if bars else scale.left(item.begins)
