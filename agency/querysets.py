"""Which orders and helpers a person may see."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Anyone, Post, Role, User
from common.time import today
from deadlines.models import Clock
from enterprises.models import Mandate

if TYPE_CHECKING:
    from agency.models import AgencyOrder, MandateHelper  # noqa: F401

SEES_ALL_ORDERS = (Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR)
LIVE = ("open", "proposed", "agreed")


class OrderQuerySet(models.QuerySet["AgencyOrder"]):
    def visible_to(self, user: Anyone) -> "OrderQuerySet":
        """The firm's members; its agent and his helpers while the mandate is in force; whoever has its duty in
        the agent's stead; the head of the agent's department; director, leaders and supervision all."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_ALL_ORDERS):
            return self
        seen = Q(mandate__enterprise__in=user.memberships.active().values("enterprise_id"))
        if user.is_hall_staff:
            seen |= Q(mandate__in=user.mandates.valid().values("pk"))
            seen |= Q(mandate__in=user.helped_mandates.in_force().values("mandate"), status__in=LIVE)
            # In the agent's stead: as long as there is a mandate to plan for.
            duties = Clock.objects.open().filter(handler=user)
            in_stead = Q(clock__in=duties, mandate__revoked_at=None, mandate__ends_on__gte=today())
            seen |= in_stead & ~Q(mandate__agent=user)
        if headed := user.department_ids_as(Role.HEAD):
            seen |= Q(department__in=headed)
        return self.filter(seen)

    def live(self) -> "OrderQuerySet":
        return self.filter(status__in=LIVE)

    def for_lists(self) -> "OrderQuerySet":
        """With what a row of a list shows."""
        return self.select_related("mandate__enterprise", "mandate__agent", "project", "department", "clock")


class HelperQuerySet(models.QuerySet["MandateHelper"]):
    def on(self) -> "HelperQuerySet":
        """Neither removed nor outside their period today; the mandate may have ended all the same."""
        day = today()
        return self.filter(removed_at=None, starts_on__lte=day, ends_on__gte=day)

    def in_force(self) -> "HelperQuerySet":
        """Who may look today: also the mandate is valid, and the helper still holds an agent's post there."""
        posts = Post.objects.current().with_role(Role.AGENT)
        held = posts.filter(user=OuterRef("user"), department=OuterRef("department"))
        return self.on().filter(Exists(held), mandate__in=Mandate.objects.valid())

    def visible_to(self, user: User) -> "HelperQuerySet":
        """Those of mandates that one sees, and one's own."""
        return self.filter(Q(mandate__in=Mandate.objects.visible_to(user)) | Q(user=user))
