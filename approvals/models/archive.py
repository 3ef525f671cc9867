"""Archive of closed cases (企业档案影像化) and papers of a firm that may be used again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.archive.querysets import ArchiveFolderQuerySet, ArchivePaperQuerySet
from approvals.models.case import Case
from documents.models import Document
from enterprises.models import Enterprise
from files.models import StoredFile

USER = settings.AUTH_USER_MODEL


class ArchiveFolder(models.Model):
    """One closed case as it is kept: an index of everything in it with digests.

    ``items`` are ``{"title", "kind", "file" (id or null), "document" (id or null), "sha256", "size"}`` and
    what ``approvals.archive.contents`` says besides; ``missing`` names what a complete folder would have
    besides. The index is rebuilt while something is missing and never once ``completed_at`` is set. No
    ``keep_until`` means for ever. Written by ``approvals.services.archiving`` only.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="archive_folder")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="archive_folders")
    number = models.CharField(_("archive number"), max_length=40, unique=True)
    items = models.JSONField(_("index"), default=list)
    missing = models.JSONField(_("missing"), default=list)
    closed_at = models.DateTimeField(_("closed"))
    keep_until = models.DateField(_("kept until"), null=True)
    # Years from the day of closing, none for ever; and the rule that says so, as it was then.
    keep_years = models.PositiveSmallIntegerField(_("years of keeping"), null=True)
    rule = models.JSONField(_("retention rule"), default=dict)
    archived_at = models.DateTimeField(_("archived"))
    completed_at = models.DateTimeField(_("complete since"), null=True)
    # When an incomplete folder is looked through again; nothing for a complete one.
    next_look_at = models.DateTimeField(null=True)

    objects = ArchiveFolderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("archive folder")
        verbose_name_plural = _("archive folders")
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="archive_of_firm"),
            models.Index(fields=["closed_at"], name="archive_closed"),
            models.Index(fields=["next_look_at"], condition=Q(completed_at=None), name="archive_incomplete"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(completed_at=None, next_look_at__isnull=False)
                | Q(completed_at__isnull=False, next_look_at=None, missing=[]),
                name="complete_folder_lacks_nothing",
            ),
            models.CheckConstraint(
                condition=Q(keep_years=None, keep_until=None) | Q(keep_years__isnull=False, keep_until__isnull=False),
                name="kept_for_years_or_for_ever",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("approvals:archive_folder", args=[self.number])

    @property
    def is_complete(self) -> bool:
        return self.completed_at is not None


class ArchiveFailure(models.Model):
    """A case that could not be archived: how often it was tried, why not, when again. Gone once it is archived."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="archive_failure")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=500)
    failed_at = models.DateTimeField(_("failed"))
    next_try_at = models.DateTimeField(_("next attempt"))

    class Meta:
        ordering = ["id"]
        verbose_name = _("case that could not be archived")
        verbose_name_plural = _("cases that could not be archived")

    def __str__(self) -> str:
        return str(self.case)


class ArchivePaper(models.Model):
    """A paper of a firm that new applications may use while it is valid: handed in before, or a certificate."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="archive_papers")
    # Code of the material in the catalogue.
    code = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    # A certificate that the hall issued; its file may still be being made.
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    valid_until = models.DateField(_("valid until"), null=True)
    added_at = models.DateTimeField(_("added"))
    # Replaced by a newer one, or its document was revoked.
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = ArchivePaperQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-id"]
        verbose_name = _("archived paper")
        verbose_name_plural = _("archived papers")
        indexes = [models.Index(fields=["enterprise", "code"], condition=Q(ended_at=None), name="archive_current")]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | Q(document__isnull=False), name="paper_has_content"
            ),
            models.UniqueConstraint(fields=["case", "code", "file"], name="archived_once_per_case"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.name}"
