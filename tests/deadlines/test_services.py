"""Arming and ending clocks: dates, lights, outcomes, and a constant number of statements."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.actors import Actor
from accounts.models import Role
from common.errors import InvalidInput
from deadlines import services
from deadlines.models import Clock, ClockKind, Rung
from deadlines.services import ClockSpec, arm_many
from tests.deadlines.conftest import Office
from tests.factories.deadlines import make_clock
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
SYSTEM = Actor.system()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def shown(moment: datetime) -> str:
    return moment.astimezone(ZONE).isoformat(sep=" ")[:19]


def test_a_limit_ends_with_its_last_working_day_and_warns_one_day_before() -> None:
    clock = make_clock(starts_at=at("2025-01-24T09:00"), promised=5, lawful=20)
    assert shown(clock.due_at) == "2025-02-07 23:59:59"
    assert shown(clock.warn_at) == "2025-02-06 00:00:00"
    assert clock.lawful_due_at is not None
    assert shown(clock.lawful_due_at) == "2025-02-27 23:59:59"


@pytest.mark.parametrize("hour", ["00:00", "12:00", "23:59"])
def test_the_hour_of_the_event_does_not_matter(hour: str) -> None:
    assert shown(make_clock(starts_at=at(f"2025-03-03T{hour}"), promised=1).due_at) == "2025-03-04 23:59:59"


def test_the_day_of_the_event_is_taken_in_the_time_zone_of_the_hall() -> None:
    utc_evening = datetime.fromisoformat("2025-03-03T17:00:00+00:00")
    assert shown(make_clock(starts_at=utc_evening, promised=1).due_at) == "2025-03-05 23:59:59"


def test_calendar_days() -> None:
    clock = make_clock(starts_at=at("2025-01-24T09:00"), promised=8, lawful=60, unit="calendar")
    assert shown(clock.due_at) == "2025-02-01 23:59:59"
    # Yellow on the last working day before the due Saturday, which lies in the holidays.
    assert shown(clock.warn_at) == "2025-01-27 00:00:00"


@pytest.mark.parametrize(
    ("promised", "warning"),
    [(0, "2025-03-03 00:00:00"), (1, "2025-03-04 00:00:00"), (2, "2025-03-04 00:00:00"), (3, "2025-03-05 00:00:00")],
)
def test_a_short_duty_is_not_born_yellow_unless_it_is_due_today(promised: int, warning: str) -> None:
    assert shown(make_clock(starts_at=at("2025-03-03T09:00"), promised=promised).warn_at) == warning


def test_a_matter_may_warn_earlier() -> None:
    clock = make_clock(starts_at=at("2025-03-03T09:00"), promised=10, warn=3)
    assert shown(clock.warn_at) == "2025-03-12 00:00:00"


@pytest.mark.parametrize(
    ("moment", "light", "days"),
    [
        ("2025-03-03T10:00", "green", 5),
        ("2025-03-06T23:59", "green", 2),
        ("2025-03-07T00:00", "yellow", 1),
        ("2025-03-10T23:59", "yellow", 0),
        ("2025-03-11T00:00", "red", -1),
    ],
)
def test_lights_are_derived_from_the_row_and_the_time(moment: str, light: str, days: int) -> None:
    clock = make_clock(starts_at=at("2025-03-03T10:00"), promised=5)
    assert (clock.light(at(moment)), clock.days_left(at(moment))) == (light, days)
    assert Clock.objects.with_light(at(moment)).get().shown_light == light
    assert Clock.objects.in_light(light, at(moment)).count() == 1


def test_a_date_in_an_unpublished_year_is_provisional() -> None:
    assert make_clock(starts_at=at("2026-12-20T09:00"), promised=5, lawful=20).provisional
    assert not make_clock(starts_at=at("2026-11-02T09:00"), promised=5, lawful=20).provisional


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"promised": 21}, "promised"),
        ({"starts_at": at("2003-01-01T09:00")}, "starts_at"),
        ({"kind": "tea"}, "kind"),
    ],
)
def test_what_cannot_be_counted_is_refused_at_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_clock(**{"starts_at": at("2025-03-03T09:00"), **changes})
    assert list(caught.value.errors) == [field]
    assert Clock.objects.count() == 0


def test_arming_many_costs_as_much_as_arming_one() -> None:
    def specs(count: int) -> list[ClockSpec]:
        return [
            ClockSpec(kind=ClockKind.STEP, subject=("tests.thing", n), title=str(n), promised=n % 9, lawful=20)
            for n in range(count)
        ]

    make_clock()
    for count in (1, 200):
        # The ladders and one INSERT; the calendar is in memory.
        with CaptureQueriesContext(connection) as seen:
            clocks = arm_many(specs=specs(count), actor=SYSTEM)
        assert len(seen) == 2
        assert [clock.subject_id for clock in clocks] == list(range(count))


def test_the_id_may_be_known_beforehand() -> None:
    known = uuid4()
    assert make_clock(id=known).pk == known


def test_the_rungs_of_a_kind_replace_the_general_ones() -> None:
    Rung.objects.create(kind="visit", code="escalate_head", anchor="due", offset=5, who="head")
    Rung.objects.create(kind="visit", code="escalate_director", anchor="due", offset=3, who="director", active=False)
    Rung.objects.create(kind="visit", code="soon", anchor="warn", offset=0, who="handler")
    visit, step = make_clock(kind=ClockKind.VISIT, lawful=None), make_clock(lawful=None)
    assert visit.rung_codes == ["soon", "warn", "overdue", "escalate_head"]
    assert step.rung_codes == ["warn", "overdue", "escalate_head", "escalate_director"]


@pytest.mark.parametrize(
    ("moment", "outcome", "breached", "lawfully"),
    [
        ("2025-03-10T23:59", "met", False, False),
        ("2025-03-11T00:01", "late", True, False),
        ("2025-05-30T00:01", "late", True, True),
    ],
)
def test_finishing_says_whether_the_limits_were_kept(moment: str, outcome: str, breached: bool, lawfully: bool) -> None:
    clock = make_clock(starts_at=at("2025-03-03T10:00"), promised=5, lawful=20)
    assert services.finish_many(clock_ids=[clock.pk], at=at(moment)) == 1
    clock.refresh_from_db()
    assert (clock.outcome, clock.finished_at, clock.next_rung_at) == (outcome, at(moment), None)
    assert (clock.breached_at is not None, clock.lawful_breached_at is not None) == (breached, lawfully)
    assert clock.is_lawfully_overdue() == lawfully
    assert clock.light() == "done"


def test_finishing_twice_changes_nothing() -> None:
    clock = make_clock(starts_at=at("2025-03-03T10:00"))
    services.finish_many(clock_ids=[clock.pk], at=at("2025-03-04T10:00"))
    assert services.finish_many(clock_ids=[clock.pk], at=at("2026-03-04T10:00")) == 0
    clock.refresh_from_db()
    assert clock.finished_at == at("2025-03-04T10:00")


def test_cancelling_keeps_a_breach() -> None:
    clock = make_clock(starts_at=at("2025-03-03T10:00"), promised=5)
    services.cancel_many(clock_ids=[clock.pk], at=at("2025-03-20T10:00"))
    clock.refresh_from_db()
    assert (clock.outcome, clock.breached_at) == ("cancelled", clock.due_at)


def test_ending_and_assigning_many_is_one_statement(
    office: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [make_clock(department=office.department, role=Role.REVIEWER).pk for _number in range(20)]
    with django_assert_num_queries(1):
        assert services.assign_many(clock_ids=ids, handler_id=office.reviewer.pk) == 20
    with django_assert_num_queries(1):
        assert services.finish_many(clock_ids=ids) == 20
    assert services.assign_many(clock_ids=ids, handler_id=None) == 0


def test_nothing_to_do_is_no_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert arm_many(specs=[], actor=SYSTEM) == []
        assert services.finish_many(clock_ids=[]) == 0


def test_open_clocks_of_departments(office: Office) -> None:
    mine = make_clock(department=office.department)
    done = make_clock(department=office.department)
    make_clock()
    services.finish_many(clock_ids=[done.pk])
    assert list(Clock.objects.open().for_department(office.department.pk)) == [mine]
    assert Clock.objects.for_department([office.department.pk]).count() == 2
