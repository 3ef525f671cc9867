"""Duties that the law ends by itself: a late sweep gives what punctual sweeps would have given."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Role
from deadlines import expiry, services, sweep
from deadlines.models import Clock, ClockKind, FiredRung, SweepState
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.factories.deadlines import make_clock

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
KIND = ClockKind.REQUEST


class Owner:
    """The app that owns the duty: ends the clock of each subject, unless told to fail."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.fails: set[int] = set()

    def __call__(self, subjects: Sequence[int]) -> None:
        self.calls.append(list(subjects))
        if self.fails.intersection(subjects):
            raise RuntimeError("cannot")
        ids = Clock.objects.open().filter(kind=KIND, subject_id__in=subjects).values_list("id", flat=True)
        services.finish_many(clock_ids=list(ids))


@pytest.fixture
def owner() -> Iterator[Owner]:
    handler = Owner()
    expiry.register(KIND, handler)
    yield handler
    expiry.unregister(KIND)


def five_days(office: Office) -> Clock:
    return make_clock(
        kind=KIND,
        department=office.department,
        role=Role.REVIEWER,
        starts_at=START,
        promised=5,
        lawful=5,
        expires=True,
    )


def codes(clock: Clock) -> list[str]:
    return list(FiredRung.objects.filter(clock=clock).order_by("id").values_list("code", flat=True))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_the_owner_is_called_when_the_lawful_limit_has_passed(office: Office, owner: Owner) -> None:
    clock = five_days(office)
    sweep.run(at("2025-03-10T23:59:59"))
    assert owner.calls == []
    result = sweep.run(at("2025-03-11T00:00:00"))
    assert (owner.calls, result.expired) == ([[clock.subject_id]], 1)
    sweep.run(at("2025-03-11T00:01:00"))
    assert len(owner.calls) == 1


@pytest.mark.parametrize(
    "moments", [["2025-03-07T09:00", "2025-03-11T00:00", "2025-03-12T00:00", "2025-03-20T09:00"], ["2025-03-20T09:00"]]
)
def test_a_late_sweep_escalates_nothing_that_the_law_has_ended(
    office: Office, owner: Owner, moments: list[str]
) -> None:
    clock = five_days(office)
    for moment in moments:
        sweep.run(at(moment))
    assert codes(clock) == ["warn", "overdue", "lawful_overdue"]


def test_what_the_owner_cannot_end_goes_on_to_escalate_and_raises_an_alarm(office: Office, owner: Owner) -> None:
    good, bad = five_days(office), five_days(office)
    owner.fails = {bad.subject_id}
    result = sweep.run(at("2025-03-20T09:00"))
    assert (result.expired, result.failed) == (1, 1)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (good.is_open, bad.is_open, bad.alarm) == (False, True, "expiry_failed")
    assert codes(bad)[-2:] == ["escalate_head", "escalate_director"]
    alarms = Message.objects.filter(template="clock.expiry_failed", channel="inapp")
    assert list(alarms.values_list("recipient__username", flat=True)) == ["administrator"]
    assert SweepState.objects.get().error == "1 expiry handlers failed"


def test_an_alarm_about_the_same_clock_is_raised_once(office: Office, owner: Owner) -> None:
    clock = five_days(office)
    owner.fails = {clock.subject_id}
    for minute in range(3):
        sweep.run(at(f"2025-03-20T09:0{minute}"))
    assert Message.objects.filter(template="clock.expiry_failed", channel="inapp").count() == 1


def test_a_duty_without_lawful_limit_never_expires(office: Office, owner: Owner) -> None:
    make_clock(kind=KIND, department=office.department, role=Role.REVIEWER, starts_at=START, lawful=None)
    sweep.run(at("2026-03-20T09:00"))
    assert owner.calls == []


def test_a_duty_without_a_lawful_limit_ends_at_its_promised_one(office: Office, owner: Owner) -> None:
    clock = make_clock(
        kind=KIND,
        department=office.department,
        role=Role.REVIEWER,
        starts_at=START,
        promised=5,
        lawful=None,
        expires=True,
    )
    sweep.run(at("2025-03-10 23:59"))
    assert owner.calls == []
    # A week late, and still nobody is escalated for what has ended by itself.
    sweep.run(at("2025-03-20 09:00"))
    sweep.run(at("2025-03-20 09:01"))
    assert owner.calls == [[clock.subject_id]]
    assert codes(clock) == ["warn", "overdue"]
