"""The investment project: declared once, followed to production."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise
from projects.querysets import ProjectQuerySet

USER = settings.AUTH_USER_MODEL


class Stage(models.TextChoices):
    """Where the project stands: the four stages of 国办发〔2019〕11号, then production."""

    LAND = "land", _("Project approval and land-use planning")
    DESIGN = "design", _("Design and planning permits")
    CONSTRUCTION = "construction", _("Construction permits")
    COMPLETION = "completion", _("Completion acceptance")
    PRODUCTION = "production", _("In production")


class Project(models.Model):
    """One investment project of one enterprise. Only a draft may have gaps."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("project", "Draft")
        DECLARED = "declared", pgettext_lazy("project", "Declared")
        WITHDRAWN = "withdrawn", pgettext_lazy("project", "Withdrawn")

    class Procedure(models.TextChoices):
        APPROVAL = "approval", pgettext_lazy("procedure", "Approval")
        VERIFICATION = "verification", pgettext_lazy("procedure", "Verification")
        FILING = "filing", pgettext_lazy("procedure", "Filing")

    class Nature(models.TextChoices):
        NEW = "new", pgettext_lazy("nature", "New construction")
        EXPANSION = "expansion", pgettext_lazy("nature", "Expansion")
        UPGRADE = "upgrade", pgettext_lazy("nature", "Technical upgrade")
        RELOCATION = "relocation", pgettext_lazy("nature", "Relocation")

    class Capital(models.TextChoices):
        DOMESTIC = "domestic", pgettext_lazy("capital", "Domestic")
        FOREIGN = "foreign", pgettext_lazy("capital", "Foreign")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="projects", verbose_name=_("enterprise"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.LAND)
    name = models.CharField(_("project name"), max_length=120, blank=True)
    # Issued by the national platform, never by us; empty until the investor has it.
    national_code = models.CharField(_("national project code"), max_length=24, blank=True)
    procedure = models.CharField(_("procedure"), max_length=12, choices=Procedure, blank=True)
    nature = models.CharField(_("nature of construction"), max_length=12, choices=Nature, blank=True)
    capital = models.CharField(_("capital"), max_length=10, choices=Capital, blank=True)
    industry = models.CharField(_("industry (GB/T 4754 division)"), max_length=2, blank=True)
    location = models.CharField(_("place in the zone"), max_length=200, blank=True)
    # Whether a project company is still to be registered: then registration matters apply too.
    new_enterprise = models.BooleanField(_("a new company will be registered for it"), null=True, blank=True)
    uses_state_land = models.BooleanField(_("needs new state-owned land"), null=True, blank=True)
    land_area = models.DecimalField(
        _("land area (m²)"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    building_area = models.DecimalField(
        _("building area (m²)"), max_digits=12, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    total_investment = models.DecimalField(
        _("total investment (10,000 yuan)"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    own_funds = models.DecimalField(
        _("own funds (10,000 yuan)"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    loan_funds = models.DecimalField(
        _("loans (10,000 yuan)"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    foreign_funds = models.DecimalField(
        _("foreign capital (10,000 yuan)"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    state_funds = models.DecimalField(
        _("government funds (10,000 yuan)"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    planned_start = models.DateField(_("planned start"), null=True, blank=True)
    planned_finish = models.DateField(_("planned finish"), null=True, blank=True)
    description = models.TextField(_("what will be built and made"), blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=20, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    # Answers to what the catalogue asks besides the fields above ({fact: value}); asked once per
    # project and used by every application. Which facts there are is known to approvals only.
    answers = models.JSONField(_("further answers"), default=dict, blank=True)
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    # Which opened page saved last: its own later saves are no conflict with itself.
    saved_from = models.CharField(max_length=32, blank=True, editable=False)
    declared_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        indexes = [models.Index(fields=["stage", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["national_code"], condition=~Q(national_code=""), name="national_code_once"
            ),
            models.CheckConstraint(
                condition=Q(national_code="") | Q(national_code__regex=r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$"),
                name="national_code_has_form",
            ),
            models.CheckConstraint(
                condition=~Q(status="declared")
                | (
                    ~Q(name="") & ~Q(procedure="") & ~Q(nature="") & ~Q(capital="") & ~Q(industry="")
                    & ~Q(location="") & ~Q(contact_name="") & ~Q(contact_phone="")
                    & Q(land_area__isnull=False, building_area__isnull=False, total_investment__isnull=False,
                        planned_start__isnull=False, planned_finish__isnull=False, declared_at__isnull=False)
                ),
                name="declared_project_has_no_gaps",
            ),
            models.CheckConstraint(
                condition=Q(planned_start=None) | Q(planned_finish=None) | Q(planned_finish__gte=F("planned_start")),
                name="project_finishes_after_start",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or str(_("Untitled project"))

    def get_absolute_url(self) -> str:
        """A draft leads back to its task list, a declared project to its own page."""
        if self.status == self.Status.DRAFT:
            return reverse("projects:tasks", args=[self.pk])
        return f"/projects/{self.pk}/"
