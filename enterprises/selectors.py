"""Reads across people, enterprises and mandates: above all, who may act for whom."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role, User
from common.display import local_date, local_moment
from common.errors import NotAllowed
from enterprises.models import ANY, Enterprise, Mandate, Membership

__all__ = ["ANY", "actor_for", "agents", "explain_mandate", "require_actor"]

Scope = str | Iterable[str] | None


def scope_codes(matter: Scope) -> list[str | None]:
    """One code, several, or None (declaring a project) as a list."""
    if matter is None or isinstance(matter, str):
        return [matter]
    return list(matter)


def covers_all(mandate: Mandate, matter: Scope) -> bool:
    """Whether the mandate's scope takes in every one of the matters asked for."""
    return all(mandate.covers(code) for code in scope_codes(matter))


def actor_for(user: User, enterprise: Enterprise, matter: Scope = None) -> Actor | None:
    """Who acts when ``user`` does something for ``enterprise``; None when nobody may.

    ``matter`` is a matter code, several of them, ``ANY`` for acts that belong to no matter (looking,
    keeping a draft), or None for declaring a project. A member acts for himself; an agent under
    a valid mandate whose scope takes the matter in; a window clerk for whoever stands before him.
    At most two queries besides the posts, which the user object keeps.
    """
    if not user.is_authenticated:
        return None
    if Membership.objects.active().filter(enterprise=enterprise, user=user).exists():
        return Actor(user)
    if user.has_role(Role.AGENT):
        mandate = enterprise.mandates.valid().filter(agent=user).first()
        if mandate and covers_all(mandate, matter):
            return Actor(user, on_behalf_of=enterprise.name, mandate_id=mandate.pk)
    if user.has_role(Role.CLERK):
        return Actor(user, on_behalf_of=enterprise.name)
    return None


def require_actor(user: User, enterprise: Enterprise, matter: Scope = None) -> Actor:
    """Like actor_for, but raises NotAllowed with the reason where nobody may act."""
    actor = actor_for(user, enterprise, matter)
    if actor is not None:
        return actor
    mandate = None
    if user.is_authenticated:
        mandate = enterprise.mandates.filter(agent=user).select_related("enterprise").first()
    if mandate is None:
        raise NotAllowed(_("You do not act for %(name)s.") % {"name": enterprise.name}, code="not_member")
    raise explain_mandate(mandate, matter)


def explain_mandate(mandate: Mandate, matter: Scope = None) -> NotAllowed:
    """The refusal that says why this mandate does not carry the act."""
    name = mandate.enterprise.name
    if mandate.revoked_at is not None:
        text = _("Your mandate to act for %(name)s was revoked on %(moment)s. What you sent was not carried out.") % {
            "name": name,
            "moment": local_moment(mandate.revoked_at),
        }
        return NotAllowed(text, code="mandate_revoked")
    if mandate.state == "ended":
        text = _("Your mandate to act for %(name)s ended on %(day)s. What you sent was not carried out.") % {
            "name": name,
            "day": local_date(mandate.ends_on),
        }
        return NotAllowed(text, code="mandate_ended")
    if mandate.state == "ahead":
        text = _("Your mandate to act for %(name)s begins on %(day)s.") % {
            "name": name,
            "day": local_date(mandate.starts_on),
        }
        return NotAllowed(text, code="mandate_ahead")
    if covers_all(mandate, matter):
        return NotAllowed(_("You no longer hold a post as agent."), code="not_posted")
    if matter is None:
        text = _("Your mandate does not allow you to declare projects for %(name)s.") % {"name": name}
    else:
        text = _("Your mandate to act for %(name)s does not cover this matter.") % {"name": name}
    return NotAllowed(text, code="mandate_scope")


def agents() -> QuerySet[User]:
    """Staff who may be given a mandate: holders of an agent's post today."""
    posts = Post.objects.current().with_role(Role.AGENT).values("user")
    return User.objects.filter(is_active=True, pk__in=posts).order_by("name", "id")
