"""Tasks (交办事项): what somebody is to do for somebody else by a day, and what came of it."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Role
from common.ids import uuid7
from deadlines.models import Clock
from files.models import StoredFile
from office.querysets import TaskQuerySet
from office.words import words_of

USER = settings.AUTH_USER_MODEL


class Task(models.Model):
    """One task for one department or person. Its status is written by ``office.services`` only.

    ``subject`` is what it is about and ``source`` what it comes from (an instruction, a meeting's
    decision): pairs that the giver's app understands; this app only shows title and link.
    """

    class Status(models.TextChoices):
        ASSIGNED = "assigned", pgettext_lazy("task", "Assigned")
        TAKEN = "taken", pgettext_lazy("task", "Taken")
        ANSWERED = "answered", pgettext_lazy("task", "Answered")
        RETURNED = "returned", pgettext_lazy("task", "Returned")
        CLOSED = "closed", pgettext_lazy("task", "Closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("task", "Withdrawn")

    class Part(models.TextChoices):
        LEAD = "lead", pgettext_lazy("task", "Lead department")
        ASSIST = "assist", pgettext_lazy("task", "Assisting")

    WORKING = (Status.ASSIGNED, Status.TAKEN, Status.RETURNED)
    OPEN = (*WORKING, Status.ANSWERED)

    title = models.CharField(pgettext_lazy("task", "title"), max_length=120)
    text = models.TextField(_("what is to be done"), max_length=4000)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASSIGNED)
    role_in = models.CharField(_("part"), max_length=10, choices=Part, default=Part.LEAD)
    department = models.ForeignKey(Department, models.PROTECT, related_name="tasks", verbose_name=_("department"))
    # Whose post is reminded while nobody has taken it.
    role = models.CharField(_("post"), max_length=15, choices=Role)
    handler = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("handler")
    )
    # Tasks given together: a lead department and those that assist it.
    batch = models.UUIDField(default=uuid7, editable=False)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_title = models.CharField(_("about"), max_length=200, blank=True)
    subject_link = models.CharField(max_length=300, blank=True)
    source_type = models.CharField(max_length=60, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    source_title = models.CharField(_("comes from"), max_length=200, blank=True)
    source_link = models.CharField(max_length=300, blank=True)
    assigned_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("given by"))
    assigned_at = models.DateTimeField(pgettext_lazy("task", "given"))
    # Who looks at the answer: the giver, or who has that duty now; nobody means the post below.
    checker = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="tasks_to_check")
    checker_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    checker_role = models.CharField(max_length=15, choices=Role, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    check_clock = models.ForeignKey(Clock, models.PROTECT, null=True, blank=True, related_name="+")
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    words = words_of("title", "text", "subject_title", "source_title")

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(fields=["department", "status"], name="office_task_department"),
            models.Index(fields=["handler", "status"], name="office_task_handler"),
            models.Index(fields=["checker", "status"], name="office_task_checker"),
            models.Index(fields=["source_type", "source_id"], name="office_task_source"),
            models.Index(fields=["subject_type", "subject_id"], name="office_task_subject"),
            models.Index(fields=["batch"], name="office_task_batch"),
            GinIndex(OpClass(F("words"), "gin_trgm_ops"), name="office_task_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_type="", subject_id=None) | (~Q(subject_type="") & Q(subject_id__isnull=False)),
                name="task_subject_is_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(source_type="", source_id=None) | (~Q(source_type="") & Q(source_id__isnull=False)),
                name="task_source_is_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["closed", "withdrawn"], ended_at__isnull=False)
                | (~Q(status__in=["closed", "withdrawn"]) & Q(ended_at=None)),
                name="ended_task_has_moment",
            ),
            # What was assigned to a person may wait for them to take it; what is taken is somebody's, or
            # has gone back to the post when they left.
            models.CheckConstraint(
                condition=Q(status="assigned") | Q(taken_at__isnull=False) | Q(status="withdrawn"),
                name="worked_task_was_taken",
            ),
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(check_clock__isnull=False), name="answered_task_is_looked_at"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("office:task", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def shown_clock(self) -> Clock:
        """The light that counts now: of an answer it is that of the one who has to look at it."""
        if self.status == self.Status.ANSWERED and self.check_clock is not None:
            return self.check_clock
        return self.clock

    @property
    def tone(self) -> str:
        """Of its state, as a tag shows it."""
        tones = {"assigned": "yellow", "taken": "accent", "answered": "accent", "returned": "yellow", "closed": "green"}
        return tones.get(self.status, "neutral")

    @property
    def source(self) -> tuple[str, int] | None:
        return (self.source_type, self.source_id) if self.source_id is not None else None


class Answer(models.Model):
    """What the handler reports, and what the giver made of it."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="answers")
    text = models.TextField(_("answer"), max_length=4000)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    returned_reason = models.CharField(_("why it was returned"), max_length=500, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("answer to a task")
        verbose_name_plural = _("answers to tasks")
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(decided_at=None), name="one_answer_waits_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.task} · {self.answered_by}"


class TaskExtension(models.Model):
    """More days, asked by the handler and decided by the giver."""

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("task extension", "Asked for")
        GRANTED = "granted", pgettext_lazy("task extension", "Granted")
        REFUSED = "refused", pgettext_lazy("task extension", "Refused")
        DROPPED = "dropped", pgettext_lazy("task extension", "No longer needed")

    task = models.ForeignKey(Task, models.CASCADE, related_name="extensions")
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(_("working days more"))
    reason = models.CharField(_("reason"), max_length=500)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(_("words"), max_length=500, blank=True)
    duty = models.ForeignKey(Clock, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        verbose_name = _("extension of a task")
        verbose_name_plural = _("extensions of tasks")
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(status="asked"), name="one_task_extension_asked_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} +{self.days}"
