"""Who may change the working calendar, and who may have feeds."""

import rules

from accounts.models import Role, User


@rules.predicate
def may_edit_calendar(user: User) -> bool:
    """Administrators in post, and superusers."""
    return bool(user.is_authenticated) and (user.is_superuser or user.has_role(Role.ADMINISTRATOR))


# They answer for every department, so they may follow each of them.
OVERSEERS = (Role.DIRECTOR, Role.LEADER, Role.SUPERVISOR)


@rules.predicate
def may_have_feeds(user: User) -> bool:
    """Whoever holds a post today: duties go by posts, and an investor has none."""
    return bool(user.is_authenticated) and user.is_active and user.is_hall_staff


@rules.predicate
def may_follow_department(user: User, department_id: int) -> bool:
    """The head of the department, and those who answer for all of them."""
    if not may_have_feeds(user):
        return False
    return user.has_role(*OVERSEERS) or department_id in user.department_ids_as(Role.HEAD)


rules.add_perm("deadlines.edit_calendar", may_edit_calendar)
rules.add_perm("deadlines.have_feeds", may_have_feeds)
rules.add_perm("deadlines.follow_department", may_follow_department)
