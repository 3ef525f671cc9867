"""The application form of a case as it was handed in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.case import Case
from documents.models import TemplateVersion
from files.models import StoredFile


class CaseForm(models.Model):
    """What the applicant filled in for one case (申请表), frozen; a correction makes the next one.

    ``answers`` are those of the fields that this case's matter asks; ``data`` is what the paper is set
    from, so that it can be made again byte by byte. ``next_try_at`` says when a worker looks at it: nobody
    does where the matter wants no such paper or the applicant handed in a form of their own.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="forms")
    ordinal = models.PositiveSmallIntegerField(_("which one"), default=1)
    answers = models.JSONField(_("answers"), default=dict)
    data = models.JSONField(_("data of the paper"), default=dict)
    template_version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(_("handed in"))
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    next_try_at = models.DateTimeField(_("next attempt"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering = ["case", "ordinal"]
        verbose_name = _("application form")
        verbose_name_plural = _("application forms")
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="case_form_to_make")
        ]
        constraints = [models.UniqueConstraint(fields=["case", "ordinal"], name="case_form_ordinal_once")]

    def __str__(self) -> str:
        return f"{self.case} {self.ordinal}"

    @property
    def to_be_made(self) -> bool:
        """Whether the paper is still on its way."""
        return self.next_try_at is not None
