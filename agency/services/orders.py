"""Opening, finishing and closing orders (代办单)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from agency import rules
from agency.models import AgencyOrder
from agency.services.duties import drop_duty, owe_plan
from agency.services.locking import lock_order, move_on, require_in_force, share_mandate
from agency.services.telling import helper_ids, members_of, put_on_record, tell
from approvals.models import Case
from common.display import listed, short_date
from common.errors import InvalidInput, NotAllowed
from common.time import now, today
from enterprises.models import ANY, Mandate
from enterprises.services import confirm_actor
from enterprises.services.mandates import Terms, grant_mandate
from projects.models import Project

FARTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the enterprise wants: construction to begin on a day, of a project or of an intention."""

    wanted_start: date
    project: Project | None = None
    intention: str = ""
    note: str = ""


@transaction.atomic
def open_order(*, actor: Actor, mandate: Mandate, wish: Wish) -> AgencyOrder:
    """The enterprise asks its agent to go the whole way; he owes the list and the plan within the limit.

    Raises NotAllowed unless the actor belongs to the firm and the mandate is in force, InvalidInput at the field.
    """
    shared = share_mandate(mandate.pk)
    if actor.user is None or not rules.may_open.test(actor.user, shared):
        raise NotAllowed(_("Only the enterprise asks for full agency."))
    confirm_actor(actor, shared.enterprise)
    department = require_in_force(shared)
    _check(shared, wish)
    moment = now()
    try:
        with transaction.atomic():
            order = AgencyOrder.objects.create(
                mandate=shared,
                project=wish.project,
                intention="" if wish.project else wish.intention.strip(),
                department=department,
                wanted_start=wish.wanted_start,
                note=wish.note.strip(),
                opened_by=actor.user,
                opened_at=moment,
            )
    except IntegrityError as error:
        raise InvalidInput({"project": _("An agent already goes the whole way for this project.")}) from error
    owe_plan(order, actor=actor, at=moment, handler_id=shared.agent_id)
    put_on_record(
        actor, order, "agency.opened", wanted_start=wish.wanted_start.isoformat(), mandate=shared.pk, note=order.note
    )
    assert order.clock is not None
    due = {"wanted": short_date(order.wanted_start), "due": short_date(order.clock.due_at)}
    tell(order, "agency.opened", [shared.agent_id], **due)
    return order


@transaction.atomic
def start_agency(*, actor: Actor, project: Project, agent: User, ends_on: date, wish: Wish) -> AgencyOrder:
    """Full agency for a project in one act: the mandate of ``agent`` in force, else a new one over every matter.

    Raises what ``grant_mandate`` and ``open_order`` raise; then neither has happened.
    """
    mandate = project.enterprise.mandates.valid().filter(agent=agent).first()
    if mandate is None:
        terms = Terms(agent=agent, starts_on=today(), ends_on=ends_on, note=wish.note[:300])
        mandate = grant_mandate(actor=actor, enterprise=project.enterprise, terms=terms)
    return open_order(actor=actor, mandate=mandate, wish=wish)


@transaction.atomic
def close_order(*, actor: Actor, order: AgencyOrder, reason: str) -> AgencyOrder:
    """The enterprise or the agent ends the order before it is done; the mandate stays."""
    _confirm(actor, order)
    locked = lock_order(order, "close")
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    moment = now()
    drop_duty(locked, at=moment)
    move_on(locked, "close", ended_at=moment, end_reason=reason.strip())
    put_on_record(actor, locked, "agency.closed", reason=locked.end_reason)
    told = {locked.mandate.agent_id, *members_of(locked.mandate), *helper_ids(locked.mandate)} - {actor.user_id}
    tell(locked, "agency.closed", told, reason=locked.end_reason)
    return locked


@transaction.atomic
def finish_order(*, actor: Actor, order: AgencyOrder) -> AgencyOrder:
    """Every matter of the agreed plan is delivered: the way has been gone."""
    _confirm(actor, order)
    locked = lock_order(order, "finish")
    plan = locked.plans.filter(agreed=True).first()
    names = {row["code"]: row["name"] for row in (plan.content["matters"] if plan else [])}
    delivered = Case.objects.filter(project=locked.project_id, status=Case.Status.DELIVERED)
    missing = names.keys() - set(delivered.values_list("matter__code", flat=True))
    if missing:
        left = listed(name for code, name in names.items() if code in missing)
        raise InvalidInput({"": _("Not delivered yet: %(matters)s.") % {"matters": left}})
    moment = now()
    drop_duty(locked, at=moment)
    move_on(locked, "finish", ended_at=moment)
    put_on_record(actor, locked, "agency.finished")
    tell(locked, "agency.finished", {locked.mandate.agent_id, *members_of(locked.mandate)} - {actor.user_id})
    return locked


def _confirm(actor: Actor, order: AgencyOrder) -> None:
    """Member or agent, looked at again under lock."""
    if actor.user is None or actor.at_window or actor.mandate_id not in (None, order.mandate_id):
        raise NotAllowed
    if not (actor.mandate_id or rules.belongs_to_firm.test(actor.user, order)):
        raise NotAllowed
    confirm_actor(actor, order.mandate.enterprise, ANY)


def _check(mandate: Mandate, wish: Wish) -> None:
    errors: dict[str, object] = {}
    project = wish.project
    if project is None and not wish.intention.strip():
        errors["project"] = _("Choose a project, or say what you intend.")
    if project is not None and (
        project.enterprise_id != mandate.enterprise_id or project.status == Project.Status.WITHDRAWN
    ):
        errors["project"] = _("Choose a project of your enterprise.")
    if wish.wanted_start <= today():
        errors["wanted_start"] = _("Choose a day to come.")
    elif wish.wanted_start - today() > FARTHEST:
        errors["wanted_start"] = _("Choose a day within the next five years.")
    if errors:
        raise InvalidInput(errors)
