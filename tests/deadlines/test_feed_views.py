"""The feed as calendar programs read it, and the page on which people look after theirs."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar, Component
from pytest_django.fixtures import Settings

from accounts.actors import Actor
from accounts.models import Post, Role, User
from common.time import end_of_day, now, today
from deadlines import feeds, services
from deadlines.models import Clock, ClockKind, Feed
from tests.clients import signed_in
from tests.deadlines import rfc5545
from tests.deadlines.conftest import Office
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import day, make_clock
from tests.queries import CaptureQueriesContext, statements

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
# A Monday; ten working days later is Monday 2025-03-17, twenty is Monday 2025-03-31.
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
PAGE = "/deadlines/feeds/"


@pytest.fixture(autouse=True)
def _address(settings: Settings) -> None:
    settings.HALL_BASE_URL = "https://hall.example"


def path(feed: Feed) -> str:
    return f"/deadlines/feed/{feed.token}.ics"


@pytest.fixture
def feed(office: Office) -> Feed:
    return services.open_feed(actor=Actor(office.reviewer))


@pytest.fixture
def whole(office: Office) -> Feed:
    return services.open_feed(actor=Actor(office.head), department_id=office.department.pk)


def duty(office: Office, **fields) -> Clock:
    defaults = {
        "department": office.department,
        "role": Role.REVIEWER,
        "starts_at": START,
        "title": "厂房一期 规划许可",
    }
    return make_clock(**{**defaults, **fields})


def read(client: Client, feed: Feed) -> Calendar:
    """Fetch, check against RFC 5545, parse back."""
    answer = client.get(path(feed))
    assert answer.status_code == 200
    rfc5545.check(answer.content)
    return Calendar.from_ical(answer.content)


def events(client: Client, feed: Feed) -> list[Component]:
    return read(client, feed).walk("VEVENT")


def alarms(component: Component) -> list[datetime]:
    return [alarm.TRIGGER for alarm in component.walk("VALARM")]


def test_a_duty_in_chinese(client: Client, feed: Feed, office: Office) -> None:
    clock = duty(office, kind=ClockKind.STEP, link="/cases/7/")
    with time_machine.travel(START, tick=False):
        calendar = read(client, feed)
    assert calendar["x-wr-calname"] == "我的大厅待办事项"
    [event] = calendar.walk("VEVENT")
    assert event["uid"] == f"{clock.pk}@duties.investment-hall.invalid"
    assert (event.start, event.end) == (day("2025-03-17"), day("2025-03-18"))
    assert event["summary"] == "环节：厂房一期 规划许可"
    assert event["description"].split("\n") == [
        "亮灯：正常",
        "承诺时限：2025年3月17日",
        "法定时限：2025年3月31日",
        f"责任部门：{office.department.name}",
    ]
    assert (event["url"], event["transp"]) == ("https://hall.example/cases/7/", "TRANSPARENT")
    assert event.categories == ["正常"]
    # The day on which the warning begins, a Friday, at nine.
    assert alarms(event) == [datetime(2025, 3, 14, 9, tzinfo=ZONE)]


def test_the_owners_language_and_not_the_readers(client: Client, feed: Feed, office: Office) -> None:
    User.objects.filter(pk=office.reviewer.pk).update(language="en")
    duty(office, handler=office.reviewer)
    with time_machine.travel(START, tick=False):
        answer = client.get(path(feed), headers={"accept-language": "zh-CN"})
    calendar = Calendar.from_ical(answer.content)
    assert calendar["x-wr-calname"] == "My duties in the hall"
    [event] = calendar.walk("VEVENT")
    assert event["summary"] == "Step: 厂房一期 规划许可"
    assert event["description"].split("\n") == [
        "Light: On time",
        "Promised limit: 17 March 2025",
        "Lawful limit: 31 March 2025",
        f"Department: {office.department.name_en}",
        f"Handler: {office.reviewer.name}",
    ]
    assert answer.headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("at", "summary", "category"),
    [
        ("2025-03-14T12:00", "环节：厂房一期 规划许可", "即将到期"),
        ("2025-03-18T00:00", "【已逾期】环节：厂房一期 规划许可", "已逾期"),
    ],
)
def test_the_light_at_the_time_of_reading(
    client: Client, feed: Feed, office: Office, at: str, summary: str, category: str
) -> None:
    duty(office)
    with time_machine.travel(datetime.fromisoformat(at).replace(tzinfo=ZONE), tick=False):
        [event] = events(client, feed)
    assert event["summary"] == summary
    assert event.categories == [category]
    # Past nine o'clock of the warning day there is nothing left to ring.
    assert alarms(event) == []


def test_a_provisional_date_says_so(client: Client, feed: Feed, office: Office) -> None:
    duty(office, starts_at=datetime(2035, 3, 5, 9, tzinfo=ZONE))
    with time_machine.travel(datetime(2035, 3, 5, 10, tzinfo=ZONE), tick=False):
        [event] = events(client, feed)
    assert event["summary"] == "【日期暂定】环节：厂房一期 规划许可"
    assert event["description"].endswith("日期为暂定：所涉年度的放假安排尚未公布。")


def test_a_limit_of_hours_has_its_hour(client: Client, feed: Feed, office: Office) -> None:
    clock = duty(office)
    due = datetime(2025, 3, 3, 16, 30, tzinfo=ZONE)
    Clock.objects.filter(pk=clock.pk).update(due_at=due, warn_at=due - timedelta(hours=2))
    with time_machine.travel(START, tick=False):
        [event] = events(client, feed)
    assert (event.start, event.end) == (due - timedelta(minutes=30), due)
    assert event["description"].split("\n")[1] == "承诺时限：2025年3月3日 16:30"
    assert alarms(event) == [due - timedelta(hours=2)]


def test_a_stopped_duty_says_so_and_does_not_ring(office: Office) -> None:
    clock = duty(office)
    clock.stopped_at = START
    with translation.override("zh-hans"):
        [entry] = feeds.entries_of([clock], START, with_alarms=True)
    assert (entry.summary, entry.category) == ("【计时中止】环节：厂房一期 规划许可", "特别程序")
    assert entry.description.split("\n")[0] == "亮灯：特别程序"
    assert entry.alarm_at is None


def test_a_department_does_not_ring(client: Client, whole: Feed, office: Office) -> None:
    duty(office, handler=office.reviewer)
    with time_machine.travel(START, tick=False):
        calendar = read(client, whole)
    assert calendar["x-wr-calname"] == f"{office.department.name}待办事项"
    assert [event["summary"] for event in calendar.walk("VEVENT")] == ["环节：厂房一期 规划许可"]
    assert alarms(calendar) == []


def test_a_finished_duty_leaves_the_calendar(client: Client, feed: Feed, office: Office) -> None:
    clock = duty(office)
    assert len(events(client, feed)) == 1
    services.finish(clock_id=clock.pk)
    assert events(client, feed) == []


def test_what_goes_with_the_answer(client: Client, feed: Feed) -> None:
    answer = client.get(path(feed))
    wanted = ("content-type", "cache-control", "referrer-policy", "x-robots-tag", "content-disposition")
    assert [answer.headers[name] for name in wanted] == [
        "text/calendar; charset=utf-8",
        "private, max-age=300",
        "no-referrer",
        "noindex, nofollow",
        'inline; filename="duties.ics"',
    ]
    assert (len(answer.cookies), Session.objects.count()) == (0, 0)


def test_nothing_new_is_told_in_a_word(client: Client, feed: Feed, office: Office) -> None:
    clock = duty(office)
    first = client.get(path(feed))
    tag = first.headers["etag"]
    again = client.get(path(feed), headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == "private, max-age=300"
    services.finish(clock_id=clock.pk)
    changed = client.get(path(feed), headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_a_light_that_changes_by_itself_is_news(client: Client, feed: Feed, office: Office) -> None:
    duty(office)
    with time_machine.travel(START, tick=False):
        tag = client.get(path(feed)).headers["etag"]
    with time_machine.travel(START + timedelta(days=1), tick=False):
        assert client.get(path(feed), headers={"if-none-match": tag}).status_code == 304
    with time_machine.travel(START + timedelta(days=30), tick=False):
        assert client.get(path(feed), headers={"if-none-match": tag}).status_code == 200


def test_only_reading_is_possible(client: Client, feed: Feed) -> None:
    head = client.head(path(feed))
    assert (head.status_code, head.content, "etag" in head.headers) == (200, b"", True)
    for method in ("post", "put", "delete", "options"):
        assert getattr(client, method)(path(feed)).status_code == 405


def test_every_other_address_gets_the_same_answer(client: Client, feed: Feed, whole: Feed, office: Office) -> None:
    closed_owner = make_user()
    make_post(closed_owner, office.department, Role.REVIEWER)
    closed = services.open_feed(actor=Actor(closed_owner))
    User.objects.filter(pk=closed_owner.pk).update(is_active=False)
    services.revoke_feed(actor=Actor(office.reviewer), feed_id=feed.pk)
    Post.objects.filter(user=office.head).update(ends_on="2020-02-01")
    paths = ["/deadlines/feed/nothing.ics", path(closed), path(feed), path(whole)]
    answers = [client.get(one) for one in paths]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert {(answer.content, answer.headers["content-type"]) for answer in answers} == {
        (b"Not found\n", "text/plain; charset=utf-8")
    }
    assert {answer.headers["referrer-policy"] for answer in answers} == {"no-referrer"}
    assert Feed.objects.exclude(last_read_at=None).count() == 0


def test_a_renewed_address_works_and_the_old_one_does_not(client: Client, feed: Feed, office: Office) -> None:
    fresh = services.renew_feed(actor=Actor(office.reviewer), feed_id=feed.pk)
    assert [client.get(path(one)).status_code for one in (feed, fresh)] == [404, 200]


def test_reading_writes_once_an_hour(client: Client, feed: Feed) -> None:
    def writes() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(path(feed))
        return len([query for query in seen.captured_queries if query["sql"].startswith(("UPDATE", "INSERT"))])

    assert [writes(), writes(), writes()] == [1, 0, 0]
    feed.refresh_from_db()
    assert abs(feed.last_read_at - now()) < timedelta(minutes=1)


@pytest.mark.parametrize("which", ["feed", "whole"])
def test_equal_statements_for_one_duty_and_for_fifty(
    client: Client, office: Office, request: pytest.FixtureRequest, which: str
) -> None:
    feed = request.getfixturevalue(which)
    duty(office)
    client.get(path(feed))
    few = statements(lambda: client.get(path(feed)))
    for _number in range(49):
        handler = make_user()
        duty(office, handler=office.reviewer if which == "feed" else handler)
    assert len(events(client, feed)) == 50
    assert (few, statements(lambda: client.get(path(feed)))) == (3, 3)


def test_the_address_is_not_logged(client: Client, feed: Feed, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        client.get(path(feed))
    text = "\n".join(str(record.msg) for record in caplog.records)
    assert "/deadlines/feed/***" in text
    assert feed.token not in text


# The page


def test_visitors_sign_in_and_investors_find_nothing(client: Client, feed: Feed) -> None:
    assert client.get(PAGE).headers["location"] == f"/accounts/login/?next={PAGE}"
    investor = signed_in(make_user())
    for address, method in (
        (PAGE, "get"),
        (reverse("deadlines:open_feed"), "post"),
        (reverse("deadlines:renew_feed", args=[feed.pk]), "post"),
        (reverse("deadlines:revoke_feed", args=[feed.pk]), "post"),
    ):
        assert getattr(investor, method)(address).status_code == 404


def test_opening_showing_renewing_and_revoking(office: Office) -> None:
    client = signed_in(office.reviewer)
    assert client.get(PAGE).context["cards"] == []
    client.post(reverse("deadlines:open_feed"))
    answer = client.post(reverse("deadlines:open_feed"))
    one = Feed.objects.get()
    assert answer.headers["location"] == f"{PAGE}#feed-{one.pk}"
    page = client.get(PAGE)
    assert f'value="https://hall.example{path(one)}"' in page.text
    assert f'href="webcal://hall.example{path(one)}"' in page.text
    assert "no-store" in page.headers["cache-control"]
    client.post(reverse("deadlines:renew_feed", args=[one.pk]))
    fresh = Feed.objects.unrevoked().get()
    assert fresh.pk != one.pk
    page = client.get(PAGE)
    assert (one.token in page.text, fresh.token in page.text) == (False, True)
    client.post(reverse("deadlines:revoke_feed", args=[fresh.pk]))
    assert client.get(PAGE).context["cards"] == []


def test_stale_pages_are_answered_in_words(office: Office, feed: Feed) -> None:
    client = signed_in(office.reviewer)
    services.revoke_feed(actor=Actor(office.reviewer), feed_id=feed.pk)
    answer = client.post(reverse("deadlines:renew_feed", args=[feed.pk]), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_only_posted_with_a_token(office: Office, feed: Feed) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.reviewer)
    for address in (
        reverse("deadlines:open_feed"),
        reverse("deadlines:renew_feed", args=[feed.pk]),
        reverse("deadlines:revoke_feed", args=[feed.pk]),
    ):
        assert [client.get(address).status_code, client.post(address).status_code] == [405, 403]
    assert Feed.objects.unrevoked().get() == feed


def test_nobody_sees_or_touches_the_feeds_of_others(office: Office, feed: Feed) -> None:
    client = signed_in(office.head)
    assert feed.token not in client.get(PAGE).text
    for name in ("renew_feed", "revoke_feed"):
        assert client.post(reverse(f"deadlines:{name}", args=[feed.pk])).status_code == 404
    assert Feed.objects.unrevoked().get() == feed


@pytest.mark.parametrize(
    ("who", "offered"), [("reviewer", []), ("head", ["planning"]), ("director", ["planning", "hall", "third"])]
)
def test_departments_are_offered_to_whom_they_are_open(office: Office, who: str, offered: list[str]) -> None:
    third = make_department("third")
    client = signed_in(getattr(office, who))
    page = client.get(PAGE)
    assert [department.code for department in page.context["offered"]] == offered
    answer = client.post(reverse("deadlines:open_feed"), {"department": third.pk})
    assert answer.status_code == (302 if "third" in offered else 404)
    assert client.post(reverse("deadlines:open_feed"), {"department": "x"}).status_code == 404
    left = [code for code in offered if code != "third"]
    assert [department.code for department in client.get(PAGE).context["offered"]] == left


def test_a_feed_without_its_post_shows_no_address_but_can_be_revoked(office: Office, whole: Feed) -> None:
    Post.objects.filter(user=office.head).update(role=Role.REVIEWER)
    client = signed_in(office.head)
    page = client.get(PAGE)
    assert [card["readable"] for card in page.context["cards"]] == [False]
    assert whole.token not in page.text
    client.post(reverse("deadlines:revoke_feed", args=[whole.pk]))
    assert Feed.objects.unrevoked().count() == 0


def test_the_page_has_equal_statements_for_one_department_and_for_fifty(office: Office) -> None:
    client = signed_in(office.director)
    services.open_feed(actor=Actor(office.director), department_id=office.department.pk)
    client.get(PAGE)
    few = statements(lambda: client.get(PAGE))
    for number in range(49):
        department = make_department()
        if number % 2:
            services.open_feed(actor=Actor(office.director), department_id=department.pk)
    assert statements(lambda: client.get(PAGE)) == few


def test_the_way_to_the_page(office: Office) -> None:
    staff, investor = signed_in(office.reviewer), signed_in(make_user())
    link = f'href="{PAGE}"'
    assert [client.get("/deadlines/calendar/").text.count(link) for client in (staff, investor, Client())] == [2, 0, 0]
    assert [client.get("/notices/").text.count(link) for client in (staff, investor)] == [1, 0]


def test_a_post_that_ends_today_still_reads(client: Client, feed: Feed, office: Office) -> None:
    Post.objects.filter(user=office.reviewer).update(ends_on=today())
    assert client.get(path(feed)).status_code == 200
    with time_machine.travel(end_of_day(today()) + timedelta(seconds=1), tick=False):
        assert client.get(path(feed)).status_code == 404
