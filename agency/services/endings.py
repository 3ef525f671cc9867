"""What becomes of orders whose mandate ends, and whose agent leaves: nothing stays without somebody."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Post, Role
from agency.models import AgencyOrder, MandateHelper
from agency.services.duties import drop_duty, owe_plan
from agency.services.locking import agent_post, lock_order, move_on
from agency.services.telling import heads_of, members_of, owners_of, put_on_record, tell
from common.errors import HallError
from common.time import now, today
from deadlines.models import Handover
from deadlines.services import hand_over
from enterprises import mandate_ends
from enterprises.models import Mandate
from notifications.services import Notice, notify_many


def end_with_mandate(mandate: Mandate, actor: Actor) -> None:
    """Called by ``revoke_mandate`` under the mandate's lock: its orders are closed, its helpers gone, on record."""
    moment = now()
    rows = AgencyOrder.objects.live().filter(mandate=mandate).select_for_update(of=("self",), no_key=True)
    for order in rows.select_related("mandate__enterprise", "mandate__agent", "project").order_by("pk"):
        _close(order, actor, mandate.revoke_reason)
    helpers = MandateHelper.objects.filter(mandate=mandate, removed_at=None)
    people = list(helpers.on().values_list("user_id", flat=True))
    helpers.update(removed_at=moment, removed_by=actor.user, remove_reason=mandate.revoke_reason)
    params = {"agent": str(mandate.agent), "enterprise": mandate.enterprise.name}
    notify_many([Notice(sorted(set(people)), "helper.mandate_ended", params, reverse("agency:orders"))])


def _close(order: AgencyOrder, actor: Actor, reason: str) -> None:
    moment = now()
    drop_duty(order, at=moment)
    move_on(order, "close", ended_at=moment, end_reason=reason)
    put_on_record(actor, order, "agency.closed", reason=reason, mandate=order.mandate_id)
    told = {order.mandate.agent_id, *members_of(order.mandate)} - {actor.user_id}
    tell(order, "agency.mandate_ended", told)


def settle() -> int:
    """Close orders whose mandate has run out; pass to their head those whose agent holds no post any more.

    Safe to repeat and to run twice at once; each order in a transaction of its own. Says how many it touched.
    """
    day, live = today(), AgencyOrder.objects.live()
    posted = Post.objects.current().with_role(Role.AGENT).filter(user=OuterRef("mandate__agent"), user__is_active=True)
    over = live.filter(mandate__ends_on__lt=day)
    gone = live.filter(~Exists(posted), orphaned_at=None, mandate__ends_on__gte=day)
    back = live.filter(Exists(posted), orphaned_at__isnull=False, mandate__ends_on__gte=day)
    return sum(
        act(order) for rows, act in ((over, _expire), (gone, _orphan), (back, _take_back)) for order in list(rows)
    )


@transaction.atomic
def _expire(order: AgencyOrder) -> bool:
    locked = _still(order)
    if locked is None or locked.mandate.ends_on >= today():
        return False
    _close(locked, Actor.system(), "")
    return True


@transaction.atomic
def _orphan(order: AgencyOrder) -> bool:
    """The head has it until the enterprise has given another agent a mandate; both are told, once."""
    locked = _still(order)
    if locked is None or locked.orphaned_at is not None or agent_post(locked.mandate.agent_id) is not None:
        return False
    moment, actor = now(), Actor.system()
    heads = heads_of(locked.department_id)
    locked.orphaned_at = moment
    locked.save(update_fields=["orphaned_at"])
    if locked.status == AgencyOrder.Status.OPEN and locked.clock is not None and locked.clock.is_open:
        _give_to_head(locked, heads)
    else:
        owe_plan(locked, actor=actor, at=moment, role=Role.HEAD, handler_id=heads[0] if heads else None)
    put_on_record(actor, locked, "agency.agent_left", agent=locked.mandate.agent_id, name=str(locked.mandate.agent))
    tell(locked, "agency.agent_left_head", heads)
    tell(locked, "agency.agent_left", owners_of(locked.mandate))
    return True


def _give_to_head(order: AgencyOrder, heads: list[int]) -> None:
    assert order.clock is not None
    to = heads[0] if heads else None
    if order.clock.handler_id == to:
        return
    try:
        with transaction.atomic():
            hand_over(actor=Actor.system(), clock_id=order.clock.pk, to_user_id=to, cause=Handover.Cause.LEFT)
    except HallError:
        # The head is absent or his account closed: it falls to the post, whose rungs reach the director.
        if order.clock.handler_id is not None:
            hand_over(actor=Actor.system(), clock_id=order.clock.pk, to_user_id=None, cause=Handover.Cause.LEFT)


@transaction.atomic
def _take_back(order: AgencyOrder) -> bool:
    """The agent holds a post again: what was passed to the head is the agent's again."""
    locked = _still(order)
    if locked is None or locked.orphaned_at is None or agent_post(locked.mandate.agent_id) is None:
        return False
    locked.orphaned_at = None
    locked.save(update_fields=["orphaned_at"])
    if locked.status != AgencyOrder.Status.OPEN:
        drop_duty(locked, at=now())
    put_on_record(Actor.system(), locked, "agency.agent_back", agent=locked.mandate.agent_id)
    return True


def _still(order: AgencyOrder) -> AgencyOrder | None:
    try:
        return lock_order(order, "close")
    except HallError:
        return None


def register_endings() -> None:
    """Called from AppConfig.ready."""
    mandate_ends.register(end_with_mandate)
