"""The daily digest: one letter for each person and channel, its outcome on every message in it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from common.time import now
from notifications import delivery
from notifications.channels import DeliveryRefusedError
from notifications.delivery import WAITS, deliver_pending
from notifications.models import DeliveryTimes, Message
from notifications.services import Notice, notify_many
from notifications.templates import Text, render
from tests.clock import HallClock
from tests.factories.accounts import make_user
from tests.notifications.conftest import Flaky

ZONE = ZoneInfo("Asia/Shanghai")
INBOX = "https://hall.example/notices/"


@pytest.fixture(autouse=True)
def address(settings: Settings) -> None:
    settings.HALL_BASE_URL = "https://hall.example"


@pytest.fixture
def day(hall_clock: HallClock) -> HallClock:
    """It is ten o'clock on 10 March; the next digest goes the day after at 08:30."""
    hall_clock.set(datetime(2025, 3, 10, 10, tzinfo=ZONE))
    return hall_clock


@pytest.fixture
def reader(db: None, day: HallClock) -> User:
    return make_user("reader", language="en")


@pytest.fixture
def mute(reader: User) -> None:
    """Leaves the field to the channel of the test."""
    User.objects.update(email="")


def remind(*readers: User, titles: str = "abc", digest: bool = True, quiet: bool = False) -> None:
    notify_many(
        [
            Notice(readers, "clock.warn", {"title": title, "due": "2025-03-12"}, f"/{title}/", "", quiet, digest)
            for title in titles
        ]
    )


def tomorrow(day: HallClock) -> None:
    day.set(datetime(2025, 3, 11, 8, 31, tzinfo=ZONE))


def flaky_rows() -> list[tuple[str, int, str]]:
    rows = Message.objects.filter(channel="flaky").order_by("id")
    return list(rows.values_list("status", "attempts", "error"))


def test_a_day_of_reminders_is_one_letter_in_the_order_they_were_written(reader: User, day: HallClock) -> None:
    remind(reader, titles="ca")
    day.travel(hours=3)
    remind(reader, titles="b")
    assert deliver_pending().sent == 0
    day.set(datetime(2025, 3, 11, 8, 29, tzinfo=ZONE))
    assert deliver_pending().sent == 0
    tomorrow(day)
    result = deliver_pending()
    assert (result.sent, result.failed, result.put_off) == (3, 0, 0)
    letters = [(letter.to, letter.subject, letter.body) for letter in mail.outbox]
    body = [f"Due soon: {title} https://hall.example/{title}/" for title in "cab"]
    assert letters == [(["reader@example.com"], "Daily summary: 3 reminders", "\n".join([*body, "", INBOX]))]
    rows = Message.objects.filter(channel="email").values_list("status", "attempts", "next_try_at", "error")
    assert set(rows) == {("sent", 1, None, "")}
    assert len(set(Message.objects.filter(channel="email").values_list("sent_at", flat=True))) == 1


def test_each_person_has_one_in_the_language_of_that_person(reader: User, day: HallClock) -> None:
    other = make_user("other", language="zh-hans")
    remind(reader, other, titles="ab")
    tomorrow(day)
    assert deliver_pending().sent == 4
    assert [(letter.to, letter.subject, letter.body.splitlines()[0]) for letter in mail.outbox] == [
        (["reader@example.com"], "Daily summary: 2 reminders", "Due soon: a https://hall.example/a/"),
        (["other@example.com"], "每日汇总：2 条提醒", "即将到期：a https://hall.example/a/"),
    ]


def test_each_channel_has_its_own(reader: User, day: HallClock, flaky: Flaky) -> None:
    remind(reader, titles="ab")
    tomorrow(day)
    deliver_pending()
    assert (len(mail.outbox), flaky.sent) == (1, ["Daily summary: 2 reminders"])
    body = "Due soon: a https://hall.example/a/\nDue soon: b https://hall.example/b/"
    assert flaky.letters == [("reader", body, "/notices/")]


def test_one_reminder_is_a_summary_too(reader: User, day: HallClock) -> None:
    remind(reader, titles="a")
    tomorrow(day)
    deliver_pending()
    assert [letter.subject for letter in mail.outbox] == ["Daily summary: 1 reminder"]


def test_other_messages_are_not_drawn_into_it(reader: User, day: HallClock) -> None:
    remind(reader, titles="x", digest=False)
    assert deliver_pending().sent == 1
    remind(reader, titles="ab")
    tomorrow(day)
    remind(reader, titles="y", digest=False)
    deliver_pending()
    assert [letter.subject for letter in mail.outbox] == [
        "Due soon: x",
        "Due soon: y",
        "Daily summary: 2 reminders",
    ]


def test_a_long_one_ends_with_how_many_more_there_are(
    reader: User, day: HallClock, flaky: Flaky, mute: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "DIGEST_LINES", 3)
    remind(reader, titles="abcde")
    tomorrow(day)
    assert deliver_pending().sent == 5
    assert flaky.sent == ["Daily summary: 5 reminders"]
    assert flaky.letters[0][1].splitlines() == [
        *[f"Due soon: {title} https://hall.example/{title}/" for title in "abc"],
        "and 2 more in your inbox",
    ]


def test_two_hundred_lines_are_all_that_is_shown(reader: User, day: HallClock) -> None:
    remind(reader, titles="a" * 201)
    tomorrow(day)
    assert deliver_pending().sent == 201
    lines = mail.outbox[0].body.splitlines()
    assert (len(lines), lines[199:201]) == (
        203,
        ["Due soon: a https://hall.example/a/", "and 1 more in your inbox"],
    )


def test_a_message_that_cannot_be_written_does_not_hold_back_the_others(
    reader: User, day: HallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    remind(reader, titles="ab")
    Message.objects.filter(link="/a/").update(template="test.broken", link="")
    monkeypatch.setattr("notifications.models.render", _breaking)
    tomorrow(day)
    deliver_pending()
    assert mail.outbox[0].body.splitlines()[:2] == ["Message", "Due soon: b https://hall.example/b/"]


def _breaking(code: str, params: dict[str, str]) -> Text:
    if code == "test.broken":
        raise ValueError("no such format")
    return render(code, params)


def test_a_failure_is_on_every_row_and_all_are_tried_again_together(
    reader: User, day: HallClock, flaky: Flaky, mute: None
) -> None:
    flaky.errors = [OSError("no route")]
    remind(reader)
    tomorrow(day)
    assert deliver_pending().put_off == 3
    assert flaky_rows() == [("pending", 1, "OSError: no route")] * 3
    assert len(set(Message.objects.filter(channel="flaky").values_list("next_try_at", flat=True))) == 1
    assert deliver_pending().sent == 0
    day.travel(minutes=2)
    assert deliver_pending().sent == 3
    assert flaky.sent == ["Daily summary: 3 reminders"]
    assert flaky_rows() == [("sent", 2, "")] * 3


def test_one_persons_failure_is_not_anothers(reader: User, day: HallClock, flaky: Flaky, mute: None) -> None:
    other = make_user("other", email="", language="en")
    flaky.errors = [OSError("no route"), None]
    remind(reader, other, titles="ab")
    tomorrow(day)
    result = deliver_pending()
    assert (result.sent, result.put_off) == (2, 2)
    assert [username for username, _body, _link in flaky.letters] == ["other"]


def test_after_the_last_try_all_have_failed(reader: User, day: HallClock, flaky: Flaky, mute: None) -> None:
    flaky.errors = [OSError("down")] * 10
    remind(reader, titles="ab")
    tomorrow(day)
    for wait in (*WAITS, timedelta()):
        result = deliver_pending()
        day.travel(seconds=wait.total_seconds() + 1)
    assert (result.failed, result.put_off) == (2, 0)
    assert flaky_rows() == [("failed", len(WAITS) + 1, "OSError: down")] * 2


def test_a_refusal_ends_all_of_it(reader: User, day: HallClock, flaky: Flaky, mute: None) -> None:
    flaky.errors = [DeliveryRefusedError("no such person")]
    remind(reader, titles="ab")
    tomorrow(day)
    assert deliver_pending().failed == 2
    assert flaky_rows() == [("failed", 1, "DeliveryRefusedError: no such person")] * 2


def test_a_channel_that_cannot_be_opened_puts_off_every_digest(
    reader: User, day: HallClock, flaky: Flaky, mute: None
) -> None:
    flaky.broken = ConnectionError("refused")
    remind(reader, make_user("other", email=""), titles="ab")
    tomorrow(day)
    assert deliver_pending().put_off == 4
    assert flaky_rows() == [("pending", 1, "ConnectionError: refused")] * 4


def test_what_has_had_its_tries_ends_and_the_young_ones_go_on(
    reader: User, day: HallClock, flaky: Flaky, mute: None
) -> None:
    """A digest that fails to the end may meet the next day's; the old ones must not live on with it."""
    flaky.errors = [OSError("down")]
    remind(reader)
    Message.objects.filter(channel="flaky", link="/a/").update(attempts=len(WAITS))
    Message.objects.filter(channel="flaky", link="/b/").update(attempts=2)
    tomorrow(day)
    result = deliver_pending()
    assert (result.failed, result.put_off) == (1, 2)
    assert flaky_rows() == [
        ("failed", len(WAITS) + 1, "OSError: down"),
        ("pending", 3, "OSError: down"),
        ("pending", 1, "OSError: down"),
    ]
    # As soon as the youngest would, and together.
    day.travel(seconds=WAITS[0].total_seconds() + 1)
    assert deliver_pending().sent == 2
    assert flaky.sent == ["Daily summary: 2 reminders"]


class KilledError(BaseException):
    """The worker is gone."""


def test_killed_between_sending_and_noting_it_comes_twice_and_whole(
    reader: User, day: HallClock, flaky: Flaky, mute: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    remind(reader)
    tomorrow(day)

    def killed(*_arguments: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "_note", killed)
        with pytest.raises(KilledError):
            deliver_pending()
    assert flaky_rows() == [("pending", 1, "")] * 3
    assert deliver_pending().sent == 0
    day.travel(minutes=6)
    assert deliver_pending().sent == 3
    assert flaky.sent == ["Daily summary: 3 reminders"] * 2
    assert flaky_rows() == [("sent", 2, "")] * 3


def test_killed_before_sending_nothing_is_lost_and_nothing_noted_is_sent_again(
    reader: User, day: HallClock, flaky: Flaky, mute: None
) -> None:
    others = [make_user(f"other{number}", email="", language="en") for number in range(2)]
    remind(reader, *others, titles="ab")
    tomorrow(day)
    flaky.errors = [None, KilledError()]
    with pytest.raises(KilledError):
        deliver_pending()
    assert [name for name, _body, _link in flaky.letters] == ["reader"]
    day.travel(minutes=6)
    assert deliver_pending().sent == 4
    assert [name for name, _body, _link in flaky.letters] == ["reader", "other0", "other1"]


def test_more_people_than_a_batch(reader: User, day: HallClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BATCH", 3)
    people = [make_user(f"p{number}", language="en") for number in range(8)]
    remind(*people, titles="ab")
    tomorrow(day)
    assert deliver_pending().sent == 16
    assert [letter.to for letter in mail.outbox] == [[person.email] for person in people]


@pytest.mark.parametrize("digest", [False, True])
def test_a_retry_keeps_quiet_hours_too(reader: User, day: HallClock, flaky: Flaky, mute: None, digest: bool) -> None:
    remind(reader, titles="a", quiet=True, digest=digest)
    Message.objects.filter(channel="flaky").update(next_try_at=now())
    flaky.errors = [OSError("no route")]
    day.set(datetime(2025, 3, 10, 20, 59, 30, tzinfo=ZONE))
    assert deliver_pending().put_off == 1
    day.set(datetime(2025, 3, 10, 21, 5, tzinfo=ZONE))
    result = deliver_pending()
    assert (result.sent, result.put_off) == (0, 0)
    day.set(datetime(2025, 3, 11, 7, 29, tzinfo=ZONE))
    assert deliver_pending().sent == 0
    day.set(datetime(2025, 3, 11, 7, 30, tzinfo=ZONE))
    assert deliver_pending().sent == 1


def test_quiet_hours_that_are_set_hold_for_what_waits_already(reader: User, day: HallClock) -> None:
    remind(reader, titles="a", quiet=True, digest=False)
    remind(reader, titles="b", quiet=False, digest=False)
    DeliveryTimes.objects.update(quiet_from=time(9), quiet_until=time(11), digest_at=time(12))
    deliver_pending()
    assert [letter.subject for letter in mail.outbox] == ["Due soon: b"]
    DeliveryTimes.objects.update(quiet_until=time(10))
    deliver_pending()
    assert [letter.subject for letter in mail.outbox] == ["Due soon: b", "Due soon: a"]


def test_a_digest_costs_the_same_whatever_it_holds(reader: User, day: HallClock) -> None:
    def statements(titles: str) -> int:
        day.set(datetime(2025, 3, 10, 10, tzinfo=ZONE))
        remind(reader, titles=titles)
        tomorrow(day)
        with CaptureQueriesContext(connection) as seen:
            assert deliver_pending().sent == len(titles)
        return len(seen)

    assert statements("a") == statements("a" * 60)
