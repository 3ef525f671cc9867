"""Gaps that follow later (容缺) and decisions on a commitment (告知承诺), with what happens when words are not kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from approvals.models.application import Application
from approvals.models.case import Case, CaseMaterial
from approvals.querysets import DeferralBarQuerySet, LaterCheckQuerySet
from deadlines.models import Clock
from documents.models import Document
from enterprises.models import Enterprise
from files.models import StoredFile

USER = settings.AUTH_USER_MODEL


class Commitment(models.Model):
    """What an applicant signed online: 容缺受理承诺书 or 告知承诺书. Never edited."""

    class Kind(models.TextChoices):
        DEFERRAL = "deferral", pgettext_lazy("commitment", "Commitment to hand in later")
        CONDITIONS = "conditions", pgettext_lazy("commitment", "Commitment to meet the conditions")

    application = models.ForeignKey(Application, models.PROTECT, related_name="commitments")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # The very words that were signed, in Chinese.
    text = models.TextField(_("text"))
    signer = models.CharField(_("signed by"), max_length=60)
    signed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(_("signed"))
    # At the window one signs by hand; online the account is the signature.
    signature = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.application}"


class Deferral(models.Model):
    """One gap of a case (容缺): a paper that the applicant hands in later, or a certificate of another case.

    A paper has a clock from acceptance on, and the applicant answers for it. A certificate comes from the
    hall itself, whose own clocks run; it has none. Written by ``approvals.services`` only.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("deferral", "Open")
        FILLED = "filled", pgettext_lazy("deferral", "Filled")
        FAILED = "failed", pgettext_lazy("deferral", "Not filled in time")
        DROPPED = "dropped", pgettext_lazy("deferral", "No longer needed")

    case = models.ForeignKey(Case, models.PROTECT, related_name="deferrals")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="deferrals")
    # One of the two: the paper, or the code of the matter whose certificate follows.
    material = models.ForeignKey(CaseMaterial, models.PROTECT, null=True, related_name="deferrals")
    prerequisite = models.CharField(max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    # The certificate waits for it, as the matter said when the commitment was signed.
    hold = models.BooleanField(_("holds the certificate"))
    promised_on = models.DateField(_("promised for"), null=True)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    handed_in_at = models.DateTimeField(_("handed in"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    # Nobody where the hall itself did it.
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("deferral")
        verbose_name_plural = _("deferrals")
        indexes = [models.Index(fields=["case"], condition=Q(status="open"), name="deferral_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(material__isnull=False, prerequisite="") | (Q(material=None) & ~Q(prerequisite="")),
                name="deferral_of_paper_or_certificate",
            ),
            models.CheckConstraint(
                condition=Q(material=None) | Q(promised_on__isnull=False), name="deferred_paper_has_its_day"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="ended_deferral_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["material"], condition=Q(status="open", material__isnull=False), name="one_open_deferral"
            ),
            models.UniqueConstraint(
                fields=["case", "prerequisite"],
                condition=Q(status="open") & ~Q(prerequisite=""),
                name="one_open_prerequisite",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.prerequisite or self.material_id}"


class DeferralBar(models.Model):
    """A firm that did not keep its word may not defer until an officer lifts the bar."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="deferral_bars")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    barred_at = models.DateTimeField(_("barred"))
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    lift_reason = models.TextField(_("reason for lifting"), blank=True)

    objects = DeferralBarQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("bar from deferral")
        verbose_name_plural = _("bars from deferral")
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=Q(lifted_at=None), name="one_open_bar_per_firm"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | (Q(lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="lifting_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.enterprise)


class LaterCheck(models.Model):
    """What was decided on a commitment is checked afterwards (告知承诺 · 事后核查), on a clock."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("later check", "To be checked")
        PASSED = "passed", pgettext_lazy("later check", "Passed")
        TO_RECTIFY = "to_rectify", pgettext_lazy("later check", "To be put right")
        FAILED = "failed", pgettext_lazy("later check", "Failed, revoked")

    case = models.OneToOneField(Case, models.PROTECT, related_name="later_check")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    finding = models.TextField(_("finding"), blank=True)
    rectify_by = models.DateField(_("to be put right by"), null=True)
    checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(_("checked"), null=True)

    objects = LaterCheckQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("later check")
        verbose_name_plural = _("later checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open") | (~Q(finding="") & Q(checked_at__isnull=False)), name="check_has_finding"
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return f"/review/later-checks/{self.pk}/"
