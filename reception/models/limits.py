"""How long and how often: data with its source beside it, editable by the administrator."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deadlines.models import Clock


class Limit(models.Model):
    """One figure that the reception works by; ``reception.limits`` reads it."""

    class Code(models.TextChoices):
        ANSWER = "answer", pgettext_lazy("limit", "To answer an inquiry")
        TAKE_OVER = "take_over", pgettext_lazy("limit", "To take over an inquiry handed over")
        CONFIRM = "confirm", pgettext_lazy("limit", "For the asker to confirm or reopen")
        DAYS_AHEAD = "days_ahead", pgettext_lazy("limit", "Appointments can be made so many days ahead")
        BOOKINGS_A_DAY = "bookings_a_day", pgettext_lazy("limit", "Appointments of one telephone number a day")
        SKIP_TURNS = "skip_turns", pgettext_lazy("limit", "A skipped ticket comes back after so many others")
        SKIPS = "skips", pgettext_lazy("limit", "How often a ticket comes back")

    class Unit(models.TextChoices):
        WORKDAY = Clock.Unit.WORKDAY.value, pgettext_lazy("unit", "working days")
        WORKHOUR = Clock.Unit.WORKHOUR.value, pgettext_lazy("unit", "working hours")
        DAY = "day", pgettext_lazy("unit", "days")
        TIMES = "times", pgettext_lazy("unit", "times")

    code = models.CharField(_("limit"), max_length=20, choices=Code, unique=True)
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=10, choices=Unit)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("limit of the reception")
        verbose_name_plural = _("limits of the reception")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=1), name="reception_limit_from_one"),
            models.CheckConstraint(
                condition=~Q(code__in=["answer", "take_over"]) | Q(unit__in=["workday", "workhour"]),
                name="reception_clock_has_its_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} · {self.amount} {self.get_unit_display()}"
