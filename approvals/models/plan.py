"""The plan of an application as it stood when it was handed in: what happens is measured against it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.application import Application


class Plan(models.Model):
    """Baseline, frozen on submission: ``content`` is what ``approvals.planning`` laid out then."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="plan")
    content = models.JSONField(_("content"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return str(self.application)
