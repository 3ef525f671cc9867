"""Uploaded files: kept once, checked on the way in, guarded on the way out; and the pictures of their pages."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.ids import uuid7


def _place(instance: "StoredFile", filename: str) -> str:
    # The uploader's name never becomes a path; it is kept in a column and given back on download.
    return f"{instance.id.hex[-2:]}/{instance.id.hex}"


def _preview_place(instance: "Preview", filename: str) -> str:
    file_id = instance.file_id.hex
    return f"{file_id[-2:]}/{file_id}-{instance.kind}-{instance.page}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def safe(self) -> "StoredFileQuerySet":
        """Those that may be read, shown and unpacked."""
        return self.filter(scan_state__in=StoredFile.SAFE)

    def scan_due(self, at: datetime) -> "StoredFileQuerySet":
        """Those that a scanner should look at, least tried first: one that breaks it must not keep others waiting."""
        due = Q(scan_state__in=(StoredFile.Scan.WAITING, StoredFile.Scan.ERROR), scan_next_at__lte=at)
        return self.filter(due).order_by("scan_attempts", "scan_next_at", "id")

    def preview_due(self, at: datetime) -> "StoredFileQuerySet":
        """Those whose pages are to be drawn."""
        due = self.safe().filter(preview_state=StoredFile.Previews.WAITING, preview_next_at__lte=at)
        return due.order_by("preview_attempts", "preview_next_at", "id")

    def undeleted_infected(self) -> "StoredFileQuerySet":
        """Infected ones whose bytes are still in the store."""
        return self.filter(scan_state=StoredFile.Scan.INFECTED).exclude(file="")


class StoredFile(models.Model):
    """One uploaded file; its content never changes (a new version is a new row).

    Who uses the content asks ``is_safe`` first.
    """

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", pgettext_lazy("scan", "Not scanned")
        WAITING = "waiting", pgettext_lazy("scan", "Being checked")
        CLEAN = "clean", pgettext_lazy("scan", "Clean")
        INFECTED = "infected", pgettext_lazy("scan", "Infected")
        ERROR = "error", pgettext_lazy("scan", "Could not be checked")

    class Previews(models.TextChoices):
        NONE = "none", pgettext_lazy("preview", "None for this type")
        WAITING = "waiting", pgettext_lazy("preview", "Being made")
        READY = "ready", pgettext_lazy("preview", "Made")
        FAILED = "failed", pgettext_lazy("preview", "Could not be made")

    # Not scanned means that the hall had no scanner when the file came in: nothing is held back for a check to come.
    SAFE = (Scan.NOT_SCANNED, Scan.CLEAN)

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_type = models.CharField(_("type"), max_length=100)
    sha256 = models.CharField(max_length=64)
    # Empty once the bytes of an infected file are deleted.
    file = models.FileField(upload_to=_place, max_length=120)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField()

    scan_state = models.CharField(_("virus check"), max_length=12, choices=Scan, default=Scan.NOT_SCANNED)
    scanned_at = models.DateTimeField(_("checked at"), null=True)
    # The virus, or why the scanner could say nothing.
    scan_result = models.CharField(_("result of the check"), max_length=200, blank=True)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    scan_next_at = models.DateTimeField(null=True)

    preview_state = models.CharField(_("preview"), max_length=8, choices=Previews, default=Previews.NONE)
    # Of the file, which may be more than there are pictures.
    page_count = models.PositiveIntegerField(_("pages"), null=True)
    preview_error = models.CharField(max_length=20, blank=True)
    preview_attempts = models.PositiveSmallIntegerField(default=0)
    preview_next_at = models.DateTimeField(null=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["scan_next_at"], condition=Q(scan_next_at__isnull=False), name="file_scan_due"),
            models.Index(
                fields=["preview_next_at"], condition=Q(preview_next_at__isnull=False), name="file_preview_due"
            ),
            models.Index(
                fields=["id"], condition=Q(scan_state="infected") & ~Q(file=""), name="file_infected_undeleted"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The guarded download."""
        return reverse("files:download", args=[self.pk])

    @property
    def view_url(self) -> str:
        """The page that shows it."""
        return reverse("files:view", args=[self.pk])

    @property
    def is_image(self) -> bool:
        return self.content_type in ("image/png", "image/jpeg")

    @property
    def is_safe(self) -> bool:
        """Whether its content may be given out: checked and clean, or taken in while the hall had no scanner."""
        return self.scan_state in self.SAFE

    @property
    def is_infected(self) -> bool:
        return self.scan_state == self.Scan.INFECTED


class Preview(models.Model):
    """A picture of one page of a file, or the small one of its first page."""

    class Kind(models.TextChoices):
        PAGE = "page", pgettext_lazy("preview", "Page")
        THUMBNAIL = "thumb", pgettext_lazy("preview", "Thumbnail")

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="previews")
    kind = models.CharField(max_length=5, choices=Kind)
    # From 1.
    page = models.PositiveSmallIntegerField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    format = models.CharField(max_length=4, choices=[("webp", "WebP"), ("png", "PNG")])
    image = models.FileField(upload_to=_preview_place, max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["file", "kind", "page"]
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        constraints = [models.UniqueConstraint(fields=["file", "kind", "page"], name="preview_once")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind} {self.page}"

    def get_absolute_url(self) -> str:
        if self.kind == self.Kind.THUMBNAIL:
            return reverse("files:thumbnail", args=[self.file_id])
        return reverse("files:preview", args=[self.file_id, self.page])

    @property
    def content_type(self) -> str:
        return f"image/{self.format}"
