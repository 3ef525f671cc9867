"""The page of a clock, the interface and the command: the same explanation for whoever may see it."""

import json
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from rest_framework.test import APIClient

from accounts.actors import Actor
from accounts.models import Role
from common.time import pretend
from deadlines import services, sweep
from deadlines.models import Clock, ClockKind
from ledger.models import Entry
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock
from tests.queries import statements

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def clock(office: Office) -> Clock:
    return make_clock(
        department=office.department, role=Role.REVIEWER, starts_at=START, kind=ClockKind.DECISION, promised=5,
        lawful=10, extension_cap=3, extension_rank=Role.HEAD, title="BJ1 建设工程规划许可",
    )  # fmt: skip


def live(clock: Clock, office: Office) -> Clock:
    """Stopped, extended, reminded and overdue."""
    with pretend(at("2025-03-04T09:00")):
        services.stop_clock(
            actor=Actor(office.reviewer), clock_id=clock.pk, ground="hearing", reason="听证会", planned_days=2
        )
    with pretend(at("2025-03-06T09:00")):
        services.resume_clock(actor=Actor(office.reviewer), clock_id=clock.pk)
        asked = services.ask_extension(
            actor=Actor(office.reviewer), clock_id=clock.pk, amount=3, reason="案情复杂"
        )  # fmt: skip
        services.decide_extension(actor=Actor(office.head), extension_id=asked.pk, approve=True)
    with pretend(at("2025-03-25T09:00")):
        sweep.run()
    clock.refresh_from_db()
    return clock


def page(client: Client, clock: Clock, moment: str = "2025-03-25T10:00") -> str:
    with pretend(at(moment)):
        answer = client.get(f"/clocks/{clock.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_strangers_and_visitors(client: Client, clock: Clock) -> None:
    assert client.get(f"/clocks/{clock.pk}/").status_code == 302
    stranger = make_user()
    make_post(stranger, make_department(), Role.REVIEWER)
    for user in (make_user(), stranger):
        client.force_login(user)
        assert client.get(f"/clocks/{clock.pk}/").status_code == 404
    assert client.get("/clocks/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_page_says_everything(client: Client, clock: Clock, office: Office) -> None:
    live(clock, office)
    client.force_login(office.reviewer)
    text = page(client, clock)
    for words in (
        "5 个工作日，自 2025-03-03 起（当日不计），特别程序 2 天不计，延期 3 天，至 2025-03-17",
        "10 个工作日，自 2025-03-03 起（当日不计），特别程序 2 天不计，延期 3 天，至 2025-03-24",
        "特别程序：听证", "延期第 1 天", "延期第 3 天", "承诺时限届满", "法定时限届满", "听证会", "案情复杂",
        "已超过该时限，尚未办结",
    ):  # fmt: skip
        assert words in text, words
    # Whom the reminders told comes from the outbox; what lies ahead names the post.
    rungs = {rung.label: rung for rung in client.get(f"/clocks/{clock.pk}/").context["rungs"]}
    assert [(rung.people, rung.unheard) for rung in rungs.values() if rung.fired_at] == [
        (str(office.reviewer), False), (str(office.reviewer), False), (str(office.head), False),
        (str(office.director), False), ("", False),
    ]  # fmt: skip


def test_rungs_ahead_name_the_post(client: Client, clock: Clock, office: Office) -> None:
    client.force_login(office.reviewer)
    with pretend(at("2025-03-04T10:00")):
        rungs = client.get(f"/clocks/{clock.pk}/").context["rungs"]
    assert [(rung.label, rung.who, rung.fired_at) for rung in rungs] == [
        ("预警开始", "经办人", None), ("承诺时限届满", "经办人", None),
        ("承诺时限届满后 1 个工作日", "部门负责人", None),
        ("承诺时限届满后 3 个工作日", "大厅主任", None), ("法定时限届满", "仅记台账", None),
    ]  # fmt: skip


def test_a_reminder_that_nobody_heard_is_a_red_mark(client: Client, office: Office) -> None:
    lonely = make_clock(department=make_department(), role=Role.REVIEWER, starts_at=START, promised=5)
    with pretend(at("2025-03-11T09:00")):
        sweep.run()
    lonely.refresh_from_db()
    assert lonely.alarm == "no_recipient"
    client.force_login(office.administrator)
    text = page(client, lonely, "2025-03-11T10:00")
    assert "应提醒的岗位无人在岗" in text
    assert "无人可提醒" in text
    assert str(office.administrator) in text


def test_a_disagreement_is_said_and_nothing_is_written(client: Client, clock: Clock, office: Office) -> None:
    Clock.objects.filter(pk=clock.pk).update(due_at=clock.due_at + timedelta(days=1))
    client.force_login(office.reviewer)
    assert "日期与逐日计算结果不一致" in page(client, clock, "2025-03-05T10:00")
    clock.refresh_from_db()
    assert (clock.alarm, Entry.objects.count(), Message.objects.count()) == ("", 0, 0)


def test_hand_overs_are_listed(client: Client, clock: Clock, office: Office) -> None:
    colleague = make_user(name="审核孙")
    make_post(colleague, office.department, Role.REVIEWER, starts_on=START.date())
    with pretend(at("2025-03-05T09:30")):
        services.hand_over(
            actor=Actor(office.head),
            clock_id=clock.pk,
            to_user_id=office.reviewer.pk,
            cause="reassignment",
            note="分办",
        )
        services.enter_absence(
            actor=Actor(office.reviewer), user=office.reviewer, substitute=colleague, starts_on=at("2025-03-05").date(),
            ends_on=at("2025-03-06").date(), kind="annual",
        )  # fmt: skip
        services.run_stand_ins()
    with pretend(at("2025-03-07T00:10")):
        services.run_stand_ins()
    client.force_login(office.head)
    with pretend(at("2025-03-10T10:00")):
        answer = client.get(f"/clocks/{clock.pk}/")
    rows = [(row.from_user, row.to_user, row.cause) for row in answer.context["handovers"]]
    assert rows == [
        (None, office.reviewer, "reassignment"), (office.reviewer, colleague, "leave"),
        (colleague, office.reviewer, "return"),
    ]  # fmt: skip
    section = answer.content.decode().split("移交记录</h2>")[1].split("</section>")[0]
    for words in ("尚未接办", "审核孙", "2025年3月5日 09:30", "分办", "改派", "2025年3月7日 00:10"):
        assert words in section, words


@pytest.mark.parametrize("field", ["starts_at", "due_at"])
def test_what_the_calendar_does_not_reach_is_said(client: Client, clock: Clock, office: Office, field: str) -> None:
    """A clock that no service could have made, brought in from elsewhere."""
    beyond = {"starts_at": at("2003-06-02T10:00"), "due_at": at("2003-06-09T10:00")}
    Clock.objects.filter(pk=clock.pk).update(**({"starts_at": beyond["starts_at"]} if field == "starts_at" else beyond))
    client.force_login(office.reviewer)
    assert "没有 2003 年的工作日历" in page(client, clock)
    answer = api_of(office.reviewer).get(f"/api/v1/clocks/{clock.pk}/explain/", headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_year"
    assert answer.json()["detail"].startswith("There is no working calendar for the year 2003")


def test_a_limit_that_stands_still(client: Client, clock: Clock, office: Office) -> None:
    with pretend(at("2025-03-04T09:00")):
        services.stop_clock(
            actor=Actor(office.reviewer), clock_id=clock.pk, ground="testing", reason="送检", planned_days=20
        )
    client.force_login(office.head)
    text = page(client, clock, "2025-03-10T10:00")
    assert "自2025年3月4日起停止计时。" in text
    assert "2025-03-10" in text
    assert "2025-03-11" not in text.split("day-still")[0].split("逐日")[-1]


def test_months_fold_where_the_table_is_long(client: Client, office: Office) -> None:
    long = make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=60, lawful=60)
    client.force_login(office.head)
    with pretend(at("2025-03-10T10:00")):
        months = client.get(f"/clocks/{long.pk}/").context["months"]
    assert [(month.first.month, month.open) for month in months] == [(3, True), (4, False), (5, True)]


def test_the_page_costs_the_same_whatever_happened(client: Client, clock: Clock, office: Office) -> None:
    quiet = make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, kind=ClockKind.DECISION)
    client.force_login(office.reviewer)
    client.get(f"/clocks/{quiet.pk}/")
    few = statements(lambda: client.get(f"/clocks/{quiet.pk}/"))
    live(clock, office)
    assert statements(lambda: client.get(f"/clocks/{clock.pk}/")) == few


def api_of(user: object) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_the_interface_lists_what_one_may_see(clock: Clock, office: Office) -> None:
    early = make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=1)
    make_clock(department=make_department("elsewhere"), role=Role.REVIEWER, starts_at=START)
    services.finish(clock_id=early.pk)
    api = api_of(office.reviewer)

    def listed(**query: str) -> list[str]:
        return [row["id"] for row in api.get("/api/v1/clocks/", query).json()["results"]]

    with pretend(at("2025-03-04T10:00")):
        both = [str(early.pk), str(clock.pk)]
        assert listed() == both
        assert listed(ordering="-due_at") == both[::-1]
        assert listed(kind="decision") == [str(clock.pk)]
        assert listed(open="true") == listed(light="green") == [str(clock.pk)]
        assert listed(open="false") == listed(light="done") == [str(early.pk)]
        assert listed(department="planning") == both
        assert listed(department="elsewhere") == []
        assert len(api_of(office.director).get("/api/v1/clocks/").json()["results"]) == 3
        row = api.get(f"/api/v1/clocks/{clock.pk}/").json()
    assert (row["promised"], row["lawful"], row["unit"], row["light"], row["department"]) == (
        5, 10, "workday", "green", "planning",
    )  # fmt: skip
    assert api_of(make_user()).get(f"/api/v1/clocks/{clock.pk}/explain/").status_code == 404


def test_the_list_costs_the_same_for_many(clock: Clock, office: Office) -> None:
    api = api_of(office.reviewer)
    api.get("/api/v1/clocks/")
    one = statements(lambda: api.get("/api/v1/clocks/"))
    for _ in range(6):
        make_clock(department=office.department, role=Role.REVIEWER, starts_at=START)
    assert statements(lambda: api.get("/api/v1/clocks/")) == one


def test_the_interface_explains(clock: Clock, office: Office) -> None:
    live(clock, office)
    answer = api_of(office.reviewer).get(f"/api/v1/clocks/{clock.pk}/explain/", headers={"accept-language": "en"})
    body = answer.json()
    assert answer.status_code == 200
    assert (body["clock"], body["agreement"], body["stands_still"]) == (str(clock.pk), "agrees", False)
    assert body["promised"]["text"].endswith("extended by 3 days, until 2025-03-17")
    assert [day["date"] for day in body["days"] if day["stopped"]] == ["2025-03-05", "2025-03-06"]
    assert body["days"][2]["stopped"] == ["hearing"]
    last = body["days"][-1]
    assert (last["date"], last["promised"], last["lawful"]["number"], last["lawful"]["ends"]) == (
        "2025-03-24", None, 13, True,
    )  # fmt: skip


def run(*words: str) -> str:
    output = StringIO()
    with translation.override("en"):
        call_command("clock", *words, stdout=output, no_color=True)
    return output.getvalue()


def test_the_command_prints_the_table(clock: Clock, office: Office) -> None:
    live(clock, office)
    with pretend(at("2025-03-25T10:00")):
        lines = run("explain", str(clock.pk)).splitlines()
    assert lines[1].startswith("Promised limit: 5 working days, since 2025-03-03")
    table = lines[3:]
    assert len(table) == 22
    assert table[0] == "2025-03-03    –    –  Monday · Day of the event, not counted"
    assert table[1] == "2025-03-04    1    1  Tuesday · Working day"
    assert table[2].endswith("Special procedure: Hearing")
    assert table[14].endswith("8    8  Monday · Working day · extension day 3 · End of the promised limit")


def test_the_command_takes_a_beginning_and_gives_json(clock: Clock) -> None:
    digits = str(clock.pk).replace("-", "")
    body = json.loads(run("explain", digits[:30], "--json"))
    assert body["clock"] == str(clock.pk)
    assert body["days"][0]["date"] == "2025-03-03"
    shown = run("show", str(clock.pk)[:33].upper())
    assert "Handler: Not yet taken" in shown
    assert "Light: " in shown


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("nonsense", "“nonsense” is not the id of a clock."),
        ("", "“” is not the id of a clock."),
        ("ffff", "No clock has an id that begins with “ffff”."),
    ],
)
def test_the_command_refuses_clearly(clock: Clock, text: str, refusal: str) -> None:
    with pytest.raises(CommandError) as caught:
        run("explain", text)
    assert str(caught.value) == refusal


def test_the_command_names_the_clocks_that_a_beginning_fits(clock: Clock, office: Office) -> None:
    other = make_clock(department=office.department)
    assert str(other.pk)[0] == str(clock.pk)[0]
    with pytest.raises(CommandError) as caught:
        run("explain", str(clock.pk)[0])
    assert str(caught.value) == (
        f"Several clocks have an id that begins with “{str(clock.pk)[0]}”: {clock.pk}, {other.pk}"
    )
