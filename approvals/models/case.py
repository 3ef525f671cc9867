"""One matter for one project: the case, its checks, notices and delivery."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from approvals.models.application import Application, Material
from approvals.models.catalogue import Matter, MatterVersion
from approvals.models.joint import JointHandling
from approvals.querysets import CaseQuerySet
from deadlines.models import Clock
from enterprises.models import Enterprise
from files.models import StoredFile
from projects.models import Project

USER = settings.AUTH_USER_MODEL


class Case(models.Model):
    """One matter for one project (办件). Its status is written in ``approvals.services`` only."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("case", "Waiting for another matter")
        RECEIVED = "received", pgettext_lazy("case", "Received")
        CORRECTING = "correcting", pgettext_lazy("case", "Waiting for correction")
        NOT_ACCEPTED = "not_accepted", pgettext_lazy("case", "Not accepted")
        PUBLISHED = "published", pgettext_lazy("case", "Public notice")
        ACCEPTED = "accepted", pgettext_lazy("case", "Accepted")
        REVIEWING = "reviewing", pgettext_lazy("case", "Under review")
        DECIDED = "decided", pgettext_lazy("case", "Decided")
        ISSUED = "issued", pgettext_lazy("case", "Ready for collection")
        DELIVERED = "delivered", pgettext_lazy("case", "Delivered")
        WITHDRAWN = "withdrawn", pgettext_lazy("case", "Withdrawn")
        TERMINATED = "terminated", pgettext_lazy("case", "Terminated")

    # Nothing more happens to a case with one of these.
    ENDED = (Status.DELIVERED, Status.NOT_ACCEPTED, Status.WITHDRAWN, Status.TERMINATED)
    # The matter may be applied for again.
    CAME_TO_NOTHING = (Status.NOT_ACCEPTED, Status.WITHDRAWN, Status.TERMINATED)

    class Decision(models.TextChoices):
        GRANTED = "granted", pgettext_lazy("decision", "Granted")
        REFUSED = "refused", pgettext_lazy("decision", "Refused")

    number = models.CharField(_("case number"), max_length=24, unique=True)
    query_code = models.CharField(_("query code"), max_length=8)
    application = models.ForeignKey(Application, models.PROTECT, related_name="cases")
    project = models.ForeignKey(Project, models.PROTECT, related_name="cases", verbose_name=_("project"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="cases", verbose_name=_("enterprise"))
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="cases", verbose_name=_("matter"))
    version = models.ForeignKey(MatterVersion, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="cases", verbose_name=_("department"))
    window = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("window"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.RECEIVED)
    # The duty that runs now: acceptance, then decision, then delivery. Lights are read off it.
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    # Kept when the joint handling has ended: a case takes part in one in its life.
    joint = models.ForeignKey(
        JointHandling, models.PROTECT, null=True, related_name="cases", verbose_name=_("joint handling")
    )
    clerk = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("window clerk"))
    # Codes of matters whose certificates must be there before the case is received; see services.waiting.
    waits_for = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # 告知承诺: see Commitment in approvals.catalogue.model.
    by_commitment = models.BooleanField(_("on a commitment"), default=False)
    # For a case that waits, the day of the application until the day on which it is received.
    received_at = models.DateTimeField(_("received"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    deemed_accepted = models.BooleanField(_("deemed accepted"), default=False)
    not_accepted_reason = models.TextField(_("reason for not accepting"), blank=True)
    terminated_at = models.DateTimeField(_("terminated"), null=True)
    terminated_reason = models.TextField(_("reason for terminating"), blank=True)
    # Limits as they stood on acceptance; a later edit of the catalogue does not reach this case.
    limits = models.JSONField(default=dict)
    handed_over_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    decision_reason = models.TextField(_("reasons"), blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    result_number = models.CharField(_("document number"), max_length=40, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["status", "department"]),
            models.Index(fields=["enterprise", "-id"]),
            # Counts by month read these alone, without the rows.
            models.Index(fields=["received_at"], name="case_received"),
            models.Index(fields=["accepted_at"], condition=Q(accepted_at__isnull=False), name="case_accepted"),
            models.Index(fields=["decided_at"], condition=Q(decided_at__isnull=False), name="case_decided"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["application", "matter"], name="one_case_per_matter"),
            models.CheckConstraint(
                condition=Q(decision="")
                | Q(decided_at__isnull=False, decision="granted")
                | (Q(decided_at__isnull=False, decision="refused") & ~Q(decision_reason="")),
                name="refusal_states_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(status="not_accepted") | ~Q(not_accepted_reason=""), name="not_accepting_states_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status="terminated") | (~Q(terminated_reason="") & Q(terminated_at__isnull=False)),
                name="terminating_states_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | ~Q(waits_for=[]), name="waiting_case_says_what_for"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "issued", "delivered"]) | ~Q(decision=""),
                name="decided_case_has_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseMaterial(models.Model):
    """A material as this case needs it, and what the window found when checking it."""

    class Verdict(models.TextChoices):
        COMPLETE = "complete", pgettext_lazy("material", "Complete")
        WRONG = "wrong", pgettext_lazy("material", "To be corrected")

    case = models.ForeignKey(Case, models.CASCADE, related_name="materials")
    material = models.ForeignKey(Material, models.PROTECT, related_name="uses")
    required = models.BooleanField()
    secondary = models.BooleanField()
    verdict = models.CharField(_("finding"), max_length=10, choices=Verdict, blank=True)
    remark = models.CharField(_("what is wrong"), max_length=500, blank=True)
    checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "material"], name="material_used_once_per_case"),
            models.CheckConstraint(condition=~Q(verdict="wrong") | ~Q(remark=""), name="wrong_material_says_why"),
        ]


class CorrectionNotice(models.Model):
    """Everything that is missing, told once (补正告知书, 行政许可法 art. 32)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notices")
    ordinal = models.PositiveSmallIntegerField(_("which one"))
    # A list of objects: material (id or null), name, name_en, text; field where a field of the form is meant.
    items = models.JSONField(_("what to correct"))
    # A second notice is lawful only for what the applicant's own answer newly caused.
    reason_again = models.TextField(_("why a further notice"), blank=True)
    issued_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["ordinal"]
        verbose_name = _("correction notice")
        verbose_name_plural = _("correction notices")
        constraints = [
            models.UniqueConstraint(fields=["case", "ordinal"], name="notice_ordinal_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(answered_at=None), name="one_open_notice_per_case"),
            models.CheckConstraint(condition=Q(ordinal=1) | ~Q(reason_again=""), name="further_notice_says_why"),
        ]


class Delivery(models.Model):
    """How the decision reached the applicant (送达, 行政许可法 art. 44)."""

    class Way(models.TextChoices):
        ONLINE = "online", pgettext_lazy("delivery", "Online")
        COUNTER = "counter", pgettext_lazy("delivery", "At the counter")

    case = models.OneToOneField(Case, models.CASCADE, related_name="delivery")
    way = models.CharField(_("way"), max_length=10, choices=Way)
    issued_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    read_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(_("read"), null=True)
    signed_name = models.CharField(_("collected by"), max_length=60, blank=True)
    signature = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(_("signed"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
