"""The order in which this app locks: mandate, then order, then clocks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Post, Role
from agency.models import AgencyOrder
from agency.transitions import ORDER
from common.errors import NotAllowed
from enterprises.models import ANY, Enterprise, Mandate
from enterprises.selectors import explain_mandate


def share_mandate(pk: int) -> Mandate:
    """The mandate, kept from being revoked until the transaction ends; many may hold it so at once."""
    # The ORM knows no FOR SHARE.
    mandate = Mandate.objects.raw("SELECT * FROM enterprises_mandate WHERE id = %s FOR SHARE", [pk])[0]
    mandate.enterprise = Enterprise.objects.get(pk=mandate.enterprise_id)
    return mandate


def require_in_force(mandate: Mandate) -> Department:
    """The agent's department today. Raises NotAllowed where the mandate carries nothing, with the reason."""
    if not mandate.is_valid:
        raise NotAllowed(
            _("This mandate is not in force. Give a new one first."), code=explain_mandate(mandate, ANY).code
        )
    post = agent_post(mandate.agent_id)
    if post is None:
        raise NotAllowed(_("%(agent)s is no longer an agent. Give another agent a mandate.") % {"agent": mandate.agent})
    return post.department


def agent_post(user_id: int) -> Post | None:
    """The agent's post that somebody holds today; an A post before a B post."""
    posts = Post.objects.current().with_role(Role.AGENT).filter(user=user_id, user__is_active=True)
    return posts.select_related("department").order_by("is_substitute", "id").first()


def lock_order(order: AgencyOrder, act: str) -> AgencyOrder:
    """The order as it is now, locked; raises TransitionNotAllowed where ``act`` leads nowhere from there."""
    rows = AgencyOrder.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("mandate__enterprise", "mandate__agent", "project", "department", "clock").get(
        pk=order.pk
    )
    ORDER.next(AgencyOrder.Status(locked.status), act)
    return locked


def move_on(order: AgencyOrder, act: str, **fields: Any) -> None:
    """Write the next status, and ``fields`` with it."""
    order.status = ORDER.next(AgencyOrder.Status(order.status), act)
    for name, value in fields.items():
        setattr(order, name, value)
    order.save(update_fields=["status", *fields])
