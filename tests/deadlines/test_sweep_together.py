"""Several sweeps, and sweeps among people: real connections, every rung once, nobody blocked."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Event, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from accounts.actors import Actor
from accounts.models import Role
from deadlines import services, sweep
from deadlines.models import Clock, FiredRung
from ledger.models import Entry
from ledger.selectors import first_break
from ledger.services import record
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.factories.deadlines import make_clock

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
LATER = datetime(2025, 3, 21, 8, 0, tzinfo=ZONE)


@pytest.fixture
def clocks(committed_office: Office) -> list[Clock]:
    return [
        make_clock(
            department=committed_office.department,
            role=Role.REVIEWER,
            starts_at=START,
            promised=5,
            # Few subjects for many clocks: the sweeps meet at the ledger's heads.
            subject=("tests.thing", number % 7),
        )
        for number in range(60)
    ]


def together(*works: Callable[[], object]) -> list[Exception]:
    """Run each on a thread and connection of its own, all beginning at once."""
    barrier = Barrier(len(works))
    failures: list[Exception] = []

    def one(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001  (the test looks at it)
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def assert_each_rung_once(clocks: list[Clock]) -> None:
    assert FiredRung.objects.count() == 4 * len(clocks)
    assert Entry.objects.filter(act__startswith="clock.").count() == 4 * len(clocks)
    assert Message.objects.filter(channel="inapp").count() == 4 * len(clocks)
    assert first_break() is None


def test_four_sweeps_at_once_fire_each_rung_once(clocks: list[Clock], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 10)
    works = [lambda: sweep.run(LATER)] * 4
    assert together(*works) == []
    sweep.run(LATER)
    assert_each_rung_once(clocks)


def test_a_sweep_that_dies_in_the_middle_is_made_good_by_the_next(
    clocks: list[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 10)
    batch = sweep._climb_batch
    calls = []

    def dying(*arguments: object) -> int:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return batch(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(sweep, "_climb_batch", dying)
        with pytest.raises(KeyboardInterrupt):
            sweep.run(LATER)
    assert FiredRung.objects.count() == 80
    sweep.run(LATER)
    assert_each_rung_once(clocks)


def test_a_clock_that_somebody_holds_is_left_to_the_next_sweep(clocks: list[Clock]) -> None:
    held, swept = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Clock.objects.select_for_update().get(pk=clocks[0].pk)
            held.set()
            swept.wait(20)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    held.wait(20)
    first = sweep.run(LATER)
    swept.set()
    holder.join()
    second = sweep.run(LATER)
    assert (first.fired, second.fired) == (4 * 59, 4)
    assert_each_rung_once(clocks)


def test_when_a_person_and_the_sweep_wait_for_each_other_the_person_wins(clocks: list[Clock]) -> None:
    """The person holds the ledger head of a case and then ends its clocks; the sweep does it the other way round."""
    has_head, went_on = Event(), Event()
    failures: list[Exception] = []

    def person() -> None:
        mine = [clock.pk for clock in clocks if clock.subject_id == 0]
        try:
            with transaction.atomic():
                record(actor=Actor.system(), subject=("tests.thing", 0), act="case.moved")
                has_head.set()
                # By now the sweep holds the clocks of the case and waits for its head.
                went_on.wait(0.3)
                services.finish_many(clock_ids=mine, at=START)
        except Exception as error:  # noqa: BLE001  (the test looks at it)
            failures.append(error)
        finally:
            connection.close()

    thread = Thread(target=person)
    thread.start()
    has_head.wait(20)
    sweep.run(LATER)
    thread.join()
    sweep.run(LATER)
    assert failures == []
    done = [clock for clock in clocks if clock.subject_id == 0]
    assert FiredRung.objects.filter(clock__in=done).count() in (0, 4 * len(done))
    assert FiredRung.objects.exclude(clock__in=done).count() == 4 * (len(clocks) - len(done))
    assert first_break() is None


def test_a_subject_that_somebody_writes_to_holds_up_nothing_else(clocks: list[Clock]) -> None:
    held, swept = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            record(actor=Actor.system(), subject=("tests.thing", 0), act="case.moved")
            held.set()
            swept.wait(30)
        connection.close()

    record(actor=Actor.system(), subject=("tests.thing", 0), act="case.opened")
    holder = Thread(target=hold)
    holder.start()
    held.wait(20)
    first = sweep.run(LATER)
    swept.set()
    holder.join()
    busy = sum(clock.subject_id == 0 for clock in clocks)
    assert (first.fired, first.put_off) == (4 * (len(clocks) - busy), False)
    sweep.run(LATER)
    assert_each_rung_once(clocks)


def test_a_subject_whose_first_entry_is_being_written_puts_the_sweep_off(clocks: list[Clock]) -> None:
    held, swept = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            record(actor=Actor.system(), subject=("tests.thing", 0), act="case.opened")
            held.set()
            swept.wait(30)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    held.wait(20)
    first = sweep.run(LATER)
    swept.set()
    holder.join()
    assert first.put_off
    sweep.run(LATER)
    assert_each_rung_once(clocks)
