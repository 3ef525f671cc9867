"""Cases of one application that departments handle together under one limit."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from approvals.models.application import Application
from approvals.querysets import JointQuerySet
from deadlines.models import Clock

USER = settings.AUTH_USER_MODEL


class JointHandling(models.Model):
    """A joint handling (联合办理, 行政许可法 art. 26): the time of the whole is at most 45 days (art. 42).

    Its cases name it in ``Case.joint`` and keep doing so once it has ended. Their decision clocks
    run inside its clock. Written by ``approvals.services`` only.
    """

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="joint_handlings", verbose_name=_("application")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="joint_handlings", verbose_name=_("lead department")
    )
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    started_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = JointQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("joint handling")
        verbose_name_plural = _("joint handlings")

    def __str__(self) -> str:
        return str(self.application)

    def get_absolute_url(self) -> str:
        return f"/joint/{self.pk}/"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None
