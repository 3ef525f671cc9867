"""How long each duty of this app may take; data that the administrator edits, with its source."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deadlines.models import Clock


class Limit(models.Model):
    """The days or hours of one duty. A clock that runs already keeps what it was armed with."""

    class Duty(models.TextChoices):
        DIVIDE = "divide", pgettext_lazy("limit", "Divide an instruction")
        DIVIDE_URGENT = "divide_urgent", pgettext_lazy("limit", "Divide an urgent instruction")
        DIVIDE_MOST_URGENT = "divide_most_urgent", pgettext_lazy("limit", "Divide a most urgent instruction")
        CLOSE = "close", pgettext_lazy("limit", "Close an instruction or send it back")
        LEAD = "lead", pgettext_lazy("limit", "Answer of the lead department")
        ASSIST = "assist", pgettext_lazy("limit", "Answer of an assisting department")
        MINUTES = "minutes", pgettext_lazy("limit", "Minutes of a meeting")
        DECISION = "decision", pgettext_lazy("limit", "Decision of a meeting")

    duty = models.CharField(_("duty"), max_length=20, choices=Duty, unique=True)
    amount = models.PositiveSmallIntegerField(_("limit"))
    unit = models.CharField(_("unit"), max_length=10, choices=Clock.Unit, default=Clock.Unit.WORKDAY)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["id"]
        verbose_name = _("limit of a coordination duty")
        verbose_name_plural = _("limits of coordination duties")

    def __str__(self) -> str:
        return str(self.get_duty_display())
