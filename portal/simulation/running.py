"""The whole simulation: the same projects in each of the three ways, one run after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ParamSpec, TypeVar

from django.db import connection

from accounts.models import User
from approvals.labels import CASE_LABEL
from approvals.planning.schedule import Way
from common.time import pretend, start_of_day
from deadlines import calendars
from deadlines.models import ClockKind
from portal.simulation.assumptions import Assumptions, Draws
from portal.simulation.engine import Engine, Pool
from portal.simulation.hall import Hall, make_hall
from portal.simulation.journey import Journey, Outcome
from portal.simulation.scratch import refuse_elsewhere

P = ParamSpec("P")
Given = TypeVar("Given")
HOUR = timedelta(hours=1)
# Told after each project that is finished: how many are, of how many, over all runs.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Use:
    """How busy a pool was: hours worked of hours open, and the longest queue before it."""

    people: int
    share: float
    longest_queue: int


@dataclass(frozen=True, slots=True)
class OnTime:
    """Duties of a run that were fulfilled, and how many of them within the promised and the lawful days."""

    duties: int
    promised: int
    lawful: int


@dataclass(slots=True)
class Run:
    """One way. ``play`` does an act at the moment that the engine has reached."""

    way: Way
    number: int
    hall: Hall
    draws: Draws
    assumed: Assumptions
    engine: Engine
    clerks: Pool[User]
    reviewers: Mapping[str, Pool[User]]
    approvers: Mapping[str, Pool[User]]
    hours_a_day: float
    tell: Callable[[], None]
    outcomes: list[Outcome] = field(default_factory=list)

    def play(self, act: Callable[P, Given], *args: P.args, **kwargs: P.kwargs) -> Given:
        with pretend(self.engine.moment):
            return act(*args, **kwargs)

    def finish(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self.tell()

    def uses(self) -> dict[str, Use]:
        pools = {"clerks": self.clerks}
        pools |= {f"reviewers.{code}": pool for code, pool in self.reviewers.items()}
        pools |= {f"approvers.{code}": pool for code, pool in self.approvers.items()}
        return {
            name: Use(len(pool.people), pool.busy_hours / (len(pool.people) * self.engine.now), pool.longest_queue)
            for name, pool in pools.items()
            if self.engine.now
        }


@dataclass(frozen=True, slots=True)
class Played:
    """What one run has shown."""

    way: Way
    outcomes: list[Outcome]
    uses: dict[str, Use]
    on_time: OnTime
    hours_a_day: float


def simulate(*, projects: int, seed: int, assumed: Assumptions, progress: Progress) -> list[Played]:
    """Play ``projects`` in each way on the scratch database at hand; raises ScratchError on any other.

    The same seed gives the same outcomes. What is kept of a project when it is finished is one small row.
    """
    refuse_elsewhere()
    draws = Draws(seed, assumed)
    calendar = calendars.current()
    opening = _opening(calendar.next_workday(assumed.begins))
    with pretend(opening):
        hall = make_hall(assumed, draws)
    played, finished = [], 0

    def tell() -> None:
        nonlocal finished
        finished += 1
        progress(finished, projects * len(Way))

    for number, way in enumerate(Way):
        run = _make_run(way, number, hall, draws, Engine(calendar, opening), tell)
        _arrive(run, projects)
        before = _last_case()
        run.engine.run()
        played.append(Played(way, run.outcomes, run.uses(), _on_time(before), run.hours_a_day))
    return played


def _opening(day: date) -> datetime:
    """When the doors open on a working day."""
    return datetime.combine(day, calendars.current().opening(day)[0][0], tzinfo=start_of_day(day).tzinfo)


def _make_run(way: Way, number: int, hall: Hall, draws: Draws, engine: Engine, tell: Callable[[], None]) -> Run:
    day = engine.begins.date()
    open_hours = sum(
        (datetime.combine(day, end) - datetime.combine(day, start)) / HOUR
        for start, end in engine.calendar.opening(day)
    )
    return Run(
        way=way,
        number=number,
        hall=hall,
        draws=draws,
        assumed=draws.assumed,
        engine=engine,
        clerks=Pool(engine, hall.clerks),
        reviewers={code: Pool(engine, people) for code, people in hall.reviewers.items()},
        approvers={code: Pool(engine, people) for code, people in hall.approvers.items()},
        hours_a_day=open_hours,
        tell=tell,
    )


def _arrive(run: Run, projects: int) -> None:
    """Projects come at random, on average so many in a day."""
    random, hour = run.draws.random("arrivals"), 0.0
    for serial in range(projects):
        hour += random.expovariate(run.assumed.arrivals_a_day / run.hours_a_day)
        run.engine.at(hour, Journey(run, serial).start)


def _last_case() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM approvals_case")
        return int(cursor.fetchone()[0])


ON_TIME = """
SELECT count(*), count(*) FILTER (WHERE finished_at <= due_at),
       count(*) FILTER (WHERE finished_at <= coalesce(lawful_due_at, due_at))
FROM deadlines_clock
WHERE subject_type = %s AND subject_id > %s AND kind = ANY(%s) AND finished_at IS NOT NULL AND outcome <> 'cancelled'
"""


def _on_time(before: int) -> OnTime:
    """Acceptance, decision and delivery of the cases made since, as the hall's own clocks have it."""
    kinds = [str(kind) for kind in (ClockKind.ACCEPTANCE, ClockKind.DECISION, ClockKind.DELIVERY)]
    with connection.cursor() as cursor:
        cursor.execute(ON_TIME, [CASE_LABEL, before, kinds])
        return OnTime(*cursor.fetchone())
