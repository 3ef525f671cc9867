"""Hand-overs on record (交接): whose duty became whose, why, and by whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Absence
from deadlines.models.clock import Clock

USER = settings.AUTH_USER_MODEL


class Handover(models.Model):
    """One duty passing from one person to another; written by ``deadlines.services`` only, never changed.

    No ``from_user``: nobody had taken it. No ``to_user``: it went back to the post. No ``by``: the hall itself.
    """

    class Cause(models.TextChoices):
        LEAVE = "leave", pgettext_lazy("handover", "Absence")
        RETURN = "return", pgettext_lazy("handover", "Return")
        REASSIGNMENT = "reassignment", pgettext_lazy("handover", "Reassignment")
        LEFT = "left", pgettext_lazy("handover", "Post left")

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="handovers", verbose_name=_("duty"))
    from_user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("from person"))
    to_user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("to person"))
    cause = models.CharField(_("cause"), max_length=15, choices=Cause)
    absence = models.ForeignKey(Absence, models.PROTECT, null=True, related_name="handovers", verbose_name=_("absence"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(cause__in=["leave", "return"]) | models.Q(absence__isnull=False),
                name="handover_names_its_absence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.from_user_id} → {self.to_user_id}"
