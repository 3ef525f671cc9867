"""Coordination meetings (协调会, 联席会议): agenda, invitations, minutes, decisions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from common.ids import uuid7
from coordination.querysets import DecisionQuerySet, MeetingQuerySet
from deadlines.models import Clock
from documents.models import Document
from enterprises.models import Enterprise
from office.models import Task
from projects.models import Problem, Project

USER = settings.AUTH_USER_MODEL


class Meeting(models.Model):
    """One meeting. Status, time and minutes are written in ``coordination.services`` only."""

    class Kind(models.TextChoices):
        COORDINATION = "coordination", pgettext_lazy("meeting", "Coordination meeting")
        JOINT = "joint", pgettext_lazy("meeting", "Joint meeting of departments")
        CONSTRUCTION = "construction", pgettext_lazy("meeting", "Meeting of firms under construction")

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("meeting", "Planned")
        HELD = "held", pgettext_lazy("meeting", "Held, minutes to be written")
        TO_SIGN = "to_sign", pgettext_lazy("meeting", "Minutes to be signed")
        SIGNED = "signed", pgettext_lazy("meeting", "Minutes signed")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "Called off")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COORDINATION)
    title = models.CharField(_("title"), max_length=120)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=120)
    chair = models.ForeignKey(USER, models.PROTECT, related_name="chaired_meetings", verbose_name=_("chair"))
    secretary = models.ForeignKey(USER, models.PROTECT, related_name="kept_meetings", verbose_name=_("secretary"))
    # Of the invitation in people's calendars (RFC 5545): the same name for ever, counted up with each change.
    uid = models.UUIDField(default=uuid7, editable=False, unique=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    minutes = models.TextField(_("minutes"), blank=True)
    minutes_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    minutes_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(_("signed"), null=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    # The secretary's duty to write the minutes, from the end of the meeting until the chair has signed.
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(_("reason for calling it off"), max_length=300, blank=True)
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-id"]
        verbose_name = _("coordination meeting")
        verbose_name_plural = _("coordination meetings")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(status="signed") | (Q(signed_at__isnull=False) & ~Q(minutes="")),
                name="signed_minutes_are_there",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""), name="calling_off_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coordination:meeting", args=[self.pk])


class AgendaItem(models.Model):
    """One point of the agenda: an open problem, an open decision of an earlier meeting, or written by hand."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("point"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    problem = models.ForeignKey(Problem, models.PROTECT, null=True, blank=True, related_name="+")
    earlier = models.ForeignKey("Decision", models.PROTECT, null=True, blank=True, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="+")
    # Whose members see this point besides those invited by name.
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(_("what was said"), blank=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "problem"], condition=Q(problem__isnull=False), name="problem_once_on_agenda"
            ),
            models.UniqueConstraint(
                fields=["meeting", "earlier"], condition=Q(earlier__isnull=False), name="decision_once_on_agenda"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Invitation(models.Model):
    """A person of the hall, or a firm for which its members answer."""

    class Answer(models.TextChoices):
        OPEN = "open", pgettext_lazy("invitation", "Not answered")
        COMING = "coming", pgettext_lazy("invitation", "Comes")
        SUBSTITUTE = "substitute", pgettext_lazy("invitation", "Sends somebody else")
        DECLINED = "declined", pgettext_lazy("invitation", "Does not come")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="invitations")
    user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="invitations")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="invitations")
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.OPEN)
    substitute = models.CharField(_("who comes instead"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    # None as long as nobody has noted it.
    attended = models.BooleanField(_("was there"), null=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, enterprise=None) | Q(user=None, enterprise__isnull=False),
                name="person_or_firm_is_invited",
            ),
            models.UniqueConstraint(fields=["meeting", "user"], name="person_invited_once"),
            models.UniqueConstraint(fields=["meeting", "enterprise"], name="firm_invited_once"),
            models.CheckConstraint(condition=~Q(answer="substitute") | ~Q(substitute=""), name="substitute_has_a_name"),
        ]

    def __str__(self) -> str:
        return str(self.user or self.enterprise)

    @property
    def guest(self) -> str:
        return str(self.user or self.enterprise)


class Decision(models.Model):
    """What a meeting decided, with its owner: a task of a department or a problem of a project, tracked there."""

    class Way(models.TextChoices):
        TASK = "task", pgettext_lazy("decision of a meeting", "Task")
        PROBLEM = "problem", pgettext_lazy("decision of a meeting", "Problem")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="decisions")
    text = models.TextField(_("decision"))
    way = models.CharField(_("becomes"), max_length=10, choices=Way, default=Way.TASK)
    # Of a task; a problem is its project's service team's.
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    days = models.PositiveSmallIntegerField(_("working days"))
    # What it became when the minutes were signed; whether it is done is read there.
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+")
    problem = models.ForeignKey(Problem, models.PROTECT, null=True, related_name="+")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(way="problem") | Q(department__isnull=False), name="decided_task_has_a_department"
            ),
        ]
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of meetings")

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def became(self) -> Task | Problem | None:
        return self.task or self.problem
