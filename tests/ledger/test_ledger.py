"""The chain: written in order, never changed, and any tampering is named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from threading import Barrier, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts.actors import Actor
from ledger.models import Entry, Head
from ledger.selectors import first_break, timeline
from ledger.services import Record, record, record_many
from tests.factories.accounts import make_user

CASE = ("tests.case", 7)


@pytest.fixture
def actor(db: None) -> Actor:
    return Actor(make_user("clerk"), on_behalf_of="示例公司", mandate_id=3)


@contextmanager
def triggers_off() -> Iterator[None]:
    """As somebody with the database's own rights could do it."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def write(actor: Actor, *acts: str, subject: tuple[str, int] = CASE) -> list[int]:
    record_many(actor=actor, records=[Record(subject, act, {"n": number}) for number, act in enumerate(acts)])
    return list(timeline(subject).values_list("id", flat=True))


def test_a_row_says_who_for_whom_what_and_when(actor: Actor) -> None:
    moment = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
    record(actor=actor, subject=actor.user, act="person.named", data={"name": "王五"}, at=moment)
    entry = timeline(actor.user).get()
    assert (entry.subject_type, entry.subject_id, entry.seq) == ("accounts.user", actor.user_id, 1)
    assert (entry.actor, entry.on_behalf_of, entry.mandate_id) == (actor.user, "示例公司", 3)
    assert (entry.act, entry.at, entry.data) == ("person.named", moment, {"name": "王五"})


def test_the_hall_itself_acts_as_nobody(db: None) -> None:
    record(actor=Actor.system(), subject=CASE, act="case.deemed_accepted")
    assert timeline(CASE).get().actor is None


def test_positions_and_hashes_follow_each_other_within_a_subject(actor: Actor) -> None:
    write(actor, "a.one", "a.two")
    write(actor, "b.one", subject=("tests.case", 8))
    write(actor, "a.three")
    entries = list(timeline(CASE))
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [bytes(entry.prev_hash) for entry in entries] == [b"", bytes(entries[0].hash), bytes(entries[1].hash)]
    assert len({bytes(entry.hash) for entry in Entry.objects.all()}) == 4
    assert first_break() is None


def test_many_records_are_one_statement(actor: Actor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    records = [Record(("tests.case", number % 5), "case.moved") for number in range(40)]
    with django_assert_num_queries(1):
        record_many(actor=actor, records=records)


def test_the_label_of_an_act_is_what_its_app_registered(actor: Actor) -> None:
    write(actor, "clock.overdue", "nobody.knows")
    with translation.override("en"):
        assert [entry.act_label for entry in timeline(CASE)] == ["Overdue", "nobody.knows"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET act = 'x'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_entry SET act = 'x' WHERE false",
        "DELETE FROM ledger_head",
    ],
)
def test_the_database_refuses_changes(actor: Actor, statement: str) -> None:
    write(actor, "a.one")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 1


def test_the_database_refuses_to_be_emptied(actor: Actor) -> None:
    write(actor, "a.one")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL hall.allow_truncate = 'off'")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE ledger_entry")


def change_content(ids: list[int]) -> None:
    Entry.objects.filter(pk=ids[1]).update(data={"n": 99})


def remove_middle(ids: list[int]) -> None:
    Entry.objects.filter(pk=ids[1]).delete()


def remove_last(ids: list[int]) -> None:
    Entry.objects.filter(pk=ids[-1]).delete()


def change_and_hash_again(ids: list[int]) -> None:
    """Whoever forges one row rightly still breaks the next."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE ledger_entry SET act = 'forged', hash = ledger_hash(prev_hash, subject_type, subject_id, seq,
               actor_id, on_behalf_of, mandate_id, 'forged', at, data) WHERE id = %s""",
            [ids[1]],
        )


def change_head(ids: list[int]) -> None:
    Head.objects.filter(subject_type=CASE[0], subject_id=CASE[1]).update(seq=9)


@pytest.mark.parametrize(
    ("tamper", "position", "reason"),
    [
        (change_content, 2, "content"),
        (remove_middle, 3, "gap"),
        (change_and_hash_again, 3, "link"),
        (remove_last, 3, "head"),
        (change_head, 4, "head"),
    ],
)
def test_the_first_broken_row_is_named(
    actor: Actor, tamper: Callable[[list[int]], None], position: int, reason: str
) -> None:
    ids = write(actor, "a.one", "a.two", "a.three", "a.four")
    write(actor, "b.one", subject=("tests.case", 8))
    with triggers_off():
        tamper(ids)
    broken = first_break()
    assert broken is not None
    assert (broken.seq, broken.reason, broken.subject_type, broken.subject_id) == (position, reason, *CASE)
    assert first_break(("tests.case", 8)) is None


def verify(*words: str) -> str:
    output = StringIO()
    with translation.override("en"):
        call_command("verify_ledger", *words, stdout=output)
    return output.getvalue().strip()


def test_the_command_says_that_all_is_well(actor: Actor) -> None:
    write(actor, "a.one", "a.two")
    assert verify() == "The ledger holds: 2 entries."
    assert verify("--subject", "tests.case:7") == "The ledger holds: 2 entries."


def test_the_command_fails_and_names_the_row(actor: Actor) -> None:
    ids = write(actor, "a.one", "a.two")
    with triggers_off():
        change_content(ids)
    with pytest.raises(CommandError, match=rf"entry {ids[1]} \(tests.case:7, position 2\): its content"):
        verify()


def test_the_command_refuses_a_subject_that_is_none(db: None) -> None:
    with pytest.raises(CommandError, match=r"approvals\.case:17"):
        verify("--subject", "case 17")


@pytest.mark.django_db(transaction=True)
def test_writers_on_one_subject_queue_and_the_chain_holds() -> None:
    """Real connections: twenty rows by four writers at once, none lost, no position twice."""
    barrier = Barrier(4)

    def writer() -> None:
        barrier.wait()
        for _number in range(5):
            record(actor=Actor.system(), subject=CASE, act="case.moved")
        connection.close()

    threads = [Thread(target=writer) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(timeline(CASE).values_list("seq", flat=True)) == list(range(1, 21))
    assert first_break() is None


@pytest.mark.django_db(transaction=True)
def test_writers_of_the_same_subjects_in_other_order_do_not_block_each_other() -> None:
    barrier = Barrier(2)
    failures: list[Exception] = []

    def writer(numbers: list[int]) -> None:
        barrier.wait()
        try:
            for _round in range(10):
                record_many(
                    actor=Actor.system(), records=[Record(("tests.case", number), "case.moved") for number in numbers]
                )
        except DatabaseError as error:
            failures.append(error)
        connection.close()

    threads = [
        Thread(target=writer, args=(list(range(20)),)),
        Thread(target=writer, args=(list(reversed(range(20))),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert first_break() is None
