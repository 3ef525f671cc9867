"""Who is in post for an inquiry: the owner's department, the least laden clerk, the holders of a post."""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import Absence, Department, Post, Role, User
from common.time import today

# Who receives what comes to a department by no name: the first of these that is held there.
RECEIVES = (
    Role.CLERK, Role.REVIEWER, Role.OFFICER, Role.AGENT, Role.HEAD, Role.APPROVER, Role.LEADER, Role.DIRECTOR,
    Role.SUPERVISOR, Role.EDITOR, Role.ADMINISTRATOR,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """The post through which somebody has an inquiry; ``user_id`` None: whoever holds it."""

    user_id: int | None
    department_id: int
    role: str


def posting_of(user: User, department_id: int | None = None) -> Posting | None:
    """A's posts before B's; None for whoever holds none (in that department)."""
    posts = Post.objects.current().filter(user=user, user__is_active=True).order_by("is_substitute", "id")
    if department_id is not None:
        posts = posts.in_departments([department_id])
    post = posts.first()
    return Posting(user.pk, post.department_id, post.role) if post else None


def posting_in(department: Department) -> Posting | None:
    """The post that receives for a department; None where nobody holds any."""
    held = set(
        Post.objects.current()
        .filter(user__is_active=True)
        .in_departments([department.pk])
        .values_list("role", flat=True)
    )
    role = next((role for role in RECEIVES if role in held), None)
    return Posting(None, department.pk, role) if role else None


def holders(department_id: int, role: str) -> list[int]:
    """People in this post today."""
    posts = Post.objects.current().filter(user__is_active=True, role=role).in_departments([department_id])
    return sorted(set(posts.values_list("user_id", flat=True)))


def heads(department_id: int) -> list[int]:
    return holders(department_id, Role.HEAD)


def is_away(user_id: int) -> bool:
    return Absence.objects.on(today()).filter(user=user_id).exists()


def on_duty() -> Posting | None:
    """Who gets a question from the web: the window clerk here today with the fewest open inquiries.

    Without a clerk its head, then the director, then an administrator: somebody always has it. None in a hall
    without any of these.
    """
    for role, kind in ((Role.CLERK, "window"), (Role.HEAD, "window"), (Role.DIRECTOR, ""), (Role.ADMINISTRATOR, "")):
        found = _least_laden(role, kind)
        if found is not None:
            return found
    return None


def _least_laden(role: str, kind: str) -> Posting | None:
    posts = Post.objects.current().with_role(role).filter(user__is_active=True)
    if kind:
        posts = posts.filter(department__kind=kind)
    away = Absence.objects.on(today()).values("user")
    load = Count("user__inquiries", filter=Q(user__inquiries__status="open"))
    post = posts.exclude(user__in=away).annotate(load=load).order_by("is_substitute", "load", "user_id", "id").first()
    return Posting(post.user_id, post.department_id, role) if post else None
