"""The three ways side by side, and what each saves. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from approvals.planning.critical import make_schedule
from approvals.planning.schedule import Frame, Schedule, Task, Way, in_order

# With it in hand building may begin (建筑法 art. 7).
CONSTRUCTION_PERMIT = "SG01"


@dataclass(frozen=True, slots=True)
class Saved:
    """Days by which a way ends before the sequential one."""

    workdays: int
    days: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """``ways`` with the promised days, ``lawful`` with those of the law. Never of nothing: see ``compare``."""

    ways: Mapping[Way, Schedule]
    lawful: Mapping[Way, Schedule]

    def saved(self, way: Way) -> Saved:
        base, other = self.ways[Way.SEQUENTIAL], self.ways[way]
        return Saved(base.workdays - other.workdays, base.days - other.days)

    def construction(self, way: Way) -> date | None:
        """The day by which the construction permit is in the investor's hands; None without one in the plan."""
        return construction_start(self.ways[way])


def construction_start(schedule: Schedule) -> date | None:
    item = schedule.by_code.get(CONSTRUCTION_PERMIT)
    return item.delivered if item else None


def compare(promised: Sequence[Task], lawful: Sequence[Task], frame: Frame) -> Comparison | None:
    """None where there is nothing to plan. Raises PlanError and UnknownYearError as ``make_schedule`` does."""
    if not promised:
        return None
    return Comparison(
        {way: make_schedule(promised, way, frame) for way in Way},
        {way: make_schedule(lawful, way, frame) for way in Way},
    )


def thin_out(tasks: Sequence[Task]) -> list[Task]:
    """``tasks`` without prerequisites that others say already: what a prerequisite waits for strictly itself need
    not be named again. Changes no date; makes "waits for" readable."""
    strict = {task.code: task.strict for task in tasks}
    return [
        replace(task, strict=tuple(c for c in task.strict if not _implied(c, task, strict))) for task in in_order(tasks)
    ]


def _implied(code: str, task: Task, strict: Mapping[str, Collection[str]]) -> bool:
    left, seen = [c for c in task.strict if c != code], set[str]()
    while left:
        one = left.pop()
        if code in strict.get(one, ()):
            return True
        if one not in seen:
            seen.add(one)
            left += strict.get(one, ())
    return False
