"""Giving an order to another agent: the head proposes, only the enterprise can do it, by a new mandate."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from agency import rules
from agency.models import AgencyOrder
from agency.services.duties import drop_duty
from agency.services.locking import agent_post, lock_order, move_on
from agency.services.telling import members_of, owners_of, put_on_record, tell
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now, today
from deadlines.services import assign_many, finish_many
from enterprises.models import Mandate
from enterprises.services.mandates import LONGEST, Terms, grant_mandate, revoke_mandate


@transaction.atomic
def name_successor(*, actor: Actor, order: AgencyOrder, agent: User, reason: str) -> AgencyOrder:
    """The head proposes another agent to the enterprise; until it gives him a mandate nothing changes."""
    locked = lock_order(order, "move")
    if actor.user is None or not rules.may_name_successor.test(actor.user, locked):
        raise NotAllowed
    errors: dict[str, object] = {}
    if agent_post(agent.pk) is None:
        errors["agent"] = _("This person holds no agent's post.")
    elif agent.pk == locked.mandate.agent_id and locked.orphaned_at is None:
        errors["agent"] = _("The order is with this agent already.")
    if not reason.strip():
        errors["reason"] = _("Give the reason; the enterprise reads it.")
    if errors:
        raise InvalidInput(errors)
    locked.successor, locked.successor_reason = agent, reason.strip()
    locked.save(update_fields=["successor", "successor_reason"])
    if locked.status != AgencyOrder.Status.OPEN and locked.clock_id:
        # The head's own duty to find somebody; that of a plan goes on.
        finish_many(clock_ids=[locked.clock_id])
    put_on_record(actor, locked, "agency.successor_named", agent=agent.pk, name=str(agent), reason=reason.strip())
    tell(locked, "agency.successor_named", owners_of(locked.mandate), successor=str(agent), reason=reason.strip())
    return locked


@transaction.atomic
def move_to_successor(*, actor: Actor, order: AgencyOrder, agent_id: int) -> AgencyOrder:
    """The owner gives the agent proposed a mandate like the old one, and the order goes over with it.

    The old mandate ends, unless another order still runs under it. Raises Stale when somebody else is proposed by
    now, and what ``grant_mandate`` raises.
    """
    old = Mandate.objects.select_for_update(of=("self",), no_key=True).select_related("enterprise", "agent").get(
        pk=order.mandate_id
    )  # fmt: skip
    locked = lock_order(order, "move")
    if locked.mandate_id != old.pk or locked.successor is None or locked.successor_id != agent_id:
        raise Stale
    post = agent_post(agent_id)
    if post is None:
        raise InvalidInput({"agent": _("This person holds no agent's post.")})
    new = old.enterprise.mandates.valid().filter(agent=agent_id).first()
    if new is None or new.matters:
        new = _grant(actor, old, locked.successor)
    moment = now()
    reason, before = locked.successor_reason, str(old.agent)
    here = {"mandate": new, "department": post.department}
    move_on(locked, "move", **here, successor=None, successor_reason="", orphaned_at=None)
    if locked.status == AgencyOrder.Status.OPEN and locked.clock_id:
        assign_many(clock_ids=[locked.clock_id], handler_id=agent_id)
    else:
        drop_duty(locked, at=moment)
    put_on_record(actor, locked, "agency.moved", note=f"{before} → {new.agent}", mandate=new.pk, reason=reason)
    tell(locked, "agency.moved", {old.agent_id, agent_id, *members_of(new)} - {actor.user_id}, before=before)
    others = AgencyOrder.objects.live().filter(mandate=old).exists()
    if old.pk != new.pk and old.revoked_at is None and old.ends_on >= today() and not others:
        revoke_mandate(actor=actor, mandate=old, reason=reason)
    return locked


def _grant(actor: Actor, old: Mandate, agent: User) -> Mandate:
    """With the scope of the old one, and its end where that is still to come."""
    ends_on = old.ends_on if old.ends_on > today() else today() + LONGEST / 5
    terms = Terms(
        agent=agent, starts_on=today(), ends_on=ends_on, matters=tuple(old.matters), may_declare=old.may_declare,
        note=old.note,
    )  # fmt: skip
    return grant_mandate(actor=actor, enterprise=old.enterprise, terms=terms)
