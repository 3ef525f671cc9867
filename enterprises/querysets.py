"""Which rows a person may see, and the filters that lists share."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Post, Role, User
from common.time import today

if TYPE_CHECKING:
    from enterprises.models import Enterprise, Mandate, Membership, Visit

SEES_ALL_ENTERPRISES = (
    Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.HEAD, Role.OFFICER, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR,
)  # fmt: skip


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def visible_to(self, user: User) -> "EnterpriseQuerySet":
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

    def of_member(self, user: User) -> "EnterpriseQuerySet":
        return self.filter(memberships__user=user, memberships__status="active")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(status="active")

    def pending(self) -> "MembershipQuerySet":
        return self.filter(status="pending")

    def owned_by(self, user: User) -> "MembershipQuerySet":
        """Memberships of enterprises that ``user`` owns."""
        return self.filter(
            enterprise__memberships__user=user,
            enterprise__memberships__role="owner",
            enterprise__memberships__status="active",
        )


class MandateQuerySet(models.QuerySet["Mandate"]):
    def valid(self) -> "MandateQuerySet":
        """In force today, and the agent still holds an agent's post."""
        day = today()
        posts = Post.objects.current().with_role(Role.AGENT).filter(user=OuterRef("agent"))
        return self.filter(Exists(posts), revoked_at=None, starts_on__lte=day, ends_on__gte=day)

    def visible_to(self, user: User) -> "MandateQuerySet":
        """The agent's own, and those of the firms one belongs to; leaders and supervisors see all."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR, Role.CLERK):
            return self
        return self.filter(
            Q(agent=user) | Q(enterprise__in=user.memberships.active().values("enterprise_id"))
        )


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> "VisitQuerySet":
        """Officers and leaders see every visit; nobody else sees any."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.OFFICER, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR):
            return self
        return self.none()

    def planned(self) -> "VisitQuerySet":
        return self.filter(status="planned")
