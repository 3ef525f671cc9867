"""Whose answer a bad rating waits for; registered with deadlines.owners."""

from accounts.actors import Actor
from accounts.models import Role
from common.errors import Stale
from deadlines import owners
from deadlines.models import Clock, ClockKind
from supervision.models import Rating
from supervision.services import RATING_LABEL


def move_answer(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Every clerk of the window may answer, so the rating names nobody: only the clock says who is reminded."""
    rating = Rating.objects.select_for_update(of=("self",)).get(pk=clock.subject_id)
    if rating.clock_id != clock.pk or rating.answered_at is not None:
        raise Stale


def register_owners() -> None:
    """Tell deadlines how answers to ratings change hands."""
    owners.register(ClockKind.RATING_ANSWER, RATING_LABEL, move_answer, (Role.CLERK,))
