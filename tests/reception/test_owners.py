"""An inquiry changes hands with its clock; nobody's duty stays with somebody who is gone."""

import pytest

from accounts.actors import Actor
from accounts.models import Post, User
from common.errors import HallError, Stale
from deadlines.services import hand_over, run_stand_ins
from notifications.models import Message
from reception.models import Inquiry, InquiryHandover
from reception.services import answer_inquiry, hand_over_inquiry
from tests.factories.absences import make_absence

pytestmark = pytest.mark.django_db


def give(clock_id, to: User | None) -> None:
    hand_over(actor=Actor.system(), clock_id=clock_id, to_user_id=to.pk if to else None, cause="reassignment")


def test_owner_and_clock_agree(inquiry: Inquiry, colleague: User, reviewer: User) -> None:
    for one in (colleague, None):
        give(inquiry.clock_id, one)
        inquiry = Inquiry.objects.select_related("clock").get()
        assert (inquiry.owner, inquiry.clock.handler) == (one, one)
    with pytest.raises(HallError):
        give(inquiry.clock_id, reviewer)


def test_answered_it_stays(inquiry: Inquiry, colleague: User, clerk: User) -> None:
    answer_inquiry(actor=Actor(clerk), inquiry=inquiry, text="答复")
    with pytest.raises(Stale):
        give(inquiry.clock_id, colleague)


def test_the_substitute_has_it_while_its_owner_is_away(inquiry: Inquiry, clerk: User, colleague: User) -> None:
    make_absence(clerk, colleague)
    run_stand_ins()
    assert Inquiry.objects.get().owner == colleague


def test_who_has_left_leaves_it_to_the_post(inquiry: Inquiry, clerk: User, colleague: User) -> None:
    Post.objects.filter(user=clerk).delete()
    run_stand_ins()
    left = Inquiry.objects.get()
    assert left.owner is None
    assert Message.objects.filter(recipient=colleague, template="clock.back_to_post").exists()
    assert Inquiry.objects.owned_by(colleague).get() == left
    answer_inquiry(actor=Actor(colleague), inquiry=left, text="答复")


def test_a_handover_follows_too(inquiry: Inquiry, clerk: User, reviewer: User, housing) -> None:
    handed = hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, to_user=reviewer, reason="请办理")
    Post.objects.filter(user=reviewer).delete()
    run_stand_ins()
    handed = InquiryHandover.objects.get()
    assert (handed.to_user, handed.clock.handler) == (None, None)
