"""Full agency (全程代办): the order, its back-scheduled plans, and who helps the agent."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from agency.querysets import HelperQuerySet, OrderQuerySet
from common.time import today
from deadlines.models import Clock
from enterprises.models import Mandate
from projects.models import Project

USER = settings.AUTH_USER_MODEL


class AgencyLimit(models.Model):
    """How long a duty of full agency may take; data, editable by the administrator."""

    class Duty(models.TextChoices):
        PLAN = "plan", pgettext_lazy("agency", "List of matters and plan")

    duty = models.CharField(_("duty"), max_length=10, choices=Duty, unique=True)
    workdays = models.PositiveSmallIntegerField(_("working days"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("limit of full agency")
        verbose_name_plural = _("limits of full agency")
        constraints = [models.CheckConstraint(condition=Q(workdays__gte=1), name="agency_limit_is_a_day_at_least")]

    def __str__(self) -> str:
        return f"{self.get_duty_display()} · {self.workdays}"


class AgencyOrder(models.Model):
    """An enterprise lets its agent go the whole way from a wanted start of construction backwards (代办单)."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("agency order", "Plan to be made")
        PROPOSED = "proposed", pgettext_lazy("agency order", "Waits for the enterprise")
        AGREED = "agreed", pgettext_lazy("agency order", "Under way")
        DONE = "done", pgettext_lazy("agency order", "Done")
        CLOSED = "closed", pgettext_lazy("agency order", "Closed")

    LIVE = (Status.OPEN, Status.PROPOSED, Status.AGREED)

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="orders", verbose_name=_("mandate"))
    # None for an intention: something that is not yet a project of the hall.
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="agency_orders", verbose_name=_("project")
    )
    intention = models.CharField(_("intention"), max_length=120, blank=True)
    # Where the agent sits: its head answers for the order.
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    wanted_start = models.DateField(_("wanted start of construction"))
    note = models.CharField(_("note to the agent"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    # What the enterprise last asked to be changed.
    changes = models.TextField(_("changes asked for"), blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)
    # The head asks the enterprise to give another agent a mandate; only it can.
    successor = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agent proposed instead")
    )
    successor_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Since when nobody with a post holds the mandate; told once.
    orphaned_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("agency order")
        verbose_name_plural = _("agency orders")
        indexes = [models.Index(fields=["status", "mandate"], name="agency_order_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(status__in=["open", "proposed", "agreed"]),
                name="one_live_agency_order_per_project",
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=False, intention="") | (Q(project=None) & ~Q(intention="")),
                name="agency_order_is_for_project_or_intention",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "proposed", "agreed"], ended_at=None)
                | Q(status__in=["done", "closed"], ended_at__isnull=False),
                name="agency_order_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="agreed") | Q(agreed_at__isnull=False), name="agreed_agency_order_has_its_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agency:order", args=[self.pk])

    @property
    def title(self) -> str:
        """The project's name, or the intention."""
        return self.project.name if self.project else self.intention

    @property
    def tone(self) -> str:
        """The tone of its status as a tag."""
        return {"open": "accent", "proposed": "yellow", "agreed": "accent", "done": "green"}.get(self.status, "neutral")

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE


class AgencyPlan(models.Model):
    """A plan as it was proposed: written once, answered once, never changed (代办计划).

    ``content`` is what ``agency.working_out`` lays out; the plan that was agreed to has ``agreed`` true.
    """

    order = models.ForeignKey(AgencyOrder, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField(_("number"))
    wanted_start = models.DateField(_("wanted start of construction"))
    # The day that it was laid back from: the wanted start, or the earliest possible one.
    goal = models.DateField(_("goal"))
    content = models.JSONField()
    remark = models.TextField(_("words to the enterprise"), blank=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(_("agreed to"), null=True, blank=True)
    changes = models.TextField(_("changes asked for"), blank=True)

    class Meta:
        ordering = ["order", "-number"]
        verbose_name = _("agency plan")
        verbose_name_plural = _("agency plans")
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="agency_plan_number_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, agreed=None) | Q(answered_at__isnull=False, agreed__isnull=False),
                name="answered_agency_plan_says_how",
            ),
            models.CheckConstraint(condition=~Q(agreed=False) | ~Q(changes=""), name="changes_have_words"),
            models.UniqueConstraint(fields=["order"], condition=Q(answered_at=None), name="one_unanswered_agency_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.number}"

    @property
    def is_possible(self) -> bool:
        """Whether the wanted start can be met."""
        return bool(self.content["possible"])


class MandateHelper(models.Model):
    """An agent of a department (N) or of the sub-district (1) who helps under one mandate (1+1+N).

    Looks, never acts: sees the mandate's projects, their cases within its scope, and the plan. Ends
    with its period, by removal, or with the mandate, at once.
    """

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="helpers")
    user = models.ForeignKey(USER, models.PROTECT, related_name="helped_mandates", verbose_name=_("helper"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    of_street = models.BooleanField(_("of the sub-district"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    why = models.CharField(_("what for"), max_length=300)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    remove_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = HelperQuerySet.as_manager()

    class Meta:
        ordering = ["-of_street", "department", "id"]
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="helper_ends_after_start"),
            ExclusionConstraint(
                name="one_helper_once_at_a_time",
                expressions=[
                    (F("mandate"), RangeOperators.EQUAL),
                    (F("user"), RangeOperators.EQUAL),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(removed_at=None),
            ),
            ExclusionConstraint(
                name="one_street_helper_at_a_time",
                expressions=[
                    (F("mandate"), RangeOperators.EQUAL),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(removed_at=None, of_street=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.mandate}"

    def is_on(self, day: date) -> bool:
        """The same rule as ``HelperQuerySet.on``, but for the mandate and the post."""
        return self.removed_at is None and self.starts_on <= day <= self.ends_on

    @property
    def is_current(self) -> bool:
        return self.is_on(today())
