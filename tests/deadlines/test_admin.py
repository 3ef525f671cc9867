"""The admin looks at clocks, and changes the calendar through the services."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.actors import Actor
from accounts.models import User
from deadlines import services
from deadlines.models import Clock, FiredRung, Rung
from ledger.models import Entry
from notifications.models import Message
from notifications.services import notify
from tests.factories.accounts import make_user
from tests.factories.deadlines import make_clock

DAY = {"date": date(2025, 3, 5), "name": "防汛停工", "source": "区防汛指挥部令第1号"}


@pytest.fixture
def root(db: None) -> User:
    return make_user("root", is_superuser=True, is_staff=True)


@pytest.fixture
def admin(client: Client, root: User) -> Client:
    client.force_login(root)
    client.cookies["django_language"] = "en"
    return client


def test_a_clock_can_be_looked_at_and_not_changed(admin: Client) -> None:
    clock = make_clock()
    FiredRung.objects.create(clock=clock, code="warn", due_at=clock.warn_at, fired_at=clock.warn_at)
    for address in ("clock/", f"clock/{clock.pk}/change/", "firedrung/", "sweepstate/", "rung/"):
        assert admin.get(f"/admin/deadlines/{address}").status_code == 200
    assert admin.post(f"/admin/deadlines/clock/{clock.pk}/change/", {"title": "x"}).status_code == 403
    assert admin.get("/admin/deadlines/clock/add/").status_code == 403


@pytest.mark.parametrize("name", ["calendaroverride", "calendaryear", "noticeday", "hallhours", "calendarrevision"])
def test_the_calendar_is_looked_at_here_and_changed_on_its_page(admin: Client, name: str) -> None:
    page = admin.get(f"/admin/deadlines/{name}/").content.decode()
    assert '<a href="/deadlines/calendar/">Change it on the page of the working calendar</a>' in page
    assert admin.get(f"/admin/deadlines/{name}/add/").status_code == 403
    assert admin.post(f"/admin/deadlines/{name}/add/", DAY).status_code == 403


def test_a_general_rung_is_switched_off_and_not_deleted(admin: Client) -> None:
    rung = Rung.objects.get(kind="", code="warn")
    assert admin.post(f"/admin/deadlines/rung/{rung.pk}/delete/", {"post": "yes"}).status_code == 403
    form = {"kind": "", "code": "warn", "anchor": "warn", "offset": 0, "unit": "workday", "who": "handler"}
    admin.post(f"/admin/deadlines/rung/{rung.pk}/change/", form)
    assert make_clock(lawful=None).rung_codes == ["overdue", "escalate_head", "escalate_director"]


def test_failed_messages_can_be_sent_again(admin: Client, root: User) -> None:
    notify(recipients=[root], template="clock.warn", params={"title": "x", "due": "2025-03-05"})
    Message.objects.filter(channel="email").update(status="failed", next_try_at=None, error="x")
    ids = list(Message.objects.values_list("pk", flat=True))
    page = admin.post("/admin/notifications/message/", {"action": "send_again", "_selected_action": ids}, follow=True)
    assert "1 messages wait to be sent again." in page.content.decode()


def test_the_ledger_can_only_be_looked_at(admin: Client, root: User) -> None:
    services.set_override(actor=Actor(root), is_workday=False, **DAY)
    entry = Entry.objects.get()
    assert admin.get("/admin/ledger/entry/").status_code == 200
    assert admin.post(f"/admin/ledger/entry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_clocks_cost_the_same_number_of_queries_for_one_and_fifty(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(40) as captured:
            admin.get("/admin/deadlines/clock/")
        return len(captured)

    make_clock()
    queries()
    one = queries()
    for _number in range(49):
        make_clock()
    assert (queries(), Clock.objects.count()) == (one, 50)
