"""Days and rates that the administrator sets; nothing of this is written in code."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ServiceLimit(models.Model):
    """How many working days a duty around a key project may take."""

    class Code(models.TextChoices):
        PROBLEM_SECRETARY = "problem_secretary", pgettext_lazy("limit", "Problem with the service secretary")
        PROBLEM_CHIEF = "problem_chief", pgettext_lazy("limit", "Problem with the chief representative")
        PROBLEM_LEADER = "problem_leader", pgettext_lazy("limit", "Problem with the leader in charge")
        FIRM_ANSWER = "firm_answer", pgettext_lazy("limit", "The firm's confirmation, until it is reminded")
        PROGRESS = "progress", pgettext_lazy("limit", "Monthly progress, in the month after")
        VACANCY = "vacancy", pgettext_lazy("limit", "Filling a vacancy in a service team")

    code = models.CharField(_("duty"), max_length=20, choices=Code, unique=True)
    days = models.PositiveSmallIntegerField(
        _("working days"), validators=[MinValueValidator(1), MaxValueValidator(250)]
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("limit around key projects")
        verbose_name_plural = _("limits around key projects")
        constraints = [models.CheckConstraint(condition=models.Q(days__gte=1), name="service_limit_is_a_day")]

    def __str__(self) -> str:
        return f"{self.get_code_display()} · {self.days}"


class ExchangeRate(models.Model):
    """Yuan for one unit of a foreign currency, to set foreign money beside a total in yuan."""

    currency = models.CharField(_("currency"), max_length=3, unique=True)
    yuan = models.DecimalField(
        _("yuan for one unit"), max_digits=10, decimal_places=4, validators=[MinValueValidator(0)]
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [models.CheckConstraint(condition=models.Q(yuan__gt=0), name="exchange_rate_is_positive")]

    def __str__(self) -> str:
        return f"{self.currency} {self.yuan}"
