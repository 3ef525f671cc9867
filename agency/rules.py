"""Who may do what with an order; used by services, pages and templates."""

import rules

from accounts.actors import Actor
from accounts.models import Anyone, Role, User
from agency.models import AgencyOrder, MandateHelper
from enterprises.models import Mandate
from enterprises.rules import is_agent_of, is_member
from enterprises.selectors import ANY, actor_for


@rules.predicate
def belongs_to_firm(user: Anyone, order: AgencyOrder) -> bool:
    return bool(is_member.test(user, order.mandate))


@rules.predicate
def heads_order(user: User, order: AgencyOrder) -> bool:
    """Heads the department where the agent sits; the director heads all."""
    return user.has_role(Role.DIRECTOR) or order.department_id in user.department_ids_as(Role.HEAD)


@rules.predicate
def heads_agent(user: User, mandate: Mandate) -> bool:
    """Heads a department in which the mandate's agent holds an agent's post."""
    if user.has_role(Role.DIRECTOR):
        return True
    headed = user.department_ids_as(Role.HEAD)
    return bool(headed) and mandate.agent.posts.current().with_role(Role.AGENT).in_departments(headed).exists()


@rules.predicate
def leads(user: Anyone, mandate: Mandate) -> bool:
    """Is the mandate's agent, and it is in force."""
    if not user.is_authenticated or not is_agent_of.test(user, mandate):
        return False
    return mandate.is_valid and user.has_role(Role.AGENT)


@rules.predicate
def is_helper(user: Anyone, helper: MandateHelper) -> bool:
    return bool(user.is_authenticated) and helper.user_id == user.pk


may_open = is_member
may_answer = belongs_to_firm
may_see_load = rules.Predicate(
    lambda user: bool(user.is_authenticated) and user.has_role(Role.HEAD, Role.DIRECTOR, Role.LEADER, Role.SUPERVISOR),
    name="may_see_load",
)
may_join_helpers = leads | heads_agent
may_name_successor = heads_order


def planner_of(user: User, order: AgencyOrder) -> Actor | None:
    """Who makes the plan when ``user`` does; None when he may not.

    The agent under his mandate. In his stead whoever has the duty now (he is absent, or has left), or the head: a
    plan is the hall's own duty and no act for the firm, so it needs no mandate.
    """
    if leads.test(user, order.mandate):
        return actor_for(user, order.mandate.enterprise, ANY)
    clock = order.clock
    if clock is not None and clock.is_open and clock.handler_id == user.pk and user.has_role(Role.AGENT, Role.HEAD):
        return Actor(user)
    return Actor(user) if order.department_id in user.department_ids_as(Role.HEAD) else None


def worker_of(user: User, order: AgencyOrder) -> Actor | None:
    """Who closes or finishes an order when ``user`` does: a member for himself, the agent under his mandate."""
    return actor_for(user, order.mandate.enterprise, ANY) if _sides(user, order) else None


def _sides(user: User, order: AgencyOrder) -> bool:
    return bool(belongs_to_firm.test(user, order) or leads.test(user, order.mandate))
