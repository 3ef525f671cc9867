"""Rungs as data: for a kind, for a department, before and after, to whom, by which channel, when."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.actors import Actor
from accounts.models import Absence, Role
from common.errors import NotAllowed
from deadlines import redate, services, sweep
from deadlines.models import Clock, FiredRung, Rung
from ledger.models import Entry
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
GENERAL = ["warn", "overdue", "escalate_head", "escalate_director"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def rung(**fields: Any) -> Rung:
    return Rung.objects.create(**{"code": "soon", "anchor": "due", "offset": 0, "who": "handler", **fields})


def clock_of(office: Office, **fields: Any) -> Clock:
    given = {"department": office.department, "role": Role.REVIEWER, "starts_at": START, "promised": 5, "lawful": None}
    return make_clock(**{**given, **fields})


def moments(clock: Clock) -> dict[str, str]:
    pairs = zip(clock.rung_codes, clock.rung_at, strict=True)
    return {code: moment.astimezone(ZONE).isoformat(sep=" ")[:16] for code, moment in pairs}


def told(template: str = "clock.reminder", channel: str = "inapp") -> list[str]:
    rows = Message.objects.filter(template=template, channel=channel)
    return sorted(rows.values_list("recipient__username", flat=True))


def test_the_closest_row_counts(office: Office) -> None:
    """For the kind and department, else the department, else the kind, else all."""
    other = make_department()
    Rung.objects.filter(kind="", code="overdue").update(offset=0)
    rung(code="overdue", kind="step", offset=1)
    rung(code="overdue", department=office.department, offset=2)
    rung(code="overdue", kind="step", department=office.department, offset=3)
    found = {
        (kind, department.code): moments(clock_of(office, department=department, kind=kind))["overdue"][:10]
        for kind in ("step", "visit")
        for department in (office.department, other)
    }
    assert found == {
        ("step", "planning"): "2025-03-14",
        ("visit", "planning"): "2025-03-13",
        ("step", other.code): "2025-03-12",
        ("visit", other.code): "2025-03-11",
    }


def test_a_department_can_switch_a_rung_off(office: Office) -> None:
    rung(code="escalate_director", department=office.department, active=False, who="director")
    assert clock_of(office).rung_codes == GENERAL[:3]
    assert clock_of(office, department=make_department()).rung_codes == GENERAL


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        ({"offset": -3}, "2025-03-05 00:00"),
        ({"offset": -3, "unit": "calendar"}, "2025-03-07 00:00"),
        ({"offset": 2}, "2025-03-13 00:00"),
        ({"offset": 5, "unit": "calendar"}, "2025-03-16 00:00"),
        # The promised limit ends on Monday at midnight: two hours of Tuesday, then two before the end of Monday.
        ({"offset": 2, "unit": "workhour"}, "2025-03-11 10:30"),
        ({"offset": -2, "unit": "workhour"}, "2025-03-10 15:30"),
        ({"anchor": "warn", "offset": 0}, "2025-03-07 00:00"),
        ({"anchor": "warn", "offset": -1}, "2025-03-06 00:00"),
        ({"anchor": "warn", "offset": 1}, "2025-03-10 00:00"),
    ],
)
def test_before_and_after_in_each_unit(office: Office, fields: dict[str, Any], moment: str) -> None:
    rung(**fields)
    assert moments(clock_of(office))["soon"] == moment


def test_rungs_of_a_limit_in_hours(office: Office) -> None:
    """Four hours from Monday 16:00 end on Tuesday 11:00; the warning comes one hour before."""
    rung(offset=-2, unit="workhour")
    clock = clock_of(office, starts_at=at("2025-03-03T16:00"), unit="workhour", promised=4)
    assert moments(clock) == {
        "soon": "2025-03-04 09:00",
        "warn": "2025-03-04 10:00",
        "overdue": "2025-03-04 11:00",
        "escalate_head": "2025-03-06 00:00",
        "escalate_director": "2025-03-08 00:00",
    }
    assert [clock.light(at(f"2025-03-04T{hour}")) for hour in ("09:59", "10:00", "11:01")] == ["green", "yellow", "red"]
    assert [clock.days_left(at(f"2025-03-04T{hour}")) for hour in ("09:59", "10:01", "13:01")] == [1, 0, -1]
    sweep.run(at("2025-03-04T11:01"))
    assert "2025-03-04 11:00" in Message.objects.filter(template="clock.overdue", channel="inapp").get().text.body


@pytest.mark.parametrize(
    ("who", "people"),
    [
        ("handler", ["reviewer"]),
        ("substitute", ["second"]),
        ("head", ["head"]),
        ("director", ["director"]),
        ("leader", ["leader"]),
        ("supervisor", ["supervisor"]),
        ("nobody", []),
    ],
)
def test_whom_a_rung_tells(office: Office, who: str, people: list[str]) -> None:
    for name, role, where, extra in (
        ("second", Role.REVIEWER, office.department, {"is_substitute": True}),
        ("leader", Role.LEADER, office.hall, {}),
        ("supervisor", Role.SUPERVISOR, make_department(), {}),
        ("elsewhere", Role.REVIEWER, make_department(), {"is_substitute": True}),
    ):
        make_post(make_user(name), where, role, **extra)
    Rung.objects.all().delete()
    rung(who=who)
    clock = clock_of(office, handler=office.reviewer)
    sweep.run(at("2025-03-11T08:00"))
    clock.refresh_from_db()
    assert (told(), clock.alarm) == (people, "")


def test_the_substitute_that_somebody_away_has_named_comes_before_the_b_posts(office: Office) -> None:
    named = make_user("named")
    make_post(make_user("second"), office.department, Role.REVIEWER, is_substitute=True)
    Absence.objects.create(
        user=office.reviewer, substitute=named, kind=Absence.Kind.SICK, starts_on=at("2025-03-10T00:00").date(),
        ends_on=at("2025-03-12T00:00").date(), entered_by=office.head, entered_at=START,
    )  # fmt: skip
    Rung.objects.all().delete()
    rung(who="substitute")
    clock_of(office, handler=office.reviewer)
    sweep.run(at("2025-03-11T08:00"))
    assert told() == ["named"]


def test_no_substitute_is_an_alarm(office: Office) -> None:
    Rung.objects.all().delete()
    rung(who="substitute")
    clock = clock_of(office)
    sweep.run(at("2025-03-11T08:00"))
    clock.refresh_from_db()
    assert (told("clock.alarm"), clock.alarm) == (["administrator"], "no_recipient")


def test_a_rung_of_a_department_tells_by_its_own_row(office: Office) -> None:
    rung(code="overdue", department=office.department, who="head")
    clock_of(office)
    clock_of(office, department=make_department(), handler=make_user("somebody"))
    sweep.run(at("2025-03-11T08:00"))
    assert told("clock.overdue") == ["head", "somebody"]


def test_quiet_hours_and_the_daily_summary_hold_back_what_leaves_the_hall(office: Office) -> None:
    Rung.objects.all().delete()
    rung(code="loud", quiet=False)
    rung(code="calm", quiet=True)
    rung(code="daily", quiet=True, digest=True)
    clock_of(office)
    sweep.run(at("2025-03-11T00:00:01"))
    inapp = Message.objects.filter(channel="inapp")
    assert (inapp.count(), inapp.exclude(status="sent").count()) == (3, 0)
    mails = Message.objects.filter(channel="email").order_by("id")
    waits = {mail.dedupe_key.split(":")[2]: mail.next_try_at.astimezone(ZONE).isoformat()[:16] for mail in mails}
    assert waits == {"loud": "2025-03-11T00:00", "calm": "2025-03-11T07:30", "daily": "2025-03-11T08:30"}


def test_a_rung_may_name_its_channels(office: Office) -> None:
    Rung.objects.all().delete()
    rung(code="quiet", channels=["sms"])
    clock_of(office)
    sweep.run(at("2025-03-11T08:00"))
    assert (told(), told(channel="email")) == (["reviewer"], [])


def test_a_changed_rung_reaches_open_duties_and_repeats_nothing(office: Office) -> None:
    boss = Actor(office.administrator)
    clock = clock_of(office)
    sweep.run(at("2025-03-07T08:00"))
    general = Rung.objects.get(kind="", code="overdue")
    general.offset = 2
    services.save_rung(actor=boss, rung=general)
    services.save_rung(actor=boss, rung=Rung(code="warn", kind="step", anchor="warn", offset=1, who="handler"))
    redate.catch_up()
    clock.refresh_from_db()
    assert moments(clock) == {
        "warn": "2025-03-07 00:00",
        "escalate_head": "2025-03-12 00:00",
        "overdue": "2025-03-13 00:00",
        "escalate_director": "2025-03-14 00:00",
    }
    sweep.run(at("2025-03-30T08:00"))
    fired = FiredRung.objects.filter(clock=clock).order_by("due_at").values_list("code", flat=True)
    assert list(fired) == ["warn", "escalate_head", "overdue", "escalate_director"]
    assert Entry.objects.filter(act="rung.saved").count() == 2
    # No date has moved, so nothing was counted anew on record and nobody was bothered.
    assert not Entry.objects.filter(act="clock.redated").exists()
    assert told("calendar.redated") == []


def test_a_removed_row_gives_way_to_the_wider_one(office: Office) -> None:
    boss = Actor(office.administrator)
    own = services.save_rung(actor=boss, rung=Rung(code="overdue", kind="step", anchor="due", offset=4, who="head"))
    clock = clock_of(office)
    assert moments(clock)["overdue"] == "2025-03-15 00:00"
    services.remove_rung(actor=boss, rung=own)
    redate.catch_up()
    clock.refresh_from_db()
    assert moments(clock)["overdue"] == "2025-03-11 00:00"


def test_only_administrators_change_rungs(office: Office) -> None:
    with pytest.raises(NotAllowed):
        services.save_rung(actor=Actor(office.head), rung=Rung(code="x", anchor="due", who="head"))
    assert not Rung.objects.filter(code="x").exists()
