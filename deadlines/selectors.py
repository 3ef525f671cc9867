"""Reads for the pages of absences and reassignment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from accounts.models import Absence, Post, Role, User
from common.errors import Stale
from common.time import now, today
from deadlines.models import Clock
from deadlines.owners import fits
from deadlines.querysets import ClockQuerySet
from deadlines.services.handing_over import ALREADY, ANYBODY, Outcome, reason_against, refuse_moved

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with open duties, or nobody (``key`` "nobody"), and how many."""

    key: str
    name: str
    count: int


def holders(clocks: ClockQuerySet) -> list[Holder]:
    """Who has the duties among ``clocks``, the most laden first; those that nobody has taken last. One statement."""
    rows = clocks.order_by().values_list("handler", "handler__name", "handler__username").annotate(rows=Count("pk"))
    found = [Holder(str(pk), name or username, count) for pk, name, username, count in rows if pk is not None]
    found.sort(key=lambda one: (-one.count, one.name))
    return found + [Holder(NOBODY, "", count) for pk, _name, _username, count in rows if pk is None]


def filtered_clocks(clocks: ClockQuerySet, filters: Mapping[str, Any]) -> ClockQuerySet:
    """``filters`` are ``held_by`` (user id as text, or "nobody"), ``kind``, ``department``, ``light``, any missing."""
    held_by = filters.get("held_by")
    if held_by:
        clocks = clocks.filter(handler=None if held_by == NOBODY else int(held_by))
    if kind := filters.get("kind"):
        clocks = clocks.filter(kind=kind)
    if department := filters.get("department"):
        clocks = clocks.filter(department=department)
    if light := filters.get("light"):
        clocks = clocks.in_light(light, now())
    return clocks.order_by("due_at", "pk")


def receivers(clocks: ClockQuerySet) -> list[tuple[User, str]]:
    """Who could have at least one of ``clocks``: in post, here today; with their departments, in three statements."""
    sorts = [
        Clock(kind=kind, subject_type=subject_type, department_id=department, role=role)
        for kind, subject_type, department, role in clocks.order_by()
        .values_list("kind", "subject_type", "department", "role")
        .distinct()
    ]
    away = Absence.objects.on(today()).values("user")
    posts = Post.objects.current().filter(user__is_active=True).exclude(user__in=away)
    found: dict[User, dict[str, None]] = {}
    for post in posts.select_related("user", "department").order_by("department", "user__name", "pk"):
        if any(fits(sort, [(post.role, post.department_id)]) for sort in sorts):
            found.setdefault(post.user, {})[post.department.label] = None
    return [(user, "、".join(labels)) for user, labels in found.items()]


def preview(clocks: Sequence[Clock], receiver: User, *, held_by: int | None = ANYBODY) -> list[Outcome]:
    """What would become of each row, as far as posts and absences say; two statements.

    ``possible``, ``already`` or ``refused``. What the duty's owner may refuse besides shows when it is done.
    """
    held = set(Post.objects.current().filter(user=receiver).values_list("role", "department_id"))
    away = Absence.objects.on(today()).filter(user=receiver).exists()
    rows = []
    for clock in clocks:
        try:
            refuse_moved(clock, receiver.pk, held_by)
            reason = reason_against(clock, receiver, held, away=away)
            rows.append(Outcome(clock.pk, clock, "refused" if reason else "possible", reason))
        except Stale as error:
            rows.append(Outcome(clock.pk, clock, "already" if error.code == ALREADY else "refused", str(error)))
    return rows


def people_led_by(user: User) -> list[User]:
    """Whose absences ``user`` may enter besides the own: an administrator everybody's, a head's the department's."""
    posts = Post.objects.current().filter(user__is_active=True).exclude(user=user)
    if not (user.is_superuser or user.has_role(Role.ADMINISTRATOR)):
        posts = posts.in_departments(user.department_ids_as(Role.HEAD))
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("name", "pk"))


def absences_of(user: User) -> Iterable[Absence]:
    """One's own, the latest first."""
    return Absence.objects.filter(user=user).select_related("user", "substitute", "entered_by")[:20]


def absences_led_by(user: User, people: Sequence[User]) -> Iterable[Absence]:
    """Of ``people``, whom ``user`` may enter absences for: the latest fifty."""
    visible = Absence.objects.visible_to(user).filter(user__in=people)
    return visible.select_related("user", "substitute", "entered_by")[:50]


def stand_ins_today(user: User) -> Iterable[Absence]:
    """Who stands in for whom today in the departments where ``user`` holds a post; those who see all absences, all."""
    day = today()
    mine = Post.objects.current().in_departments({post.department_id for post in user.current_posts})
    visible = Absence.objects.visible_to(user).values("pk")
    shown = Absence.objects.on(day).filter(Q(pk__in=visible) | Q(user__in=mine.values("user")))
    return shown.select_related("user", "substitute").order_by("user__name", "pk")


def concerning(user: User) -> Iterable[Absence]:
    """Absences in force today in which ``user`` is away or stands in."""
    found = Absence.objects.on(today()).filter(Q(user=user) | Q(substitute=user))
    return found.select_related("user", "substitute").order_by("ends_on", "pk")
