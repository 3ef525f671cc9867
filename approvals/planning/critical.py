"""What the end of a schedule hangs on: the critical path, and how much room the others have. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from approvals.planning.schedule import Dates, Frame, Leg, Schedule, Task, Way, lay_out
from deadlines.workdays import UnknownYearError

Placed = Mapping[str, Dates]


def make_schedule(tasks: Sequence[Task], way: Way, frame: Frame) -> Schedule:
    """A schedule of at least one task, with slack and critical path.

    Raises PlanError for a circle, UnknownYearError where the calendar does not reach, ValueError for nothing.
    """
    placed = lay_out(tasks, way, frame)
    ends = max(item.delivered for item in placed.values())
    tight = _tight(placed, way, ends)
    latest = _latest({task.code: task for task in tasks}, placed, way, frame, ends)
    items = tuple(
        replace(item, critical=code in tight, slack=0 if code in tight else _slack(item, latest[code], frame))
        for code, item in placed.items()
    )
    return Schedule(
        way=way,
        starts=frame.starts,
        ends=ends,
        items=items,
        path=_path(placed, way, frame, ends),
        workdays=frame.calendar.count(frame.starts, ends),
        days=(ends - frame.starts).days,
        provisional=frame.calendar.is_provisional(frame.starts, ends),
    )


def _slack(item: Dates, latest: date, frame: Frame) -> int:
    return max(0, frame.calendar.count(item.certificate, latest))


def _held(item: Dates) -> bool:
    """Whether its certificate came later than its own decision."""
    return item.certificate > item.decided


def _followed(item: Dates, placed: Placed) -> list[tuple[str, str]]:
    """Those without whose certificates its own could not have been earlier, whatever its own work took."""
    return [(c, "work") for c in item.follows if c in placed and placed[c].certificate == item.certificate]


def _preceded(item: Dates, placed: Placed, way: Way) -> list[tuple[str, str]]:
    """Those for which it could not have begun earlier, each with what of it ended then."""
    found = []
    for code in item.after:
        earlier = placed.get(code)
        if earlier is None:
            continue
        if way == Way.SEQUENTIAL and earlier.delivered == item.begins:
            found.append((code, "delivery"))
        elif earlier.certificate == item.begins:
            found.append((code, "work"))
    return found


def _tight(placed: Placed, way: Way, ends: date) -> set[str]:
    """Everything from which an unbroken way leads to the end."""
    found: set[str] = set()
    left = [code for code, item in placed.items() if item.delivered == ends]
    while left:
        code = left.pop()
        if code in found:
            continue
        found.add(code)
        item = placed[code]
        holders = _followed(item, placed) + ([] if _held(item) else _preceded(item, placed, way))
        left += [earlier for earlier, _kind in holders]
    return found


def _path(placed: Placed, way: Way, frame: Frame, ends: date) -> tuple[Leg, ...]:
    """One unbroken way from the start to the end, first leg first."""
    code, kind = next((code for code, item in placed.items() if item.delivered == ends), ""), "delivery"
    legs: list[Leg] = []
    while True:
        item = placed[code]
        if kind == "delivery":
            legs.append(Leg(code, "delivery", item.certificate, item.delivered))
        held = _held(item)
        if not held:
            legs.append(Leg(code, "work", item.begins, item.certificate))
        holders = _followed(item, placed) if held else _preceded(item, placed, way)
        if not holders:
            since = item.certificate if held else item.begins
            if since > frame.starts:
                legs.append(Leg(_outside(item, since, frame), "outside", frame.starts, since))
            return tuple(reversed(legs))
        code, kind = holders[0]


def _outside(item: Dates, since: date, frame: Frame) -> str:
    return next((code for code in (*item.after, *item.follows) if frame.given.get(code) == since), "")


def _latest(tasks: Mapping[str, Task], placed: Placed, way: Way, frame: Frame, ends: date) -> dict[str, date]:
    """By code: the last day on which the certificate may come with everything else still done by ``ends``."""
    found: dict[str, date] = {}
    begin: dict[str, date] = {}
    for code in reversed(list(placed)):
        task, item = tasks[code], placed[code]
        later = [one for one in placed.values() if code in one.after]
        deliver_by = min([ends, *(begin[one.code] for one in later if _waits_for_delivery(one, code, placed, way))])
        by = [_before(frame, item.certificate, deliver_by, lambda day, t=task: t.delivery.after(frame.calendar, day))]  # type: ignore[misc]
        by += [begin[one.code] for one in later]
        by += [found[one.code] for one in placed.values() if code in one.follows]
        found[code] = min(by)
        begin[code] = _begin_by(task, item, found[code], frame)
    return found


def _waits_for_delivery(later: Dates, code: str, placed: Placed, way: Way) -> bool:
    """In a row each waits for the delivery of the one just before it, for certificates of the others."""
    order = list(placed)
    return way == Way.SEQUENTIAL and order.index(later.code) == order.index(code) + 1


def _begin_by(task: Task, item: Dates, certificate: date, frame: Frame) -> date:
    def decided(day: date) -> date:
        noticed = task.notice.after(frame.calendar, day) if task.notice else day
        return task.decision.after(frame.calendar, task.acceptance.after(frame.calendar, noticed))

    return _before(frame, item.begins, certificate, decided)


def _before(frame: Frame, low: date, goal: date, ends: Callable[[date], date]) -> date:
    """The last day, ``low`` at least, from which a duty still ends by ``goal``."""
    if goal <= low:
        return low
    days = range(low.toordinal(), goal.toordinal() + 1)

    def end(ordinal: int) -> date:
        try:
            return ends(date.fromordinal(ordinal))
        except UnknownYearError:
            return date.max

    place = bisect_right(days, goal, key=end)
    return date.fromordinal(days[max(place - 1, 0)])


def codes_on(path: Iterable[Leg]) -> list[str]:
    """Codes of a path in order, each once."""
    return list(dict.fromkeys(leg.code for leg in path if leg.code))
