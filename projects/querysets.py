"""Which projects a person may see."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import Role, User
from enterprises.models import Enterprise
from projects.readers import readers_q

if TYPE_CHECKING:
    from projects.models import Project  # noqa: F401 (a type parameter)

SEES_DECLARED = (
    Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.HEAD, Role.OFFICER, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR,
)  # fmt: skip


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User | AnonymousUser) -> "ProjectQuerySet":
        """Staff see declared projects and the drafts they took in; others those of the firms they act for, and
        what an app above lets them look at."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*SEES_DECLARED):
            return self.filter(~Q(status="draft") | Q(created_by=user))
        return self.filter(Q(enterprise__in=Enterprise.objects.ids_acted_for(user)) | readers_q(user))

    def declared(self) -> "ProjectQuerySet":
        return self.exclude(status="draft")
