"""Public notice before acceptance (公示), as simplified cancellation has it, and objections to it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.models.case import Case
from approvals.querysets import ObjectionQuerySet, PublicNoticeQuerySet
from deadlines.models import Clock
from documents.models import Document

USER = settings.AUTH_USER_MODEL


class PublicNotice(models.Model):
    """A case on the public site for the days that its matter sets; see Matter.notice of the catalogue."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="public_notice")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    # Nobody where the window let its five days run out and the hall published by itself.
    published_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("published"))
    # When objecting ended: with the last day of the notice, or with the case.
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/public-notices/{self.pk}/"

    @property
    def ends_at(self) -> datetime:
        """The last moment at which anybody may object."""
        return self.clock.lawful_due_at or self.clock.due_at

    def is_open(self, at: datetime) -> bool:
        """Whether one may object at ``at``, whatever the workers have done about its end so far."""
        return self.closed_at is None and at <= self.ends_at


class Objection(models.Model):
    """Somebody objects to a notice; the department in charge settles it before the case goes on."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("objection", "To be settled")
        UPHELD = "upheld", pgettext_lazy("objection", "Upheld")
        DISMISSED = "dismissed", pgettext_lazy("objection", "Dismissed")

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    number = models.CharField(_("objection number"), max_length=24, unique=True)
    # With the number it opens the receipt, where the answer appears: who objects needs no account.
    code = models.CharField(_("query code"), max_length=8)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    contact = models.CharField(_("telephone or e-mail"), max_length=120)
    relation = models.CharField(_("relation to the enterprise"), max_length=60)
    text = models.TextField(_("objection"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField(_("made"))
    answer = models.TextField(_("answer"), blank=True)
    settled_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(_("settled"), null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open") | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(answer="")),
                name="settled_objection_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/review/objections/{self.pk}/"
