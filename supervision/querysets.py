from typing import TYPE_CHECKING

from django.db import models

from accounts.models import Role, User
from enterprises.models import Enterprise

if TYPE_CHECKING:
    from supervision.models import Rating


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: User) -> "RatingQuerySet":
        """The window, leaders and supervision see all; others those of the firms they act for."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.CLERK, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR):
            return self
        return self.filter(case__enterprise__in=Enterprise.objects.ids_acted_for(user))

    def waiting_for_answer(self) -> "RatingQuerySet":
        return self.filter(grade__gte=4, answered_at=None)
