"""The check that every act for an enterprise passes inside its own transaction."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from common.errors import NotAllowed
from enterprises.models import Enterprise, Mandate, Membership
from enterprises.selectors import Scope, covers_all, explain_mandate


def confirm_actor(actor: Actor, enterprise: Enterprise, matters: Scope = None) -> None:
    """Make sure that ``actor`` may still act for ``enterprise``; call it first in the transaction.

    The mandate or membership row stays share-locked until commit, so a revocation either comes
    before (and the act is refused) or waits until the act is whole. The hall itself always may.
    ``matters`` as in selectors.actor_for. Raises NotAllowed with the reason; RuntimeError outside
    a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("confirm_actor belongs inside the transaction of the act")
    if actor.user is None:
        return
    if actor.mandate_id is not None:
        _confirm_mandate(actor, enterprise, matters)
    elif actor.on_behalf_of:
        _confirm_post(actor, Role.CLERK, _("You no longer hold a post at the window."))
    else:
        _confirm_member(actor, enterprise)


def _confirm_mandate(actor: Actor, enterprise: Enterprise, matters: Scope) -> None:
    # The ORM knows no FOR SHARE; FOR UPDATE would make two acts of one agent wait for each other.
    sql = "SELECT * FROM enterprises_mandate WHERE id = %s AND enterprise_id = %s AND agent_id = %s FOR SHARE"
    mandate = next(iter(Mandate.objects.raw(sql, [actor.mandate_id, enterprise.pk, actor.user_id])), None)
    if mandate is None:
        raise NotAllowed(_("You do not act for %(name)s.") % {"name": enterprise.name}, code="not_member")
    mandate.enterprise = enterprise
    if not (mandate.is_valid and covers_all(mandate, matters)):
        raise explain_mandate(mandate, matters)
    _confirm_post(actor, Role.AGENT, _("You no longer hold a post as agent."))


def _confirm_member(actor: Actor, enterprise: Enterprise) -> None:
    sql = (
        "SELECT id FROM enterprises_membership"
        " WHERE enterprise_id = %s AND user_id = %s AND status = 'active' FOR SHARE"
    )
    if not list(Membership.objects.raw(sql, [enterprise.pk, actor.user_id])):
        raise NotAllowed(
            _("You no longer belong to %(name)s. What you sent was not carried out.") % {"name": enterprise.name},
            code="not_member",
        )


def _confirm_post(actor: Actor, role: str, refusal: object) -> None:
    # Asked of the database and not of the user object, whose posts were read when the page was opened.
    if not Post.objects.current().with_role(role).filter(user=actor.user).exists():
        raise NotAllowed(refusal, code="not_posted")
