"""The life of a key project (节点): from signing to full capacity."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deadlines.models import Clock
from projects.models.key import KeyProject


class Milestone(models.Model):
    """One of the six points that a key project passes, in this order."""

    class Point(models.IntegerChoices):
        SIGNED = 1, pgettext_lazy("milestone", "Signed")
        LANDED = 2, pgettext_lazy("milestone", "Landed")
        STARTED = 3, pgettext_lazy("milestone", "Started")
        ROOFED = 4, pgettext_lazy("milestone", "Roofed")
        PRODUCING = 5, pgettext_lazy("milestone", "In production")
        CAPACITY = 6, pgettext_lazy("milestone", "At capacity")

    key = models.ForeignKey(KeyProject, models.PROTECT, related_name="milestones")
    point = models.PositiveSmallIntegerField(_("milestone"), choices=Point)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    # As it was planned at first: every later plan is on record with its reason.
    first_planned_on = models.DateField(_("planned at first"), null=True, blank=True)
    replanned = models.PositiveSmallIntegerField(_("planned anew"), default=0)
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["key", "point"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(fields=["key", "point"], name="milestone_once"),
            models.CheckConstraint(condition=Q(point__gte=1, point__lte=6), name="milestone_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_point_display()
