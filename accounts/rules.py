"""Named predicates on the person alone; apps compose them with their own."""

import rules

from accounts.models import Role, User


def _holds(*roles: str) -> rules.Predicate:
    def holds(user: User) -> bool:
        return bool(user.is_authenticated) and user.has_role(*roles)

    return rules.Predicate(holds, name="holds:" + "|".join(roles))


is_clerk = _holds(Role.CLERK)
is_reviewer = _holds(Role.REVIEWER)
is_approver = _holds(Role.APPROVER)
is_handler = _holds(Role.REVIEWER, Role.APPROVER, Role.HEAD)
is_agent = _holds(Role.AGENT)
is_officer = _holds(Role.OFFICER)
is_leader = _holds(Role.LEADER, Role.DIRECTOR)
is_supervisor = _holds(Role.SUPERVISOR)
sees_everything = _holds(Role.CLERK, Role.LEADER, Role.DIRECTOR, Role.SUPERVISOR)


@rules.predicate
def is_investor(user: User) -> bool:
    return bool(user.is_authenticated) and not user.is_hall_staff


is_administrator = rules.Predicate(
    lambda user: bool(user.is_authenticated) and (user.is_superuser or user.has_role(Role.ADMINISTRATOR)),
    name="is_administrator",
)


@rules.predicate
def is_oneself(user: User, person: User) -> bool:
    return bool(user.is_authenticated) and user.pk == person.pk


@rules.predicate
def heads_department_of(user: User, person: User) -> bool:
    """Heads a department in which ``person`` holds a post today."""
    headed = set(user.department_ids_as(Role.HEAD))
    return any(post.department_id in headed for post in person.current_posts)


may_enter_absence = is_oneself | heads_department_of | is_administrator
