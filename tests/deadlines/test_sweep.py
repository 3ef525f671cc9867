"""The sweep acts once on each rung, tells the right people, and says so when there is nobody."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Role
from deadlines import services, sweep
from deadlines.models import Clock, FiredRung, SweepState
from ledger.models import Entry
from ledger.selectors import first_break, timeline
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday; five working days later is Monday 2025-03-10.
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def clock(office: Office) -> Clock:
    return make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=5, lawful=20)


def codes(clock: Clock) -> list[str]:
    return list(FiredRung.objects.filter(clock=clock).order_by("id").values_list("code", flat=True))


def told(template: str) -> set[str]:
    return set(Message.objects.filter(template=template, channel="inapp").values_list("recipient__username", flat=True))


def test_nothing_is_fired_before_its_time(clock: Clock) -> None:
    assert sweep.run(at("2025-03-06T23:59:59")).fired == 0


def test_each_rung_fires_at_its_moment_and_tells_its_people(clock: Clock) -> None:
    for moment, code, people in (
        ("2025-03-07T00:00:00", "warn", {"reviewer"}),
        ("2025-03-11T00:00:00", "overdue", {"reviewer"}),
        ("2025-03-12T00:00:00", "escalate_head", {"head"}),
        ("2025-03-14T00:00:00", "escalate_director", {"director"}),
    ):
        before = at(moment) - timedelta(seconds=1)
        assert sweep.run(before).fired == 0
        assert sweep.run(at(moment)).fired == 1
        assert codes(clock)[-1] == code
        assert told(f"clock.{code}") == people


def test_a_sweep_after_a_long_outage_fires_all_missed_rungs_once_and_in_order(clock: Clock) -> None:
    result = sweep.run(at("2025-03-21T08:00:00"))
    again = sweep.run(at("2025-03-21T08:01:00"))
    assert (result.fired, again.fired) == (4, 0)
    assert codes(clock) == ["warn", "overdue", "escalate_head", "escalate_director"]
    assert list(Message.objects.filter(channel="inapp").order_by("id").values_list("template", flat=True)) == [
        "clock.warn",
        "clock.overdue",
        "clock.escalate_head",
        "clock.escalate_director",
    ]


def test_fired_rungs_are_on_record_with_the_subject(clock: Clock) -> None:
    sweep.run(at("2025-03-21T08:00:00"))
    acts = list(timeline(clock.subject).values_list("act", flat=True))
    assert acts == ["clock.warn", "clock.overdue", "clock.escalate_head", "clock.escalate_director"]
    assert first_break() is None


def test_passing_the_lawful_limit_is_on_record_and_tells_nobody_more(clock: Clock) -> None:
    sweep.run(at("2025-03-31T09:00:00"))
    messages = Message.objects.count()
    sweep.run(at("2025-04-01T09:00:00"))
    clock.refresh_from_db()
    assert codes(clock)[-1] == "lawful_overdue"
    assert clock.lawful_breached_at == clock.lawful_due_at
    assert Message.objects.count() == messages


def test_a_breach_dates_from_the_limit_and_stays_when_the_duty_is_done(clock: Clock) -> None:
    sweep.run(at("2025-03-21T08:00:00"))
    services.finish_many(clock_ids=[clock.pk], at=at("2025-03-22T08:00:00"))
    clock.refresh_from_db()
    assert (clock.breached_at, clock.outcome, clock.light()) == (clock.due_at, "late", "done")


def test_a_finished_clock_fires_nothing(clock: Clock) -> None:
    services.finish_many(clock_ids=[clock.pk], at=START)
    assert sweep.run(at("2025-05-01T00:00:00")).fired == 0


def test_the_handler_is_told_instead_of_the_post(clock: Clock) -> None:
    somebody = make_user("somebody")
    services.assign_many(clock_ids=[clock.pk], handler_id=somebody.pk)
    sweep.run(at("2025-03-07T08:00:00"))
    assert told("clock.warn") == {"somebody"}


def test_the_post_is_told_when_the_account_of_the_handler_is_closed(clock: Clock) -> None:
    gone = make_user("gone", is_active=False)
    services.assign_many(clock_ids=[clock.pk], handler_id=gone.pk)
    sweep.run(at("2025-03-07T08:00:00"))
    assert told("clock.warn") == {"reviewer"}


def test_every_holder_of_the_post_is_told_and_nobody_whose_post_has_ended(clock: Clock, office: Office) -> None:
    second, former, elsewhere = make_user("second"), make_user("former"), make_user("elsewhere")
    make_post(second, office.department, Role.REVIEWER)
    make_post(former, office.department, Role.REVIEWER, ends_on=at("2025-03-06T00:00:00").date())
    make_post(elsewhere, make_department(), Role.REVIEWER)
    sweep.run(at("2025-03-07T08:00:00"))
    assert told("clock.warn") == {"reviewer", "second"}


def test_a_role_without_department_means_everyone_who_holds_it(office: Office) -> None:
    make_clock(role=Role.REVIEWER, starts_at=START, promised=5)
    sweep.run(at("2025-03-07T08:00:00"))
    assert told("clock.warn") == {"reviewer"}


def test_no_superior_is_an_alarm_and_not_silence(clock: Clock, office: Office) -> None:
    office.head.posts.all().delete()
    result = sweep.run(at("2025-03-12T08:00:00"))
    clock.refresh_from_db()
    assert (result.unheard, clock.alarm) == (1, "no_recipient")
    assert told("clock.alarm") == {"administrator"}


def test_messages_go_by_mail_too_where_there_is_an_address(clock: Clock, office: Office) -> None:
    type(office.reviewer).objects.filter(pk=office.head.pk).update(email="")
    sweep.run(at("2025-03-12T08:00:00"))
    mails = Message.objects.filter(channel="email")
    assert list(mails.values_list("recipient__username", "status")) == [("reviewer", "pending")] * 2


def test_the_texts_name_the_case_and_the_date(clock: Clock, office: Office) -> None:
    sweep.run(at("2025-03-07T08:00:00"))
    message = Message.objects.visible_to(office.reviewer).get()
    assert message.params["title"] == clock.title
    assert "2025-03-10" in message.text.body
    assert message.link == clock.link


def test_sweeping_leaves_a_sign_of_life(clock: Clock) -> None:
    sweep.run(at("2025-03-07T08:00:00"))
    sweep.run(at("2025-03-07T08:01:00"))
    state = SweepState.objects.get()
    assert (state.last_run_at, state.fired) == (at("2025-03-07T08:01:00"), 0)


def test_entries_of_many_subjects_keep_their_chains(office: Office) -> None:
    for _number in range(30):
        make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=5)
    assert sweep.run(at("2025-03-21T08:00:00")).fired == 120
    assert Entry.objects.count() == 120
    assert first_break() is None
