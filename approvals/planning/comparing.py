"""The three ways side by side, and what each saves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from approvals.planning.critical import make_schedule
from approvals.planning.schedule import Frame, Schedule, Task, Way

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
