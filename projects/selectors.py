"""Reads across key projects, teams, progress and problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import Anyone, Post, User
from common.time import now
from deadlines.models import Clock
from deadlines.querysets import light_q
from projects import limits
from projects.models import KeyProject, Milestone, Problem, Progress, Project, Seat, TeamMember
from projects.rules_key import SEAT_ROLES

MONEY = DecimalField(max_digits=18, decimal_places=2)


def open_problems(
    *,
    projects: Iterable[Project | int] | None = None,
    level: int | None = None,
    late: bool = False,
    user: Anyone | None = None,
) -> QuerySet[Problem]:
    """Problems neither cleared nor withdrawn, the earliest limit first: for a meeting's agenda, for the wall.

    ``projects`` narrows to these, ``level`` to one of Problem.Level, ``late`` to those past their limit;
    ``user`` to what that person may see. With project, enterprise, owner and clock.
    """
    rows = Problem.objects.ongoing() if user is None else Problem.objects.visible_to(user).ongoing()
    if projects is not None:
        rows = rows.of_projects(one.pk if isinstance(one, Project) else one for one in projects)
    if level is not None:
        rows = rows.filter(level=level)
    if late:
        rows = rows.filter(light_q("red", now(), "clock__"))
    shown = rows.select_related("project__enterprise", "owner", "helper", "clock")
    return shown.order_by(F("clock__due_at").asc(nulls_last=True), "pk")


def people_for(seat: str) -> QuerySet[User]:
    """Who may hold an office: people with a fitting post today."""
    posts = Post.objects.current().with_role(*SEAT_ROLES[seat]).values("user")
    return User.objects.filter(is_active=True, pk__in=posts).order_by("name", "id")


def team_of(key: KeyProject) -> list[TeamMember]:
    """The team as it stands, the three offices first."""
    rows = TeamMember.objects.current().filter(key=key).select_related("user", "department", "predecessor__user")
    order = {seat: position for position, seat in enumerate(Seat)}
    return sorted(rows, key=lambda one: (order[Seat(one.seat)], one.starts_at))


def former_team(key: KeyProject) -> QuerySet[TeamMember]:
    """Who was in the team before, the latest first."""
    rows = TeamMember.objects.filter(key=key, ends_at__isnull=False).select_related("user", "department")
    return rows.order_by("-ends_at", "-id")


def with_money(rows: QuerySet[KeyProject]) -> QuerySet[KeyProject]:
    """Adds what has arrived: ``domestic`` and ``foreign`` in their own units, ``arrived`` together in 10,000 yuan."""
    reports = Progress.objects.filter(key=OuterRef("pk")).order_by().values("key")

    def total(field: str) -> Coalesce:
        summed = Subquery(reports.annotate(total=Sum(field)).values("total"), output_field=MONEY)
        return Coalesce(summed, Value(Decimal(0), output_field=MONEY))

    rate = Value(limits.yuan_for_dollar(), output_field=MONEY)
    with_sums = rows.annotate(domestic=total("domestic"), foreign=total("foreign"))
    return with_sums.annotate(arrived=F("domestic") + F("foreign") * rate)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Money that has arrived: 10,000 yuan, 10,000 US dollars, and both together in 10,000 yuan."""

    domestic: Decimal
    foreign: Decimal
    rate: Decimal

    @property
    def together(self) -> Decimal:
        return (self.domestic + self.foreign * self.rate).quantize(Decimal("0.01"))


def money_arrived(key: KeyProject, year: int | None = None) -> Arrived:
    """Of one project, in all or in a year."""
    rows = Progress.objects.filter(key=key)
    if year is not None:
        rows = rows.filter(month__year=year)
    sums = rows.aggregate(domestic=Sum("domestic"), foreign=Sum("foreign"))
    zero = Decimal(0)
    return Arrived(sums["domestic"] or zero, sums["foreign"] or zero, limits.yuan_for_dollar())


def nearest_clocks(keys: Iterable[KeyProject]) -> dict[int, Clock]:
    """Of each key project the open clock that is due first: its light is the project's. Three queries."""
    ids = {key.pk: key.project_id for key in keys}
    by_project = {project: key for key, project in ids.items()}
    found: dict[int, Clock] = {}

    def note(key_id: int, clock: Clock | None) -> None:
        if clock is not None and (key_id not in found or clock.due_at < found[key_id].due_at):
            found[key_id] = clock

    for milestone in Milestone.objects.filter(key__in=ids, clock__isnull=False, clock__finished_at=None).select_related(
        "clock"
    ):
        note(milestone.key_id, milestone.clock)
    for report in Progress.objects.filter(key__in=ids, clock__isnull=False, clock__finished_at=None).select_related(
        "clock"
    ):
        note(report.key_id, report.clock)
    problems = Problem.objects.filter(
        project__in=by_project, clock__isnull=False, clock__finished_at=None
    ).select_related("clock")
    for problem in problems:
        note(by_project[problem.project_id], problem.clock)
    return found


def holders(keys: Iterable[KeyProject], seat: str) -> dict[int, TeamMember]:
    """Who holds one office in each of these teams; one query."""
    rows = TeamMember.objects.current().filter(key__in=list(keys), seat=seat).select_related("user")
    return {row.key_id: row for row in rows}


def visible_team(project: Project, user: Anyone) -> list[TeamMember]:
    """The team of a project for whoever may see it; nothing where there is none."""
    key = KeyProject.objects.visible_to(user).confirmed().filter(project=project).first()
    return team_of(key) if key else []


def months_of_year(key: KeyProject) -> list[Progress]:
    """Reports of the last twelve months, the oldest first."""
    rows = Progress.objects.filter(key=key, reported_at__isnull=False).order_by("-month")[:12]
    return list(reversed(rows))
