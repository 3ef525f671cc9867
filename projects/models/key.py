"""Key projects (重点项目): which projects the zone follows closely, and by which criteria."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.models.project import Project
from projects.querysets_key import KeyProjectQuerySet

USER = settings.AUTH_USER_MODEL


class KeyCriterion(models.Model):
    """One way to be a key project: a project that meets every part given here is proposed.

    What is left empty is not asked. Several criteria stand beside each other: one is enough.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    min_investment = models.DecimalField(
        _("total investment from (10,000 yuan)"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    divisions = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("industries (GB/T 4754 divisions)")
    )
    capital = models.CharField(_("capital"), max_length=10, choices=Project.Capital, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("criterion for key projects")
        verbose_name_plural = _("criteria for key projects")
        constraints = [
            # A criterion that asks nothing would propose every project of the hall.
            models.CheckConstraint(
                condition=Q(min_investment__isnull=False) | Q(divisions__len__gt=0) | ~Q(capital=""),
                name="criterion_asks_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KeyProject(models.Model):
    """A project on the list of key projects, proposed for it, or taken off it."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("key project", "Proposed")
        CONFIRMED = "confirmed", pgettext_lazy("key project", "Key project")
        DECLINED = "declined", pgettext_lazy("key project", "Not taken")
        REMOVED = "removed", pgettext_lazy("key project", "Taken off the list")

    project = models.OneToOneField(Project, models.PROTECT, related_name="key", verbose_name=_("project"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    # Names of the criteria that it met when it was proposed; none when somebody put it on the list by hand.
    met = ArrayField(models.CharField(max_length=80), default=list, blank=True, verbose_name=_("criteria met"))
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Since when it is on the list without a break: months before need no report.
    since = models.DateField(_("key project since"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    objects = KeyProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("key project")
        verbose_name_plural = _("key projects")
        indexes = [models.Index(fields=["status"], name="key_project_status")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(since__isnull=False), name="confirmed_key_project_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.project)

    def get_absolute_url(self) -> str:
        return f"/key-projects/{self.project_id}/"

    @property
    def is_confirmed(self) -> bool:
        return self.status == self.Status.CONFIRMED
