"""Laying matters out backwards from a goal (倒排). Pure: no database, no settings, no clock.

The forward schedule of ``approvals.planning.schedule`` says how early each matter can begin. This says how late:
the last day on which a matter may begin so that it, and everything that waits for it, is delivered by the goal, if
each duty takes the whole of its promised days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise

from approvals.planning.schedule import Dates, Frame, Task, Way, lay_out
from deadlines.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Latest:
    """How late one matter may be.

    ``begin_by`` is the last day at all, ``hand_in_by`` the day to tell people: the last working day up to it, but
    never before what the matter waits for can be there. ``earliest`` is when it can begin if everything goes at once.
    """

    code: str
    earliest: date
    hand_in_by: date
    begin_by: date
    accepted_by: date
    decided_by: date
    certificate_by: date
    delivered_by: date
    after: tuple[str, ...]
    follows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BackPlan:
    """``items`` in the order of laying out. ``earliest`` is the first goal that could be met from the frame's start:
    where it lies after ``goal``, days of ``items`` lie before the frame's start and cannot be kept."""

    way: Way
    goal: date
    earliest: date
    items: tuple[Latest, ...]

    @property
    def possible(self) -> bool:
        return self.earliest <= self.goal

    @property
    def by_code(self) -> dict[str, Latest]:
        return {item.code: item for item in self.items}


def lay_back(tasks: Iterable[Task], way: Way, frame: Frame, goal: date) -> BackPlan:
    """The last days of every task for ``goal``; nothing begins before ``frame.starts`` if that is possible.

    Raises PlanError for a circle and UnknownYearError where the calendar does not reach, forwards or back.
    """
    todo = {task.code: task for task in tasks}
    placed = lay_out(todo.values(), way, frame)
    earliest = max((item.delivered for item in placed.values()), default=frame.starts)
    begin_by: dict[str, date] = {}
    certificate_by: dict[str, date] = {}
    following = _next_in_row(placed, way)
    for code in reversed(list(placed)):
        task, later = todo[code], [one.code for one in placed.values() if code in one.after]
        deliver_by = begin_by[following[code]] if code in following else goal
        bounds = [_last(frame.calendar, deliver_by, partial(_delivered, task, frame.calendar))]
        bounds += [begin_by[one] for one in later]
        bounds += [certificate_by[one.code] for one in placed.values() if code in one.follows]
        certificate_by[code] = min(bounds)
        begin_by[code] = _last(frame.calendar, min(bounds), partial(_decided, task, frame.calendar))
    items = tuple(_latest(todo[code], item, begin_by, certificate_by, frame) for code, item in placed.items())
    return BackPlan(way, goal, earliest, items)


def _next_in_row(placed: Mapping[str, Dates], way: Way) -> dict[str, str]:
    """One after the other, each waits for the delivery of the one just before it."""
    if way != Way.SEQUENTIAL:
        return {}
    order = list(placed)
    return dict(pairwise(order))


def _stages(task: Task, calendar: Calendar, day: date) -> tuple[date, date]:
    """When a matter that begins on ``day`` is accepted and decided at the latest."""
    noticed = task.notice.after(calendar, day) if task.notice else day
    accepted = task.acceptance.after(calendar, noticed)
    return accepted, task.decision.after(calendar, accepted)


def _delivered(task: Task, calendar: Calendar, day: date) -> date:
    return task.delivery.after(calendar, day)


def _decided(task: Task, calendar: Calendar, day: date) -> date:
    return _stages(task, calendar, day)[1]


def _last(calendar: Calendar, goal: date, ends: Callable[[date], date]) -> date:
    """The last day from which a duty still ends by ``goal``. A duty that begins later never ends earlier."""
    first = date(calendar.first_year, 1, 1).toordinal()
    days = range(first, goal.toordinal() + 1)
    place = bisect_right(days, goal, key=lambda ordinal: ends(date.fromordinal(ordinal)))
    if place == 0:
        raise calendar.too_early()
    return date.fromordinal(days[place - 1])


def _latest(
    task: Task, item: Dates, begin_by: Mapping[str, date], certificate_by: Mapping[str, date], frame: Frame
) -> Latest:
    calendar, last = frame.calendar, begin_by[task.code]
    waits = [certificate_by.get(code) or frame.given.get(code) for code in item.after]
    workday = last if calendar.is_workday(last) else calendar.previous_workday(last)
    told = max([workday, frame.starts, *(day for day in waits if day is not None)])
    accepted, decided = _stages(task, calendar, last)
    return Latest(
        code=task.code,
        earliest=item.begins,
        hand_in_by=min(told, last),
        begin_by=last,
        accepted_by=accepted,
        decided_by=decided,
        certificate_by=certificate_by[task.code],
        delivered_by=task.delivery.after(calendar, certificate_by[task.code]),
        after=item.after,
        follows=item.follows,
    )
