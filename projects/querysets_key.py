"""Who sees key projects, teams and problems, and the conditions that lists share."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Absence, Anyone, Role, User
from common.time import now, today
from deadlines.lights import Light
from deadlines.querysets import light_q
from enterprises.models import Enterprise

if TYPE_CHECKING:
    from projects.models import KeyProject, Problem, TeamMember  # noqa: F401  (type parameters)

# They answer for every key project.
OVERSEERS = (Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR)
# They may see the whole list of key projects besides.
READERS = (*OVERSEERS, Role.OFFICER)
RELATED = ("milestones__clock", "progress__clock", "project__problems__clock")


def covered_by(user: User) -> models.QuerySet[Absence, dict[str, int]]:
    """Whom this person stands in for today: ids of the absent."""
    return Absence.objects.on(today()).filter(substitute=user).values("user")  # type: ignore[return-value]


def seats_of(user: User) -> "models.QuerySet[TeamMember]":
    """Places in teams that this person holds now, or stands in for."""
    from projects.models import TeamMember  # noqa: PLC0415  (models use this file)

    return TeamMember.objects.current().filter(Q(user=user) | Q(user__in=covered_by(user)))


class TeamQuerySet(models.QuerySet["TeamMember"]):
    def current(self) -> "TeamQuerySet":
        """Those who hold their place now."""
        return self.filter(ends_at=None)

    def in_offices(self) -> "TeamQuerySet":
        return self.exclude(seat="member")


class KeyProjectQuerySet(models.QuerySet["KeyProject"]):
    def visible_to(self, user: Anyone) -> "KeyProjectQuerySet":
        """All for overseers and officers; their teams' for other staff; the firm's own, once on the list, for firms.

        What is only proposed is the business of those who decide on it.
        """
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OVERSEERS):
            return self
        if user.has_role(*READERS):
            return self.filter(status="confirmed")
        own = Q(project__enterprise__in=Enterprise.objects.ids_acted_for(user))
        return self.filter(own | Q(pk__in=seats_of(user).values("key")), status="confirmed")

    def confirmed(self) -> "KeyProjectQuerySet":
        return self.filter(status="confirmed")

    def in_light(self, light: str, at: datetime | None = None) -> "KeyProjectQuerySet":
        """By the worst light of what is open around a project: red, yellow, else green."""
        moment = at or now()
        red, yellow = self._any(Light.RED, moment), self._any(Light.YELLOW, moment)
        conditions = {"red": red, "yellow": ~red & yellow, "green": ~red & ~yellow}
        return self.filter(conditions[light])

    def _any(self, light: str, at: datetime) -> Q:
        found = Q(pk__in=[])
        for path in RELATED:
            rows = self.model._default_manager.filter(light_q(light, at, f"{path}__"), pk=OuterRef("pk"))
            found |= Q(Exists(rows))
        return found


class ProblemQuerySet(models.QuerySet["Problem"]):
    def visible_to(self, user: Anyone) -> "ProblemQuerySet":
        """All for overseers; else those of one's teams, one's own ones, and those of the firms one acts for."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OVERSEERS):
            return self
        own = Q(owner=user) | Q(helper=user) | Q(raised_by=user)
        firms = Q(project__enterprise__in=Enterprise.objects.ids_acted_for(user))
        return self.filter(own | firms | Q(project__key__in=seats_of(user).values("key")))

    def ongoing(self) -> "ProblemQuerySet":
        """Neither cleared nor withdrawn."""
        return self.filter(status__in=["open", "proposed"])

    def of_projects(self, project_ids: Iterable[int]) -> "ProblemQuerySet":
        return self.filter(project__in=list(project_ids))
