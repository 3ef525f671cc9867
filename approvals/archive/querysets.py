"""Which folders and papers of the archive a person may see."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import Anyone, User
from approvals.querysets import SEES_ALL_CASES
from enterprises.models import Enterprise

if TYPE_CHECKING:
    from approvals.models import ArchiveFolder, ArchivePaper  # noqa: F401


class ArchiveFolderQuerySet(models.QuerySet["ArchiveFolder"]):
    def visible_to(self, user: Anyone) -> "ArchiveFolderQuerySet":
        """Those of the cases that the person may see: a folder shows nothing that the case does not."""
        if not isinstance(user, User):
            return self.none()
        if user.has_role(*SEES_ALL_CASES):
            return self
        from approvals.models import Case  # noqa: PLC0415  (the models ask this module who may see them)

        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))

    def incomplete(self) -> "ArchiveFolderQuerySet":
        return self.filter(completed_at=None)

    def for_lists(self) -> "ArchiveFolderQuerySet":
        """With what a row of a list shows, without the index itself."""
        rows = self.select_related("enterprise", "case__matter", "case__department", "case__project")
        return rows.defer("items", "rule")


class ArchivePaperQuerySet(models.QuerySet["ArchivePaper"]):
    def visible_to(self, user: Anyone) -> "ArchivePaperQuerySet":
        """Window, leaders and supervision see all; others those of the firms they act for."""
        if not isinstance(user, User):
            return self.none()
        if user.has_role(*SEES_ALL_CASES):
            return self
        return self.filter(Q(enterprise__in=Enterprise.objects.ids_acted_for(user)))

    def current(self) -> "ArchivePaperQuerySet":
        """Neither replaced nor revoked; whether one is still valid says its date."""
        return self.filter(ended_at=None)
