"""Putting clocks that run already inside another."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from common.errors import Stale
from deadlines.models import Clock
from deadlines.services.clocks import recount_outer


@transaction.atomic
def put_inside(*, clock_ids: Iterable[UUID], outer_id: UUID, actor: Actor) -> None:
    """Let open clocks run inside the clock ``outer_id``, and count that again with all their stops so far.

    What stops them from now on stops the outer clock too. Raises Stale when one of them is done
    or runs inside another clock already.
    """
    ids = list(clock_ids)
    free = Clock.objects.select_for_update().open().filter(pk__in=ids, parent=None).order_by("pk")
    if len(list(free)) != len(ids):
        raise Stale
    Clock.objects.filter(pk__in=ids).update(parent_id=outer_id)
    recount_outer([outer_id], cause="inner clocks", user_id=actor.user_id)
