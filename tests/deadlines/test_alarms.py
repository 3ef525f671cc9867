"""Nobody found: a red mark with words wherever the duty is seen, a list for the administrator, and its end."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.actors import Actor
from accounts.models import Role
from common.time import pretend
from deadlines import sweep
from deadlines.models import Clock
from deadlines.services import assign_many, reassign_many
from portal.navigation import menu
from tests.deadlines.conftest import Office
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock
from tests.queries import statements

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday; the five days end on Monday 10 March: reminders on the 10th at 0:00, the 11th, 12th and 14th.
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
WORDS = "应提醒的岗位无人在岗"
MARK = "无人可提醒"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=ZONE)


def swept(clock: Clock, moment: str) -> tuple[str, datetime | None]:
    with pretend(at(moment)):
        sweep.run()
    clock.refresh_from_db()
    return clock.alarm, clock.alarm_at


def lonely(**fields: object) -> Clock:
    """A duty of a department in which nobody holds a post."""
    given = {"department": make_department(), "role": Role.REVIEWER, "starts_at": START, "promised": 5}
    return make_clock(**{**given, **fields})


def test_it_keeps_since_when_and_ends_when_a_later_reminder_reaches_somebody(office: Office) -> None:
    clock = lonely()
    first = at("03-10T08:00")
    assert swept(clock, "03-10T08:00") == ("no_recipient", first)
    assert swept(clock, "03-11T08:00") == ("no_recipient", first)
    # The head is missing as well; the director is not.
    assert swept(clock, "03-12T08:00") == ("no_recipient", first)
    assert swept(clock, "03-14T08:00") == ("", None)


def test_it_ends_with_the_first_reminder_after_somebody_was_appointed(office: Office) -> None:
    clock = lonely()
    swept(clock, "03-10T08:00")
    make_post(make_user(), clock.department, Role.REVIEWER, starts_on=START.date())
    assert swept(clock, "03-10T09:00") == ("no_recipient", at("03-10T08:00"))
    assert swept(clock, "03-11T08:00") == ("", None)


@pytest.mark.parametrize(("posts", "alarm"), [([Role.REVIEWER], "no_recipient"), ([Role.HEAD], "")])
def test_of_several_reminders_at_once_the_last_decides(office: Office, posts: list[str], alarm: str) -> None:
    clock = lonely()
    for role in posts:
        make_post(make_user(), clock.department, role, starts_on=START.date())
    assert swept(clock, "03-12T08:00")[0] == alarm


def test_other_alarms_stay_when_a_reminder_is_heard(office: Office) -> None:
    clock = make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=5)
    since = at("03-04T10:00")
    Clock.objects.filter(pk=clock.pk).update(alarm="dates_disagree", alarm_at=since)
    assert swept(clock, "03-11T08:00") == ("dates_disagree", since)


@pytest.mark.parametrize(("alarm", "left"), [("no_recipient", ""), ("no_substitute", ""), ("expiry_failed", None)])
def test_somebody_by_name_ends_what_was_about_people(office: Office, alarm: str, left: str | None) -> None:
    since, expected = at("03-04T10:00"), alarm if left is None else left
    taken, given = (make_clock(department=office.department, role=Role.REVIEWER, starts_at=START) for _ in range(2))
    Clock.objects.filter(pk__in=[taken.pk, given.pk]).update(alarm=alarm, alarm_at=since)
    assign_many(clock_ids=[taken.pk], handler_id=office.reviewer.pk)
    reassign_many(actor=Actor(office.head), clock_ids=[given.pk], to_user_id=office.reviewer.pk, note="分办")
    for clock in (taken, given):
        clock.refresh_from_db()
        assert clock.handler == office.reviewer
        assert (clock.alarm, clock.alarm_at) == (expected, since if expected else None)


def test_the_list_of_the_administrator(client: Client, office: Office) -> None:
    clock, quiet = lonely(title="BJ7 无人办理"), lonely(starts_at=at("03-10T10:00"))
    substitute = lonely(department=office.department, starts_at=at("03-10T10:00"), title="BJ8 无人顶岗")
    Clock.objects.filter(pk=substitute.pk).update(alarm="no_substitute", alarm_at=at("03-05T10:00"))
    done = lonely()
    Clock.objects.filter(pk=done.pk).update(alarm="no_recipient", finished_at=START, outcome="met", next_rung_at=None)
    swept(clock, "03-10T08:00")
    client.force_login(office.administrator)
    with pretend(at("03-10T10:00")):
        answer = client.get("/deadlines/alarms/")
    assert [row.pk for row, _url in answer.context["rows"]] == [substitute.pk, clock.pk]
    text = answer.content.decode()
    for words in (
        "BJ7 无人办理", MARK, WORDS, "2025年3月10日 08:00", str(clock.department), "尚未接办",
        f"/clocks/{clock.pk}/",
        f"/deadlines/reassign/?held_by=nobody&amp;kind=step&amp;department={clock.department_id}",
        "未找到顶岗人",
    ):  # fmt: skip
        assert words in text, words
    assert quiet.title not in text
    with pretend(at("03-10T10:00")):
        reassigning = client.get(answer.context["rows"][1][1])
    assert [row.pk for row in reassigning.context["page_obj"]] == [clock.pk]


def test_the_list_is_in_the_menu_and_for_those_who_may_reassign_anywhere(client: Client, office: Office) -> None:
    for user, status in ((office.administrator, 200), (office.director, 200), (office.head, 403), (make_user(), 403)):
        client.force_login(user)
        assert client.get("/deadlines/alarms/").status_code == status
        assert ("/deadlines/alarms/" in [line["url"] for line in menu(user, "/")]) == (status == 200)
    client.logout()
    assert client.get("/deadlines/alarms/").status_code == 302
    client.force_login(office.administrator)
    assert "没有报警事项" in client.get("/deadlines/alarms/").content.decode()
    assert 'href="/deadlines/alarms/"' in client.get("/deadlines/calendar/").content.decode()


def test_the_list_costs_the_same_for_one_and_many(client: Client, office: Office) -> None:
    lonely()
    Clock.objects.update(alarm="no_recipient", alarm_at=START)
    client.force_login(office.administrator)
    client.get("/deadlines/alarms/")
    one = statements(lambda: client.get("/deadlines/alarms/"))
    for _ in range(6):
        lonely()
    Clock.objects.update(alarm="no_recipient", alarm_at=START)
    assert statements(lambda: client.get("/deadlines/alarms/")) == one
