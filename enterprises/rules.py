"""Who may do what with an enterprise, a mandate, a visit; used by services, pages, API and templates."""

import rules

from accounts.models import Anyone
from accounts.rules import is_clerk, is_investor, is_leader, is_officer
from enterprises.models import Enterprise, Mandate, Membership, Visit


def _enterprise_of(thing: Enterprise | Mandate | Membership | Visit) -> Enterprise:
    return thing if isinstance(thing, Enterprise) else thing.enterprise


@rules.predicate
def is_member(user: Anyone, thing: Enterprise | Mandate | Membership) -> bool:
    """Belongs to the firm today."""
    return user.is_authenticated and _enterprise_of(thing).memberships.active().filter(user=user).exists()


@rules.predicate
def is_owner(user: Anyone, thing: Enterprise | Mandate | Membership) -> bool:
    """Owns the firm's account in the hall."""
    if not user.is_authenticated:
        return False
    return _enterprise_of(thing).memberships.active().filter(user=user, role=Membership.RoleInFirm.OWNER).exists()


@rules.predicate
def is_agent_of(user: Anyone, mandate: Mandate) -> bool:
    return user.is_authenticated and mandate.agent_id == user.pk


can_claim = is_investor
# A walk-in's enterprise is entered by the clerk; it has no owner until one is let in.
can_register = is_clerk
can_edit = is_owner | is_clerk
can_set_tier = is_clerk | is_officer | is_leader
# The window compares the licence where there is no owner, or where the owner is in dispute.
can_decide_members = is_owner | is_clerk
can_grant_mandate = is_owner
# An agent may lay the mandate down (民法典 art. 173).
can_revoke_mandate = is_member | is_agent_of
can_make_visits = is_officer

rules.add_perm("enterprises.claim", can_claim)
rules.add_perm("enterprises.register", can_register)
rules.add_perm("enterprises.edit", can_edit)
rules.add_perm("enterprises.set_tier", can_set_tier)
rules.add_perm("enterprises.decide_members", can_decide_members)
rules.add_perm("enterprises.grant_mandate", can_grant_mandate)
rules.add_perm("enterprises.revoke_mandate", can_revoke_mandate)
rules.add_perm("enterprises.make_visits", can_make_visits)
