"""People, departments and the posts that tie them together."""

from collections.abc import Iterable
from functools import cached_property

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
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

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

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
