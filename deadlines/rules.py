"""Who may change the working calendar, ask for or decide on more time, give duties away, and have feeds."""

import rules

from accounts.models import Role, User
from accounts.rules import is_administrator
from deadlines.models import Clock, Extension


@rules.predicate
def may_edit_calendar(user: User) -> bool:
    """Administrators in post, and superusers."""
    return bool(user.is_authenticated) and (user.is_superuser or user.has_role(Role.ADMINISTRATOR))


@rules.predicate
def may_ask_extension(user: User, clock: Clock) -> bool:
    """The handler, or a holder of the post whose duty it is."""
    if clock.handler_id == user.pk:
        return True
    return bool(clock.role) and clock.department_id in user.department_ids_as(clock.role)


@rules.predicate
def holds_rank(user: User, extension: Extension) -> bool:
    """Holds the rank that decides: the head of the very department, or any leader of the government (art. 42)."""
    rank = extension.clock.extension_rank
    if rank == Role.HEAD:
        return extension.clock.department_id in user.department_ids_as(Role.HEAD)
    return bool(rank) and user.has_role(rank)


@rules.predicate
def did_not_ask(user: User, extension: Extension) -> bool:
    """Nobody approves what they asked for themselves."""
    return extension.asked_by_id != user.pk


may_decide_extension = holds_rank & did_not_ask

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
may_see_alarms = may_reassign_anywhere
may_open_reassigning = may_reassign_anywhere | heads_some_department

rules.add_perm("deadlines.edit_calendar", may_edit_calendar)
rules.add_perm("deadlines.see_alarms", may_see_alarms)
rules.add_perm("deadlines.reassign", may_open_reassigning)
rules.add_perm("deadlines.have_feeds", may_have_feeds)
rules.add_perm("deadlines.follow_department", may_follow_department)
