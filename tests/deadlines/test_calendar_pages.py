"""Changing the calendar on its pages: form, preview, confirmation; in Chinese."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.actors import Actor
from accounts.models import Role
from deadlines import calendars, redate, services
from deadlines.models import CalendarOverride, CalendarYear, Clock, HallHours, NoticeDay
from ledger.selectors import timeline
from tests.deadlines.conftest import Office
from tests.deadlines.test_notice import SAMPLE, SENTENCES, SOURCE
from tests.factories.accounts import make_user
from tests.factories.deadlines import day, make_clock
from tests.queries import statements

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
ORDER = {"name": "防汛停工", "source": "区防汛指挥部令第1号"}
DAY = {"date": "2025-03-05", "counts": "off", **ORDER}
PAGE = "/deadlines/calendar/"
HOURS = {**{str(weekday): "08:30–12:00, 13:30–17:30" for weekday in range(4)}, "4": "8:30-12:00", "5": "", "6": ""}


@pytest.fixture
def boss(office: Office) -> Actor:
    return Actor(office.administrator)


@pytest.fixture
def desk(client: Client, office: Office) -> Client:
    client.force_login(office.administrator)
    client.cookies["django_language"] = "zh-hans"
    return client


@pytest.fixture
def english(desk: Client) -> Client:
    desk.cookies["django_language"] = "en"
    return desk


@pytest.fixture
def clock(office: Office) -> Clock:
    return make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=5, lawful=20)


def due(clock: Clock) -> str:
    clock.refresh_from_db()
    return clock.due_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def carried(page: str) -> dict[str, str]:
    """The hidden fields of a preview."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def confirm(client: Client, address: str, page: str) -> object:
    hidden = carried(page)
    hidden.pop("csrfmiddlewaretoken", None)
    return client.post(address, hidden)


def test_a_day_is_closed_after_a_preview_that_writes_nothing(english: Client, clock: Clock) -> None:
    page = english.post(f"{PAGE}day/", DAY).content.decode()
    assert "2025-03-10 → <strong>2025-03-11</strong>" in page
    assert "2025-03-31 → <strong>2025-04-01</strong>" in page
    assert "Save and change 1 date" in page
    assert (due(clock), CalendarOverride.objects.count()) == ("2025-03-10 23:59", 0)
    response = confirm(english, f"{PAGE}day/", page)
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}?year=2025#overrides")
    assert due(clock) == "2025-03-11 23:59"
    calendars.invalidate()
    page = english.get(response["Location"]).content.decode()
    assert "Saved. 1 open duty has new dates." in page
    assert "区防汛指挥部令第1号" in page
    assert "1 duty moved; all open duties are counted." in page


def test_the_preview_names_what_who_and_how_many(english: Client, clock: Clock, office: Office) -> None:
    make_clock(department=office.department, handler=office.reviewer, starts_at=START, promised=5)
    page = english.post(f"{PAGE}day/", DAY).content.decode()
    assert clock.title in page
    # An administrator may not open the cases themselves.
    assert f'href="{clock.link}"' not in page
    assert "Reviewer" in page
    assert str(office.reviewer) in page
    assert f"{office.department} 2" in page


def test_a_removal_is_previewed_too(english: Client, clock: Clock, boss: Actor) -> None:
    override = services.set_override(actor=boss, date=day("2025-03-05"), is_workday=False, **ORDER)
    address = f"{PAGE}overrides/{override.pk}/remove/"
    page = english.post(address).content.decode()
    assert "2025-03-11 → <strong>2025-03-10</strong>" in page
    assert CalendarOverride.objects.count() == 1
    assert confirm(english, address, page)["Location"] == f"{PAGE}?year=2025#overrides"
    assert (due(clock), CalendarOverride.objects.count()) == ("2025-03-10 23:59", 0)
    assert english.post(address).status_code == 400


def test_a_confirmation_after_somebody_elses_change_is_previewed_anew(
    english: Client, clock: Clock, boss: Actor
) -> None:
    old = english.post(f"{PAGE}day/", DAY).content.decode()
    services.set_override(actor=boss, date=day("2025-03-06"), is_workday=False, **ORDER)
    response = confirm(english, f"{PAGE}day/", old)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Someone else has acted on this" in page
    assert "2025-03-11 → <strong>2025-03-12</strong>" in page
    assert due(clock) == "2025-03-11 23:59"
    assert carried(page)["seen"] != carried(old)["seen"]
    assert confirm(english, f"{PAGE}day/", page).status_code == 302
    assert due(clock) == "2025-03-12 23:59"


@pytest.mark.parametrize("seen", ["x", "-1", "9" * 30, ""])
def test_a_forged_version_is_stale(english: Client, clock: Clock, seen: str) -> None:
    assert english.post(f"{PAGE}day/", {**DAY, "seen": seen}).status_code == 409
    assert CalendarOverride.objects.count() == 0


def test_the_same_day_closed_twice_at_once_is_told_at_its_field(english: Client, boss: Actor, clock: Clock) -> None:
    old = english.post(f"{PAGE}day/", DAY).content.decode()
    services.set_override(actor=boss, date=day("2025-03-05"), is_workday=False, **ORDER)
    response = confirm(english, f"{PAGE}day/", old)
    assert response.status_code == 400
    assert "This is a day off already." in response.content.decode()


def test_a_refusal_keeps_what_was_typed_and_stands_at_its_field(english: Client) -> None:
    response = english.post(f"{PAGE}day/", {**DAY, "date": "2025-03-08"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "This is a day off already." in page
    assert ORDER["source"] in page


def test_a_half_day_moves_a_limit_in_hours_and_is_marked(english: Client, office: Office) -> None:
    clock = make_clock(
        department=office.department, starts_at=datetime(2025, 3, 5, 10, 0, tzinfo=ZONE),
        unit="workhour", promised=4, lawful=None, kind="internal_question",
    )  # fmt: skip
    assert due(clock) == "2025-03-05 15:30"
    page = english.post(f"{PAGE}day/", {**DAY, "counts": "afternoon"}).content.decode()
    assert "2025-03-05 15:30 → <strong>2025-03-06 10:30</strong>" in page
    confirm(english, f"{PAGE}day/", page)
    assert due(clock) == "2025-03-06 10:30"
    calendars.invalidate()
    page = english.get(f"{PAGE}?year=2025").content.decode()
    assert "Half day, closed in the afternoon · 防汛停工" in page
    assert "day-local_half_day" in page


def test_the_hours_of_the_hall_move_limits_in_hours_only(english: Client, office: Office, clock: Clock) -> None:
    friday = make_clock(
        starts_at=datetime(2025, 3, 7, 11, 0, tzinfo=ZONE), unit="workhour", promised=2, lawful=None, kind="visit"
    )
    page = english.post(f"{PAGE}hours/", HOURS).content.decode()
    assert "08:30–12:00, 13:30–17:30 → 08:30–12:00" in page
    assert "2025-03-07 14:30 → <strong>2025-03-10 09:30</strong>" in page
    assert clock.title not in page
    assert confirm(english, f"{PAGE}hours/", page).status_code == 302
    assert (due(friday), due(clock)) == ("2025-03-10 09:30", "2025-03-10 23:59")
    assert HallHours.objects.filter(weekday=4).count() == 1
    entry = timeline(("deadlines.hallhours", 0)).get()
    assert (entry.act, entry.data["to"]["4"]) == ("calendar.hours_set", ["08:30–12:00"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"4": "morning"}, "Write periods like"),
        ({"4": "25:00-26:00"}, "Write periods like"),
        ({"4": "12:00-08:30"}, "Each period must close after it opens"),
        ({"4": "8:00-12:00, 11:00-17:00"}, "Each period must close after it opens"),
        ({"4": ""}, "Friday"),
        ({"5": "x"}, "Write periods like"),
    ],
)
def test_hours_that_cannot_be_are_refused(english: Client, changes: dict[str, str], words: str) -> None:
    response = english.post(f"{PAGE}hours/", {**HOURS, **changes})
    assert (response.status_code, words in response.content.decode()) == (400, True)
    assert HallHours.objects.count() == 10


def test_a_notice_is_imported_from_its_sentences(english: Client, clock: Clock) -> None:
    entered = {"layout": "sentences", "year": "2026", "source": SOURCE, "text": SENTENCES, "file": ""}
    page = english.post(f"{PAGE}import/", entered).content.decode()
    assert "2026-02-15 – 2026-02-23 · 9 days" in page
    assert "2026-09-20 National Day" in page
    assert "No open duty changes" in page
    response = confirm(english, f"{PAGE}import/", page)
    assert response["Location"] == f"{PAGE}?year=2026"
    year = CalendarYear.objects.get()
    assert (year.published, year.source, NoticeDay.objects.count()) == (True, SOURCE, 39)
    assert timeline(year).get().data["makeup"][0] == "2026-01-04"


def test_a_notice_is_imported_from_a_file(english: Client) -> None:
    file = SimpleUploadedFile("2026.yaml", SAMPLE.encode())
    page = english.post(f"{PAGE}import/", {"layout": "sentences", "file": file}).content.decode()
    assert confirm(english, f"{PAGE}import/", page).status_code == 302
    assert CalendarYear.objects.get().source == SOURCE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": SENTENCES.replace("（周四）至3日", "（周五）至3日")}, "Line 3: 2026-01-01 is 周四, not 周五."),
        ({"text": ""}, "Paste the text of the notice"),
        ({"year": ""}, "Enter the year."),
        ({"source": ""}, "State the notice"),
        ({"layout": "yaml", "text": "year: ["}, "Line 1: This is not YAML."),
        ({"file": SimpleUploadedFile("x.yaml", b"\xff\xfe\xff")}, "not text in UTF-8"),
        ({"file": SimpleUploadedFile("x.yaml", b"x" * 90_000)}, "too large"),
    ],
)
def test_what_is_wrong_with_a_notice_stands_at_its_field(
    english: Client, changes: dict[str, object], words: str
) -> None:
    entered = {"layout": "sentences", "year": "2026", "source": SOURCE, "text": SENTENCES, **changes}
    response = english.post(f"{PAGE}import/", entered)
    assert (response.status_code, words in response.content.decode()) == (400, True)
    assert CalendarYear.objects.count() == 0


def test_a_year_is_withdrawn_and_published_again(english: Client, office: Office) -> None:
    clock = make_clock(starts_at=datetime(2026, 4, 7, 10, tzinfo=ZONE), promised=5, lawful=None)
    page = english.post(f"{PAGE}2026/withdraw/", {"reason": "通知撤回"}).content.decode()
    assert "becomes provisional" in page
    confirm(english, f"{PAGE}2026/withdraw/", page)
    clock.refresh_from_db()
    assert clock.provisional
    calendars.invalidate()
    page = english.get(f"{PAGE}?year=2026").content.decode()
    assert "Unpublished" in page
    assert "The schedule of this year is not published yet" in page
    page = english.post(f"{PAGE}2026/publish/", {"source": SOURCE}).content.decode()
    assert "becomes certain" in page
    confirm(english, f"{PAGE}2026/publish/", page)
    clock.refresh_from_db()
    assert not clock.provisional
    calendars.invalidate()
    page = english.get(f"{PAGE}?year=2026").content.decode()
    assert f"Source: {SOURCE}" in page


def test_a_year_of_which_nothing_is_known_cannot_be_published(english: Client) -> None:
    response = english.post(f"{PAGE}2027/publish/", {"source": "x"})
    assert response.status_code == 400
    assert "No day of this year has been entered yet. Import its notice." in response.content.decode()


def test_the_export_holds_every_duty_and_saves_nothing(english: Client, office: Office) -> None:
    for number in range(3):
        make_clock(title=f"=1+{number}", department=office.department, starts_at=START, promised=5)
    response = english.post(f"{PAGE}day/", {**DAY, "seen": "0", "export": "csv"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("Duty,Title,Link,Department")
    assert sorted(line.split(",")[1] for line in lines[1:]) == ["'=1+0", "'=1+1", "'=1+2"]
    assert CalendarOverride.objects.count() == 0


def test_progress_is_shown_until_everything_is_counted(
    english: Client, boss: Actor, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(7):
        make_clock(starts_at=START, promised=5)
    monkeypatch.setattr(redate, "BATCH", 3)
    services.set_override(actor=boss, date=day("2025-03-05"), is_workday=False, **ORDER)
    page = english.get(f"{PAGE}?year=2025").content.decode()
    assert 'hx-get="/deadlines/calendar/progress/"' in page
    fragment = english.get(f"{PAGE}progress/").content.decode()
    assert "4 open duties are still to be counted" in fragment
    assert '<progress max="7" value="3">' in fragment
    redate.catch_up()
    fragment = english.get(f"{PAGE}progress/").content.decode()
    assert "hx-get" not in fragment
    assert "7 duties moved; all open duties are counted." in fragment


def test_others_read_and_do_not_change(client: Client, office: Office, boss: Actor) -> None:
    override = services.set_override(actor=boss, date=day("2025-03-05"), is_workday=False, **ORDER)
    client.force_login(make_user("visitor"))
    addresses = ["day/", "import/", "2026/publish/", "2026/withdraw/", "hours/", f"overrides/{override.pk}/remove/"]
    assert {client.post(f"{PAGE}{address}", DAY).status_code for address in addresses} == {403}
    assert {client.get(f"{PAGE}{address}").status_code for address in addresses[:4]} == {403}
    assert client.get(f"{PAGE}progress/").status_code == 403
    assert client.get(f"{PAGE}hours/").status_code == 200
    client.logout()
    assert client.get(f"{PAGE}hours/").status_code == 200
    assert client.post(f"{PAGE}hours/", HOURS).status_code == 302
    assert client.get(f"{PAGE}day/").status_code == 302


def test_a_preview_page_costs_the_same_for_one_clock_and_fifty(english: Client, office: Office) -> None:
    def ask() -> None:
        english.post(f"{PAGE}day/", DAY)

    make_clock(department=office.department, handler=office.reviewer, starts_at=START, promised=5)
    ask()
    one = statements(ask)
    for _number in range(49):
        make_clock(department=office.department, handler=office.reviewer, starts_at=START, promised=5)
    assert statements(ask) == one


def test_the_pages_are_in_chinese(desk: Client, clock: Clock) -> None:
    page = desk.post(f"{PAGE}day/", DAY).content.decode()
    assert "保存并调整 1 项期限" in page
    assert "尚未保存" in page
    assert "2025-03-10 → <strong>2025-03-11</strong>" in page
    page = desk.get(f"{PAGE}?year=2027").content.decode()
    assert "未公布" in page
