"""How often somebody guessed wrong at the verification page."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VerifyFailure(models.Model):
    """Wrong codes from one address, or for one number, within one window of time; counted by ``common.failures``.

    ``key`` is a keyed hash: neither addresses nor numbers are kept. Rows go after a day.
    """

    key = models.CharField(max_length=64)
    window = models.DateTimeField(_("from"))
    count = models.PositiveIntegerField(_("failures"), default=1)

    class Meta:
        verbose_name = _("failed verification")
        verbose_name_plural = _("failed verifications")
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="verify_failures_once_per_window")]
        indexes = [models.Index(fields=["window"], name="verify_failure_window")]

    def __str__(self) -> str:
        return f"{self.window} {self.count}"
