"""Who has a leader's duties today. Reads only."""

from django.db.models import QuerySet

from accounts.models import Absence, Post, Role, User
from common.time import today


def holders(*roles: str) -> QuerySet[User]:
    """People in one of these posts today, by name."""
    posts = Post.objects.current().with_role(*roles).values("user")
    return User.objects.filter(is_active=True, pk__in=posts).order_by("name", "id")


def present(people: QuerySet[User]) -> QuerySet[User]:
    """Without those who are absent today."""
    return people.exclude(pk__in=Absence.objects.on(today()).values("user"))


def deputy_of(leader: User) -> User | None:
    """Who closes for a leader today: himself, his substitute while he is absent, else a director; None for nobody.

    A substitute must hold a post that may have the duty, and be here.
    """
    fit = present(holders(Role.LEADER, Role.DIRECTOR))
    if found := fit.filter(pk=leader.pk).first():
        return found
    absence = Absence.objects.on(today()).filter(user=leader).first()
    if absence and (found := fit.filter(pk=absence.substitute_id).first()):
        return found
    return present(holders(Role.DIRECTOR)).first()


def divider_today(divider: User) -> User | None:
    """Who divides today what was given to ``divider``."""
    return deputy_of(divider)
