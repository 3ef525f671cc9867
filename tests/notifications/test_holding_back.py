"""What is written for quiet hours, digests and chosen channels: the fragments, through notify_many."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications import times
from notifications.channels import base
from notifications.models import DeliveryTimes, Message
from notifications.outbox import INTO_OUTBOX, channels_sql, columns_sql
from notifications.services import Notice, notify_many
from tests.factories.accounts import make_user

ZONE = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2025, 3, 10, 22, 0, tzinfo=ZONE)
MORNING = datetime(2025, 3, 11, 7, 30, tzinfo=ZONE)
SUMMARY = datetime(2025, 3, 11, 8, 30, tzinfo=ZONE)
PARAMS = {"title": "立项", "due": "2025-03-12"}


class Pager:
    code = "pager"
    reach_sql = "u.phone <> '' OR u.username = 'chief'"


@pytest.fixture
def pager() -> Iterator[None]:
    base.register(Pager())
    yield
    base.unregister("pager")


@pytest.fixture
def reader(db: None, pager: None) -> User:
    return make_user("reader", phone="13800000000")


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is 22:00, in quiet hours."""
    monkeypatch.setattr("notifications.services.now", lambda: EVENING)
    return EVENING


def written() -> dict[str, tuple[bool, bool, datetime | None]]:
    rows = Message.objects.order_by("id").values_list("channel", "quiet", "digest", "next_try_at")
    return {channel: (quiet, digest, due) for channel, quiet, digest, due in rows}


@pytest.mark.parametrize(
    ("quiet", "digest", "due"),
    [(False, False, EVENING), (True, False, MORNING), (False, True, SUMMARY), (True, True, SUMMARY)],
)
def test_only_what_leaves_the_hall_is_held_back(
    reader: User, evening: datetime, quiet: bool, digest: bool, due: datetime
) -> None:
    notify_many([Notice([reader], "clock.warn", PARAMS, quiet=quiet, digest=digest)])
    assert written() == {
        "inapp": (False, False, None),
        "email": (quiet, digest, due),
        "pager": (quiet, digest, due),
    }
    assert Message.objects.get(channel="inapp").sent_at == EVENING
    assert set(Message.objects.values_list("created_at", flat=True)) == {EVENING}


def test_outside_quiet_hours_a_quiet_one_goes_at_once(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.services.now", lambda: MORNING)
    notify_many([Notice([reader], "clock.warn", PARAMS, quiet=True)])
    assert written()["email"] == (True, False, MORNING)


def test_what_the_administrators_set_holds(reader: User, evening: datetime) -> None:
    DeliveryTimes.objects.update(quiet_until=time(6), digest_at=time(9))
    notify_many([Notice([reader], "clock.warn", PARAMS, quiet=True)])
    notify_many([Notice([make_user(phone="")], "clock.warn", PARAMS, digest=True)])
    assert list(Message.objects.filter(channel="email").order_by("id").values_list("next_try_at", flat=True)) == [
        datetime(2025, 3, 11, 6, 0, tzinfo=ZONE),
        datetime(2025, 3, 11, 9, 0, tzinfo=ZONE),
    ]


@pytest.mark.parametrize(
    ("channels", "used"),
    [
        ([], ["inapp", "email", "pager"]),
        (["pager"], ["inapp", "pager"]),
        (["email", "pager"], ["inapp", "email", "pager"]),
        (["inapp"], ["inapp"]),
        (["gone"], ["inapp"]),
    ],
)
def test_channels_may_be_chosen_but_the_inbox_is_always_among_them(
    reader: User, channels: list[str], used: list[str]
) -> None:
    notify_many([Notice([reader], "clock.warn", PARAMS, channels=channels)])
    assert list(written()) == used


def test_a_chosen_channel_must_reach_the_person_all_the_same(reader: User) -> None:
    """Its condition is one condition, whatever is inside: the chief has a pager, not a second e-mail."""
    chief = make_user("chief", phone="")
    silent = make_user("silent", phone="")
    notify_many([Notice([chief, silent], "clock.warn", PARAMS, channels=["pager"])])
    notify_many([Notice([chief], "clock.warn", PARAMS, channels=["email"])])
    assert list(Message.objects.order_by("id").values_list("recipient__username", "channel")) == [
        ("chief", "inapp"),
        ("chief", "pager"),
        ("silent", "inapp"),
        ("chief", "inapp"),
        ("chief", "email"),
    ]


def test_each_notice_of_a_call_has_its_own_way(reader: User, evening: datetime) -> None:
    notify_many(
        [
            Notice([reader], "clock.warn", PARAMS, "/1/", channels=["email"]),
            Notice([reader], "clock.warn", PARAMS, "/2/", quiet=True, channels=["pager"]),
            Notice([reader], "clock.warn", PARAMS, "/3/", digest=True, channels=["email"]),
        ]
    )
    outside = Message.objects.exclude(channel="inapp").order_by("id")
    assert list(outside.values_list("link", "channel", "next_try_at")) == [
        ("/1/", "email", EVENING),
        ("/2/", "pager", MORNING),
        ("/3/", "email", SUMMARY),
    ]


@pytest.mark.parametrize(("held_back", "count"), [(False, 1), (True, 2)])
@pytest.mark.parametrize("notices", [1, 50])
def test_the_times_are_one_more_statement_whatever_is_written(
    reader: User, django_assert_num_queries: DjangoAssertNumQueries, held_back: bool, count: int, notices: int
) -> None:
    with django_assert_num_queries(count):
        notify_many([Notice([reader], "clock.warn", PARAMS, quiet=held_back, digest=held_back)] * notices)


def test_an_inbox_cannot_be_held_back(reader: User) -> None:
    notify_many([Notice([reader], "clock.warn", PARAMS)])
    with pytest.raises(IntegrityError, match="inbox_is_never_held_back"):
        Message.objects.filter(channel="inapp").update(digest=True)


def test_another_writer_gives_expressions_and_null_means_no(reader: User) -> None:
    """As the sweep does, whose rungs may have no policy: nothing said is nothing held back."""
    columns = columns_sql("'clock.warn'", "'{}'::jsonb", "x.link", "''", "%(at)s", quiet="x.quiet", digest="x.digest")
    statement = f"""
        {INTO_OUTBOX}
        SELECT {columns}
        FROM accounts_user u
        CROSS JOIN (VALUES ('/1/', NULL::boolean, NULL::boolean, NULL::text[]),
                           ('/2/', TRUE, NULL, '{{pager}}'),
                           ('/3/', FALSE, TRUE, '{{}}')) AS x (link, quiet, digest, channels)
        {channels_sql("x.channels")}
        WHERE c.reached ORDER BY x.link, c.channel
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, times.parameters(EVENING))
    rows = Message.objects.order_by("id").values_list("link", "channel", "quiet", "digest", "next_try_at")
    assert list(rows) == [
        ("/1/", "email", False, False, EVENING),
        ("/1/", "inapp", False, False, None),
        ("/1/", "pager", False, False, EVENING),
        ("/2/", "inapp", False, False, None),
        ("/2/", "pager", True, False, MORNING),
        ("/3/", "email", False, True, SUMMARY),
        ("/3/", "inapp", False, False, None),
        ("/3/", "pager", False, True, SUMMARY),
    ]


def test_a_writer_that_says_nothing_needs_the_moment_alone(reader: User) -> None:
    columns = columns_sql("'clock.warn'", "'{}'::jsonb", "''", "''", "%(at)s")
    statement = f"{INTO_OUTBOX} SELECT {columns} FROM accounts_user u {channels_sql()} WHERE c.reached"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"at": EVENING})
    assert sorted(written().values(), key=str) == sorted(
        [(False, False, None), (False, False, EVENING), (False, False, EVENING)], key=str
    )
