"""What a leader approves beside the ordinary way (特事特办), and projects that go first (绿色通道)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.models.instruction import Instruction
from coordination.querysets import DeviationQuerySet, GreenChannelQuerySet
from projects.models import Project

USER = settings.AUTH_USER_MODEL


class Deviation(models.Model):
    """One approved deviation from the hall's own rules, never from the law's, until its end date.

    What it applies to: a case for a shorter limit, a project and a code of the catalogue for a paper
    that follows later. The floor that owns these applies it (``coordination.deviating``).
    """

    class Kind(models.TextChoices):
        SHORTER = "shorter", pgettext_lazy("deviation", "Shorter limit")
        LATER_PAPER = "later_paper", pgettext_lazy("deviation", "Paper may follow later")

    class End(models.TextChoices):
        BY_DATE = "by_date", pgettext_lazy("deviation", "Ended on its day")
        REVOKED = "revoked", pgettext_lazy("deviation", "Revoked")

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="deviations")
    project = models.ForeignKey(Project, models.PROTECT, related_name="deviations", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # ("approvals.case", id) for a shorter limit.
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    # Of the material.
    code = models.CharField(max_length=80, blank=True)
    # How the thing is called, as it stood.
    label = models.CharField(_("applies to"), max_length=200)
    days = models.PositiveSmallIntegerField(_("working days from the beginning"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    approved_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(_("approved"))
    ends_on = models.DateField(_("last day"))
    # What the floor that applies it must know to take it back.
    before = models.JSONField(default=dict)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    end = models.CharField(_("why it ended"), max_length=10, choices=End, blank=True)
    end_reason = models.CharField(_("reason for revoking"), max_length=300, blank=True)

    objects = DeviationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("approved deviation")
        verbose_name_plural = _("approved deviations")
        indexes = [
            models.Index(fields=["project", "kind"], condition=Q(ended_at=None), name="deviation_in_force"),
            models.Index(fields=["ends_on"], condition=Q(ended_at=None), name="deviation_to_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="shorter", days__isnull=False, subject_id__isnull=False, code="")
                | (~Q(kind="shorter") & ~Q(code="")),
                name="deviation_says_what_it_applies_to",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="ended_deviation_says_why",
            ),
            models.CheckConstraint(condition=~Q(end="revoked") | ~Q(end_reason=""), name="revoking_has_a_reason"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(ended_at=None, kind="shorter"),
                name="one_shorter_limit_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["project", "kind", "code"],
                condition=Q(ended_at=None) & ~Q(kind="shorter"),
                name="one_deviation_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.label}"


class GreenChannel(models.Model):
    """A project that goes first on every desk (绿色通道), until its end date."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="green_channels", verbose_name=_("project"))
    reason = models.TextField(_("reason"))
    given_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given"))
    ends_on = models.DateField(_("last day"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    # Nobody where its day has simply passed.
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(_("reason for ending"), max_length=300, blank=True)

    objects = GreenChannelQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("green channel")
        verbose_name_plural = _("green channels")
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(ended_at=None), name="one_green_channel"),
        ]

    def __str__(self) -> str:
        return str(self.project)
