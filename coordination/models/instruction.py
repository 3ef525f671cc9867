"""A leader's instruction (批示) and the parts into which it is divided."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from coordination.querysets import InstructionQuerySet
from deadlines.models import Clock
from office.models import Task
from projects.models import Project

USER = settings.AUTH_USER_MODEL


class Instruction(models.Model):
    """What a leader orders on one subject. Its status is written in ``coordination.services.instructions`` only.

    The subject is named by type and number (see ``coordination.subjects``); title and link are
    kept as they stood, so that an instruction reads by itself for ever.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("instruction", "Draft")
        GIVEN = "given", pgettext_lazy("instruction", "To be divided")
        DIVIDED = "divided", pgettext_lazy("instruction", "With the departments")
        ANSWERED = "answered", pgettext_lazy("instruction", "Answered")
        CLOSED = "closed", pgettext_lazy("instruction", "Closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("instruction", "Withdrawn")

    class Urgency(models.TextChoices):
        """党政机关公文处理工作条例 art. 9: 特急 and 加急; what bears neither is ordinary."""

        ORDINARY = "ordinary", pgettext_lazy("urgency", "Ordinary")
        URGENT = "urgent", pgettext_lazy("urgency", "Urgent")
        MOST_URGENT = "most_urgent", pgettext_lazy("urgency", "Most urgent")

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    title = models.CharField(_("subject"), max_length=200)
    link = models.CharField(max_length=300, blank=True)
    # Where the subject belongs to a project, that one: its page shows all instructions around it.
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, related_name="instructions", verbose_name=_("project")
    )
    leader = models.ForeignKey(USER, models.PROTECT, related_name="instructions", verbose_name=_("leader"))
    divider = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("divided by")
    )
    text = models.TextField(_("instruction"))
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency, default=Urgency.ORDINARY)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    # Dividing while it is given, closing while it is answered; between the two the departments' tasks run.
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    # What the lead department made of all answers; a further round after sending back replaces it.
    summary = models.TextField(_("summary of the lead department"), blank=True)
    remark = models.TextField(_("words of the leader on the answer"), blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    created_at = models.DateTimeField(_("written"))
    given_at = models.DateTimeField(_("given"), null=True)
    divided_at = models.DateTimeField(_("divided"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="instruction_subject"),
            models.Index(fields=["status", "leader"], name="instruction_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"]) | Q(given_at__isnull=False, divider__isnull=False),
                name="given_instruction_has_its_divider",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["answered", "closed"]) | ~Q(summary=""), name="answered_with_a_summary"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["closed", "withdrawn"]) | Q(ended_at__isnull=False),
                name="ended_instruction_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coordination:instruction", args=[self.pk])

    @property
    def subject(self) -> tuple[str, int]:
        return self.subject_type, self.subject_id


class Part(models.Model):
    """What one department has to do of an instruction in one round; the duty itself is a task of ``office``."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="parts")
    round = models.PositiveSmallIntegerField(default=1)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="instruction_parts", verbose_name=_("department")
    )
    is_lead = models.BooleanField(_("leads"), default=False)
    text = models.TextField(_("what is to be done"))
    days = models.PositiveSmallIntegerField(_("working days"))
    # Carries the duty: it is answered there, and copied here.
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True)
    # The director took it back: nobody waits for it any more.
    dropped = models.BooleanField(default=False)

    class Meta:
        ordering = ["round", "-is_lead", "id"]
        verbose_name = _("part of an instruction")
        verbose_name_plural = _("parts of instructions")
        constraints = [
            models.UniqueConstraint(fields=["instruction", "round", "department"], name="one_part_per_department"),
            models.UniqueConstraint(
                fields=["instruction", "round"], condition=Q(is_lead=True), name="one_lead_per_round"
            ),
            models.CheckConstraint(condition=Q(answered_at=None) | ~Q(answer=""), name="answered_part_has_its_words"),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.instruction}"
