"""The sweep's sign of life."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SweepState(models.Model):
    """One row: when the last sweep ended and what it did; /readyz reads it."""

    last_run_at = models.DateTimeField(_("last run"))
    fired = models.PositiveIntegerField(_("rungs fired"), default=0)
    expired = models.PositiveIntegerField(_("duties expired"), default=0)
    seconds = models.FloatField(_("seconds"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_sweep_state")]

    def __str__(self) -> str:
        return str(self.last_run_at)
