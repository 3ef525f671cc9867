"""Substitutes take over and give back; nothing stays with somebody who is gone."""

from datetime import timedelta

import pytest

from accounts.actors import Actor
from accounts.models import Post, Role
from common.time import today
from deadlines.models import Clock, Handover
from deadlines.services import assign_many, cancel_absence, end_absence_early, finish_many, reassign_many, run_stand_ins
from deadlines.tasks import stand_in
from ledger.models import Entry
from notifications.models import Message
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock
from tests.queries import statements

pytestmark = pytest.mark.django_db
NOTHING = {"handed": 0, "returned": 0, "fallen": 0}


@pytest.fixture
def substitute(office):
    user = make_user("substitute", name="顶岗王")
    make_post(user, office.department, Role.REVIEWER, is_substitute=True)
    return user


def make_duty(office, **fields):
    return make_clock(**{"handler": office.reviewer, "department": office.department, "role": Role.REVIEWER, **fields})


def holders(*clocks):
    rows = Clock.objects.in_bulk([clock.pk for clock in clocks])
    return [rows[clock.pk].handler for clock in clocks]


def told(template):
    rows = Message.objects.filter(template=template, channel="inapp").order_by("recipient")
    return [(row.recipient, row.params["count"]) for row in rows]


def test_takes_over_once_and_tells_once(office, substitute):
    clocks = [make_duty(office) for _ in range(3)]
    done, free = make_duty(office), make_duty(office, handler=None)
    finish_many(clock_ids=[done.pk])
    due = [clock.due_at for clock in clocks]
    absence = make_absence(office.reviewer, substitute)
    assert stand_in() == {"handed": 3, "returned": 0, "fallen": 0}
    assert stand_in() == NOTHING
    assert holders(*clocks, done, free) == [substitute] * 3 + [office.reviewer, None]
    assert [Clock.objects.get(pk=clock.pk).due_at for clock in clocks] == due
    rows = Handover.objects.all()
    assert {(row.cause, row.absence, row.by, row.from_user, row.to_user) for row in rows} == {
        ("leave", absence, None, office.reviewer, substitute)
    }
    assert told("clock.handed_over") == [(substitute, 3)]
    assert Entry.objects.filter(act="clock.handed_over", actor=None).count() == 3


@pytest.mark.parametrize("offset", [-9, 1])
def test_not_before_and_not_after(office, substitute, offset):
    clock = make_duty(office)
    first = today() + timedelta(days=offset)
    make_absence(office.reviewer, substitute, starts_on=first, ends_on=first + timedelta(days=2))
    assert stand_in() == NOTHING
    assert holders(clock) == [office.reviewer]


def test_new_duties_of_the_absent_follow(office, substitute):
    make_absence(office.reviewer, substitute)
    stand_in()
    clock = make_duty(office)
    assert stand_in() == {"handed": 1, "returned": 0, "fallen": 0}
    assert holders(clock) == [substitute]


def test_comes_back_after_the_last_day(office, substitute, hall_clock):
    clocks = [make_duty(office, promised=40, lawful=60) for _ in range(2)]
    make_absence(office.reviewer, substitute, ends_on=today())
    stand_in()
    assert stand_in() == NOTHING
    hall_clock.travel(days=1)
    assert stand_in() == {"handed": 0, "returned": 2, "fallen": 0}
    assert stand_in() == NOTHING
    assert holders(*clocks) == [office.reviewer] * 2
    assert told("clock.returned") == [(office.reviewer, 2)]


@pytest.mark.parametrize("act", [cancel_absence, end_absence_early])
def test_comes_back_when_cancelled_or_ended(office, substitute, act):
    clock = make_duty(office)
    absence = make_absence(office.reviewer, substitute)
    stand_in()
    act(actor=Actor(office.reviewer), absence=absence)
    assert stand_in() == {"handed": 0, "returned": 1, "fallen": 0}
    assert holders(clock) == [office.reviewer]
    assert list(Handover.objects.values_list("cause", "absence")) == [("leave", absence.pk), ("return", absence.pk)]


def test_what_moved_on_stays_there(office, substitute):
    """Done, given to a third, given to a third and back, or taken: none of these returns."""
    third = make_user()
    make_post(third, office.department, Role.REVIEWER)
    done, given, back, own = (make_duty(office) for _ in range(4))
    new = make_duty(office, handler=substitute)
    absence = make_absence(office.reviewer, substitute)
    stand_in()
    finish_many(clock_ids=[done.pk])
    assign_many(clock_ids=[given.pk], handler_id=third.pk)
    for to in (third, substitute):
        reassign_many(actor=Actor(office.head), clock_ids=[back.pk], to_user_id=to.pk, note="改派")
    cancel_absence(actor=Actor(office.reviewer), absence=absence)
    assert stand_in() == {"handed": 0, "returned": 1, "fallen": 0}
    assert holders(done, given, back, own, new) == [substitute, third, substitute, office.reviewer, substitute]


def test_away_again_the_next_day_with_another_substitute(office, substitute, hall_clock):
    third = make_user()
    make_post(third, office.department, Role.REVIEWER)
    clock = make_duty(office, promised=40, lawful=60)
    make_absence(office.reviewer, substitute, ends_on=today())
    make_absence(office.reviewer, third, starts_on=today() + timedelta(days=1))
    stand_in()
    hall_clock.travel(days=1)
    assert stand_in() == {"handed": 1, "returned": 1, "fallen": 0}
    assert holders(clock) == [third]


def fell_back(office, clock):
    fresh = Clock.objects.get(pk=clock.pk)
    assert (fresh.handler, fresh.alarm) == (None, "no_substitute")
    assert stand_in() == NOTHING
    assert told("clock.no_substitute") == [(office.administrator, 1)]


def test_a_substitute_who_lost_the_post(office, substitute):
    third = make_user()
    make_post(third, office.department, Role.REVIEWER)
    clock = make_duty(office)
    make_absence(office.reviewer, substitute)
    Post.objects.filter(user=substitute).update(ends_on=today() - timedelta(days=1))
    assert stand_in() == {"handed": 0, "returned": 0, "fallen": 1}
    assert told("clock.back_to_post") == [(office.reviewer, 1), (third, 1)]
    fell_back(office, clock)
    assert Handover.objects.get().to_user is None


def test_a_substitute_whose_account_is_closed_in_the_middle(office, substitute):
    """What the substitute had already goes to the post, and comes back with the person all the same."""
    clock = make_duty(office)
    absence = make_absence(office.reviewer, substitute)
    stand_in()
    substitute.is_active = False
    substitute.save()
    assert stand_in() == {"handed": 0, "returned": 0, "fallen": 1}
    fell_back(office, clock)
    assert list(Handover.objects.values_list("cause", flat=True)) == ["leave", "left"]
    cancel_absence(actor=Actor(office.reviewer), absence=absence)
    assert stand_in() == {"handed": 0, "returned": 1, "fallen": 0}
    assert holders(clock) == [office.reviewer]


def test_what_fell_to_the_post_for_want_of_a_substitute_comes_back(office, substitute):
    clock = make_duty(office)
    absence = make_absence(office.reviewer, substitute)
    Post.objects.filter(user=substitute).delete()
    stand_in()
    cancel_absence(actor=Actor(office.reviewer), absence=absence)
    assert stand_in() == {"handed": 0, "returned": 1, "fallen": 0}
    assert holders(clock) == [office.reviewer]


def test_who_is_gone_keeps_no_duty(office):
    mover, closed, elsewhere = make_user(), make_user(is_active=False), make_user()
    other = make_department()
    make_post(mover, other, Role.REVIEWER)
    make_post(closed, office.department, Role.REVIEWER)
    make_post(elsewhere, other, Role.REVIEWER)
    clocks = [make_duty(office, handler=one) for one in (mover, closed)]
    kept = [make_duty(office), make_duty(office, handler=elsewhere, department=other)]
    anywhere = make_duty(office, handler=elsewhere, department=None)
    assert stand_in() == {"handed": 0, "returned": 0, "fallen": 2}
    assert holders(*clocks, *kept, anywhere) == [None, None, office.reviewer, elsewhere, elsewhere]
    assert set(Handover.objects.values_list("cause", flat=True)) == {"left"}
    assert told("clock.back_to_post") == [(office.reviewer, 2)]


def test_who_has_no_post_left_cannot_get_it_back(office, substitute):
    clock = make_duty(office)
    absence = make_absence(office.reviewer, substitute)
    stand_in()
    cancel_absence(actor=Actor(office.reviewer), absence=absence)
    Post.objects.filter(user=office.reviewer).delete()
    assert stand_in() == {"handed": 0, "returned": 0, "fallen": 1}
    fell_back(office, clock)
    assert told("clock.back_to_post") == [(substitute, 1)]


def test_looking_costs_the_same_for_many(office, substitute):
    third = make_user()
    make_post(third, office.department, Role.REVIEWER)
    make_absence(third, substitute, starts_on=today() + timedelta(days=2))
    make_absence(office.reviewer, substitute)
    make_duty(office)
    run_stand_ins()
    one = statements(run_stand_ins)
    for _ in range(5):
        make_duty(office)
        make_duty(office, handler=third)
    run_stand_ins()
    assert statements(run_stand_ins) == one
    assert one <= 5
