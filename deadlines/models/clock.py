"""The clock (时限): one row for anything that must be done in time, whatever app it belongs to."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, Role
from common.ids import uuid7
from common.time import now
from deadlines import calendars
from deadlines.lights import Light, light_of
from deadlines.querysets import ClockQuerySet


class ClockKind(models.TextChoices):
    """Which duty a clock times."""

    ACCEPTANCE = "acceptance", pgettext_lazy("clock", "Acceptance")
    DECISION = "decision", pgettext_lazy("clock", "Decision")
    STEP = "step", pgettext_lazy("clock", "Step")
    DELIVERY = "delivery", pgettext_lazy("clock", "Delivery")
    VISIT = "visit", pgettext_lazy("clock", "Visit")
    REQUEST = "request", pgettext_lazy("clock", "Request")
    RATING_ANSWER = "rating_answer", pgettext_lazy("clock", "Answer to a rating")
    MEMBERSHIP = "membership", pgettext_lazy("clock", "Membership")
    INTERNAL_QUESTION = "internal_question", pgettext_lazy("clock", "Question to the window")
    JOINT = "joint", pgettext_lazy("clock", "Joint handling")
    EXTENSION = "extension", pgettext_lazy("clock", "Decision on an extension")
    DEFERRAL = "deferral", pgettext_lazy("clock", "Paper that follows later")
    PUBLIC_NOTICE = "public_notice", pgettext_lazy("clock", "Public notice")
    LATER_CHECK = "later_check", pgettext_lazy("clock", "Later check")
    OBJECTION = "objection", pgettext_lazy("clock", "Settling an objection")
    INQUIRY = "inquiry", pgettext_lazy("clock", "Answer to who asked first")
    INQUIRY_HANDOVER = "inquiry_handover", pgettext_lazy("clock", "Taking over an inquiry")
    AGENCY_PLAN = "agency_plan", pgettext_lazy("clock", "Agency plan")
    TEAM_VACANCY = "team_vacancy", pgettext_lazy("clock", "Vacancy in a service team")
    PROGRESS = "progress", pgettext_lazy("clock", "Monthly progress")
    MILESTONE = "milestone", pgettext_lazy("clock", "Milestone")
    PROBLEM = "problem", pgettext_lazy("clock", "Problem")
    MINUTES = "minutes", pgettext_lazy("clock", "Minutes of a meeting")
    INSTRUCTION = "instruction", pgettext_lazy("clock", "Instruction")
    TASK = "task", pgettext_lazy("clock", "Task")
    PAPER_HANDOVER = "paper_handover", pgettext_lazy("clock", "Receipt of papers")


class Clock(models.Model):
    """A duty and its limits. Written by ``deadlines.services`` and the sweep only.

    ``due_at`` is the promised limit, which lights follow; ``lawful_due_at`` the lawful one,
    which faults follow. Light and lateness are derived from this row and the time, never stored;
    ``breached_at`` and ``lawful_breached_at`` keep for ever since when a limit was passed.

    The budget is ``promised``, ``lawful`` and ``extended`` in ``unit``; what is not counted are
    the clock's stops (``Stop``) and those of its inner clocks. All dates follow from these and
    the calendar (``deadlines.dates``). While ``stopped_at`` is set time stands still for the
    clock: its dates are a forecast for the stop ending as planned at ``resumes_at``.
    """

    class Unit(models.TextChoices):
        WORKDAY = "workday", pgettext_lazy("unit", "working days")
        CALENDAR = "calendar", pgettext_lazy("unit", "calendar days")
        WORKHOUR = "workhour", pgettext_lazy("unit", "working hours")

    class Outcome(models.TextChoices):
        MET = "met", pgettext_lazy("clock", "Met")
        LATE = "late", pgettext_lazy("clock", "Late")
        CANCELLED = "cancelled", pgettext_lazy("clock", "Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("duty"), max_length=20, choices=ClockKind)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    title = models.CharField(_("title"), max_length=200)
    link = models.CharField(max_length=300, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="clocks", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=15, choices=Role, blank=True)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clocks",
        verbose_name=_("handler"),
    )
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.WORKDAY)
    promised = models.PositiveSmallIntegerField(_("promised limit"))
    # A duty that only the hall itself set has no lawful limit.
    lawful = models.PositiveSmallIntegerField(_("lawful limit"), null=True, blank=True)
    # In working days; for a limit in hours, in working hours.
    warn = models.PositiveSmallIntegerField(_("warning before the end"), default=1)
    # What an approved extension adds to both limits, at most ``extension_cap``; 0 where the law knows none.
    extended = models.PositiveSmallIntegerField(_("extended by"), default=0)
    extension_cap = models.PositiveSmallIntegerField(_("longest extension"), default=0)
    extension_rank = models.CharField(_("approves extensions"), max_length=15, choices=Role, blank=True)
    # The clock that this one runs inside of: what stops the inner clock stops the outer one too.
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="inner")
    # Something happens by itself when the lawful limit passes, or the promised one of a duty that has no
    # lawful limit: see ``deadlines.expiry``.
    expires = models.BooleanField(default=False)
    starts_at = models.DateTimeField(_("since"))
    warn_at = models.DateTimeField(_("warning from"))
    due_at = models.DateTimeField(_("due"))
    lawful_due_at = models.DateTimeField(_("lawfully due"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped since"), null=True, blank=True)
    resumes_at = models.DateTimeField(_("planned to go on"), null=True, blank=True)
    # The rungs of this clock in time order; the first ``rungs_fired`` of them are done.
    rung_codes = ArrayField(models.CharField(max_length=30), default=list)
    rung_at = ArrayField(models.DateTimeField(), default=list)
    rungs_fired = models.PositiveSmallIntegerField(default=0)
    next_rung_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    calendar_version = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    breached_at = models.DateTimeField(_("overdue since"), null=True, blank=True)
    lawful_breached_at = models.DateTimeField(_("lawfully overdue since"), null=True, blank=True)
    # Why an administrator must look at this clock; "" for nothing.
    alarm = models.CharField(_("alarm"), max_length=30, blank=True)
    alarm_at = models.DateTimeField(_("alarm since"), null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = [
            models.Index(
                fields=["next_rung_at"],
                condition=Q(finished_at=None, next_rung_at__isnull=False),
                name="clock_next_rung",
            ),
            models.Index(
                F("kind"),
                Coalesce("lawful_due_at", "due_at"),
                condition=Q(finished_at=None, expires=True),
                name="clock_open_expiring",
            ),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="clock_inner"),
            # What stands still, the longest first.
            models.Index(
                fields=["stopped_at"], condition=Q(finished_at=None, stopped_at__isnull=False), name="clock_stopped"
            ),
            models.Index(fields=["due_at"], condition=Q(finished_at=None), name="clock_open_by_due"),
            # On-time rates read this alone, without the rows.
            models.Index(
                fields=["finished_at"],
                include=["department", "outcome"],
                condition=Q(finished_at__isnull=False),
                name="clock_finished",
            ),
            models.Index(fields=["department", "due_at"], condition=Q(finished_at=None), name="clock_open_due"),
            models.Index(fields=["handler", "due_at"], condition=Q(finished_at=None), name="clock_open_handler"),
            # Work lists over all departments, sorted by due date.
            models.Index(fields=["kind", "due_at"], condition=Q(finished_at=None), name="clock_open_kind_due"),
            models.Index(fields=["calendar_version"], condition=Q(finished_at=None), name="clock_open_calendar"),
            models.Index(fields=["subject_type", "subject_id"], name="clock_subject"),
            models.Index(fields=["alarm_at"], condition=Q(finished_at=None) & ~Q(alarm=""), name="clock_open_alarm"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None, outcome="") | (Q(finished_at__isnull=False) & ~Q(outcome="")),
                name="finished_clock_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(next_rung_at=None), name="finished_clock_has_no_rung_ahead"
            ),
            models.CheckConstraint(
                condition=Q(lawful_due_at=None) | Q(due_at__lte=F("lawful_due_at")), name="promised_within_lawful"
            ),
            models.CheckConstraint(condition=Q(extended__lte=F("extension_cap")), name="extension_within_cap"),
            models.CheckConstraint(
                condition=Q(stopped_at=None, resumes_at=None)
                | Q(stopped_at__isnull=False, resumes_at__gte=F("stopped_at")),
                name="stopped_clock_has_a_plan",
            ),
            models.CheckConstraint(condition=Q(finished_at=None) | Q(stopped_at=None), name="finished_clock_runs"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.title}"

    @property
    def is_open(self) -> bool:
        return self.finished_at is None

    def light(self, at: datetime | None = None) -> Light:
        """``green``, ``yellow``, ``red``, ``stopped`` or, when finished, ``done``; at a moment or now."""
        return light_of(
            finished=not self.is_open,
            warn_at=self.warn_at,
            due_at=self.due_at,
            at=at or now(),
            stopped_at=self.stopped_at,
        )

    def counted_until(self, at: datetime | None = None) -> datetime:
        """The moment up to which this clock has run: its end, its stop, or now."""
        return self.finished_at or self.stopped_at or at or now()

    def is_lawfully_overdue(self, at: datetime | None = None) -> bool:
        """Has the lawful limit been passed, whether the duty is still open or was done too late?"""
        return self.lawful_due_at is not None and self.counted_until(at) > self.lawful_due_at

    def days_left(self, at: datetime | None = None) -> int:
        """Whole units of this clock until it is due: 0 on the day itself, negative once it is past.

        A stopped clock keeps what was left when it stopped.
        """
        start = at or now()
        if self.stopped_at:
            forecast = self.resumes_at is not None and self.due_at >= self.stopped_at
            start = self.resumes_at if forecast and self.resumes_at else self.stopped_at
        return calendars.units_between(start, self.due_at, self.unit)

    @property
    def subject(self) -> tuple[str, int]:
        return self.subject_type, self.subject_id
