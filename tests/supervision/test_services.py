"""Rating a case and answering a bad rating."""

from datetime import timedelta

import pytest

from accounts.actors import Actor
from accounts.models import Role
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import today
from deadlines import calendars, sweep
from deadlines.models import Clock, ClockKind
from enterprises.selectors import actor_for
from ledger.selectors import timeline
from notifications.models import Message
from supervision.models import Rating
from supervision.services import answer_rating, rate_case
from tests.approvals.scene import Scene
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_mandate

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("grade", "bad"), [(1, False), (2, False), (3, False), (4, True), (5, True)])
def test_grade_decides_whether_the_window_must_answer(scene, delivered, owner, grade, bad):
    rating = rate_case(actor=owner, case=delivered, grade=grade, comment=" 办得快 ")
    assert rating.comment == "办得快"
    assert rating.is_bad is bad
    assert (rating.clock_id is not None) is bad
    assert Clock.objects.filter(kind=ClockKind.RATING_ANSWER).count() == int(bad)
    told = set(Message.objects.filter(template="supervision.bad_rating").values_list("recipient_id", flat=True))
    assert told == ({scene.clerk.pk, scene.colleague.pk} if bad else set())


def test_bad_rating_is_due_after_five_working_days_at_the_window(scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=5)
    clock = rating.clock
    assert (clock.promised, clock.unit, clock.role) == (5, "workday", Role.CLERK)
    assert clock.department_id == delivered.window_id
    assert clock.handler_id == delivered.clerk_id
    assert clock.link == f"/ratings/{rating.pk}/"
    assert clock.subject == ("supervision.rating", rating.pk)
    assert clock.days_left() == calendars.current().count(today(), calendars.current().add(today(), 5))


def test_rating_is_on_record_with_case_and_rating(delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=2)
    assert [entry.act for entry in timeline(rating)] == ["rating.given"]
    assert timeline(delivered).last().act == "case.rated"


def test_case_is_rated_once(delivered, owner):
    rate_case(actor=owner, case=delivered, grade=1)
    with pytest.raises(TransitionNotAllowed) as refused:
        rate_case(actor=owner, case=delivered, grade=5)
    assert refused.value.code == "rated_already"
    assert Rating.objects.get().grade == 1


@pytest.mark.parametrize("status", ["received", "reviewing", "decided", "issued", "not_accepted", "withdrawn"])
def test_undelivered_case_is_not_rated(scene: Scene, owner, status):
    with pytest.raises(TransitionNotAllowed):
        rate_case(actor=owner, case=scene.in_state(status), grade=1)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("grade", [0, 6])
def test_unknown_grade_is_refused_at_its_field(delivered, owner, grade):
    with pytest.raises(InvalidInput) as refused:
        rate_case(actor=owner, case=delivered, grade=grade)
    assert list(refused.value.errors) == ["grade"]


def test_stranger_may_not_rate(delivered):
    with pytest.raises(NotAllowed):
        rate_case(actor=Actor(make_user()), case=delivered, grade=1)


def test_window_may_not_rate_in_the_firms_name(scene, delivered):
    actor = actor_for(scene.clerk, scene.enterprise, delivered.matter.code)
    assert actor is not None
    with pytest.raises(NotAllowed):
        rate_case(actor=actor, case=delivered, grade=1)


def test_agent_rates_under_mandate_and_not_after_its_revocation(scene, delivered):
    agent = make_user(name="代办冯")
    make_post(agent, make_department("agency"), Role.AGENT)
    mandate = make_mandate(scene.enterprise, agent, scene.owner)
    actor = actor_for(agent, scene.enterprise, delivered.matter.code)
    assert actor is not None
    mandate.revoked_at = mandate.granted_at
    mandate.save(update_fields=["revoked_at"])
    with pytest.raises(NotAllowed):
        rate_case(actor=actor, case=delivered, grade=1)
    mandate.revoked_at = None
    mandate.save(update_fields=["revoked_at"])
    assert rate_case(actor=actor, case=delivered, grade=1).on_behalf_of == scene.enterprise.name


def test_answer_ends_the_clock_and_tells_the_firm(scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=4, comment="等太久")
    answer_rating(actor=Actor(scene.clerk), rating=rating, answer=" 已致歉并整改 ", called_back_on=today())
    rating.refresh_from_db()
    assert (rating.answer, rating.called_back_on, rating.answered_by) == ("已致歉并整改", today(), scene.clerk)
    assert Clock.objects.get(pk=rating.clock_id).outcome == "met"
    assert [entry.act for entry in timeline(rating)] == ["rating.given", "rating.answered"]
    assert Message.objects.filter(
        template="supervision.rating_answered", recipient=scene.owner, channel="inapp"
    ).exists()


def test_supervisor_may_answer(delivered, owner, supervisor):
    rating = rate_case(actor=owner, case=delivered, grade=4)
    answered = answer_rating(actor=Actor(supervisor), rating=rating, answer="已核实", called_back_on=today())
    assert answered.answered_by == supervisor


def test_others_may_not_answer(scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=4)
    other_clerk = make_user()
    make_post(other_clerk, make_department(), Role.CLERK)
    for user in (scene.owner, scene.reviewer, scene.head, other_clerk):
        with pytest.raises(NotAllowed):
            answer_rating(actor=Actor(user), rating=rating, answer="好", called_back_on=today())


def test_good_rating_is_not_answered(scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=3)
    with pytest.raises(NotAllowed):
        answer_rating(actor=Actor(scene.clerk), rating=rating, answer="谢谢", called_back_on=today())


def test_second_answer_is_stale(scene, delivered, owner):
    rating = rate_case(actor=owner, case=delivered, grade=4)
    answer_rating(actor=Actor(scene.clerk), rating=rating, answer="一", called_back_on=today())
    with pytest.raises(Stale):
        answer_rating(actor=Actor(scene.colleague), rating=rating, answer="二", called_back_on=today())


@pytest.mark.parametrize(
    ("answer", "days", "fields"),
    [
        ("  ", 0, ["answer"]),
        ("好", None, ["called_back_on"]),
        ("好", 1, ["called_back_on"]),
        ("好", -1, ["called_back_on"]),
        ("", None, ["answer", "called_back_on"]),
    ],
)
def test_incomplete_answer_names_its_fields(scene, delivered, owner, answer, days, fields):
    rating = rate_case(actor=owner, case=delivered, grade=4)
    day = None if days is None else today() + timedelta(days=days)
    with pytest.raises(InvalidInput) as refused:
        answer_rating(actor=Actor(scene.clerk), rating=rating, answer=answer, called_back_on=day)
    assert list(refused.value.errors) == fields
    rating.refresh_from_db()
    assert rating.answered_at is None


def test_bad_rating_left_alone_turns_red_and_reminds(scene, delivered, owner, hall_clock):
    rating = rate_case(actor=owner, case=delivered, grade=5)
    hall_clock.travel(days=15)
    sweep.run()
    clock = Clock.objects.get(pk=rating.clock_id)
    assert clock.light() == "red"
    assert clock.breached_at is not None
    assert "clock.overdue" in [entry.act for entry in timeline(rating)]
