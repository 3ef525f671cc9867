"""Where the numbers of papers come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department


class Series(models.Model):
    """The last serial given under one mark in one year. Written by ``documents.numbers`` only.

    ``mark`` is the whole text before the year (机关代字 and kind), so that no two papers can bear the same number,
    whatever becomes of the names of departments.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    mark = models.CharField(_("mark"), max_length=100)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last serial"))

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [models.UniqueConstraint(fields=["mark", "year"], name="series_once_a_year")]

    def __str__(self) -> str:
        return f"{self.mark}〔{self.year}〕{self.last}"
