"""What the administrator adds to the published schedules."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

USER = settings.AUTH_USER_MODEL


class CalendarYear(models.Model):
    """What the administrator has said of a year's schedule: published, or withdrawn.

    The years that the package chinesecalendar carries count as published without a row; a row
    that is not published takes them back. Days of an unpublished year count by their weekday.
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


class NoticeDay(models.Model):
    """A day of an imported schedule that is named in the State Council's notice of ``year``.

    Holidays on weekends are kept for their name. The last days of a year may stand in the notice
    of the next one. Imported days replace those of the package for that notice.
    """

    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days", verbose_name=_("calendar year"))
    date = models.DateField(_("date"), unique=True)
    is_workday = models.BooleanField(_("is a working day"))
    name = models.CharField(_("holiday"), max_length=60, blank=True)

    class Meta:
        ordering = ["date"]
        verbose_name = _("day of a notice")
        verbose_name_plural = _("days of notices")
        constraints = [
            models.CheckConstraint(condition=Q(is_workday=True) | ~Q(name=""), name="holiday_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".rstrip()


class CalendarOverride(models.Model):
    """A day that counts differently here: closed for a flood, worked by order of the zone.

    A half day, ``closed`` in the morning or in the afternoon, is a working day with fewer hours.
    """

    class Closed(models.TextChoices):
        MORNING = "morning", pgettext_lazy("closed", "Morning")
        AFTERNOON = "afternoon", pgettext_lazy("closed", "Afternoon")

    date = models.DateField(_("date"), unique=True)
    is_workday = models.BooleanField(_("is a working day"))
    closed = models.CharField(_("closed in the"), max_length=10, choices=Closed, blank=True, default="")
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
            models.CheckConstraint(condition=Q(closed="") | Q(is_workday=True), name="half_day_is_worked"),
            models.CheckConstraint(condition=Q(closed__in=["", "morning", "afternoon"]), name="closed_half_known"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


def _seconds(field: str) -> Func:
    """Seconds since midnight of a time column: PostgreSQL has no ranges of times."""
    return Func(F(field), template="(extract(epoch from %(expressions)s)::int)", output_field=models.IntegerField())


class HallHours(models.Model):
    """One period in which the hall is open on a weekday, Monday is 0; see ``timetable.Timetable``."""

    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name = _("office hours")
        verbose_name_plural = _("office hours")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_on_a_weekday"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="hours_open_before_they_close"),
            ExclusionConstraint(
                name="hours_do_not_overlap",
                expressions=[
                    ("weekday", RangeOperators.EQUAL),
                    (
                        Func(
                            _seconds("opens"),
                            _seconds("closes"),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


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
    # How many open clocks have new dates because of it, as far as they have been counted again.
    moved = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("calendar revision")
        verbose_name_plural = _("calendar revisions")

    def __str__(self) -> str:
        return f"{self.pk} {self.reason}"
