"""Who may change the working calendar."""

import rules

from accounts.models import Role, User


@rules.predicate
def may_edit_calendar(user: User) -> bool:
    """Administrators in post, and superusers."""
    return bool(user.is_authenticated) and (user.is_superuser or user.has_role(Role.ADMINISTRATOR))


rules.add_perm("deadlines.edit_calendar", may_edit_calendar)
