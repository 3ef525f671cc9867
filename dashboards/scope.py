"""Whose figures somebody sees: all of the hall, or those of the departments one heads."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Department, Role, User
from approvals.models import Case
from approvals.querysets import CaseQuerySet
from deadlines.models import Clock, ClockKind
from deadlines.querysets import ClockQuerySet
from projects.models import Project
from supervision.models import Rating

SEES_THE_HALL = (Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Scope:
    """``departments`` is None for the whole hall, else ids; every figure and list is cut out here."""

    departments: tuple[int, ...] | None = None

    @property
    def whole_hall(self) -> bool:
        return self.departments is None

    def cases(self) -> CaseQuerySet:
        """Cases led by one of the departments, once the window has handed them over."""
        cases = Case.objects.all()
        if self.departments is None:
            return cases
        return cases.filter(department__in=self.departments, handed_over_at__isnull=False)

    def clocks(self) -> ClockQuerySet:
        """Duties of the departments, whatever they are about; what an applicant promised is none of them."""
        clocks = Clock.objects.exclude(kind=ClockKind.DEFERRAL)
        return clocks if self.departments is None else clocks.filter(department__in=self.departments)

    def projects(self) -> QuerySet[Project]:
        """Declared projects; for a department those with a case of its own."""
        projects = Project.objects.filter(status=Project.Status.DECLARED)
        if self.departments is None:
            return projects
        return projects.filter(Exists(self.cases().filter(project=OuterRef("pk"))))

    def ratings(self) -> QuerySet[Rating]:
        ratings = Rating.objects.all()
        return ratings if self.departments is None else ratings.filter(case__department__in=self.departments)

    def names(self) -> dict[int, Department]:
        """Departments by id, to name the rows of a table."""
        return Department.objects.in_bulk(self.departments)


def scope_of(user: User | AnonymousUser) -> Scope | None:
    """What ``user`` may see; None for whoever neither leads, supervises nor heads a department today."""
    if not isinstance(user, User):
        return None
    if user.has_role(*SEES_THE_HALL):
        return Scope()
    headed = user.department_ids_as(Role.HEAD)
    return Scope(tuple(sorted(headed))) if headed else None
