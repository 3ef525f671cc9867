"""Whose duty a plan is; registered with deadlines.owners."""

from accounts.actors import Actor
from accounts.models import Role
from agency.labels import ORDER_LABEL
from agency.models import AgencyOrder
from common.errors import Stale
from deadlines import owners
from deadlines.models import Clock, ClockKind


def move_plan_duty(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Only the clock says whose the plan is: the mandate stays the agent's, whom the enterprise has chosen."""
    order = AgencyOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=clock.subject_id)
    if order.clock_id != clock.pk or not order.is_live:
        raise Stale


def register_owners() -> None:
    """Tell deadlines how plans change hands: to agents of the same centre, or to its head."""
    owners.register(ClockKind.AGENCY_PLAN, ORDER_LABEL, move_plan_duty, (Role.AGENT, Role.HEAD))
