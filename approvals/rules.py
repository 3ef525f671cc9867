"""Who may do what on a case or step. Used by services, pages, API and templates alike."""

import rules

from accounts.actors import Actor
from accounts.models import Department, Role, User
from accounts.rules import is_clerk, is_handler, sees_everything
from approvals.models import Case, ReviewSession, Step
from common.errors import NotAllowed
from enterprises.rules import is_owner

may_work_at_window = is_clerk
# Those who work on cases inside the hall; an agent holds a post too, yet stands on the firm's side.
works_inside = is_handler | sees_everything


@rules.predicate
def reviews_step(user: User, step: Step) -> bool:
    """Holds a reviewing post in the step's department."""
    return step.department_id in user.department_ids_as(Role.REVIEWER, Role.HEAD)


@rules.predicate
def approves_step(user: User, step: Step) -> bool:
    """Holds an approving post in the step's department."""
    return step.department_id in user.department_ids_as(Role.APPROVER, Role.HEAD)


@rules.predicate
def did_not_propose(user: User, step: Step) -> bool:
    """Four eyes: nobody approves what they proposed themselves."""
    return step.proposed_by_id != user.pk


@rules.predicate
def calls_sessions(user: User, lead: Department) -> bool:
    """The window, and whoever reviews or heads in the department that leads this kind of joint review."""
    return bool(is_clerk.test(user)) or lead.pk in user.department_ids_as(Role.REVIEWER, Role.HEAD)


@rules.predicate
def leads_session(user: User, session: ReviewSession) -> bool:
    return session.department_id in user.department_ids_as(Role.REVIEWER, Role.HEAD)


@rules.predicate
def speaks_in_session(user: User, department: Department) -> bool:
    """Gives the opinion of the department, as on its steps."""
    return department.pk in user.department_ids_as(Role.REVIEWER, Role.HEAD)


@rules.predicate
def works_in_charge(user: User, department_id: int) -> bool:
    """Reviews in, or heads, the department in charge of a matter: settles objections, checks afterwards."""
    return department_id in user.department_ids_as(Role.REVIEWER, Role.HEAD)


@rules.predicate
def may_lift_bars(user: User) -> bool:
    """Lifts a firm's bar from deferral: the head of a window, the hall's director, an administrator."""
    if user.is_superuser or user.has_role(Role.DIRECTOR, Role.ADMINISTRATOR):
        return True
    posts = user.current_posts
    return any(post.role == Role.HEAD and post.department.kind == Department.Kind.WINDOW for post in posts)


# Heads of departments and supervision look, and see whom to ask.
may_see_bars = rules.Predicate(
    lambda user: (
        user.is_superuser
        or user.has_role(Role.CLERK, Role.HEAD, Role.DIRECTOR, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.LEADER)
    ),
    name="may_see_bars",
)


@rules.predicate
def heads_department(user: User) -> bool:
    return bool(user.is_authenticated) and user.has_role(Role.HEAD)


# Window, heads, leaders and supervision search the archive; a head finds what he may see.
may_search_archive = sees_everything | heads_department
# The whole of what one may see leaves the hall: staff of the archive, and whoever owns the firm's account.
may_export_archive = may_search_archive | is_owner
may_review = reviews_step


def require(
    predicate: rules.Predicate, actor: Actor, obj: Case | Step | Department | ReviewSession | int | None = None
) -> None:
    """Raise NotAllowed unless the predicate holds for the actor; the hall itself is never asked."""
    if actor.user is None or not predicate.test(actor.user, obj):
        raise NotAllowed


def require_in_charge(actor: Actor, department_id: int) -> None:
    """Raise NotAllowed for anybody but reviewers and head of the department."""
    require(works_in_charge, actor, department_id)
