"""What keeps the hall honest. For now: ratings (好差评); complaints and orders follow."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.models import Case
from deadlines.models import Clock
from supervision.querysets import RatingQuerySet

USER = settings.AUTH_USER_MODEL


class Rating(models.Model):
    """Five grades after a delivered case (国办发〔2019〕51号); 4 and 5 must be answered within five days."""

    class Grade(models.IntegerChoices):
        VERY_SATISFIED = 1, pgettext_lazy("rating", "Very satisfied")
        SATISFIED = 2, pgettext_lazy("rating", "Satisfied")
        BASICALLY_SATISFIED = 3, pgettext_lazy("rating", "Basically satisfied")
        DISSATISFIED = 4, pgettext_lazy("rating", "Dissatisfied")
        VERY_DISSATISFIED = 5, pgettext_lazy("rating", "Very dissatisfied")

    case = models.OneToOneField(Case, models.PROTECT, related_name="rating")
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade)
    comment = models.TextField(_("comment"), blank=True)
    rated_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(max_length=120, blank=True)
    rated_at = models.DateTimeField()
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(_("answer"), blank=True)
    called_back_on = models.DateField(_("called back on"), null=True, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(condition=Q(grade__range=(1, 5)), name="five_grades"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | (~Q(answer="") & Q(called_back_on__isnull=False)),
                name="answered_rating_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_grade_display()}"

    @property
    def is_bad(self) -> bool:
        return self.grade >= self.Grade.DISSATISFIED
