"""What a department does on a case: steps, opinions, questions to the window."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from approvals.models.case import Case
from approvals.querysets import StepQuerySet
from common.bilingual import pick
from deadlines.models import Clock
from files.models import StoredFile

USER = settings.AUTH_USER_MODEL


class Step(models.Model):
    """One department's part of a case (环节). It opens when all in ``needs`` are done."""

    class Kind(models.TextChoices):
        REVIEW = "review", pgettext_lazy("step kind", "Review")
        DECIDE = "decide", pgettext_lazy("step kind", "Decision")

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("step", "Not yet open")
        OPEN = "open", pgettext_lazy("step", "Open")
        PROPOSED = "proposed", pgettext_lazy("step", "Waiting for approval")
        DONE = "done", pgettext_lazy("step", "Done")
        CANCELLED = "cancelled", pgettext_lazy("step", "Cancelled")

    class Silence(models.TextChoices):
        """Empty is the rule: the step stays open and late. A matter says otherwise only where a law does."""

        AGREE = "agree", pgettext_lazy("silence", "Deemed to agree")

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    code = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    department = models.ForeignKey(Department, models.PROTECT, related_name="steps", verbose_name=_("department"))
    position = models.PositiveSmallIntegerField()
    needs = ArrayField(models.CharField(max_length=40), default=list)
    days = models.PositiveSmallIntegerField(_("working days"))
    # What follows by rule when a consulted department lets its limit run out; see ``Step.Silence``.
    silence = models.CharField(_("silence"), max_length=10, choices=Silence, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    handler = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("handler"))
    opened_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # Set while a proposal waits; four eyes: the approver is somebody else.
    proposed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    proposal = models.CharField(_("proposal"), max_length=10, choices=Case.Decision, blank=True)
    proposal_reason = models.TextField(_("reasons"), blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        # The review list and its counts; the list of what is done is read in this very order.
        indexes = [models.Index(fields=["department", "status", "-finished_at", "-id"], name="step_by_department")]
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], name="step_once_per_case"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(proposed_by=None) | ~Q(approved_by=F("proposed_by")),
                name="four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(status="proposed") | (Q(proposed_by__isnull=False) & ~Q(proposal="")),
                name="proposal_is_complete",
            ),
            # A decision is never made by silence.
            models.CheckConstraint(condition=Q(silence="") | Q(kind="review"), name="silence_of_consulted_only"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return pick(self.name, self.name_en)


class Opinion(models.Model):
    """What somebody wrote on a step: an opinion, a proposal, an approval, or sending it back."""

    class Kind(models.TextChoices):
        AGREE = "agree", pgettext_lazy("opinion", "Agrees")
        OBJECT = "object", pgettext_lazy("opinion", "Objects")
        PROPOSE = "propose", pgettext_lazy("opinion", "Proposes")
        APPROVE = "approve", pgettext_lazy("opinion", "Approves")
        SEND_BACK = "send_back", pgettext_lazy("opinion", "Sends back")
        DEEMED = "deemed", pgettext_lazy("opinion", "Deemed to agree (no reply in time)")

    step = models.ForeignKey(Step, models.CASCADE, related_name="opinions")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(_("opinion"), blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+")
    # Nobody for what the hall itself put on record: a department's silence.
    author = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="deemed", author=None) | (~Q(kind="deemed") & Q(author__isnull=False)),
                name="only_silence_has_no_author",
            )
        ]


class WindowQuestion(models.Model):
    """A department asks the window; only the window speaks with the investor."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="questions")
    # None for what was asked before questions had a limit.
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("question to the window")
        verbose_name_plural = _("questions to the window")
        indexes = [models.Index(fields=["step"], condition=Q(answered_at=None), name="question_open")]
        constraints = [
            models.CheckConstraint(condition=Q(answered_at=None) | ~Q(answer=""), name="answered_question_has_answer")
        ]
