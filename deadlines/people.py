"""Who is told about a clock, outside the sweep's own statement."""

from collections import Counter
from collections.abc import Iterable

from accounts.models import Post, Role, User
from deadlines.models import Clock


def administrator_ids() -> list[int]:
    """People who look after the hall itself: administrators in post, and superusers."""
    in_post = Post.objects.current().with_role(Role.ADMINISTRATOR).filter(user__is_active=True)
    ids = set(in_post.values_list("user_id", flat=True))
    ids.update(User.objects.filter(is_superuser=True, is_active=True).values_list("pk", flat=True))
    return sorted(ids)


def duties_by_person(clocks: Iterable[Clock]) -> Counter[int]:
    """How many of ``clocks`` each person handles: the handler, else everyone in the post. One query."""
    by_person: Counter[int] = Counter()
    by_post: Counter[tuple[str, int | None]] = Counter()
    for clock in clocks:
        if clock.handler_id:
            by_person[clock.handler_id] += 1
        elif clock.role:
            by_post[(clock.role, clock.department_id)] += 1
    if by_post:
        posts = Post.objects.current().filter(role__in={role for role, _department in by_post})
        holders = set(posts.values_list("user_id", "role", "department_id"))
        for user_id, role, department_id in holders:
            by_person[user_id] += by_post[(role, department_id)]
        for user_id, role in {(user_id, role) for user_id, role, _department in holders}:
            by_person[user_id] += by_post[(role, None)]
    return +by_person
