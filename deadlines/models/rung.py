"""Rungs: when a clock reminds whom; and which of them have been climbed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from deadlines.models.clock import Clock, ClockKind


class Rung(models.Model):
    """One rung (提醒与升级): when somebody is told of a duty, who and how.

    Of rows with the same code the closest one counts: for this kind and department, for the
    department, for the kind, for all. A row that is switched off removes the rung.
    """

    class Anchor(models.TextChoices):
        WARN = "warn", pgettext_lazy("rung", "Start of the warning")
        DUE = "due", pgettext_lazy("rung", "End of the promised limit")
        LAWFUL = "lawful", pgettext_lazy("rung", "End of the lawful limit")
        STOP = "stop", pgettext_lazy("rung", "Planned end of a stop")

    class Unit(models.TextChoices):
        WORKDAY = "workday", pgettext_lazy("unit", "working days")
        CALENDAR = "calendar", pgettext_lazy("unit", "calendar days")
        WORKHOUR = "workhour", pgettext_lazy("unit", "working hours")

    class Who(models.TextChoices):
        HANDLER = "handler", pgettext_lazy("rung", "Handler")
        SUBSTITUTE = "substitute", pgettext_lazy("rung", "Substitute (B post)")
        HEAD = "head", pgettext_lazy("rung", "Department head")
        DIRECTOR = "director", pgettext_lazy("rung", "Hall director")
        LEADER = "leader", pgettext_lazy("rung", "Leader")
        SUPERVISOR = "supervisor", pgettext_lazy("rung", "Supervisor")
        # Of the clock's own department, whoever the duty is.
        CLERK = "clerk", pgettext_lazy("rung", "Window clerks")
        # People outside the hall, named by the app that owns the subject: see ``deadlines.applicants``.
        APPLICANT = "applicant", pgettext_lazy("rung", "Applicant")
        NOBODY = "nobody", pgettext_lazy("rung", "On record only")

    kind = models.CharField(
        _("duty"), max_length=20, choices=ClockKind, blank=True, help_text=_("Empty: every kind of duty.")
    )
    department = models.ForeignKey(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("department"),
        help_text=_("Empty: every department."),
    )
    code = models.SlugField(_("code"), max_length=26, help_text=_("A rung with the same code replaces a wider one."))
    anchor = models.CharField(_("counted from"), max_length=10, choices=Anchor)
    offset = models.SmallIntegerField(
        _("how much later"),
        default=0,
        help_text=_("Negative: before. What comes after a limit waits for its full end."),
    )
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.WORKDAY)
    who = models.CharField(_("told to"), max_length=10, choices=Who)
    channels = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("channels"),
        default=list,
        blank=True,
        help_text=_("Besides the inbox, which is always used. Empty: every channel that reaches the person."),
    )
    quiet = models.BooleanField(_("keeps quiet hours"), default=True)
    digest = models.BooleanField(_("in the daily summary"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["kind", "department", "anchor", "offset"]
        verbose_name = _("rung")
        verbose_name_plural = _("rungs")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "department", "code"], name="rung_once_per_duty", nulls_distinct=False
            ),
            # A stop has a number of its own in the fired code: "stop_overlong.2".
            models.CheckConstraint(condition=~Q(code=""), name="rung_has_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.get_kind_display() or _('all')})"


class FiredRung(models.Model):
    """A rung that was acted on. The unique key is what makes it happen once."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="fired")
    code = models.CharField(_("code"), max_length=30)
    due_at = models.DateTimeField(_("was to happen"))
    fired_at = models.DateTimeField(_("happened"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("fired rung")
        verbose_name_plural = _("fired rungs")
        constraints = [
            models.UniqueConstraint(fields=["clock", "code"], name="rung_fires_once"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.code}"
