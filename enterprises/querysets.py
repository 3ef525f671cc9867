"""Which rows a person may see, and the filters that lists share."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Anyone, Post, Role, User
from common.time import now, today
from deadlines.querysets import light_q

if TYPE_CHECKING:
    from enterprises.models import Enterprise, Mandate, Membership, Visit  # noqa: F401

SEES_ALL_ENTERPRISES = (
    Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.HEAD, Role.OFFICER, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR,
)  # fmt: skip
SEES_VISITS = (Role.OFFICER, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR)

# What a list of visits can be narrowed to, in the order of its tabs.
VISIT_STATES = {
    "open": _("To make"),
    "red": _("Overdue"),
    "yellow": _("Due soon"),
    "green": _("On time"),
    "done": _("Done"),
}


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def visible_to(self, user: Anyone) -> "EnterpriseQuerySet":
        """All for hall staff; else the firms one belongs to or holds a valid mandate of."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_ALL_ENTERPRISES):
            return self
        return self.filter(Q(pk__in=self.ids_acted_for(user)))

    @staticmethod
    def ids_acted_for(user: User) -> models.QuerySet:
        """Ids of enterprises this person may act for today, as member or as agent."""
        from_membership = user.memberships.active().values("enterprise_id")
        from_mandate = user.mandates.valid().values("enterprise_id")
        return from_membership.union(from_mandate, all=True)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(status="active")

    def pending(self) -> "MembershipQuerySet":
        return self.filter(status="pending")

    def visible_to(self, user: Anyone) -> "MembershipQuerySet":
        """One's own and those of firms one belongs to; the window and leaders see all."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.CLERK, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR):
            return self
        firms = user.memberships.active().values("enterprise_id")
        return self.filter(Q(user=user) | Q(enterprise__in=firms))

    def without_owner(self) -> "MembershipQuerySet":
        """Those of firms that nobody owns: the window decides on them."""
        owners = self.model.objects.filter(enterprise=OuterRef("enterprise"), role="owner", status="active")
        return self.filter(~Exists(owners))


class MandateQuerySet(models.QuerySet["Mandate"]):
    def valid(self) -> "MandateQuerySet":
        """In force today, and the agent still holds an agent's post."""
        day = today()
        posts = Post.objects.current().with_role(Role.AGENT).filter(user=OuterRef("agent"))
        return self.filter(Exists(posts), revoked_at=None, starts_on__lte=day, ends_on__gte=day)

    def visible_to(self, user: Anyone) -> "MandateQuerySet":
        """The agent's own, and those of the firms one belongs to; leaders and supervisors see all."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR, Role.CLERK):
            return self
        return self.filter(Q(agent=user) | Q(enterprise__in=user.memberships.active().values("enterprise_id")))

    def concerning(self, user: User) -> "MandateQuerySet":
        """An agent's own; for everybody else those of the firms he belongs to. In force first."""
        own = Q(agent=user) | Q(enterprise__in=user.memberships.active().values("enterprise_id"))
        return self.filter(own).order_by(F("revoked_at").desc(nulls_first=True), "-ends_on", "-id")


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Anyone) -> "VisitQuerySet":
        """Officers and leaders see every visit; nobody else sees any."""
        return self if self.seen_by(user) else self.none()

    @staticmethod
    def seen_by(user: Anyone) -> bool:
        """Whether visits are this person's business at all."""
        return user.is_authenticated and user.has_role(*SEES_VISITS)

    def planned(self) -> "VisitQuerySet":
        return self.filter(status="planned")

    def in_state(self, state: str) -> "VisitQuerySet":
        """One of VISIT_STATES, in the order in which an officer works: by limit, done ones newest first."""
        if state == "done":
            return self.filter(status="done").order_by("-visited_on", "-id")
        rows = self.planned().order_by("clock__due_at", "planned_on", "id")
        return rows if state == "open" else rows.filter(light_q(state, now(), "clock__"))
