"""Proposing a plan, agreeing to it, asking for changes."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from agency import rules
from agency.candidates import candidates
from agency.models import AgencyOrder, AgencyPlan
from agency.services.duties import drop_duty, owe_plan
from agency.services.locking import lock_order, move_on, require_in_force, share_mandate
from agency.services.telling import helper_ids, members_of, put_on_record, tell
from agency.working_out import Choice, as_json, work_out
from common.display import short_date
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now, today
from deadlines.services import finish_many
from enterprises.models import ANY
from enterprises.selectors import explain_mandate
from enterprises.services import confirm_actor


@transaction.atomic
def propose_plan(*, actor: Actor, order: AgencyOrder, choice: Choice, remark: str = "") -> AgencyPlan:
    """Lay list and plan before the enterprise; ends the duty.

    By the agent under his mandate or, in his stead, by whoever has the duty now. Raises NotAllowed with the reason
    of a lost mandate, InvalidInput for what is missing, TransitionNotAllowed where a plan waits for an answer.
    """
    _confirm_planner(actor, order)
    locked = lock_order(order, "propose")
    _still_the_duty_of(actor, locked)
    rows = candidates(locked)
    worked = work_out(locked, rows, choice)
    moment = now()
    plan = AgencyPlan.objects.create(
        order=locked,
        number=locked.plans.count() + 1,
        wanted_start=locked.wanted_start,
        goal=worked.goal,
        content=as_json(worked, rows),
        remark=remark.strip(),
        made_by=actor.person,
        made_at=moment,
    )
    move_on(locked, "propose")
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [], at=moment)
    put_on_record(
        actor, locked, "agency.plan_proposed", plan=plan.number, matters=len(worked.chosen), possible=worked.possible,
        goal=worked.goal.isoformat(), added=plan.content["added"], left_out=plan.content["left_out"],
    )  # fmt: skip
    template = "agency.plan_proposed" if worked.possible else "agency.plan_impossible"
    days = {"wanted": short_date(locked.wanted_start), "earliest": short_date(worked.goal)}
    tell(locked, template, members_of(locked.mandate), **days)
    return plan


@transaction.atomic
def agree_to_plan(*, actor: Actor, order: AgencyOrder, number: int) -> AgencyPlan:
    """A member agrees to the plan that he has read; from then on it is what the way is measured against.

    Raises Stale when another plan lies there by now.
    """
    _confirm_member(actor, order)
    locked = lock_order(order, "agree")
    plan = _unanswered(locked)
    if plan.number != number:
        raise Stale
    moment = now()
    plan.answered_by, plan.answered_at, plan.agreed = actor.user, moment, True
    plan.save(update_fields=["answered_by", "answered_at", "agreed"])
    move_on(locked, "agree", agreed_at=moment, changes="")
    put_on_record(actor, locked, "agency.plan_agreed", plan=plan.number, goal=plan.goal.isoformat())
    tell(locked, "agency.plan_agreed", {locked.mandate.agent_id, *helper_ids(locked.mandate)})
    return plan


@transaction.atomic
def ask_for_changes(*, actor: Actor, order: AgencyOrder, words: str, wanted_start: date | None = None) -> AgencyOrder:
    """A member wants another plan, perhaps for another day; the agent owes it within the limit again.

    A plan that was agreed to stays on record as it was.
    """
    _confirm_member(actor, order)
    shared = share_mandate(order.mandate_id)
    require_in_force(shared)
    locked = lock_order(order, "ask_changes")
    _check_changes(words, wanted_start)
    moment = now()
    if locked.status == AgencyOrder.Status.PROPOSED:
        plan = _unanswered(locked)
        plan.answered_by, plan.answered_at, plan.agreed, plan.changes = actor.user, moment, False, words.strip()
        plan.save(update_fields=["answered_by", "answered_at", "agreed", "changes"])
    drop_duty(locked, at=moment)
    move_on(locked, "ask_changes", changes=words.strip(), wanted_start=wanted_start or locked.wanted_start)
    owe_plan(locked, actor=actor, at=moment, handler_id=locked.mandate.agent_id)
    put_on_record(
        actor, locked, "agency.changes_asked", note=locked.changes, wanted_start=locked.wanted_start.isoformat()
    )
    assert locked.clock is not None
    tell(locked, "agency.changes_asked", [locked.mandate.agent_id], words=locked.changes,
         due=short_date(locked.clock.due_at))  # fmt: skip
    return locked


def _check_changes(words: str, wanted_start: date | None) -> None:
    errors: dict[str, object] = {}
    if not words.strip():
        errors["words"] = _("Say what is to be changed.")
    if wanted_start is not None and wanted_start <= today():
        errors["wanted_start"] = _("Choose a day to come.")
    if errors:
        raise InvalidInput(errors)


def _unanswered(order: AgencyOrder) -> AgencyPlan:
    plan = order.plans.filter(answered_at=None).first()
    if plan is None:
        raise Stale
    return plan


def _confirm_member(actor: Actor, order: AgencyOrder) -> None:
    if actor.user is None or actor.on_behalf_of or not rules.may_answer.test(actor.user, order):
        raise NotAllowed(_("Only the enterprise answers a plan."))
    confirm_actor(actor, order.mandate.enterprise)


def _confirm_planner(actor: Actor, order: AgencyOrder) -> None:
    """The mandate first: whoever revokes it at this moment comes before or after the whole act."""
    if actor.user is None or actor.at_window:
        raise NotAllowed
    if actor.mandate_id is not None:
        if actor.mandate_id != order.mandate_id:
            raise NotAllowed
        confirm_actor(actor, order.mandate.enterprise, ANY)
        return
    mandate = share_mandate(order.mandate_id)
    if actor.user_id == mandate.agent_id:
        raise NotAllowed
    if not mandate.is_valid:
        raise explain_mandate(mandate, ANY)


def _still_the_duty_of(actor: Actor, order: AgencyOrder) -> None:
    """Without a mandate only who has the duty now, or heads the department, by posts of this moment."""
    if actor.mandate_id is not None:
        return
    posts = Post.objects.current().filter(user=actor.user_id, department=order.department_id)
    has_duty = order.clock is not None and order.clock.is_open and order.clock.handler_id == actor.user_id
    roles = (Role.HEAD, Role.AGENT) if has_duty else (Role.HEAD,)
    if not posts.with_role(*roles).exists():
        raise NotAllowed
