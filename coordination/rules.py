"""Who may do what with an instruction, a deviation, a meeting; used by services, pages and templates."""

import rules

from accounts.models import Anyone, Role
from accounts.rules import is_leader, is_officer
from coordination.models import Instruction, Invitation, Meeting
from coordination.querysets import WORKS_IN_DEPARTMENT


def _posted(*roles: str) -> rules.Predicate:
    return rules.Predicate(
        lambda user: bool(user.is_authenticated) and user.has_role(*roles), name="posted:" + "|".join(roles)
    )


@rules.predicate
def has_the_duty(user: Anyone, instruction: Instruction) -> bool:
    """The duty that runs now is this person's, perhaps as a substitute."""
    clock = instruction.clock
    return clock is not None and clock.is_open and clock.handler_id == user.pk


@rules.predicate
def duty_is_nobodys(user: Anyone, instruction: Instruction) -> bool:
    clock = instruction.clock
    return clock is not None and clock.is_open and clock.handler_id is None


@rules.predicate
def gave_it(user: Anyone, instruction: Instruction) -> bool:
    return user.is_authenticated and instruction.leader_id == user.pk


@rules.predicate
def works_in_lead(user: Anyone, instruction: Instruction) -> bool:
    """Holds a post in the department that leads this round."""
    if not user.is_authenticated:
        return False
    lead = instruction.parts.filter(round=instruction.round, is_lead=True)
    return lead.filter(department__in=user.department_ids_as(*WORKS_IN_DEPARTMENT)).exists()


# Only a leader gives instructions and approves deviations; the director looks after them.
leads = _posted(Role.LEADER)
directs = _posted(Role.DIRECTOR)
may_instruct = leads
may_withdraw = gave_it & leads
may_divide = has_the_duty | directs
may_answer = works_in_lead
# The leader himself, who stands in for him, and where nobody has it by name the director.
may_close = (gave_it & leads) | has_the_duty | (duty_is_nobodys & is_leader)
may_deviate = leads
may_open_green = is_leader


@rules.predicate
def keeps(user: Anyone, meeting: Meeting) -> bool:
    return user.is_authenticated and meeting.secretary_id == user.pk


@rules.predicate
def chairs(user: Anyone, meeting: Meeting) -> bool:
    return user.is_authenticated and meeting.chair_id == user.pk


@rules.predicate
def is_invited(user: Anyone, invitation: Invitation) -> bool:
    """The person, or a member of the firm."""
    if not user.is_authenticated:
        return False
    if invitation.user_id is not None:
        return invitation.user_id == user.pk
    return user.memberships.active().filter(enterprise=invitation.enterprise_id).exists()


@rules.predicate
def has_the_minutes(user: Anyone, meeting: Meeting) -> bool:
    """Writing or signing is this person's duty now, perhaps as a substitute."""
    clock = meeting.clock
    return user.is_authenticated and clock is not None and clock.is_open and clock.handler_id == user.pk


may_call = is_leader | is_officer
may_keep = keeps | directs
may_sign = chairs | has_the_minutes
may_answer_invitation = is_invited

rules.add_perm("coordination.instruct", may_instruct)
rules.add_perm("coordination.call", may_call)
rules.add_perm("coordination.open_green", may_open_green)
