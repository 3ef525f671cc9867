"""Uploaded files: kept once, checked on the way in, guarded on the way out."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.ids import uuid7


def _place(instance: "StoredFile", filename: str) -> str:
    # The uploader's name never becomes a path; it is kept in a column and given back on download.
    return f"{instance.id.hex[-2:]}/{instance.id.hex}"


class StoredFile(models.Model):
    """One uploaded file; its content never changes (a new version is a new row)."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_type = models.CharField(_("type"), max_length=100)
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=_place, max_length=120)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.pk])

    @property
    def is_image(self) -> bool:
        return self.content_type in ("image/png", "image/jpeg")
