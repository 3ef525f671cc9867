"""Filters that lists of clocks share; the same rule as ``deadlines.lights``, in SQL."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When

from accounts.models import Anyone, Role, User
from accounts.rules import sees_everything
from common.time import now
from deadlines import access
from deadlines.lights import Light

if TYPE_CHECKING:
    from deadlines.models.clock import Clock  # noqa: F401  (in the base class below)


def light_q(light: str, at: datetime, prefix: str = "") -> Q:
    """Condition "the clock shows this light"; ``prefix`` such as "clock__" reaches it from elsewhere."""

    def q(**lookups: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in lookups.items()})

    unfinished = q(finished_at=None, due_at__isnull=False)
    running = unfinished & q(stopped_at=None)
    conditions = {
        # A stopped clock shows red only where it had passed its limit before it was stopped.
        Light.RED: unfinished & q(due_at__lt=at) & (q(stopped_at=None) | q(due_at__lt=F(f"{prefix}stopped_at"))),
        Light.YELLOW: running & q(warn_at__lte=at, due_at__gte=at),
        Light.GREEN: running & q(warn_at__gt=at, due_at__gte=at),
        Light.STOPPED: unfinished & q(stopped_at__isnull=False, due_at__gte=F(f"{prefix}stopped_at")),
        Light.DONE: q(finished_at__isnull=False),
    }
    return conditions[Light(light)]


def light_expression(at: datetime, prefix: str = "") -> Case:
    """The light as a column, "" where there is no clock."""
    return Case(
        *(When(light_q(light, at, prefix), then=Value(light.value)) for light in Light),
        default=Value(""),
        output_field=CharField(),
    )


def own_q(user: User) -> Q:
    """Condition "the duty is this person's": the handler, the post that it lies on, the head of its department."""
    condition = Q(handler=user) | Q(department__in=user.department_ids_as(Role.HEAD))
    for post in user.current_posts:
        condition |= Q(role=post.role, department=post.department_id) | Q(role=post.role, department=None)
    return condition


def due_to_q(user: User) -> Q:
    """Condition "this person has to do it": the handler, or anybody in the post while nobody has taken it."""
    condition = Q(handler=user)
    for post in user.current_posts:
        condition |= Q(handler=None, role=post.role) & (Q(department=post.department_id) | Q(department=None))
    return condition


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, user: Anyone) -> "ClockQuerySet":
        """Clocks whose limits and counting a person may see: what is seen from inside, and the firms' own cases."""
        if not isinstance(user, User):
            return self.none()
        if _sees_all(user):
            return self
        return self.filter(own_q(user) | access.inside_q(user) | access.outside_q(user))

    def visible_inside_to(self, user: Anyone) -> "ClockQuerySet":
        """Clocks seen whole, with reminders and names: those that concern a person; administrators see all."""
        if isinstance(user, User) and _sees_all(user):
            return self
        return self.concerning(user)

    def concerning(self, user: Anyone) -> "ClockQuerySet":
        """Own duties, the headed department's, those of cases worked on; all for window, leaders and supervision."""
        if not isinstance(user, User):
            return self.none()
        if sees_everything.test(user):
            return self
        return self.filter(own_q(user) | access.inside_q(user))

    def due_to(self, user: Anyone) -> "ClockQuerySet":
        """What somebody has to do himself (今日待办), done or not; see ``due_to_q``."""
        return self.filter(due_to_q(user)) if isinstance(user, User) else self.none()

    def open(self) -> "ClockQuerySet":
        """Duties not yet done."""
        return self.filter(finished_at=None)

    def alarmed(self) -> "ClockQuerySet":
        """Open duties that somebody must look at, the longest waiting first."""
        return self.open().exclude(alarm="").order_by("alarm_at", "id")

    def raise_alarm(self, alarm: str, at: datetime) -> int:
        """Mark those that are not marked so already; one UPDATE."""
        return self.exclude(alarm=alarm).update(alarm=alarm, alarm_at=at)

    def for_department(self, department_ids: int | Iterable[int]) -> "ClockQuerySet":
        ids = [department_ids] if isinstance(department_ids, int) else list(department_ids)
        return self.filter(department_id__in=ids)

    def in_light(self, light: str, at: datetime | None = None) -> "ClockQuerySet":
        """Those that show ``light`` at a moment, or now."""
        return self.filter(light_q(light, at or now()))

    def with_light(self, at: datetime | None = None) -> "ClockQuerySet":
        """Adds ``shown_light``, the value that ``Clock.light(at)`` gives, for counting and sorting in SQL."""
        return self.annotate(shown_light=light_expression(at or now()))

    def led_by(self, user: Anyone) -> "ClockQuerySet":
        """Duties that ``user`` may give to somebody else, done ones too: the same rule as ``rules.may_reassign``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser or user.has_role(Role.DIRECTOR, Role.ADMINISTRATOR):
            return self
        return self.for_department(user.department_ids_as(Role.HEAD))

    def of_subject(self, label: str, subject_id: int) -> "ClockQuerySet":
        return self.filter(subject_type=label, subject_id=subject_id)


def _sees_all(user: User) -> bool:
    return user.is_superuser or sees_everything.test(user) or user.has_role(Role.ADMINISTRATOR)
