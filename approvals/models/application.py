"""One form that becomes many cases, and the materials handed in with it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from approvals.models.catalogue import Matter, MatterVersion, ThemeVersion
from approvals.querysets import ApplicationQuerySet, MaterialFileQuerySet
from common.bilingual import pick
from documents.models import Document
from enterprises.models import Enterprise
from files.models import StoredFile
from projects.models import Project

USER = settings.AUTH_USER_MODEL
# The paper that the hall makes itself from what was filled in.
FORM_PAPER = "application-form"


class Application(models.Model):
    """What an investor hands in once (申报): chosen matters and shared materials of one project."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("application", "Draft")
        SUBMITTED = "submitted", pgettext_lazy("application", "Submitted")

    class Channel(models.TextChoices):
        ONLINE = "online", pgettext_lazy("channel", "Online")
        WINDOW = "window", pgettext_lazy("channel", "At the window")

    number = models.CharField(_("number"), max_length=24, unique=True, null=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="applications", verbose_name=_("project"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="applications")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.ONLINE)
    # The order of its matters; None where no theme fits, then none waits for another.
    theme = models.ForeignKey(ThemeVersion, models.PROTECT, null=True, related_name="+", verbose_name=_("theme"))
    # The applicant wants matters handled side by side where the theme lets certificates follow (容缺).
    overlap = models.BooleanField(_("side by side, certificates follow"), default=False)
    # Answers to the fields of the chosen matters' forms ({field: value}), each asked once.
    answers = models.JSONField(_("application form"), default=dict, blank=True)
    answers_saved_at = models.DateTimeField(null=True, editable=False)
    # Which opened page saved last: its own later saves are no conflict with itself.
    answers_saved_from = models.CharField(max_length=32, blank=True, default="", editable=False)
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            # A second device or a double click finds the same draft instead of making another.
            models.UniqueConstraint(fields=["project"], condition=Q(status="draft"), name="one_draft_per_project"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(number__isnull=False, submitted_at__isnull=False),
                name="submitted_application_has_number",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


class ApplicationMatter(models.Model):
    """A matter chosen for an application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="chosen")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    version = models.ForeignKey(MatterVersion, models.PROTECT, related_name="+")
    # 告知承诺: decided on a commitment, checked afterwards.
    by_commitment = models.BooleanField(_("on a commitment"), default=False)

    class Meta:
        ordering = ["matter__position", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "matter"], name="matter_chosen_once")]


class Material(models.Model):
    """A paper asked for once in an application, whichever matters need it (申请材料)."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="materials")
    code = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200)
    required = models.BooleanField(_("required"))
    # 容缺: may be handed in later against a written commitment.
    secondary = models.BooleanField(_("may follow later"))
    accepts = models.JSONField(default=list)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # The applicant wants to hand it in by this day (容缺); nothing until the commitment is signed.
    deferred_until = models.DateField(_("follows by"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    # Codes of matters whose certificate is this paper and which the hall will attach as soon as it is there.
    awaits = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        indexes = [models.Index(fields=["application"], condition=~Q(awaits=[]), name="material_awaited")]
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="material_asked_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return pick(self.name, self.name_en)

    @property
    def without_files(self) -> str:
        """What is said of a submitted one where no file is there."""
        if self.code == FORM_PAPER:
            return gettext("Made by the hall from what was filled in; the file follows in a moment.")
        if self.awaits:
            return gettext("Not there yet: the hall attaches it as soon as it is issued.")
        return gettext("Nothing was handed in.")


class MaterialFile(models.Model):
    """A file handed in for a material; replacing keeps the old one as history.

    What the hall itself attached has another ``origin`` than an upload; whoever submitted stands as ``added_by``.
    """

    class Origin(models.TextChoices):
        UPLOAD = "upload", pgettext_lazy("material file", "Uploaded")
        FORM = "form", pgettext_lazy("material file", "Made by the hall from what was filled in")
        ARCHIVE = "archive", pgettext_lazy("material file", "From the enterprise's archive")
        EARLIER = "earlier", pgettext_lazy("material file", "From an earlier application")
        CERTIFICATE = "certificate", pgettext_lazy("material file", "Fetched within the hall")

    material = models.ForeignKey(Material, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    is_current = models.BooleanField(default=True)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField()
    origin = models.CharField(_("where it comes from"), max_length=12, choices=Origin, default=Origin.UPLOAD)
    # An application form is made for each case: the file belongs to that case only.
    case = models.ForeignKey("approvals.Case", models.PROTECT, null=True, related_name="own_files")
    # The certificate that this file is.
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    objects = MaterialFileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
