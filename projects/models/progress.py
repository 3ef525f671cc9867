"""Monthly progress (月度进展) of a key project: works, money arrived, photos, problems."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deadlines.models import Clock
from files.models import StoredFile
from projects.models.key import KeyProject

USER = settings.AUTH_USER_MODEL


class Progress(models.Model):
    """What a month brought; empty until reported. ``month`` is its first day."""

    key = models.ForeignKey(KeyProject, models.PROTECT, related_name="progress", verbose_name=_("key project"))
    month = models.DateField(_("month"))
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, blank=True, related_name="+")
    works = models.TextField(_("progress of the works"), max_length=4000, blank=True)
    domestic = models.DecimalField(
        _("domestic money arrived (10,000 yuan)"), max_digits=14, decimal_places=2, default=0,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    foreign = models.DecimalField(
        _("foreign money arrived (10,000 US dollars)"), max_digits=14, decimal_places=2, default=0,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    reported_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=0)

    class Meta:
        ordering = ["-month", "-id"]
        verbose_name = _("monthly progress")
        verbose_name_plural = _("monthly progress")
        constraints = [
            models.UniqueConstraint(fields=["key", "month"], name="one_progress_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_begins_on_the_first"),
            models.CheckConstraint(condition=Q(domestic__gte=0, foreign__gte=0), name="money_arrived_is_not_negative"),
            models.CheckConstraint(
                condition=Q(reported_at=None, version=0) | Q(reported_at__isnull=False, version__gte=1),
                name="reported_progress_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class ProgressVersion(models.Model):
    """A report as it stood before it was corrected."""

    progress = models.ForeignKey(Progress, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    works = models.TextField()
    domestic = models.DecimalField(max_digits=14, decimal_places=2)
    foreign = models.DecimalField(max_digits=14, decimal_places=2)
    reported_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    reason = models.CharField(_("reason for the correction"), max_length=300)

    class Meta:
        ordering = [F("version").desc()]
        constraints = [models.UniqueConstraint(fields=["progress", "version"], name="progress_version_once")]

    def __str__(self) -> str:
        return f"{self.progress_id} v{self.version}"


class ProgressPhoto(models.Model):
    """A photo of the building site."""

    progress = models.ForeignKey(Progress, models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return str(self.file)
