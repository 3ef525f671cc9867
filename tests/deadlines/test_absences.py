"""Entering, cancelling and ending absences: every refusal, what is written, who is told."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import Absence, Role
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import today
from deadlines.services import cancel_absence, end_absence_early, enter_absence, possible_substitutes
from ledger.models import Entry
from notifications.models import Message
from tests.approvals.test_concurrency import at_once
from tests.deadlines.conftest import Office
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db


def day(offset):
    return today() + timedelta(days=offset)


@pytest.fixture
def substitute(office):
    user = make_user("substitute", name="顶岗王")
    make_post(user, office.department, Role.REVIEWER, is_substitute=True)
    return user


def enter(office, substitute, actor=None, **fields):
    values = {"user": office.reviewer, "starts_on": day(1), "ends_on": day(5), "kind": "annual", **fields}
    return enter_absence(actor=Actor(actor or office.reviewer), substitute=substitute, **values)


def errors_of(office, substitute, **fields):
    with pytest.raises(InvalidInput) as caught, override("en"):
        enter(office, substitute, **fields)
    assert Absence.objects.filter(user=office.reviewer, kind="annual", note="").count() == 0
    with override("en"):
        return {name: [str(text) for text in texts] for name, texts in caught.value.errors.items()}


def test_entered_and_told(office, substitute):
    absence = enter(office, substitute, note=" 探亲 ")
    assert (absence.note, absence.entered_by, absence.is_on(day(3))) == ("探亲", office.reviewer, True)
    entry = Entry.objects.of("accounts.absence", absence.pk).get()
    assert (entry.act, entry.actor) == ("absence.entered", office.reviewer)
    # Why somebody is away is not the ledger's business.
    assert set(entry.data) == {"user", "substitute", "starts_on", "ends_on"}
    told = Message.objects.filter(template="absence.entered", channel="inapp")
    assert set(told.values_list("recipient", flat=True)) == {substitute.pk}


def test_head_enters_it_and_both_are_told(office, substitute):
    enter(office, substitute, actor=office.head)
    told = Message.objects.filter(template="absence.entered", channel="inapp")
    assert set(told.values_list("recipient", flat=True)) == {substitute.pk, office.reviewer.pk}


@pytest.mark.parametrize("who", ["director", "substitute", "investor", "stranger"])
def test_others_may_not(office, substitute, who):
    stranger = make_user()
    make_post(stranger, make_department(), Role.HEAD)
    people = {"director": office.director, "substitute": substitute, "investor": make_user(), "stranger": stranger}
    with pytest.raises(NotAllowed):
        enter(office, substitute, actor=people[who])
    absence = make_absence(office.reviewer, substitute)
    for act in (cancel_absence, end_absence_early):
        with pytest.raises(NotAllowed):
            act(actor=Actor(people[who]), absence=absence)


def test_the_hall_itself_enters_none(office, substitute):
    with pytest.raises(NotAllowed):
        enter_absence(
            actor=Actor.system(),
            user=office.reviewer,
            substitute=substitute,
            starts_on=day(0),
            ends_on=day(1),
            kind="sick",
        )


@pytest.mark.parametrize(
    ("fields", "where", "text"),
    [
        ({"starts_on": day(-1)}, "starts_on", "An absence begins today or later."),
        ({"starts_on": day(3), "ends_on": day(2)}, "ends_on", "The last day lies before the first."),
        ({"kind": "party"}, "kind", "Choose the kind of absence."),
        ({"note": "长" * 201}, "note", "At most 200 characters."),
    ],
)
def test_refused_at_the_field(office, substitute, fields, where, text):
    assert errors_of(office, substitute, **fields) == {where: [text]}


def test_today_is_early_enough(office, substitute):
    assert enter(office, substitute, starts_on=day(0), ends_on=day(0)).is_on(today())


def test_names_the_post_that_is_not_covered(office, substitute):
    other = make_department("city", name_en="City Bureau")
    make_post(office.reviewer, other, Role.APPROVER)
    assert errors_of(office, substitute) == {
        "substitute": ["顶岗王 does not hold the post City Bureau · Approver, which must be covered."]
    }
    make_post(substitute, other, Role.APPROVER, is_substitute=True)
    enter(office, substitute)


def test_the_same_role_elsewhere_or_another_role_here_is_not_enough(office):
    elsewhere, higher = make_user(), make_user()
    make_post(elsewhere, make_department(), Role.REVIEWER)
    make_post(higher, office.department, Role.APPROVER)
    for one in (elsewhere, higher):
        assert set(errors_of(office, one)) == {"substitute"}


def test_a_post_that_ends_before_the_absence_is_not_enough(office):
    short = make_user()
    make_post(short, office.department, Role.REVIEWER, ends_on=day(3))
    assert set(errors_of(office, short)) == {"substitute"}


def test_nobody_stands_in_for_themselves(office):
    assert errors_of(office, office.reviewer) == {"substitute": ["Nobody stands in for themselves."]}


def test_a_closed_account_stands_in_for_nobody(office, substitute):
    substitute.is_active = False
    substitute.save()
    assert errors_of(office, substitute) == {"substitute": ["The account of 顶岗王 is closed."]}


def test_who_is_absent_cannot_stand_in(office, substitute):
    third = make_user()
    make_post(third, office.department, Role.REVIEWER)
    make_absence(substitute, third, starts_on=day(5), ends_on=day(9), kind="sick")
    found = errors_of(office, substitute)
    assert list(found) == ["substitute"]
    assert found["substitute"] == [f"顶岗王 is absent from {day(5)} to {day(9)}."]
    enter(office, substitute, ends_on=day(4))


def test_who_stands_in_cannot_go(office, substitute):
    third = make_user(name="休假李")
    make_absence(third, office.reviewer, starts_on=day(4), ends_on=day(6), kind="sick")
    assert errors_of(office, substitute) == {
        "user": [
            f"{office.reviewer} stands in for 休假李 from {day(4)} to {day(6)}. Name somebody else there first."
        ]
    }  # fmt: skip


def test_two_absences_in_the_same_days(office, substitute):
    make_absence(office.reviewer, substitute, starts_on=day(5), ends_on=day(9), kind="sick")
    assert errors_of(office, substitute) == {
        "user": [f"{office.reviewer} is absent already from {day(5)} to {day(9)}."]
    }


def test_who_holds_no_post_is_not_missed(office, substitute):
    nobody = make_user(name="投资者")
    with pytest.raises(InvalidInput) as caught:
        enter_absence(
            actor=Actor(nobody), user=nobody, substitute=substitute, starts_on=day(0), ends_on=day(1), kind="annual"
        )
    assert list(caught.value.errors) == ["user"]


def test_only_those_with_all_posts_are_offered(office, substitute):
    other = make_department()
    make_post(office.reviewer, other, Role.OFFICER)
    make_post(substitute, office.department, Role.HEAD)
    assert list(possible_substitutes(office.reviewer)) == []
    make_post(substitute, other, Role.OFFICER)
    assert list(possible_substitutes(office.reviewer)) == [substitute]
    assert list(possible_substitutes(make_user())) == []


def test_cancelled_before_and_while_it_runs(office, substitute):
    for first in (0, 1):
        absence = enter(office, substitute, starts_on=day(first))
        cancel_absence(actor=Actor(office.head), absence=absence)
        absence.refresh_from_db()
        assert not absence.is_on(day(1))
        with pytest.raises(Stale):
            cancel_absence(actor=Actor(office.head), absence=absence)
        acts = Entry.objects.of("accounts.absence", absence.pk).values_list("act", flat=True)
        assert list(acts) == ["absence.entered", "absence.cancelled"]


def test_ended_early_is_over_at_once(office, substitute, hall_clock):
    absence = enter(office, substitute)
    with pytest.raises(Stale):
        end_absence_early(actor=Actor(office.reviewer), absence=absence)
    hall_clock.travel(days=2)
    end_absence_early(actor=Actor(office.reviewer), absence=absence)
    absence.refresh_from_db()
    assert (absence.ends_on, absence.is_on(today()), absence.is_on(day(-1))) == (today(), False, True)
    with pytest.raises(Stale):
        end_absence_early(actor=Actor(office.reviewer), absence=absence)
    with pytest.raises(Stale):
        cancel_absence(actor=Actor(office.reviewer), absence=absence)
    # Gone again the same afternoon.
    enter(office, substitute, starts_on=today(), ends_on=today())


@pytest.fixture
def sent(monkeypatch):
    names = []
    monkeypatch.setattr("common.tasks._send", lambda name, args: names.append(name))
    return names


@pytest.mark.parametrize(("first", "times"), [(0, 1), (1, 0)])
def test_the_task_is_sent_when_it_begins_today(
    office, substitute, sent, django_capture_on_commit_callbacks, first, times
):
    with django_capture_on_commit_callbacks(execute=True):
        enter(office, substitute, starts_on=day(first))
    assert sent.count("deadlines.stand_in") == times


@pytest.mark.parametrize("act", [cancel_absence, end_absence_early])
def test_the_task_is_sent_when_it_is_over(office, substitute, sent, django_capture_on_commit_callbacks, act):
    absence = make_absence(office.reviewer, substitute)
    with django_capture_on_commit_callbacks(execute=True):
        act(actor=Actor(office.reviewer), absence=absence)
    assert sent.count("deadlines.stand_in") == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_name_each_other_at_once(committed_office: Office):
    """Two connections: one goes, the other is told; both would leave nobody."""
    office = committed_office
    other = make_user()
    make_post(other, office.department, Role.REVIEWER)
    for turn in range(5):
        results = at_once(
            [
                lambda a=a, b=b, turn=turn: enter(office, b, actor=a, user=a, starts_on=day(turn), ends_on=day(turn))
                for a, b in ((office.reviewer, other), (other, office.reviewer))
            ]
        )
        assert sorted(isinstance(one, Absence) for one in results) == [False, True]
    assert Absence.objects.count() == 5
