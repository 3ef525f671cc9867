"""How often a stranger has asked, booked or guessed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Attempt(models.Model):
    """What came from one address, or for one number, within one window of time; counted by ``common.failures``.

    ``key`` is a keyed hash: neither addresses nor numbers are kept. Rows go after a day.
    """

    key = models.CharField(max_length=64)
    window = models.DateTimeField(_("from"))
    count = models.PositiveIntegerField(_("attempts"), default=1)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="attempts_once_per_window")]
        indexes = [models.Index(fields=["window"], name="attempt_window")]

    def __str__(self) -> str:
        return f"{self.window} {self.count}"
