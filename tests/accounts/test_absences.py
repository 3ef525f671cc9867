"""What the database and the queries say about absences; what the services say is tested with deadlines."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Absence, Role
from accounts.rules import may_enter_absence
from common.time import now, today
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


def day(offset):
    return today() + timedelta(days=offset)


def refused(**fields):
    user = fields.pop("user", None) or make_user()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make_absence(user, fields.pop("substitute", None) or make_user(), **fields)
    return str(caught.value)


def test_database_refuses_an_end_before_the_start():
    assert "absence_ends_after_start" in refused(starts_on=day(2), ends_on=day(1))


def test_database_refuses_to_stand_in_for_oneself():
    user = make_user()
    assert "absence_has_another_substitute" in refused(user=user, substitute=user)


@pytest.mark.parametrize(("first", "last", "meets"), [(3, 5, True), (5, 9, True), (6, 9, False), (0, 2, False)])
def test_database_refuses_two_absences_on_one_day(first, last, meets):
    user = make_user()
    make_absence(user, make_user(), starts_on=day(3), ends_on=day(5))
    if meets:
        assert "absences_do_not_overlap" in refused(user=user, starts_on=day(first), ends_on=day(last))
    else:
        make_absence(user, make_user(), starts_on=day(first), ends_on=day(last))


@pytest.mark.parametrize("gone", ["cancelled_at", "ended_at"])
def test_what_was_taken_back_or_ended_is_in_nobodys_way(gone):
    user = make_user()
    make_absence(user, make_user(), **{gone: now()})
    make_absence(user, make_user())


def test_on_a_day():
    user = make_user()
    running = make_absence(user, make_user(), starts_on=day(-2), ends_on=day(0))
    make_absence(make_user(), make_user(), cancelled_at=now())
    ended = make_absence(make_user(), make_user(), starts_on=day(-3), ends_on=day(0), ended_at=now())
    assert list(Absence.objects.on(day(0))) == [running]
    assert set(Absence.objects.on(day(-1))) == {running, ended}
    assert list(Absence.objects.on(day(1))) == []
    for absence in Absence.objects.all():
        for offset in (-4, -3, -2, -1, 0, 1):
            there = Absence.objects.on(day(offset)).filter(pk=absence.pk).exists()
            assert absence.is_on(day(offset)) is there


def test_over_names_what_goes_back():
    make_absence(make_user(), make_user(), ends_on=day(0))
    past = make_absence(make_user(), make_user(), starts_on=day(-4), ends_on=day(-1))
    cancelled = make_absence(make_user(), make_user(), cancelled_at=now())
    ended = make_absence(make_user(), make_user(), ended_at=now())
    assert set(Absence.objects.over(today())) == {past, cancelled, ended}


@pytest.fixture
def team():
    """A reviewer with a colleague and a head; a head of another house; an administrator, a director."""
    department, other, hall = make_department(), make_department(), make_department(kind="hall")
    people = {
        "reviewer": (Role.REVIEWER, department),
        "colleague": (Role.REVIEWER, department),
        "head": (Role.HEAD, department),
        "stranger": (Role.HEAD, other),
        "administrator": (Role.ADMINISTRATOR, hall),
        "director": (Role.DIRECTOR, hall),
    }
    found = {}
    for name, (role, where) in people.items():
        found[name] = make_user(name)
        make_post(found[name], where, role)
    return found


def test_who_may_enter(team):
    may = {name for name, user in team.items() if may_enter_absence.test(user, team["reviewer"])}
    assert may == {"reviewer", "head", "administrator"}


def test_who_sees(team):
    absence = make_absence(team["reviewer"], team["colleague"])
    seen = {name for name, user in team.items() if absence in Absence.objects.visible_to(user)}
    assert seen == {"reviewer", "colleague", "head", "administrator", "director"}
    assert list(Absence.objects.visible_to(make_user())) == []
