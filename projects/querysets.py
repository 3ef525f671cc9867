"""Which projects a person may see."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import Role, User
from enterprises.models import Enterprise

if TYPE_CHECKING:
    from projects.models import Project

SEES_DECLARED = (
    Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.HEAD, Role.OFFICER, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR,
)  # fmt: skip


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> "ProjectQuerySet":
        """Staff see declared projects; investors and agents those of the firms they act for, drafts too.

        A walk-in draft is also visible to the clerk who took it in.
        """
        if not user.is_authenticated:
            return self.none()
        own = Q(enterprise__in=Enterprise.objects.ids_acted_for(user)) | Q(created_by=user, status="draft")
        if user.has_role(*SEES_DECLARED):
            return self.filter(~Q(status="draft") | own)
        return self.filter(own)

    def declared(self) -> "ProjectQuerySet":
        return self.exclude(status="draft")
