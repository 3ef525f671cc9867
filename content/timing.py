"""How long several matters take, one after the other and side by side, by the promised limits. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from approvals.catalogue.model import Budget, Matter, Theme
from approvals.catalogue.ordering import Before, before

WORKING_SHARE = 5 / 7


def working_days(days: int, unit: str) -> int:
    """Calendar days as working days, five to the week and rounded up: without a date it can't be told closer."""
    return days if unit == "workday" else math.ceil(days * WORKING_SHARE)


def _promised(budget: Budget) -> int:
    return working_days(budget.promised, budget.unit)


def duration(matter: Matter) -> int:
    """Working days from handing in to the certificate: public notice, acceptance, decision and delivery."""
    notice = working_days(matter.notice.days, matter.notice.unit) if matter.notice else 0
    limits = matter.limits
    return notice + _promised(limits.acceptance) + _promised(limits.decision) + _promised(limits.delivery)


@dataclass(frozen=True, slots=True)
class Timing:
    """Working days: ``sequential`` one matter after the other, ``parallel`` each as soon as what it waits for is
    there, ``side_by_side`` with certificates that may follow later. ``starts`` are days after the beginning, by
    code, for ``parallel``; ``critical`` are the matters that no other day can be saved on."""

    sequential: int
    parallel: int
    side_by_side: int
    starts: Mapping[str, int]
    critical: tuple[str, ...]

    @property
    def saved(self) -> int:
        return self.sequential - self.side_by_side


def graph_of(theme: Theme | None, codes: Collection[str]) -> dict[str, Before]:
    """What each of ``codes`` waits for among them; nothing without a theme."""
    return {code: before(theme, code, codes) if theme else Before() for code in codes}


def timing(graph: Mapping[str, Before], days: Mapping[str, int]) -> Timing:
    """``days`` has every code of ``graph``."""
    order = list(TopologicalSorter({code: need.all for code, need in graph.items()}).static_order())
    starts: dict[str, int] = {}
    for code in order:
        starts[code] = max((starts[one] + days[one] for one in graph[code].all), default=0)
    ready: dict[str, int] = {}
    for code in order:
        begin = max((ready[one] for one in graph[code].strict), default=0)
        # What may overlap need only be there when the certificate is issued.
        ready[code] = max([begin + days[code], *(ready[one] for one in graph[code].overlap)])
    parallel = max((starts[code] + days[code] for code in order), default=0)
    return Timing(
        sequential=sum(days[code] for code in order),
        parallel=parallel,
        side_by_side=max(ready.values(), default=0),
        starts=starts,
        critical=_critical(graph, days, starts, parallel),
    )


def _critical(
    graph: Mapping[str, Before], days: Mapping[str, int], starts: Mapping[str, int], end: int
) -> tuple[str, ...]:
    """One longest way, from the first matter to the last."""
    code = next((one for one in starts if starts[one] + days[one] == end), None)
    way: list[str] = []
    while code is not None:
        way.append(code)
        begin = starts[code]
        code = next((one for one in graph[code].all if starts[one] + days[one] == begin), None) if begin else None
    return tuple(reversed(way))
