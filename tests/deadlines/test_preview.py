"""A preview says exactly what saving then does, and writes nothing."""

import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from accounts.actors import Actor
from accounts.models import Role
from deadlines import calendars, preview, proposals, redate, services
from deadlines.facts import Facts
from deadlines.models import CalendarRevision, Clock, Ground
from deadlines.notice_yaml import from_yaml
from deadlines.recount import Change
from deadlines.timetable import OFFICE_HOURS
from ledger.models import Entry
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.deadlines.test_notice import SAMPLE
from tests.factories.deadlines import day, make_clock
from tests.queries import statements

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
ORDER = {"name": "防汛停工", "source": "区防汛指挥部令第1号"}

Dates = tuple[datetime, datetime, datetime | None, bool]


@pytest.fixture
def boss(office: Office) -> Actor:
    return Actor(office.administrator)


def dates() -> dict[UUID, Dates]:
    rows = Clock.objects.values_list("pk", "warn_at", "due_at", "lawful_due_at", "provisional")
    return {pk: tuple(rest) for pk, *rest in rows}


def shown(changes: list[Change]) -> dict[UUID, Dates]:
    return {
        one.clock.pk: (one.news.warn_at, one.news.due_at, one.news.lawful_due_at, one.news.provisional)
        for one in changes
    }


def look(change: Callable[[Facts], Facts]) -> list[Change]:
    facts = calendars.facts()
    return list(preview.affected(facts.calendar(), change(facts).calendar()))


def many_clocks(office: Office, boss: Actor, seed: int) -> None:
    """Clocks of every unit from the end of 2024 to the end of 2026, some stopped, resumed, extended or done."""
    pick = random.Random(seed)
    for number in range(150):
        days = pick.randint(-5, 2) if number % 3 == 0 else pick.randint(-70, 660)
        start = START + timedelta(days=days, hours=pick.randint(0, 9), minutes=pick.randint(0, 59))
        unit = pick.choice(["workday", "workday", "calendar", "workhour"])
        promised = pick.randint(0, 20)
        clock = make_clock(
            department=office.department, role=Role.REVIEWER, starts_at=start, unit=unit, promised=promised,
            lawful=pick.choice([None, promised, promised + 15]), warn=pick.randint(0, 3), extension_cap=10,
        )  # fmt: skip
        fate = pick.choice(["open", "open", "stopped", "resumed", "extended", "done"])
        began = start + timedelta(hours=1)
        if fate in ("stopped", "resumed"):
            stop(clock, began, pick.randint(1, 20), None if fate == "stopped" else began + timedelta(days=8))
        elif fate == "extended":
            Clock.objects.filter(pk=clock.pk).update(extended=pick.randint(1, 10))
        elif fate == "done":
            services.finish_many(clock_ids=[clock.pk], at=began)
    # What was put in by hand is counted before anything is compared.
    redate.revise(reason="start", user_id=None)
    redate.catch_up()
    calendars.invalidate()


def stop(clock: Clock, began: datetime, planned: int, ended: datetime | None) -> None:
    clock.stops.create(
        ordinal=1, ground=Ground.HEARING, reason="听证", planned_days=planned,
        planned_until=began + timedelta(days=planned), starts_at=began, ends_at=ended, entered_at=began,
    )  # fmt: skip


AFTERNOON = {"date": day("2025-03-05"), "is_workday": True, "closed": "afternoon", **ORDER}
SHORT_WEEK = {**OFFICE_HOURS.periods, 4: ((time(8, 30), time(12)),)}
NOTICE = SAMPLE.replace("2026-02-23", "2026-02-24")

CHANGES: dict[str, tuple[Callable[[Facts], Facts], Callable[[Actor], Any]]] = {
    "closed": (
        lambda facts: proposals.override(facts, date=day("2025-03-05"), is_workday=False, **ORDER),
        lambda actor: services.set_override(actor=actor, date=day("2025-03-05"), is_workday=False, **ORDER),
    ),
    "worked": (
        lambda facts: proposals.override(facts, date=day("2025-10-05"), is_workday=True, **ORDER),
        lambda actor: services.set_override(actor=actor, date=day("2025-10-05"), is_workday=True, **ORDER),
    ),
    "half": (
        lambda facts: proposals.override(facts, **AFTERNOON),
        lambda actor: services.set_override(actor=actor, **AFTERNOON),
    ),
    "hours": (
        lambda facts: proposals.opening(facts, week=SHORT_WEEK),
        lambda actor: services.set_hours(actor=actor, week=SHORT_WEEK),
    ),
    "withdrawn": (
        lambda facts: proposals.withdrawal(facts, year=2026, reason="通知撤回"),
        lambda actor: services.withdraw_year(actor=actor, year=2026, reason="通知撤回"),
    ),
    "imported": (
        lambda facts: proposals.imported(facts, notice=from_yaml(NOTICE)),
        lambda actor: services.import_year(actor=actor, notice=from_yaml(NOTICE)),
    ),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", CHANGES)
def test_the_preview_is_what_saving_does(office: Office, boss: Actor, name: str, seed: int) -> None:
    many_clocks(office, boss, seed)
    ask, save = CHANGES[name]
    before, records = dates(), Entry.objects.count()
    found = look(ask)
    assert (dates(), Entry.objects.count()) == (before, records)
    save(boss)
    after = dates()
    assert shown(found) == {pk: after[pk] for pk in after if after[pk] != before[pk]}
    assert found
    assert CalendarRevision.objects.first().moved == sum(change.moved for change in found)
    assert redate.waiting() == 0


def test_a_clock_counted_with_an_older_calendar_is_in_the_preview(office: Office, boss: Actor) -> None:
    calendars.current()
    services.set_override(actor=boss, date=day("2025-03-05"), is_workday=False, **ORDER)
    # As a process that had not noticed would have armed it.
    late = make_clock(starts_at=START, promised=5)
    far = day("2025-12-01")
    found = look(lambda facts: proposals.override(facts, date=far, is_workday=False, **ORDER))
    assert [change.clock.pk for change in found] == [late.pk]


def test_only_clocks_that_can_be_touched_are_read(office: Office) -> None:
    near = make_clock(starts_at=START, promised=5, lawful=None)
    make_clock(starts_at=START + timedelta(days=60), promised=5, lawful=None)
    facts = calendars.facts()
    then = proposals.override(facts, date=day("2025-03-05"), is_workday=False, **ORDER).calendar()
    stretches = preview.changed_stretches(facts.calendar(), then)
    assert stretches == [(day("2025-03-05"), day("2025-03-05"))]
    assert [clock.pk for clock in preview._touchable(stretches, 0)] == [near.pk]


def test_days_that_touch_are_one_stretch_and_many_are_looked_at_as_one(office: Office) -> None:
    facts = calendars.facts()
    then = facts
    for text in ("2025-03-07", "2025-03-10", "2025-03-12"):
        then = proposals.override(then, date=day(text), is_workday=False, **ORDER)
    assert preview.changed_stretches(facts.calendar(), then.calendar()) == [
        (day("2025-03-07"), day("2025-03-10")),
        (day("2025-03-12"), day("2025-03-12")),
    ]
    fridays = proposals.opening(facts, week=SHORT_WEEK).calendar()
    stretch = preview.changed_stretches(facts.calendar(), fridays)
    assert len(stretch) == 1
    assert stretch[0][0] == day("2004-01-02")


def test_the_summary_counts_by_department_and_kind(office: Office, boss: Actor) -> None:
    for _number in range(3):
        make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=5)
    make_clock(starts_at=START, promised=20, lawful=None, kind="visit")
    soon = make_clock(starts_at=START, promised=2, lawful=None, department=office.hall)
    make_clock(starts_at=START, promised=1, lawful=None)
    found = preview.summary(look(CHANGES["closed"][0]))
    assert (found.total, found.moved, found.later, found.earlier) == (5, 5, 5, 0)
    assert found.departments == {office.department: 3, None: 1, office.hall: 1}
    assert found.kinds == {"step": 4, "visit": 1}
    assert found.earliest.clock == soon
    assert found.first[0].clock == soon
    assert preview.move_of(found.largest) == max(preview.move_of(change) for change in found.first)


def test_the_list_is_cut_and_the_total_is_not(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "SHOWN", 2)
    monkeypatch.setattr(preview, "BATCH", 3)
    for _number in range(7):
        make_clock(starts_at=START, promised=5)
    found = preview.summary(look(CHANGES["closed"][0]))
    assert (found.total, len(found.first)) == (7, 2)


def test_a_preview_costs_the_same_for_one_clock_and_many(office: Office) -> None:
    def ask() -> None:
        [str(change.clock.department) for change in look(CHANGES["closed"][0])]

    make_clock(department=office.department, starts_at=START, promised=5)
    one = statements(ask)
    for _number in range(30):
        make_clock(department=office.department, starts_at=START, promised=5)
    assert (statements(ask), len(look(CHANGES["closed"][0]))) == (one, 31)


def test_a_withdrawn_year_makes_its_dates_provisional_and_publishing_it_certain(office: Office, boss: Actor) -> None:
    clock = make_clock(
        department=office.department, role=Role.REVIEWER, starts_at=START + timedelta(days=400), promised=5, lawful=None
    )
    services.withdraw_year(actor=boss, year=2026, reason="通知撤回")
    clock.refresh_from_db()
    assert clock.provisional
    services.publish_year(actor=boss, year=2026, source="国办发明电〔2025〕7号")
    clock.refresh_from_db()
    assert not clock.provisional
    told = Message.objects.visible_to(office.reviewer).order_by("pk").values_list("template", flat=True)
    assert list(told) == ["calendar.provisional", "calendar.certain"]
    assert [entry.data["provisional"] for entry in Entry.objects.filter(act="clock.redated").order_by("pk")] == [
        True,
        False,
    ]
