"""People, departments and the posts that tie them together."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.bilingual import pick
from common.time import today


class Role(models.TextChoices):
    """What somebody does in the hall. An investor holds no post and so has no role."""

    CLERK = "clerk", _("Window clerk")
    REVIEWER = "reviewer", _("Reviewer")
    APPROVER = "approver", _("Approver")
    HEAD = "head", _("Department head")
    AGENT = "agent", _("Agent")
    OFFICER = "officer", _("Service officer")
    LEADER = "leader", _("Leader")
    DIRECTOR = "director", _("Hall director")
    SUPERVISOR = "supervisor", _("Supervisor")
    EDITOR = "editor", _("Editor")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(AbstractUser):
    """A person who signs in: investor, clerk, reviewer, officer, leader."""

    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    @cached_property
    def current_posts(self) -> list["Post"]:
        """Posts held today, with their departments; one query per request."""
        return list(self.posts.current().select_related("department"))

    @property
    def roles(self) -> frozenset[str]:
        """Roles of the posts held today."""
        return frozenset(post.role for post in self.current_posts)

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def department_ids_as(self, *roles: str) -> list[int]:
        """Departments in which this person holds one of ``roles`` today."""
        return [post.department_id for post in self.current_posts if post.role in roles]

    @property
    def is_hall_staff(self) -> bool:
        """Holds any post today; an investor never does."""
        return bool(self.current_posts)


# Whoever asks for a page: ``is_authenticated`` tells the two apart, for mypy too.
Anyone = User | AnonymousUser


class Department(models.Model):
    """A department behind the window, or an office of the hall itself."""

    class Kind(models.TextChoices):
        WINDOW = "window", pgettext_lazy("department kind", "Window")
        APPROVAL = "approval", pgettext_lazy("department kind", "Approving department")
        HALL = "hall", pgettext_lazy("department kind", "Hall management")
        SERVICE = "service", pgettext_lazy("department kind", "Enterprise service")
        STREET = "street", pgettext_lazy("department kind", "Sub-district")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    # 机关代字: what the numbers of its papers begin with, such as 经开行审. Two departments can't share one.
    mark = models.CharField(_("mark in document numbers"), max_length=20, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(fields=["mark"], condition=~Q(mark=""), name="department_mark_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return pick(self.name, self.name_en)


class PostQuerySet(models.QuerySet["Post"]):
    def current(self) -> "PostQuerySet":
        """Posts held today."""
        day = today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def with_role(self, *roles: str) -> "PostQuerySet":
        return self.filter(role__in=roles)

    def in_departments(self, department_ids: Iterable[int]) -> "PostQuerySet":
        return self.filter(department_id__in=department_ids)


class Post(models.Model):
    """Someone's role in a department over a period; A posts have B substitutes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="posts", verbose_name=_("person"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="posts", verbose_name=_("department"))
    role = models.CharField(_("role"), max_length=15, choices=Role)
    title = models.CharField(_("title"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    is_substitute = models.BooleanField(_("B post (substitute)"), default=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department", "role"], condition=Q(ends_on=None), name="one_open_post_per_role"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="post_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.department} · {self.get_role_display()}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: Anyone) -> "AbsenceQuerySet":
        """One's own, those one stands in for, those of the departments one heads; administrators and director all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser or user.has_role(Role.ADMINISTRATOR, Role.DIRECTOR):
            return self
        headed = Post.objects.current().in_departments(user.department_ids_as(Role.HEAD))
        return self.filter(Q(user=user) | Q(substitute=user) | Q(user__in=headed.values("user")))

    def valid(self) -> "AbsenceQuerySet":
        """Neither cancelled nor ended before their time."""
        return self.filter(cancelled_at=None, ended_at=None)

    def on(self, day: date) -> "AbsenceQuerySet":
        """In force on ``day``; one that was ended early no longer holds on its last day."""
        lasting = Q(ended_at=None) | Q(ends_on__gt=day)
        return self.filter(lasting, cancelled_at=None, starts_on__lte=day, ends_on__gte=day)

    def over(self, day: date) -> "AbsenceQuerySet":
        """Whose duties go back on ``day``: cancelled, ended early, or past their last day."""
        return self.filter(Q(cancelled_at__isnull=False) | Q(ended_at__isnull=False) | Q(ends_on__lt=day))

    def touching(self, starts_on: date, ends_on: date) -> "AbsenceQuerySet":
        """Valid ones that share at least one day with the period."""
        return self.valid().filter(starts_on__lte=ends_on, ends_on__gte=starts_on)


class Absence(models.Model):
    """Somebody is away for some days, and a named person stands in (A/B posts).

    Written by ``deadlines.services`` only, which also hand the duties over and back.
    """

    class Kind(models.TextChoices):
        ANNUAL = "annual", pgettext_lazy("absence", "Annual leave")
        SICK = "sick", pgettext_lazy("absence", "Sick leave")
        TRIP = "trip", pgettext_lazy("absence", "Business trip")
        TRAINING = "training", pgettext_lazy("absence", "Training")
        OTHER = "other", pgettext_lazy("absence", "Other")

    user = models.ForeignKey(User, models.PROTECT, related_name="absences", verbose_name=_("person"))
    substitute = models.ForeignKey(User, models.PROTECT, related_name="stand_ins", verbose_name=_("substitute"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    note = models.CharField(_("note"), max_length=200, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    # Back before the last day: from this moment on the person is here again.
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes = [
            models.Index(fields=["substitute", "ends_on"], condition=Q(cancelled_at=None), name="absence_substitute"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=~Q(substitute=F("user")), name="absence_has_another_substitute"),
            ExclusionConstraint(
                name="absences_do_not_overlap",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None, ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.substitute} {self.starts_on}–{self.ends_on}"

    def is_on(self, day: date) -> bool:
        """The same rule as ``AbsenceQuerySet.on``."""
        lasting = self.ended_at is None or self.ends_on > day
        return self.cancelled_at is None and lasting and self.starts_on <= day <= self.ends_on

    @property
    def may_be_cancelled(self) -> bool:
        """Valid and not yet over."""
        return self.cancelled_at is None and self.ended_at is None and self.ends_on >= today()

    @property
    def may_be_ended(self) -> bool:
        """In force now."""
        return self.is_on(today())
