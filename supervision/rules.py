"""Who may rate, see and answer. Used by services, pages and API alike."""

from typing import TYPE_CHECKING

import rules

from accounts.actors import Actor
from accounts.models import Role, User
from accounts.rules import is_supervisor
from approvals.models import Case
from common.errors import NotAllowed
from enterprises.selectors import actor_for

if TYPE_CHECKING:
    from supervision.models import Rating


@rules.predicate
def works_at_its_window(user: User, rating: "Rating") -> bool:
    """Holds a clerk's post at the window that received the case."""
    return rating.case.window_id in user.department_ids_as(Role.CLERK)


@rules.predicate
def waits_for_answer(user: User, rating: "Rating") -> bool:
    """Only bad ratings are answered, and once."""
    return rating.is_bad and rating.answered_at is None


may_answer = (works_at_its_window | is_supervisor) & waits_for_answer
may_list_ratings = rules.is_authenticated


def rater_for(user: User, case: Case) -> Actor | None:
    """Who rates when ``user`` rates ``case``: a member, or an agent under mandate; None when nobody may.

    A clerk may do much for a firm that stands at the counter, but not judge the window in its name.
    """
    actor = actor_for(user, case.enterprise, case.matter.code)
    return None if actor is None or actor.at_window else actor


def require(predicate: rules.Predicate, actor: Actor, rating: "Rating") -> None:
    """Raise NotAllowed unless the predicate holds for the actor."""
    if actor.user is None or not predicate.test(actor.user, rating):
        raise NotAllowed
