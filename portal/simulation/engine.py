"""Discrete events in opening time: people with their hands full, and queues before them. No database.

Time is counted in hours during which the hall is open, from the opening of the first day: nights, weekends and
holidays take none, so that work begun on a Friday afternoon goes on on Monday by itself.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

from deadlines import workhours
from deadlines.workdays import Calendar

Act = Callable[[], None]
Person = TypeVar("Person")


class Engine:
    """Plays what was put down with ``at`` and ``after`` by time, and at the same time in the order of putting down."""

    def __init__(self, calendar: Calendar, begins: datetime) -> None:
        self.calendar, self.begins = calendar, begins
        self.now = 0.0
        self._events: list[tuple[float, int, Act]] = []
        self._count = 0

    def at(self, hour: float, act: Act) -> None:
        self._count += 1
        heapq.heappush(self._events, (max(hour, self.now), self._count, act))

    def after(self, hours: float, act: Act) -> None:
        self.at(self.now + hours, act)

    def run(self) -> None:
        """Until nothing is left to do."""
        while self._events:
            self.now, _count, act = heapq.heappop(self._events)
            act()

    @property
    def moment(self) -> datetime:
        """Now as a moment in the hall's time zone."""
        return workhours.add(self.calendar, self.begins, timedelta(hours=self.now))

    def hour_of(self, moment: datetime) -> float:
        return workhours.open_between(self.calendar, self.begins, moment) / timedelta(hours=1)


@dataclass(slots=True)
class Work(Generic[Person]):
    """Something that takes one person of a pool ``hours``; ``done`` is told who did it and how long it lay there."""

    hours: float
    done: Callable[[Person, float], None]
    arrived: float


@dataclass(slots=True)
class Pool(Generic[Person]):
    """People who do the same work, first come first served."""

    engine: Engine
    people: list[Person]
    queue: deque[Work[Person]] = field(default_factory=deque)
    busy_hours: float = 0.0
    longest_queue: int = 0
    free: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.free = list(reversed(self.people))

    def put(self, hours: float, done: Callable[[Person, float], None]) -> None:
        self.queue.append(Work(hours, done, self.engine.now))
        self._start()
        self.longest_queue = max(self.longest_queue, len(self.queue))

    def _start(self) -> None:
        while self.free and self.queue:
            person, work = self.free.pop(), self.queue.popleft()
            self.busy_hours += work.hours
            waited = self.engine.now - work.arrived
            self.engine.after(work.hours, partial(self._finish, person, work, waited))

    def _finish(self, person: Person, work: Work[Person], waited: float) -> None:
        self.free.append(person)
        work.done(person, waited)
        self._start()
