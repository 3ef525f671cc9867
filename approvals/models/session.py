"""Joint review (联合审图, 联合验收): departments look at several cases in one session with one set of opinions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from approvals.models.application import Application
from approvals.models.case import Case
from approvals.querysets import SessionQuerySet
from common.bilingual import pick
from documents.models import Document
from files.models import StoredFile

USER = settings.AUTH_USER_MODEL


class ReviewSession(models.Model):
    """One session over cases of one project. Closing it gives every department's opinion to its steps.

    Written by ``approvals.services`` only. Which matters belong together says the catalogue (``hall.yaml``).
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("session", "Open")
        CLOSED = "closed", pgettext_lazy("session", "Closed")
        CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")

    code = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    application = models.ForeignKey(Application, models.PROTECT, related_name="review_sessions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("lead department"))
    cases = models.ManyToManyField(Case, related_name="review_sessions", verbose_name=_("cases"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    meets_at = models.DateTimeField(_("meets"), null=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    called_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("called"))
    summary = models.TextField(_("joint opinion"), blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("joint review")
        verbose_name_plural = _("joint reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "code"], condition=Q(status="open"), name="one_open_session_of_a_kind"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(summary="")),
                name="closed_session_has_its_opinion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.application}"

    def get_absolute_url(self) -> str:
        return f"/sessions/{self.pk}/"

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return pick(self.name, self.name_en)


class SessionOpinion(models.Model):
    """What one department says in a session, for all its steps at once."""

    session = models.ForeignKey(ReviewSession, models.CASCADE, related_name="opinions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    agrees = models.BooleanField(_("agrees"), null=True)
    text = models.TextField(_("opinion"), blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    author = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(_("given"), null=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("opinion of a session")
        verbose_name_plural = _("opinions of a session")
        constraints = [
            models.UniqueConstraint(fields=["session", "department"], name="one_opinion_per_department"),
            models.CheckConstraint(condition=~Q(agrees=False) | ~Q(text=""), name="session_objection_says_why"),
            models.CheckConstraint(
                condition=Q(agrees=None, given_at=None)
                | Q(agrees__isnull=False, given_at__isnull=False, author__isnull=False),
                name="given_opinion_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.department}"
