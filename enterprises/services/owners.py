"""Whose visit it is, written on the visit itself; registered with deadlines.owners."""

from accounts.actors import Actor
from accounts.models import Role
from common.errors import Stale
from deadlines import owners
from deadlines.models import Clock, ClockKind
from enterprises.models import Visit


def move_visit_duty(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """The officer of a planned visit; one without an officer is shared out by the next planning."""
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=clock.subject_id)
    if visit.clock_id != clock.pk or visit.status != Visit.Status.PLANNED:
        raise Stale
    visit.officer_id = to_user_id
    visit.save(update_fields=["officer"])


def register_owners() -> None:
    """Tell deadlines how visits change hands."""
    owners.register(ClockKind.VISIT, "enterprises.visit", move_visit_duty, (Role.OFFICER,), anywhere=True)
