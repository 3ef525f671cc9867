"""Who may change the working calendar, and who may give duties to somebody else."""

import rules

from accounts.models import Role, User
from accounts.rules import is_administrator
from deadlines.models.clock import Clock


@rules.predicate
def may_edit_calendar(user: User) -> bool:
    """Administrators in post, and superusers."""
    return bool(user.is_authenticated) and (user.is_superuser or user.has_role(Role.ADMINISTRATOR))


@rules.predicate
def heads_department_of_clock(user: User, clock: Clock) -> bool:
    return clock.department_id in user.department_ids_as(Role.HEAD)


@rules.predicate
def directs(user: User) -> bool:
    return bool(user.is_authenticated) and user.has_role(Role.DIRECTOR)


@rules.predicate
def heads_some_department(user: User) -> bool:
    return bool(user.is_authenticated) and user.has_role(Role.HEAD)


may_reassign_anywhere = directs | is_administrator
may_reassign = may_reassign_anywhere | heads_department_of_clock
may_open_reassigning = may_reassign_anywhere | heads_some_department

rules.add_perm("deadlines.edit_calendar", may_edit_calendar)
rules.add_perm("deadlines.reassign", may_open_reassigning)
