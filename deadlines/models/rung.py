"""Rungs: when a clock reminds whom; and which of them have been climbed."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deadlines.models.clock import Clock, ClockKind


class Rung(models.Model):
    """One rung for a kind of duty, or for all of them; a row for a kind replaces the general one."""

    class Anchor(models.TextChoices):
        WARN = "warn", pgettext_lazy("rung", "Start of the warning")
        DUE = "due", pgettext_lazy("rung", "End of the promised limit")
        LAWFUL = "lawful", pgettext_lazy("rung", "End of the lawful limit")

    class Who(models.TextChoices):
        HANDLER = "handler", pgettext_lazy("rung", "Handler")
        HEAD = "head", pgettext_lazy("rung", "Department head")
        DIRECTOR = "director", pgettext_lazy("rung", "Hall director")
        NOBODY = "nobody", pgettext_lazy("rung", "On record only")

    kind = models.CharField(
        _("duty"), max_length=20, choices=ClockKind, blank=True, help_text=_("Empty: every kind of duty.")
    )
    code = models.CharField(_("code"), max_length=30)
    anchor = models.CharField(_("counted from"), max_length=10, choices=Anchor)
    offset_days = models.PositiveSmallIntegerField(_("working days after"), default=0)
    who = models.CharField(_("told to"), max_length=10, choices=Who)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["kind", "anchor", "offset_days"]
        verbose_name = _("rung")
        verbose_name_plural = _("rungs")
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="rung_once_per_kind")]

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
