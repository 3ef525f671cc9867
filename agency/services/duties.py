"""The clocks of an order."""

from datetime import datetime

from accounts.actors import Actor
from accounts.models import Role
from agency.labels import ORDER_LABEL
from agency.models import AgencyLimit, AgencyOrder
from common.ids import uuid7
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm, cancel_many


def plan_days() -> int:
    """Working days for list and plan."""
    return AgencyLimit.objects.get(duty=AgencyLimit.Duty.PLAN).workdays


def owe_plan(
    order: AgencyOrder, *, actor: Actor, at: datetime, role: str = Role.AGENT, handler_id: int | None = None
) -> None:
    """Start the duty to make a plan (or, as the head's, to find another agent) and put it on the order's row."""
    clock = arm(
        spec=ClockSpec(
            id=uuid7(),
            kind=ClockKind.AGENCY_PLAN,
            subject=(ORDER_LABEL, order.pk),
            title=f"{order.mandate.enterprise.name} {order.title}",
            link=order.get_absolute_url(),
            department_id=order.department_id,
            role=role,
            handler_id=handler_id,
            promised=plan_days(),
            starts_at=at,
        ),
        actor=actor,
    )
    order.clock = clock
    order.save(update_fields=["clock"])


def drop_duty(order: AgencyOrder, *, at: datetime) -> None:
    """The duty falls away; a limit that had passed stays a breach."""
    if order.clock_id:
        cancel_many(clock_ids=[order.clock_id], at=at)
