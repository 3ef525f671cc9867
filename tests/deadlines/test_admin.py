"""The admin looks at clocks, and changes the calendar through the services."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from deadlines.models import CalendarOverride, CalendarYear, Clock, FiredRung, Rung
from ledger.models import Entry
from notifications.models import Message
from notifications.services import notify
from tests.factories.accounts import make_user
from tests.factories.deadlines import make_clock

DAY = {"date": "2025-03-05", "name": "防汛停工", "source": "区防汛指挥部令第1号"}


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


def test_an_override_entered_in_the_admin_moves_clocks_and_is_on_record(admin: Client, root: User) -> None:
    assert admin.post("/admin/deadlines/calendaroverride/add/", DAY).status_code == 302
    override = CalendarOverride.objects.get()
    assert (override.created_by, override.is_workday) == (root, False)
    admin.post(f"/admin/deadlines/calendaroverride/{override.pk}/delete/", {"post": "yes"})
    assert CalendarOverride.objects.count() == 0
    assert list(Entry.objects.order_by("id").values_list("act", "actor__username")) == [
        ("calendar.override_added", "root"),
        ("calendar.override_removed", "root"),
    ]


def test_what_the_service_would_refuse_is_told_at_its_field(admin: Client) -> None:
    page = admin.post("/admin/deadlines/calendaroverride/add/", {**DAY, "date": "2025-03-08"})
    assert (page.status_code, CalendarOverride.objects.count()) == (200, 0)
    assert "This is a day off already." in page.content.decode()


def test_a_year_is_published_through_the_service(admin: Client) -> None:
    admin.post("/admin/deadlines/calendaryear/add/", {"year": 2027, "source": "国办发明电〔2026〕7号"})
    assert CalendarYear.objects.get().published
    assert Entry.objects.get().act == "calendar.year_published"


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


def test_the_ledger_can_only_be_looked_at(admin: Client) -> None:
    admin.post("/admin/deadlines/calendaroverride/add/", DAY)
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
