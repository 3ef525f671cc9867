"""Archive of closed cases (企业档案影像化) and papers of a firm that may be used again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.case import Case
from documents.models import Document
from enterprises.models import Enterprise
from files.models import StoredFile

USER = settings.AUTH_USER_MODEL


class ArchiveFolder(models.Model):
    """One closed case as it is kept: an index of everything in it with digests. Never edited.

    ``items`` are ``{"title", "kind", "file" (id or null), "document" (id or null), "sha256", "size"}``;
    ``missing`` names what a complete folder would have besides. No ``keep_until`` means for ever.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="archive_folder")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="archive_folders")
    number = models.CharField(_("archive number"), max_length=40, unique=True)
    items = models.JSONField(_("index"), default=list)
    missing = models.JSONField(_("missing"), default=list)
    closed_at = models.DateTimeField(_("closed"))
    keep_until = models.DateField(_("kept until"), null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("archive folder")
        verbose_name_plural = _("archive folders")

    def __str__(self) -> str:
        return self.number


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
