"""Stops: stretches that the law leaves out of a limit (特别程序)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.time import now
from deadlines.models.clock import Clock

USER = settings.AUTH_USER_MODEL


class Ground(models.TextChoices):
    """The only grounds on which a limit may be stopped: 行政许可法 art. 45."""

    HEARING = "hearing", pgettext_lazy("ground", "Hearing")
    TENDER = "tender", pgettext_lazy("ground", "Tender")
    AUCTION = "auction", pgettext_lazy("ground", "Auction")
    INSPECTION = "inspection", pgettext_lazy("ground", "Inspection")
    TESTING = "testing", pgettext_lazy("ground", "Testing")
    QUARANTINE = "quarantine", pgettext_lazy("ground", "Quarantine")
    APPRAISAL = "appraisal", pgettext_lazy("ground", "Appraisal")
    EXPERT_REVIEW = "expert_review", pgettext_lazy("ground", "Expert review")


class Stop(models.Model):
    """One stretch in which a clock stands still, on one ground. Written by ``deadlines.services`` only.

    How long it will take is told to the applicant in writing beforehand (art. 45): ``planned_until``
    is the end of the last planned day.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="stops", verbose_name=_("clock"))
    ordinal = models.PositiveSmallIntegerField(_("which one"))
    ground = models.CharField(_("ground"), max_length=15, choices=Ground)
    reason = models.CharField(_("what for"), max_length=500)
    planned_days = models.PositiveSmallIntegerField(_("planned working days"))
    planned_until = models.DateTimeField(_("planned end"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    # Entered later than it happened: why. Empty for what was entered as it happened.
    late_start_reason = models.CharField(_("why entered later"), max_length=200, blank=True)
    late_end_reason = models.CharField(_("why ended later"), max_length=200, blank=True)
    started_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("stopped by"))
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("resumed by"))
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        ordering = ["clock", "starts_at"]
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = [
            models.UniqueConstraint(fields=["clock", "ordinal"], name="stop_ordinal_once"),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="stop_ends_later"),
            models.CheckConstraint(condition=Q(planned_until__gte=F("starts_at")), name="stop_is_planned_ahead"),
            models.CheckConstraint(condition=~Q(reason=""), name="stop_says_what_for"),
            ExclusionConstraint(
                name="stops_do_not_overlap",
                expressions=[
                    ("clock", RangeOperators.EQUAL),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {self.starts_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.ends_at is None

    def is_overlong(self, at: datetime | None = None) -> bool:
        """Does it last longer than the applicant was told?"""
        return (self.ends_at or at or now()) > self.planned_until


class Extension(models.Model):
    """A request to extend a limit, and what became of it (行政许可法 art. 42). Written by services only.

    One approval in a clock's life, at most ``Clock.extension_cap`` units. ``inner`` is the clock of
    the step on which it was asked; it gets the same days.
    """

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("extension", "Waiting for approval")
        APPROVED = "approved", pgettext_lazy("extension", "Approved")
        REFUSED = "refused", pgettext_lazy("extension", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("extension", "Withdrawn before the decision")
        REVOKED = "revoked", pgettext_lazy("extension", "Revoked after approval")

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="extensions", verbose_name=_("clock"))
    inner = models.ForeignKey(Clock, models.CASCADE, null=True, blank=True, related_name="+")
    # The duty to decide on the request.
    duty = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    amount = models.PositiveSmallIntegerField(_("extended by"))
    reason = models.CharField(_("reason"), max_length=500)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    # Limits as they stood before, to which a revoked extension returns.
    due_before = models.DateTimeField(_("due before"))
    lawful_due_before = models.DateTimeField(_("lawfully due before"), null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(status__in=["asked", "approved", "revoked"]), name="extended_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=1) & ~Q(reason=""), name="extension_says_why"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")) | Q(status="withdrawn"),
                name="extension_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} +{self.amount} {self.status}"

    def for_ledger(self) -> dict[str, Any]:
        return {"extension": self.pk, "amount": self.amount, "reason": self.reason, "remark": self.remark}
