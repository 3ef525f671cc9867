"""What the administrator adds to the published schedules."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class CalendarYear(models.Model):
    """A year whose schedule the administrator declares published.

    The years that the package chinesecalendar carries need no row.
    """

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    published = models.BooleanField(_("schedule is published"), default=False)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["year"]
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        constraints = [models.CheckConstraint(condition=Q(year__gte=2004, year__lte=2100), name="calendar_year_sane")]

    def __str__(self) -> str:
        return str(self.year)


class CalendarOverride(models.Model):
    """A day that counts differently here: closed for a flood, worked by order of the zone."""

    date = models.DateField(_("date"), unique=True)
    is_workday = models.BooleanField(_("is a working day"))
    name = models.CharField(_("reason"), max_length=60)
    source = models.CharField(
        _("legal ground"), max_length=200, help_text=_("The notice or order that this day rests on.")
    )
    created_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by"))
    created_at = models.DateTimeField(_("entered"))

    class Meta:
        ordering = ["date"]
        verbose_name = _("calendar override")
        verbose_name_plural = _("calendar overrides")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(source=""), name="override_states_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class CalendarRevision(models.Model):
    """One row for each change of the calendar; the newest id is the calendar's version.

    Processes keep a calendar in memory and compare its version with this table now and then.
    Ids come from a sequence, so a change that was rolled back never lends its version to another.
    """

    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    # Of the published schedules at that time: a newer package is a change like any other.
    fingerprint = models.CharField(max_length=60)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("calendar revision")
        verbose_name_plural = _("calendar revisions")

    def __str__(self) -> str:
        return f"{self.pk} {self.reason}"
