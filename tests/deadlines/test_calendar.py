"""Changing the calendar: on record, noticed by every process, and every open clock counted again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from accounts.actors import Actor
from accounts.models import Role
from common.errors import InvalidInput, NotAllowed, Stale
from deadlines import calendars, facts, redate, services, sweep
from deadlines.models import CalendarOverride, CalendarRevision, Clock
from deadlines.workdays import DayKind, Special
from ledger.selectors import first_break, timeline
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.factories.deadlines import day, make_clock

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
ORDER = {"name": "防汛停工", "source": "区防汛指挥部令第1号"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(clock: Clock) -> str:
    clock.refresh_from_db()
    return clock.due_at.astimezone(ZONE).date().isoformat()


@pytest.fixture
def boss(office: Office) -> Actor:
    return Actor(office.administrator)


@pytest.fixture
def clock(office: Office) -> Clock:
    return make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=5, lawful=20)


def close(boss: Actor, text: str = "2025-03-05") -> CalendarOverride:
    return services.set_override(actor=boss, date=day(text), is_workday=False, **ORDER)


def test_a_closed_day_moves_the_dates_of_open_clocks(clock: Clock, boss: Actor) -> None:
    close(boss)
    assert due(clock) == "2025-03-11"
    assert clock.warn_at == at("2025-03-10T00:00")
    assert clock.next_rung_at == clock.warn_at
    assert clock.lawful_due_at is not None
    assert clock.lawful_due_at.astimezone(ZONE).date() == day("2025-04-01")


def test_removing_the_override_moves_them_back(clock: Clock, boss: Actor) -> None:
    override = close(boss)
    services.remove_override(actor=boss, override_id=override.pk)
    assert due(clock) == "2025-03-10"
    assert [entry.act for entry in timeline(("deadlines.calendaroverride", override.pk))] == [
        "calendar.override_added",
        "calendar.override_removed",
    ]


def test_every_moved_clock_is_on_record_and_its_handler_is_told_once(clock: Clock, boss: Actor, office: Office) -> None:
    make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=5)
    close(boss)
    entry = timeline(clock.subject).get()
    assert (entry.act, entry.actor, entry.data["reason"]) == ("clock.redated", boss.user, "2025-03-05 防汛停工")
    assert entry.data["due_from"] != entry.data["due_to"]
    message = Message.objects.visible_to(office.reviewer).get()
    assert (message.template, message.params["count"]) == ("calendar.redated", 2)
    assert first_break() is None


def test_a_clock_whose_dates_stay_is_not_mentioned(clock: Clock, boss: Actor) -> None:
    close(boss, "2025-06-03")
    assert due(clock) == "2025-03-10"
    assert timeline(clock.subject).count() == 0
    assert clock.calendar_version == calendars.newest_version()


def test_finished_clocks_stay(clock: Clock, boss: Actor) -> None:
    services.finish_many(clock_ids=[clock.pk], at=at("2025-03-04T10:00"))
    close(boss)
    assert due(clock) == "2025-03-10"


def test_what_was_sent_is_not_sent_again_and_what_lies_ahead_moves(clock: Clock, boss: Actor) -> None:
    sweep.run(at("2025-03-07T09:00"))
    close(boss, "2025-03-10")
    assert due(clock) == "2025-03-11"
    sweep.run(at("2025-03-11T09:00"))
    assert [entry.act for entry in timeline(clock.subject)] == ["clock.warn", "clock.redated"]
    sweep.run(at("2025-03-12T00:00"))
    assert timeline(clock.subject).last().act == "clock.overdue"


def test_a_make_up_day_brings_dates_forward(clock: Clock, boss: Actor) -> None:
    services.set_override(actor=boss, date=day("2025-03-08"), is_workday=True, **ORDER)
    assert due(clock) == "2025-03-08"


def test_a_clock_armed_with_an_old_calendar_is_counted_again_by_the_next_sweep(clock: Clock, boss: Actor) -> None:
    close(boss)
    # As another process would have armed it, one second after the change that it did not know of.
    late = make_clock(starts_at=START, promised=5)
    assert due(late) == "2025-03-10"
    sweep.run(START)
    assert due(late) == "2025-03-11"


def test_a_newer_package_counts_open_clocks_again(clock: Clock) -> None:
    CalendarRevision.objects.update(fingerprint="older")
    before = calendars.newest_version()
    sweep.run(START)
    assert calendars.newest_version() > before
    with translation.override(settings.LANGUAGE_CODE):
        assert redate.newest()[1] == gettext("published schedules changed")
    clock.refresh_from_db()
    assert clock.calendar_version == calendars.newest_version()


def test_a_package_with_other_days_moves_the_clocks_it_concerns(
    clock: Clock, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = {**facts.published_specials(), day("2025-03-05"): Special(DayKind.HOLIDAY, "Sample", "sample")}
    monkeypatch.setattr(facts, "published_specials", lambda: newer)
    monkeypatch.setattr(redate, "fingerprint", lambda: "newer")
    far = make_clock(starts_at=START + timedelta(days=60), promised=5)
    assert (redate.waiting(), due(clock)) == (2, "2025-03-10")
    sweep.run(START)
    assert (redate.waiting(), due(clock)) == (0, "2025-03-11")
    far.refresh_from_db()
    assert (CalendarRevision.objects.first().moved, far.calendar_version) == (1, calendars.newest_version())
    assert Message.objects.visible_to(office.reviewer).get().template == "calendar.redated"


def test_publishing_a_year_ends_its_provisional_dates(office: Office, boss: Actor) -> None:
    clock = make_clock(starts_at=at("2026-12-20T09:00"), promised=5, department=office.department, role=Role.REVIEWER)
    assert clock.provisional
    # A sample: something of the year must be known before it can be declared published.
    services.set_override(actor=boss, date=day("2027-01-01"), is_workday=False, **ORDER)
    services.publish_year(actor=boss, year=2027, source="国办发明电〔2026〕7号")
    clock.refresh_from_db()
    assert not clock.provisional


def test_more_than_one_batch_is_counted_again(office: Office, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = [make_clock(starts_at=START, promised=5) for _number in range(7)]
    monkeypatch.setattr(redate, "BATCH", 3)
    close(boss)
    assert [due(clock) for clock in clocks].count("2025-03-11") == 3
    assert redate.catch_up() == 4
    assert {due(clock) for clock in clocks} == {"2025-03-11"}


def test_the_calendar_in_memory_notices_another_process(boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert calendars.current().is_workday(day("2025-03-05"))
    close(boss)
    assert calendars.current().is_workday(day("2025-03-05"))
    monkeypatch.setattr(calendars, "CHECK_SECONDS", 0)
    assert calendars.current().kind(day("2025-03-05")) == DayKind.LOCAL_DAY_OFF


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"source": ""}, "source"),
        ({"date": day("2025-03-08")}, "date"),
        ({"is_workday": True}, "date"),
        ({"date": day("1999-03-08")}, "date"),
        ({"closed": "evening", "is_workday": True}, "closed"),
        ({"closed": "morning"}, "closed"),
    ],
)
def test_an_override_without_ground_or_effect_is_refused(boss: Actor, changes: dict[str, object], field: str) -> None:
    wanted = {"date": day("2025-03-05"), "is_workday": False, **ORDER, **changes}
    with pytest.raises(InvalidInput) as caught:
        services.set_override(actor=boss, **wanted)
    assert list(caught.value.errors) == [field]
    assert CalendarOverride.objects.count() == 0


def test_only_an_administrator_changes_the_calendar(office: Office, boss: Actor) -> None:
    with pytest.raises(NotAllowed):
        close(Actor(office.head))
    override = close(boss)
    with pytest.raises(NotAllowed):
        services.remove_override(actor=Actor(office.head), override_id=override.pk)


def test_removing_twice_says_that_somebody_was_first(boss: Actor) -> None:
    override = close(boss)
    services.remove_override(actor=boss, override_id=override.pk)
    with pytest.raises(Stale):
        services.remove_override(actor=boss, override_id=override.pk)


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def test_everybody_reads_the_calendar(english: Client, office: Office) -> None:
    page = english.get("/deadlines/calendar/?year=2025").content.decode()
    assert "Public holiday · Spring Festival" in page
    assert "Make-up working day · Spring Festival" in page
    assert "Show what would change" not in page
    assert "Import a notice" not in page


def test_an_unpublished_year_says_so(english: Client, db: None) -> None:
    assert (
        "The schedule of this year is not published yet"
        in english.get("/deadlines/calendar/?year=2027").content.decode()
    )


@pytest.mark.parametrize("year", ["1800", "9999", "x", "20255", ""])
def test_a_strange_year_shows_a_known_one(english: Client, db: None, year: str) -> None:
    assert english.get(f"/deadlines/calendar/?year={year}").status_code == 200


def test_the_counter_answers_and_explains(english: Client, db: None) -> None:
    page = english.get("/deadlines/calendar/?start=2025-01-24&days=20&unit=workday").content.decode()
    assert "27 February 2025" in page
    assert page.count('<tr><td class="figure">') == 35


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("start=x&days=20&unit=workday", "Enter a valid date"),
        ("start=2025-01-24&days=-1&unit=workday", "greater than or equal to 0"),
        ("start=1999-01-24&days=2&unit=workday", "There is no working calendar for the year 1999"),
    ],
)
def test_the_counter_says_what_is_wrong(english: Client, db: None, query: str, words: str) -> None:
    assert words in english.get(f"/deadlines/calendar/?{query}").content.decode()
