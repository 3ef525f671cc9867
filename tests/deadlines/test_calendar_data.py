"""Which of several things said of one day counts, and what the database itself refuses."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import now
from deadlines import calendars, services, workhours
from deadlines.facts import Facts, NamedDay, Override, YearFacts
from deadlines.models import CalendarOverride, CalendarYear, HallHours, NoticeDay
from deadlines.notice import Notice
from deadlines.notice_yaml import from_yaml
from deadlines.seed import seed_hours
from deadlines.timetable import OFFICE_HOURS, Timetable
from deadlines.workdays import DayKind
from tests.deadlines.conftest import Office
from tests.deadlines.test_notice import SAMPLE, SOURCE
from tests.factories.deadlines import day

ZONE = ZoneInfo("Asia/Shanghai")
ORDER = {"name": "防汛停工", "source": "区防汛指挥部令第1号"}
SHORT = SAMPLE.replace("to: 2026-01-03", "to: 2026-01-02")
NEXT_YEAR = {day("2026-12-31"): NamedDay(False, "New Year's Day"), day("2027-01-01"): NamedDay(False, "New Year's Day")}


@pytest.fixture
def boss(office: Office) -> Actor:
    return Actor(office.administrator)


def in_force() -> Facts:
    return calendars.facts()


def test_an_imported_notice_replaces_the_days_of_the_package(boss: Actor) -> None:
    text = SAMPLE.replace("from: 2026-10-01, to: 2026-10-07", "from: 2026-10-01, to: 2026-10-06")
    services.import_year(actor=boss, notice=from_yaml(text))
    calendar = calendars.load()
    assert calendar.kind(day("2026-10-06")) == DayKind.HOLIDAY
    assert calendar.kind(day("2026-10-07")) == DayKind.WORKDAY
    assert calendar.specials[day("2026-10-06")].source == SOURCE
    assert calendar.kind(day("2025-10-07")) == DayKind.HOLIDAY


def test_a_local_change_counts_before_the_imported_notice(boss: Actor) -> None:
    services.import_year(actor=boss, notice=from_yaml(SAMPLE))
    services.set_override(actor=boss, date=day("2026-10-06"), is_workday=True, **ORDER)
    assert calendars.load().kind(day("2026-10-06")) == DayKind.LOCAL_WORKDAY
    services.remove_override(actor=boss, override_id=CalendarOverride.objects.get().pk)
    assert calendars.load().kind(day("2026-10-06")) == DayKind.HOLIDAY


def test_the_next_notice_reaches_back_into_december_whether_or_not_this_year_was_imported(boss: Actor) -> None:
    # A sample, not the schedule of 2027.
    services.import_year(actor=boss, notice=Notice(2027, "样例", [], [], NEXT_YEAR))
    assert calendars.load().kind(day("2026-12-31")) == DayKind.HOLIDAY
    services.import_year(actor=boss, notice=from_yaml(SAMPLE))
    assert calendars.load().kind(day("2026-12-31")) == DayKind.HOLIDAY
    services.withdraw_year(actor=boss, year=2027, reason="样例")
    assert calendars.load().kind(day("2026-12-31")) == DayKind.WORKDAY


def test_the_packages_december_days_belong_to_the_next_notice() -> None:
    # 2022-12-31 stands in the notice of 2023: it stays when 2022 is imported anew and goes with 2023.
    assert Facts(years={2022: YearFacts(False, "x")}).calendar().kind(day("2022-12-31")) == DayKind.HOLIDAY
    assert Facts(years={2023: YearFacts(False, "x")}).calendar().name(day("2022-12-31")) == ""


def test_a_day_of_another_years_notice_is_refused(boss: Actor) -> None:
    services.import_year(actor=boss, notice=Notice(2027, "样例", [], [], NEXT_YEAR))
    clash = Notice(2026, "样例", [], [], {day("2026-12-31"): NamedDay(True)})
    with pytest.raises(InvalidInput, match="2026-12-31"):
        services.import_year(actor=boss, notice=clash)


def test_importing_again_replaces_what_was_imported(boss: Actor) -> None:
    services.import_year(actor=boss, notice=from_yaml(SAMPLE))
    services.import_year(actor=boss, notice=from_yaml(SHORT))
    assert (CalendarYear.objects.count(), NoticeDay.objects.count()) == (1, 38)
    with pytest.raises(InvalidInput):
        services.import_year(actor=boss, notice=from_yaml(SHORT))


def test_a_withdrawn_year_counts_by_the_week_and_keeps_its_days(boss: Actor) -> None:
    services.import_year(actor=boss, notice=from_yaml(SAMPLE))
    services.withdraw_year(actor=boss, year=2026, reason="录入有误")
    calendar = calendars.load()
    assert not calendar.is_published(2026)
    assert (calendar.kind(day("2026-10-01")), calendar.kind(day("2026-01-04"))) == (DayKind.WORKDAY, DayKind.WEEKEND)
    assert NoticeDay.objects.count() == 39
    with pytest.raises(InvalidInput):
        services.withdraw_year(actor=boss, year=2026, reason="再次")
    services.publish_year(actor=boss, year=2026, source=SOURCE)
    assert calendars.load().kind(day("2026-10-01")) == DayKind.HOLIDAY
    with pytest.raises(InvalidInput):
        services.publish_year(actor=boss, year=2026, source=SOURCE)


def test_withdrawing_never_shortens_the_reach(boss: Actor) -> None:
    services.import_year(actor=boss, notice=Notice(2027, "样例", [], [], NEXT_YEAR))
    reach = calendars.load().last_year
    services.withdraw_year(actor=boss, year=2027, reason="样例")
    assert calendars.load().last_year == reach == 2042


def test_half_days_and_hours_of_the_hall_are_in_the_calendar(boss: Actor) -> None:
    week = {**OFFICE_HOURS.periods, 5: ((time(9), time(11)),)}
    services.set_hours(actor=boss, week=week)
    services.set_override(actor=boss, date=day("2026-03-04"), is_workday=True, closed="morning", **ORDER)
    calendar = calendars.load()
    assert calendar.hours == Timetable(week)
    assert calendar.opening(day("2026-03-04")) == ((time(13, 30), time(17, 30)),)
    # A make-up Saturday has its own hours once Saturday has some.
    assert calendar.opening(day("2026-02-14")) == ((time(9), time(11)),)
    start = datetime(2026, 3, 3, 16, 30, tzinfo=ZONE)
    assert workhours.add(calendar, start, timedelta(hours=4)) == datetime(2026, 3, 4, 16, 30, tzinfo=ZONE)


def test_four_working_hours_across_a_closed_afternoon() -> None:
    start = datetime(2025, 3, 5, 10, 0, tzinfo=ZONE)
    closed = Facts().with_override(day("2025-03-05"), Override(True, "汛", "令", "afternoon"))
    assert workhours.add(Facts().calendar(), start, timedelta(hours=4)) == datetime(2025, 3, 5, 15, 30, tzinfo=ZONE)
    assert workhours.add(closed.calendar(), start, timedelta(hours=4)) == datetime(2025, 3, 6, 10, 30, tzinfo=ZONE)


def test_without_any_hours_the_office_keeps_its_own(db: None) -> None:
    assert HallHours.objects.count() == 10
    HallHours.objects.all().delete()
    assert calendars.load().hours == OFFICE_HOURS
    seed_hours()
    assert HallHours.objects.count() == 10
    HallHours.objects.filter(weekday=4).delete()
    seed_hours()
    assert HallHours.objects.count() == 8


def test_reading_the_calendar_costs_five_statements_however_much_is_entered(boss: Actor) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            calendars.load()
        return len(seen)

    assert queries() == 5
    services.import_year(actor=boss, notice=from_yaml(SAMPLE))
    services.set_override(actor=boss, date=day("2026-03-04"), is_workday=False, **ORDER)
    assert queries() == 5


def hours(weekday: int, opens: time, closes: time) -> Callable[[], object]:
    return lambda: HallHours.objects.create(weekday=weekday, opens=opens, closes=closes)


@pytest.mark.parametrize(
    ("write", "constraint"),
    [
        (hours(0, time(11), time(13)), "hours_do_not_overlap"),
        (hours(5, time(12), time(9)), "hours_open_before_they_close"),
        (hours(7, time(9), time(12)), "hours_on_a_weekday"),
        (
            lambda: CalendarOverride.objects.create(
                date=day("2026-03-04"), is_workday=False, closed="morning", created_at=now(), **ORDER
            ),
            "half_day_is_worked",
        ),
        (
            lambda: CalendarOverride.objects.create(
                date=day("2026-03-04"), is_workday=True, closed="evening", created_at=now(), **ORDER
            ),
            "closed_half_known",
        ),
        (
            lambda: CalendarYear.objects.create(year=2027, source="样例").days.create(
                date=day("2027-01-01"), is_workday=False
            ),
            "holiday_has_a_name",
        ),
    ],
)
def test_the_database_refuses(db: None, write: Callable[[], object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def test_hours_that_touch_do_not_overlap(db: None) -> None:
    hours(0, time(12), time(13, 30))()
    assert HallHours.objects.filter(weekday=0).count() == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda actor, **seen: services.import_year(actor=actor, notice=from_yaml(SHORT), **seen),
        lambda actor, **seen: services.publish_year(actor=actor, year=2026, source=SOURCE, **seen),
        lambda actor, **seen: services.withdraw_year(actor=actor, year=2026, reason="x", **seen),
        lambda actor, **seen: services.set_hours(actor=actor, week={**OFFICE_HOURS.periods, 5: ((time(9), time(10)),)}, **seen),  # noqa: E501
    ],
    ids=["import", "publish", "withdraw", "hours"],
)  # fmt: skip
def test_every_change_asks_who_and_what_was_seen(office: Office, boss: Actor, change: Callable[..., object]) -> None:
    with pytest.raises(NotAllowed):
        change(Actor(office.head))
    version = calendars.newest_version()
    with pytest.raises(Stale):
        change(boss, seen=version - 1)
    change(boss, seen=version)
    assert calendars.newest_version() > version


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda boss: services.withdraw_year(actor=boss, year=2026, reason=" "), "reason"),
        (lambda boss: services.withdraw_year(actor=boss, year=2027, reason="x"), "year"),
        (lambda boss: services.withdraw_year(actor=boss, year=1999, reason="x"), "year"),
        (lambda boss: services.publish_year(actor=boss, year=2026, source=" "), "source"),
        (lambda boss: services.publish_year(actor=boss, year=2101, source="x"), "year"),
        (lambda boss: services.publish_year(actor=boss, year=2027, source="x"), "year"),
        (lambda boss: services.set_hours(actor=boss, week={}), "0"),
        (lambda boss: services.set_hours(actor=boss, week=OFFICE_HOURS.periods), ""),
        (lambda boss: services.set_hours(actor=boss, week={**OFFICE_HOURS.periods, 9: ((time(9), time(10)),)}), "9"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(boss: Actor, act: Callable[[Actor], object], field: str) -> None:
    version = calendars.newest_version()
    with pytest.raises(InvalidInput) as caught:
        act(boss)
    assert next(iter(caught.value.errors)) == field
    assert calendars.newest_version() == version
