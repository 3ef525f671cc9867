"""Several workers and one digest: real connections, nobody gets half of it."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from common.time import now
from notifications import delivery
from notifications.delivery import Delivered, deliver_pending
from notifications.models import Message
from notifications.services import Notice, notify_many
from tests.factories.accounts import make_user
from tests.fixtures_processes import wait_until
from tests.notifications.conftest import Flaky

pytestmark = pytest.mark.django_db(transaction=True)


def reminder(people: list[User]) -> Notice:
    return Notice(people, "clock.warn", {"title": "立项", "due": "2025-03-12"}, digest=True)


@pytest.fixture
def people(flaky: Flaky) -> list[User]:
    """Thirty people with twenty reminders each that are due for the digest, written in turn."""
    people = [make_user(f"p{number}", email="", language="en") for number in range(30)]
    notify_many(
        [Notice(people, "clock.warn", {"title": str(number), "due": "2025-03-12"}, digest=True) for number in range(20)]
    )
    Message.objects.filter(channel="flaky").update(next_try_at=now() - timedelta(minutes=1))
    return people


def at_once(works: list[Callable[[], Delivered]]) -> list[Delivered]:
    """Each on a thread and connection of its own, all beginning together; a failure is the test's."""
    barrier = Barrier(len(works))
    results: list[Delivered] = []
    failures: list[BaseException] = []

    def one(work: Callable[[], Delivered]) -> None:
        barrier.wait()
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  (raised again below)
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return results


def assert_each_has_one_whole_digest(people: list[User], flaky: Flaky) -> None:
    assert flaky.sent == ["Daily summary: 20 reminders"] * len(people)
    names = Counter(name for name, _body, _link in flaky.letters)
    assert names == Counter(person.username for person in people)
    rows = Message.objects.filter(channel="flaky").values_list("status", "attempts")
    assert set(rows) == {("sent", 1)}


@pytest.mark.parametrize("batch", [1, 4, 50])
def test_four_workers_at_once_send_each_digest_once(
    people: list[User], flaky: Flaky, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(delivery, "BATCH", batch)
    results = at_once([deliver_pending] * 4)
    # A person whom one worker holds is passed over by the others; never left to nobody.
    assert sum(result.sent for result in results) == 600
    assert_each_has_one_whole_digest(people, flaky)


def test_a_worker_that_looked_before_the_other_had_claimed_finds_nothing_left(people: list[User], flaky: Flaky) -> None:
    """The second has seen who has a digest, and gets at their rows when the first has let them go."""
    results: list[Delivered] = []

    def slowly(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == delivery.DIGEST_READERS:
            # What it sees is settled at the beginning of the statement; only then it waits.
            sql = "WITH pause AS MATERIALIZED (SELECT pg_advisory_xact_lock(77))" + sql.replace(
                "WHERE u.id >", "WHERE (SELECT count(*) FROM pause) = 1 AND u.id >"
            )
        return execute(sql, params, many, context)

    def second() -> None:
        with connection.execute_wrapper(slowly):
            results.append(deliver_pending())
        connection.close()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(77)")
        worker = Thread(target=second)
        worker.start()
        wait_until(_somebody_waits, what="the second worker")
        first = deliver_pending()
        cursor.execute("SELECT pg_advisory_unlock(77)")
        worker.join()
    assert (first.sent, results) == (600, [Delivered()])
    assert_each_has_one_whole_digest(people, flaky)


def _somebody_waits() -> bool:
    """In this test's database; pg_locks, because pg_stat_activity stays as it was until a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM pg_locks waiting JOIN pg_locks other USING (pid)
                              JOIN pg_database d ON d.oid = other.database
                              WHERE NOT waiting.granted AND d.datname = current_database())"""
        )
        return cursor.fetchone() == (True,)


def test_a_person_whose_row_somebody_holds_gets_it_with_the_next_run(people: list[User], flaky: Flaky) -> None:
    held, sent = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=people[7].pk)
            held.set()
            sent.wait(20)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    held.wait(20)
    first = deliver_pending()
    sent.set()
    holder.join()
    second = deliver_pending()
    assert (first.sent, second.sent) == (580, 20)
    assert_each_has_one_whole_digest(people, flaky)


def test_a_message_that_somebody_holds_is_waited_for_and_not_left_out(people: list[User], flaky: Flaky) -> None:
    """Passing over locked messages would make two digests of one when two workers meet at a person."""
    results: list[Delivered] = []

    def work() -> None:
        results.append(deliver_pending())
        connection.close()

    worker = Thread(target=work)
    with transaction.atomic():
        held = Message.objects.filter(channel="flaky", recipient=people[3])[5:6]
        assert len(Message.objects.select_for_update().filter(pk__in=list(held.values_list("pk", flat=True)))) == 1
        worker.start()
        wait_until(_somebody_waits, what="the worker")
    worker.join()
    assert results == [Delivered(sent=600)]
    assert_each_has_one_whole_digest(people, flaky)


def test_a_message_that_is_written_while_a_digest_is_sent_waits_for_the_next_one(
    people: list[User], flaky: Flaky
) -> None:
    """Sending holds no lock: whoever writes to the same person meanwhile is not kept waiting."""

    def write() -> Delivered:
        notify_many([reminder(people)])
        return Delivered()

    def once() -> None:
        flaky.after = lambda: None
        at_once([write])

    flaky.after = once
    assert deliver_pending().sent == 600
    assert Message.objects.filter(channel="flaky", status="pending").count() == 30
