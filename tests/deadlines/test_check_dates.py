"""Once a day the dates of all open clocks are held against their count; pages only read."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.actors import Actor
from accounts.models import Role
from common.time import pretend
from deadlines import calendars, services
from deadlines.models import Clock, ClockKind, Stop
from deadlines.services import checking
from deadlines.tasks import check_dates
from ledger.models import Entry
from ledger.selectors import first_break
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.factories.deadlines import day, make_clock
from tests.queries import statements

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)


def licence(office: Office, **fields: object) -> Clock:
    given = {"department": office.department, "role": Role.REVIEWER, "starts_at": START, "promised": 5, "lawful": 10}
    return make_clock(**{**given, "kind": ClockKind.DECISION, **fields})


def tamper(clock: Clock, days: int = 1) -> None:
    Clock.objects.filter(pk=clock.pk).update(due_at=clock.due_at + timedelta(days=days))


def told() -> list[tuple[object, int]]:
    rows = Message.objects.filter(template="clock.dates_disagree", channel="inapp").order_by("id")
    return [(row.recipient, row.params["count"]) for row in rows]


def alarms(*clocks: Clock) -> list[str]:
    rows = Clock.objects.in_bulk([clock.pk for clock in clocks])
    return [rows[clock.pk].alarm for clock in clocks]


def test_nothing_is_said_where_all_agree(office: Office) -> None:
    plain, stopped, hours = licence(office), licence(office), licence(office, unit="workhour", promised=4, lawful=8)
    with pretend(START + timedelta(days=2)):
        services.stop_clock(
            actor=Actor(office.reviewer), clock_id=stopped.pk, ground="hearing", reason="听证", planned_days=3
        )
    assert check_dates() == 0
    assert (told(), Entry.objects.filter(act="clock.disagrees").count()) == ([], 0)
    assert alarms(plain, stopped, hours) == ["", "", ""]


def test_what_disagrees_is_told_once_in_one_message(office: Office) -> None:
    clocks = [licence(office) for _ in range(4)]
    tamper(clocks[0])
    tamper(clocks[1], days=-1)
    with pretend(START + timedelta(days=2)):
        services.stop_clock(
            actor=Actor(office.reviewer), clock_id=clocks[2].pk, ground="hearing", reason="听证", planned_days=3
        )
    Stop.objects.filter(clock=clocks[2]).update(planned_until=START + timedelta(days=9))
    with pretend(START + timedelta(days=3)):
        assert [check_dates(), check_dates()] == [3, 0]
    assert told() == [(office.administrator, 3)]
    assert Message.objects.get(template="clock.dates_disagree", channel="inapp").link == "/deadlines/alarms/"
    assert alarms(*clocks) == ["dates_disagree"] * 3 + [""]
    assert Clock.objects.get(pk=clocks[0].pk).alarm_at == START + timedelta(days=3)
    entries = Entry.objects.filter(act="clock.disagrees")
    assert {entry.data["clock"] for entry in entries} == {str(clock.pk) for clock in clocks[:3]}
    assert (entries.count(), first_break()) == (3, None)
    # Another wrong date of the same clock is news.
    tamper(clocks[0], days=7)
    assert check_dates() == 1
    assert told() == [(office.administrator, 3), (office.administrator, 1)]


def test_dates_stay_and_what_was_put_right_loses_its_alarm(office: Office) -> None:
    clock = licence(office)
    right = clock.due_at
    tamper(clock)
    check_dates()
    assert Clock.objects.get(pk=clock.pk).due_at == right + timedelta(days=1)
    Clock.objects.filter(pk=clock.pk).update(due_at=right)
    assert check_dates() == 0
    fresh = Clock.objects.get(pk=clock.pk)
    assert (fresh.alarm, fresh.alarm_at) == ("", None)


def test_another_alarm_is_not_overwritten(office: Office) -> None:
    clock = licence(office)
    tamper(clock)
    Clock.objects.filter(pk=clock.pk).update(alarm="no_recipient")
    assert check_dates() == 1
    assert alarms(clock) == ["no_recipient"]


def test_finished_and_older_clocks_are_left_alone(office: Office) -> None:
    done, older = licence(office), licence(office)
    for clock in (done, older):
        tamper(clock)
    services.finish(clock_id=done.pk)
    services.set_override(
        actor=Actor(office.administrator), date=day("2025-06-03"), is_workday=False, name="停工", source="通知"
    )
    calendars.invalidate()
    Clock.objects.filter(pk=older.pk).update(calendar_version=0)
    assert check_dates() == 0


def test_what_the_calendar_does_not_reach_does_not_hide_the_others(office: Office) -> None:
    wrong, beyond, fine = licence(office), licence(office), licence(office)
    tamper(wrong)
    Clock.objects.filter(pk=beyond.pk).update(starts_at=START.replace(year=2003))
    assert check_dates() == 1
    assert alarms(wrong, beyond, fine) == ["dates_disagree", "", ""]


def test_batches_cost_the_same_for_few_and_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def cost(number: int) -> int:
        for _ in range(number):
            tamper(licence(office))
        return statements(check_dates)

    cost(1)
    assert cost(1) == cost(6)
    monkeypatch.setattr(checking, "BATCH", 2)
    fresh = [licence(office) for _ in range(3)]
    for clock in fresh:
        tamper(clock)
    assert check_dates() == 3
    assert alarms(*fresh) == ["dates_disagree"] * 3
