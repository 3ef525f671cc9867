"""The answer to a bad rating changes hands: only its clock names somebody."""

import pytest

from accounts.actors import Actor
from common.errors import HallError, Stale
from common.time import today
from deadlines.models import Clock
from deadlines.services import hand_over
from supervision.services import answer_rating, rate_case


def test_another_clerk_is_reminded_until_it_is_answered(scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=5, comment="太慢")

    def give(to):
        hand_over(actor=Actor.system(), clock_id=rating.clock_id, to_user_id=to.pk, cause="reassignment")

    give(scene.colleague)
    assert Clock.objects.get(pk=rating.clock_id).handler == scene.colleague
    with pytest.raises(HallError):
        give(scene.reviewer)
    answer_rating(actor=Actor(scene.clerk), rating=rating, answer="已改进", called_back_on=today())
    with pytest.raises(Stale):
        give(scene.clerk)
