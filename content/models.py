"""What the public site keeps. For now only how often somebody guessed wrong."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QueryFailure(models.Model):
    """Failed public queries from one address or for one number within one window of time.

    ``key`` is a keyed hash: neither addresses nor numbers are kept. Rows go after a day.
    """

    key = models.CharField(max_length=64)
    window = models.DateTimeField(_("from"))
    count = models.PositiveIntegerField(_("failures"), default=1)

    class Meta:
        verbose_name = _("failed query")
        verbose_name_plural = _("failed queries")
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="failures_counted_once_per_window")]
        indexes = [models.Index(fields=["window"], name="query_failure_window")]

    def __str__(self) -> str:
        return f"{self.window} {self.count}"
