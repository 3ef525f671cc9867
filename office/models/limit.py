"""How many days the duties of this app get; data that the administrator edits."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OfficeLimit(models.Model):
    """One number with the rule that it comes from. Seeded after migrate, never over what was changed."""

    class Code(models.TextChoices):
        TASK = "task", pgettext_lazy("office limit", "Task, where none is given")
        TASK_CHECK = "task_check", pgettext_lazy("office limit", "Looking at an answer")
        TASK_EXTENSION = "task_extension", pgettext_lazy("office limit", "Longest extension of a task")
        EXTENSION_REPLY = "extension_reply", pgettext_lazy("office limit", "Deciding on an extension of a task")
        PAPER_RECEIPT = "paper_receipt", pgettext_lazy("office limit", "Signing for papers")
        PAPER_SETTLING = "paper_settling", pgettext_lazy("office limit", "Settling refused and missing papers")
        READ_AHEAD = "read_ahead", pgettext_lazy("office limit", "First reminder before a notice is to be read")

    code = models.CharField(_("limit"), max_length=20, choices=Code, unique=True)
    days = models.PositiveSmallIntegerField(_("working days"), validators=[MinValueValidator(1)])
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["id"]
        verbose_name = _("limit of the office")
        verbose_name_plural = _("limits of the office")
        constraints = [models.CheckConstraint(condition=models.Q(days__gte=1), name="office_limit_at_least_a_day")]

    def __str__(self) -> str:
        return f"{self.get_code_display()} · {self.days}"
