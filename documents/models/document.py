"""An official paper: what was issued, under which number, and the file that was made of it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Anyone, Department, User
from common.time import now, today
from documents import access, codes, kinds
from documents.models.template import TemplateVersion
from files.models import StoredFile


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Anyone) -> "DocumentQuerySet":
        """What the apps that own the subjects let ``user`` see (``documents.access``)."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(access.visible_q(user))

    def of_subject(self, label: str, subject_id: int) -> "DocumentQuerySet":
        return self.filter(subject_type=label, subject_id=subject_id)

    def of_subjects(self, subjects: Iterable[tuple[str, int]]) -> "DocumentQuerySet":
        """Those on any of the subjects; one condition for each type of subject."""
        ids: dict[str, list[int]] = {}
        for label, subject_id in subjects:
            ids.setdefault(label, []).append(subject_id)
        condition = Q(pk__in=[])
        for label, values in ids.items():
            condition |= Q(subject_type=label, subject_id__in=values)
        return self.filter(condition)

    def in_order(self) -> "DocumentQuerySet":
        """As they were issued."""
        return self.order_by("issued_at", "pk")


class Document(models.Model):
    """Written by ``documents.services`` only. The database refuses deletion, and any change of what was issued,
    of the file's digest once there is one, and of a revocation.
    """

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("document", "Being made")
        MADE = "made", pgettext_lazy("document", "Made")
        FAILED = "failed", pgettext_lazy("document", "Could not be made")

    class State(models.TextChoices):
        """What somebody who holds the paper wants to know."""

        MAKING = "making", pgettext_lazy("document state", "Being made")
        VALID = "valid", pgettext_lazy("document state", "Valid")
        EXPIRED = "expired", pgettext_lazy("document state", "Expired")
        REVOKED = "revoked", pgettext_lazy("document state", "Revoked")

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("number"), max_length=130, unique=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="documents", verbose_name=_("department"))
    mark = models.CharField(_("mark"), max_length=100)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial"))
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    holder = models.CharField(_("holder"), max_length=200)
    # All that the template needs, in Chinese, as it was on issue; its shape is in docs/documents.md.
    data = models.JSONField(_("data"))
    template_version = models.ForeignKey(
        TemplateVersion, models.PROTECT, related_name="documents", verbose_name=_("template version")
    )
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    verify_code = models.CharField(max_length=20, unique=True)
    # Printed as a QR code, so part of the bytes: kept, since the hall's address may change.
    verify_url = models.CharField(max_length=300)

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="document", verbose_name=_("file"))
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )
    # Acts bound what is typed; what they say in public of it runs on and is never cut.
    revoke_reason = models.TextField(_("reason of the revocation"), blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="document_subject"),
            models.Index(fields=["next_try_at"], condition=Q(status="pending"), name="document_pending"),
            models.Index(fields=["issued_at"], condition=Q(status="failed"), name="document_failed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mark", "year", "serial"], name="document_number_once"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="document_serial_from_one"),
            models.CheckConstraint(condition=Q(status__in=["pending", "made", "failed"]), name="document_status_known"),
            models.CheckConstraint(
                condition=Q(status="made", file__isnull=False, made_at__isnull=False, sha256__regex="^[0-9a-f]{64}$")
                | Q(file=None, made_at=None, sha256="", status__in=["pending", "failed"]),
                name="document_made_has_file",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", next_try_at__isnull=False)
                | Q(status__in=["made", "failed"], next_try_at=None),
                name="document_pending_has_next_try",
            ),
            models.CheckConstraint(condition=~Q(status="failed", error=""), name="document_failed_says_why"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
                name="document_revoked_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.pk])

    @property
    def subject(self) -> tuple[str, int]:
        return self.subject_type, self.subject_id

    @property
    def label(self) -> str:
        """The title in the reader's language; a title that the data gave is shown as printed."""
        kind = kinds.find(self.kind)
        return kind.label if kind is not None and kind.title == self.title else self.title

    @property
    def state(self) -> "Document.State":
        """Revoked says more than expired, and both more than whether the file is there yet."""
        if self.revoked_at is not None and self.revoked_at <= now():
            return self.State.REVOKED
        if self.valid_until is not None and self.valid_until < today():
            return self.State.EXPIRED
        return self.State.VALID if self.status == self.Status.MADE else self.State.MAKING

    def get_state_display(self) -> str:
        return str(self.state.label)

    @property
    def state_tone(self) -> str:
        """Tone of the tag that shows the state."""
        return {"valid": "green", "expired": "yellow", "revoked": "red", "making": "accent"}[self.state]

    @property
    def shown_code(self) -> str:
        """The verification code in groups."""
        return codes.shown(self.verify_code)

    @property
    def download_name(self) -> str:
        return f"{self.title} {self.number}.pdf"

    def subject_data(self) -> dict[str, Any]:
        """What the ledger keeps of an act on this document."""
        return {"document": self.pk, "kind": self.kind, "title": self.title, "number": self.number}
