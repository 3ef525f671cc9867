"""How long several matters take, one after the other and side by side, by the promised limits. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from approvals.catalogue.model import Budget, Matter
from approvals.catalogue.ordering import Before

WORKING_SHARE = 5 / 7


def working_days(days: int, unit: str) -> int:
    """Calendar days as working days, five to the week and rounded up: without a date it can't be told closer."""
    return days if unit == "workday" else math.ceil(days * WORKING_SHARE)


def _promised(budget: Budget) -> int:
    return working_days(budget.promised, budget.unit)


@dataclass(frozen=True, slots=True)
class Duration:
    """Working days from handing in to the certificate, and from there to its delivery."""

    certificate: int
    delivery: int = 0

    @property
    def whole(self) -> int:
        return self.certificate + self.delivery


def duration(matter: Matter) -> Duration:
    """Public notice, acceptance and decision up to the certificate, then delivery."""
    notice = working_days(matter.notice.days, matter.notice.unit) if matter.notice else 0
    limits = matter.limits
    return Duration(notice + _promised(limits.acceptance) + _promised(limits.decision), _promised(limits.delivery))


@dataclass(frozen=True, slots=True)
class Timing:
    """Working days, in the three ways of a project's plan: ``sequential`` one matter after the other, each delivered
    before the next is handed in; ``parallel`` each as soon as the certificates that it waits for are there;
    ``deferral`` with certificates that may follow later. ``starts`` are days after the beginning, by code, for
    ``parallel``; ``critical`` are the matters that no other day can be saved on."""

    sequential: int
    parallel: int
    deferral: int
    starts: Mapping[str, int]
    critical: tuple[str, ...]


def timing(graph: Mapping[str, Before], durations: Mapping[str, Duration]) -> Timing:
    """``durations`` has every code of ``graph``. By the rules of ``approvals.planning.schedule``, in days without
    dates: the hall passes certificates on itself, so only one after the other anything waits for a delivery."""
    order = list(TopologicalSorter({code: need.all for code, need in graph.items()}).static_order())
    starts: dict[str, int] = {}
    granted: dict[str, int] = {}
    for code in order:
        starts[code] = max((granted[one] for one in graph[code].all), default=0)
        granted[code] = starts[code] + durations[code].certificate
    ready: dict[str, int] = {}
    for code in order:
        begin = max((ready[one] for one in graph[code].strict), default=0)
        # What may overlap need only be there when the certificate is issued.
        ready[code] = max([begin + durations[code].certificate, *(ready[one] for one in graph[code].overlap)])
    delivered = {code: granted[code] + durations[code].delivery for code in order}
    return Timing(
        sequential=sum(durations[code].whole for code in order),
        parallel=max(delivered.values(), default=0),
        deferral=max((ready[code] + durations[code].delivery for code in order), default=0),
        starts=starts,
        critical=_critical(graph, starts, granted, delivered),
    )


def _critical(
    graph: Mapping[str, Before], starts: Mapping[str, int], granted: Mapping[str, int], delivered: Mapping[str, int]
) -> tuple[str, ...]:
    """One longest way, from the first matter to the last."""
    code = max(delivered, key=delivered.__getitem__, default=None)
    way: list[str] = []
    while code is not None:
        way.append(code)
        begin = starts[code]
        code = next((one for one in graph[code].all if granted[one] == begin), None) if begin else None
    return tuple(reversed(way))
