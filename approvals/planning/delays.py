"""Running applications against their plans, the furthest behind first. Reads only; three statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef

from approvals.models import Application, Case
from approvals.planning.actual import CaseFact, Forecast, cases_by_project, forecast
from approvals.planning.comparing import CONSTRUCTION_PERMIT
from approvals.planning.schedule import Way
from common.time import today
from deadlines import calendars
from projects.models import Project

# More than anybody reads; the newest ones.
MOST = 300


@dataclass(frozen=True, slots=True)
class Delay:
    """One application under way. ``behind`` are working days after the planned end, negative before it; None with
    ``expected`` where no end can be told, because something has come to nothing. ``start``: when building may begin."""

    project: Project
    application: Application
    planned: date
    expected: date | None
    behind: int | None
    start: date | None

    @property
    def ahead(self) -> int:
        return -self.behind if self.behind is not None and self.behind < 0 else 0


def delays() -> list[Delay]:
    """Those without an expected end first, then by days behind."""
    rows = list(_running())
    cases = cases_by_project({row.project_id for row in rows})
    now, calendar = today(), calendars.current()
    expected = {project: forecast(facts, calendar, now) for project, facts in cases.items()}
    found = [_delay(row, cases[row.project_id], expected[row.project_id]) for row in rows]
    return sorted(found, key=lambda one: (one.behind is not None, -(one.behind or 0), one.application.pk))


def _running() -> list[Application]:
    unfinished = Case.objects.unfinished().filter(application=OuterRef("pk"))
    rows = Application.objects.filter(Exists(unfinished), plan__isnull=False).annotate(
        **{f"ends_{way}": F(f"plan__content__ways__{way}__ends") for way in (Way.PARALLEL, Way.DEFERRAL)}
    )
    return list(rows.select_related("project__enterprise").order_by("-id")[:MOST])


def _delay(row: Application, cases: list[CaseFact], running: Forecast) -> Delay:
    planned = date.fromisoformat(getattr(row, f"ends_{Way.DEFERRAL if row.overlap else Way.PARALLEL}"))
    mine = [fact for fact in cases if fact.application == row.pk and not fact.came_to_nothing]
    lost = any(fact.pk not in running.dates for fact in mine)
    expected = None if lost or not mine else max(running.dates[fact.pk].delivered for fact in mine)
    permits = [running.dates[f.pk].delivered for f in mine if f.code == CONSTRUCTION_PERMIT and f.pk in running.dates]
    return Delay(
        project=row.project,
        application=row,
        planned=planned,
        expected=expected,
        behind=None if expected is None else calendars.current().count(planned, expected),
        start=permits[0] if permits else None,
    )
