"""Who may do what around a key project. Used by services, pages and templates."""

from __future__ import annotations

import rules

from accounts.models import Role, User
from accounts.rules import is_leader
from enterprises.models import Membership
from projects.models import KeyProject, Problem, Project, Seat
from projects.querysets_key import covered_by, seats_of

# Which posts may hold an office; a member may hold any.
SEAT_ROLES: dict[str, tuple[str, ...]] = {
    Seat.LEADER: (Role.LEADER,),
    Seat.CHIEF: (Role.HEAD, Role.DIRECTOR, Role.OFFICER),
    Seat.SECRETARY: (Role.OFFICER,),
    Seat.MEMBER: tuple(Role.values),
}
# Who may have duties around a key project, by stand-in or because an office stands empty.
DUTY_ROLES = (Role.OFFICER, Role.HEAD, Role.DIRECTOR, Role.LEADER)
# Whoever deals with projects at all may note a problem that he hears of.
RAISES = (Role.OFFICER, Role.HEAD, Role.LEADER, Role.DIRECTOR, Role.CLERK, Role.REVIEWER, Role.APPROVER)


def seats_in(user: User, key: KeyProject | None) -> frozenset[str]:
    """Offices that this person holds, or stands in for, in a team today; one query."""
    return frozenset() if key is None else frozenset(seats_of(user).filter(key=key).values_list("seat", flat=True))


# The director stands in for every office that is empty.
decides_on_list = is_leader
appoints = is_leader


@rules.predicate
def leads_team(user: User, key: KeyProject) -> bool:
    """Director or leader, or holds one of the three offices: may take members in and let them go."""
    return bool(is_leader.test(user) or seats_in(user, key) - {Seat.MEMBER})


@rules.predicate
def keeps_books(user: User, key: KeyProject) -> bool:
    """Service secretary or chief representative (or who stands in), and the director: plans and reports."""
    return bool(user.has_role(Role.DIRECTOR) or seats_in(user, key) & {Seat.SECRETARY, Seat.CHIEF})


@rules.predicate
def may_raise(user: User, project: Project) -> bool:
    """Staff who deal with projects; the firm speaks through its own actor."""
    return user.has_role(*RAISES) or Project.objects.visible_to(user).filter(pk=project.pk).exists()


@rules.predicate
def owns(user: User, problem: Problem) -> bool:
    """Answers for it, himself or for somebody who is away today."""
    return problem.owner_id == user.pk or covered_by(user).filter(user=problem.owner_id).exists()


@rules.predicate
def helps(user: User, problem: Problem) -> bool:
    return problem.helper_id == user.pk


@rules.predicate
def is_of_firm(user: User, problem: Problem) -> bool:
    """A member of the firm; agents and the window are of the hall and never close a problem for it."""
    return Membership.objects.active().filter(user=user, enterprise=problem.project.enterprise_id).exists()


@rules.predicate
def raised_it(user: User, problem: Problem) -> bool:
    return problem.raised_by_id == user.pk or (problem.by_firm and is_of_firm.test(user, problem))


works_on_it = owns | helps
may_note = works_on_it | is_leader
may_climb = owns | is_leader
may_answer = is_of_firm
