"""Notices to staff (内部通知): who is to read what by when, and who has."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Role
from common.display import listed
from files.models import StoredFile
from office.querysets import ReceiptQuerySet, StaffNoticeQuerySet
from office.words import words_of

USER = settings.AUTH_USER_MODEL


class StaffNotice(models.Model):
    """What people of the hall are told. A correction makes a new version, which everybody reads again."""

    class Status(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("staff notice", "In force")
        WITHDRAWN = "withdrawn", pgettext_lazy("staff notice", "Withdrawn")

    class Importance(models.TextChoices):
        NORMAL = "normal", pgettext_lazy("importance", "Normal")
        IMPORTANT = "important", pgettext_lazy("importance", "Important")
        URGENT = "urgent", pgettext_lazy("importance", "Urgent")

    title = models.CharField(pgettext_lazy("staff notice", "title"), max_length=120)
    text = models.TextField(_("text"), max_length=8000)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PUBLISHED)
    importance = models.CharField(_("importance"), max_length=10, choices=Importance, default=Importance.NORMAL)
    # To whom, as it was chosen; empty means every department, every role.
    departments = models.ManyToManyField(Department, related_name="+", blank=True, verbose_name=_("departments"))
    roles = ArrayField(models.CharField(max_length=15, choices=Role), default=list, blank=True)
    read_by = models.DateField(_("to be read by"), null=True, blank=True)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    published_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("published by"))
    published_at = models.DateTimeField(_("published"))
    changed_at = models.DateTimeField(_("changed"))
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    words = words_of("title", "text")

    objects = StaffNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-is_pinned", "-changed_at", "-id"]
        verbose_name = _("notice to staff")
        verbose_name_plural = _("notices to staff")
        indexes = [
            models.Index(fields=["-is_pinned", "-changed_at"], name="office_notice_order"),
            models.Index(
                fields=["read_by"], condition=Q(status="published", read_by__isnull=False), name="office_notice_read_by"
            ),
            GinIndex(OpClass(F("words"), "gin_trgm_ops"), name="office_notice_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | ~Q(withdrawn_reason=""), name="withdrawn_notice_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("office:notice", args=[self.pk])

    @property
    def tone(self) -> str:
        """Of its importance, as a tag shows it."""
        return {"important": "accent", "urgent": "red"}.get(self.importance, "neutral")

    @property
    def role_labels(self) -> str:
        """The roles to which it was written, in words; "" for all."""
        return listed(str(Role(role).label) for role in self.roles)


class NoticeVersion(models.Model):
    """What a notice said before it was corrected, and why that was."""

    notice = models.ForeignKey(StaffNotice, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(pgettext_lazy("staff notice", "title"), max_length=120)
    text = models.TextField(_("text"), max_length=8000)
    reason = models.CharField(_("why it was corrected"), max_length=300)
    replaced_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("earlier version of a notice")
        verbose_name_plural = _("earlier versions of notices")
        constraints = [models.UniqueConstraint(fields=["notice", "number"], name="notice_version_once")]

    def __str__(self) -> str:
        return f"{self.notice} {self.number}"


class Receipt(models.Model):
    """One reader of a notice: which version they have confirmed, and when."""

    notice = models.ForeignKey(StaffNotice, models.CASCADE, related_name="receipts")
    user = models.ForeignKey(USER, models.PROTECT, related_name="notice_receipts")
    # The post for which they were told, by the first of their departments.
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    read_version = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    reminded_on = models.DateField(_("last reminded"), null=True, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["department", "user"]
        verbose_name = _("receipt of a notice")
        verbose_name_plural = _("receipts of notices")
        indexes = [models.Index(fields=["user", "notice"], name="office_receipt_user")]
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="one_receipt_for_each_reader"),
            models.CheckConstraint(
                condition=Q(read_version=0, read_at=None) | Q(read_version__gt=0, read_at__isnull=False),
                name="read_notice_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} · {self.user}"
