"""Problems (问题) of a project: owned by a person, climbing from level to level, closed by the firm alone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deadlines.models import Clock
from projects.models.project import Project
from projects.querysets_key import ProblemQuerySet

USER = settings.AUTH_USER_MODEL


class Problem(models.Model):
    """What stands in a project's way. Its owner answers for it on its level until the firm confirms."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("problem", "Being cleared")
        PROPOSED = "proposed", pgettext_lazy("problem", "Waiting for the firm")
        CLOSED = "closed", pgettext_lazy("problem", "Cleared")
        WITHDRAWN = "withdrawn", pgettext_lazy("problem", "Withdrawn")

    class Level(models.IntegerChoices):
        SECRETARY = 1, pgettext_lazy("level", "Service secretary")
        CHIEF = 2, pgettext_lazy("level", "Chief representative")
        LEADER = 3, pgettext_lazy("level", "Leader in charge")

    ONGOING = (Status.OPEN, Status.PROPOSED)

    project = models.ForeignKey(Project, models.PROTECT, related_name="problems", verbose_name=_("project"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what stands in the way"), max_length=4000)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.SECRETARY)
    owner = models.ForeignKey(USER, models.PROTECT, related_name="problems_owned", verbose_name=_("owner"))
    # Whom the owner has asked to work on it, while staying answerable.
    helper = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="problems_helped", verbose_name=_("worked on by")
    )
    raised_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="problems_raised", verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised"))
    by_firm = models.BooleanField(_("raised by the firm"), default=False)
    # What it came from, ("projects.progress", 7); nothing when somebody raised it by hand.
    source_type = models.CharField(max_length=60, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, blank=True, related_name="+")
    level_since = models.DateTimeField(_("on this level since"))
    solution = models.TextField(_("how it was cleared"), max_length=2000, blank=True)
    proposed_at = models.DateTimeField(_("said to be cleared"), null=True, blank=True)
    # When the silent firm is reminded, and its leader told, next.
    remind_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders to the firm"), default=0)
    rejections = models.PositiveSmallIntegerField(_("rejected by the firm"), default=0)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        indexes = [
            models.Index(fields=["project", "status"], name="problem_of_project"),
            models.Index(fields=["owner"], condition=Q(status__in=["open", "proposed"]), name="problem_open_owner"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="problem_remind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="problem_level_is_known"),
            models.CheckConstraint(
                condition=~Q(status="proposed") | Q(proposed_at__isnull=False, remind_at__isnull=False),
                name="proposed_problem_reminds_the_firm",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(clock__isnull=False), name="open_problem_has_a_clock"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["closed", "withdrawn"]) | Q(closed_at__isnull=False),
                name="closed_problem_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(source_type="", source_id=None) | (~Q(source_type="") & Q(source_id__isnull=False)),
                name="problem_source_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/problems/{self.pk}/"

    @property
    def is_ongoing(self) -> bool:
        return self.status in self.ONGOING


class ProblemNote(models.Model):
    """What was done about a problem, by whoever works on it."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="notes")
    author = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("what was done"), max_length=2000)

    class Meta:
        ordering = [F("at").desc(), F("id").desc()]
        verbose_name = _("note on a problem")
        verbose_name_plural = _("notes on problems")

    def __str__(self) -> str:
        return self.text[:40]
