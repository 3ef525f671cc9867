"""Handing one duty over, and many: every refusal, what is written, who is told."""

import pytest
from django.utils.translation import override

from accounts.actors import Actor
from accounts.models import Role
from common.errors import InvalidInput, NotAllowed, Stale
from common.ids import uuid7
from deadlines import owners
from deadlines.models import Clock, Handover
from deadlines.services import cancel_many, finish_many, hand_over, reassign_many
from deadlines.services.handing_over import MOST_AT_ONCE, WrongReceiver
from ledger.models import Entry
from notifications.models import Message
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock
from tests.queries import statements

pytestmark = pytest.mark.django_db
DATES = ("starts_at", "warn_at", "due_at", "lawful_due_at", "rung_at", "rungs_fired", "next_rung_at")


@pytest.fixture
def colleague(office):
    user = make_user("colleague", name="同事孙")
    make_post(user, office.department, Role.REVIEWER)
    return user


@pytest.fixture
def clock(office):
    return make_clock(handler=office.reviewer, department=office.department, role=Role.REVIEWER)


def give(office, clock, to, actor=None, **fields):
    values = {"cause": "reassignment", "note": "工作调整", **fields}
    return hand_over(
        actor=Actor(actor or office.head), clock_id=clock.pk, to_user_id=to.pk if to else None, **values
    )  # fmt: skip


def test_the_duty_changes_hands_and_its_time_does_not(office, clock, colleague):
    Clock.objects.filter(pk=clock.pk).update(alarm="no_recipient")
    clock.refresh_from_db()
    before = {name: getattr(clock, name) for name in DATES}
    row = give(office, clock, colleague)
    clock.refresh_from_db()
    assert (clock.handler, clock.alarm) == (colleague, "")
    assert {name: getattr(clock, name) for name in DATES} == before
    assert (row.from_user, row.to_user, row.cause, row.by, row.note) == (
        office.reviewer, colleague, "reassignment", office.head, "工作调整",
    )  # fmt: skip
    entry = Entry.objects.of(*clock.subject).get()
    assert (entry.act, entry.actor) == ("clock.handed_over", office.head)
    assert entry.data == {
        "clock": str(clock.pk), "title": clock.title, "from": office.reviewer.pk, "to": colleague.pk,
        "cause": "reassignment", "note": f"{office.reviewer} → 同事孙 · 工作调整",
    }  # fmt: skip


def test_back_to_the_post(office, clock):
    give(office, clock, None)
    clock.refresh_from_db()
    assert clock.handler is None
    assert Entry.objects.of(*clock.subject).get().data["note"] == f"{office.reviewer} → — · 工作调整"


@pytest.mark.parametrize("who", ["head", "director", "administrator"])
def test_who_may(office, clock, colleague, who):
    give(office, clock, colleague, actor=getattr(office, who))
    assert Handover.objects.get().by == getattr(office, who)


def test_others_may_not(office, clock, colleague):
    elsewhere = make_user()
    make_post(elsewhere, make_department(), Role.HEAD)
    for one in (office.reviewer, colleague, elsewhere, make_user()):
        with pytest.raises(NotAllowed):
            give(office, clock, colleague, actor=one)
    assert Handover.objects.count() == 0


def test_a_clock_of_no_department_is_for_director_and_administrator(office, colleague):
    clock = make_clock(handler=office.reviewer, role=Role.REVIEWER)
    with pytest.raises(NotAllowed):
        give(office, clock, colleague)
    give(office, clock, colleague, actor=office.director)


@pytest.mark.parametrize("end", [finish_many, cancel_many])
def test_what_is_done_stays_where_it_is(office, clock, colleague, end):
    end(clock_ids=[clock.pk])
    with pytest.raises(Stale):
        give(office, clock, colleague)
    assert (Handover.objects.count(), Entry.objects.count()) == (0, 0)


def test_an_unknown_clock(office, colleague):
    with pytest.raises(Stale):
        hand_over(actor=Actor(office.head), clock_id=uuid7(), to_user_id=colleague.pk, cause="reassignment")


def test_theirs_already(office, clock):
    with pytest.raises(Stale) as caught:
        give(office, clock, office.reviewer)
    assert caught.value.code == "already"


def test_somebody_else_took_it_meanwhile(office, clock, colleague):
    with pytest.raises(Stale) as caught:
        give(office, clock, colleague, held_by=office.head.pk)
    assert caught.value.code == "stale"
    give(office, clock, colleague, held_by=office.reviewer.pk)


def reason(office, clock, to):
    with pytest.raises(WrongReceiver) as caught, override("en"):
        give(office, clock, to)
    assert Handover.objects.count() == 0
    return str(caught.value)


def test_receiver_must_hold_the_post_there_today(office, clock):
    elsewhere, other_role, former = make_user(name="甲"), make_user(name="乙"), make_user(name="丙")
    make_post(elsewhere, make_department(), Role.REVIEWER)
    make_post(other_role, office.department, Role.APPROVER)
    make_post(former, office.department, Role.REVIEWER, ends_on="2024-01-01")
    for one in (elsewhere, other_role, former):
        assert reason(office, clock, one) == f"{one} holds no post for this duty."


def test_receiver_must_be_here_and_have_an_account(office, clock, colleague):
    make_absence(colleague, office.reviewer)
    assert reason(office, clock, colleague) == "同事孙 is absent today."
    colleague.is_active = False
    colleague.save()
    assert reason(office, clock, colleague) == "The account of 同事孙 is closed."


def test_receiver_must_exist(office, clock):
    with pytest.raises(WrongReceiver):
        hand_over(actor=Actor(office.head), clock_id=clock.pk, to_user_id=10**9, cause="reassignment")


def test_a_duty_without_a_role_goes_to_any_post_of_the_department(office, colleague):
    clock = make_clock(department=office.department)
    assert reason(office, clock, office.director) != ""
    give(office, clock, colleague)


def test_the_owner_moves_first_and_may_refuse(office, clock, colleague, monkeypatch):
    calls = []

    def move(*, clock, to_user_id, actor):
        calls.append((clock.pk, to_user_id, actor.user))
        if len(calls) == 2:
            raise NotAllowed

    monkeypatch.setattr(owners, "_OWNERS", {})
    owners.register("step", "tests.Thing", move, (Role.REVIEWER, Role.HEAD))
    # The owner names the roles: a head may have it now.
    give(office, clock, office.head, actor=office.director)
    assert calls == [(clock.pk, office.head.pk, office.director)]
    with pytest.raises(NotAllowed):
        give(office, clock, colleague, actor=office.director)
    clock.refresh_from_db()
    assert (clock.handler, Handover.objects.count()) == (office.head, 1)
    owners.unregister("step", "tests.thing")
    give(office, clock, colleague)


def test_row_by_row(office, clock, colleague):
    mine = {"handler": office.reviewer, "department": office.department, "role": Role.REVIEWER}
    second, done, taken = make_clock(**mine), make_clock(**mine), make_clock(**{**mine, "handler": office.head})
    elsewhere = make_clock(**{**mine, "department": make_department()})
    finish_many(clock_ids=[done.pk])
    ids = [clock.pk, done.pk, elsewhere.pk, taken.pk, second.pk]

    def run():
        return reassign_many(
            actor=Actor(office.head), clock_ids=ids, to_user_id=colleague.pk, note="调整", held_by=office.reviewer.pk
        )  # fmt: skip

    first = run()
    assert [row.result for row in first] == ["done", "refused", "refused", "refused", "done"]
    assert [row.clock_id for row in first] == ids
    assert [bool(row.reason) for row in first] == [False, True, True, True, False]
    told = Message.objects.filter(channel="inapp").order_by("template")
    assert [(one.template, one.recipient, one.params["count"]) for one in told] == [
        ("clock.given_away", office.reviewer, 2), ("clock.handed_over", colleague, 2),
    ]  # fmt: skip
    # The second click of two changes nothing and tells nobody.
    assert [row.result for row in run()] == ["already", "refused", "refused", "refused", "already"]
    assert (Handover.objects.count(), Message.objects.filter(channel="inapp").count()) == (2, 2)


def test_what_nobody_had(office, colleague):
    clock = make_clock(department=office.department, role=Role.REVIEWER)
    reassign_many(
        actor=Actor(office.head), clock_ids=[clock.pk], to_user_id=colleague.pk, note="派单", held_by=None
    )  # fmt: skip
    told = Message.objects.get(channel="inapp")
    assert (told.template, told.recipient, told.link) == ("clock.handed_out", colleague, clock.link)
    assert clock.title in told.text.body


@pytest.mark.parametrize(("count", "note", "field"), [(0, "好", "clocks"), (1, " ", "note"), (1, "长" * 201, "note")])
def test_refused_as_a_whole(office, clock, colleague, count, note, field):
    with pytest.raises(InvalidInput) as caught:
        reassign_many(
            actor=Actor(office.head), clock_ids=[clock.pk] * count, to_user_id=colleague.pk, note=note
        )  # fmt: skip
    assert list(caught.value.errors) == [field]
    assert Handover.objects.count() == 0


def test_too_many_at_once(office, colleague):
    ids = [uuid7() for _ in range(MOST_AT_ONCE + 1)]
    with pytest.raises(InvalidInput):
        reassign_many(actor=Actor(office.head), clock_ids=ids, to_user_id=colleague.pk, note="好")


def test_telling_costs_the_same_for_many(office, colleague):
    mine = {"handler": office.reviewer, "department": office.department, "role": Role.REVIEWER}

    def cost(number):
        ids = [make_clock(**mine).pk for _ in range(number)]
        give_all = lambda: reassign_many(  # noqa: E731
            actor=Actor(office.head), clock_ids=ids, to_user_id=colleague.pk, note="好"
        )  # fmt: skip
        return statements(give_all)

    cost(1)
    one, three, five = cost(1), cost(3), cost(5)
    assert five - three == three - one


def test_handovers_are_only_looked_at_in_the_admin(office, clock, colleague, client):
    give(office, clock, colleague)
    office.administrator.is_staff = office.administrator.is_superuser = True
    office.administrator.save()
    client.force_login(office.administrator)
    for model, row in (
        ("deadlines/handover", Handover.objects.get()),
        ("accounts/absence", make_absence(office.reviewer, colleague)),
    ):
        assert client.get(f"/admin/{model}/").status_code == 200
        assert client.get(f"/admin/{model}/{row.pk}/change/").status_code == 200
        assert client.get(f"/admin/{model}/add/").status_code == 403
        assert client.post(f"/admin/{model}/{row.pk}/delete/").status_code == 403
