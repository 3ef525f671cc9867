"""The pages of appointments and of the queue."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department, User
from reception.models import Booking, Counter, Kiosk, Opening, Queue, Ticket
from reception.services import queue_of
from tests.clients import signed_in
from tests.clock import HallClock
from tests.factories.accounts import make_department
from tests.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache", "monday")]
APPOINTMENTS = reverse("reception:appointments")
COUNTER = reverse("reception:counter")
SCREEN = reverse("reception:screen")
BOOK = reverse("reception:book", args=["window"])
WHO = {"name": "孙来访", "phone": "13912345678", "matter": "营业执照"}


def text_of(response) -> str:
    return response.content.decode()


def book(client: Client) -> Booking:
    time = client.get(BOOK).context["form"].fields["starts_at"].choices[0][0]
    assert client.post(BOOK, {**WHO, "starts_at": time}).status_code == 302
    return Booking.objects.latest("id")


@pytest.mark.usefixtures("openings")
class TestAppointments:
    def test_a_visitor_books_and_cancels(self, client: Client, queue: Queue) -> None:
        assert BOOK in text_of(client.get(APPOINTMENTS))
        wrong = client.post(BOOK, {"starts_at": "2026-03-02T09:00:00+08:00"})
        assert (wrong.status_code, set(wrong.context["form"].errors)) == (400, {"starts_at", "name", "phone"})
        booking = book(client)
        page = reverse("reception:booking", args=[booking.code])
        assert booking.code in text_of(Client().get(page + "?booked=1"))
        found = client.get(APPOINTMENTS, {"code": booking.code.lower()})
        assert found.headers["location"] == page
        client.post(reverse("reception:cancel_booking", args=[booking.code]))
        booking.refresh_from_db()
        assert booking.status == "cancelled"
        assert client.get(page).status_code == 200

    def test_an_investor_sees_his_own(self, investor: User, stranger: User) -> None:
        client = signed_in(investor)
        assert client.get(BOOK).context["form"]["phone"].value() == "13800000000"
        booking = book(client)
        assert booking.user == investor
        assert booking.code in text_of(client.get(APPOINTMENTS))
        assert booking.code not in text_of(signed_in(stranger).get(APPOINTMENTS))

    def test_wrong_codes_are_counted(self, client: Client) -> None:
        page = reverse("reception:booking", args=["WRONG234"])
        assert [client.get(page).status_code for _ in range(10)] == [404] * 10
        booking = book(client)
        assert client.get(reverse("reception:booking", args=[booking.code])).status_code == 404

    def test_when_today_is_over_the_next_day_is_shown(self, client: Client, monday: HallClock) -> None:
        monday.set(datetime(2026, 3, 2, 18))  # noqa: DTZ001
        assert client.get(BOOK).context["day"].isoformat() == "2026-03-03"
        assert not client.get(BOOK, {"day": "2026-03-02"}).context["free"]
        assert client.get(BOOK, {"day": "nonsense"}).status_code == 200

    def test_no_such_window(self, client: Client, housing: Department) -> None:
        assert client.get(reverse("reception:book", args=[housing.code])).status_code == 404

    def test_a_window_costs_what_all_cost(self, client: Client, queue: Queue) -> None:
        few = statements(lambda: client.get(APPOINTMENTS))
        for _ in range(5):
            other = make_department(kind="window")
            queue_of(other)
            Opening.objects.create(department=other, weekday=0, opens="10:00", closes="11:00")
        assert statements(lambda: client.get(APPOINTMENTS)) == few


class TestKiosk:
    def test_draws_and_arrives(self, client: Client, kiosk: Kiosk, queue: Queue, openings) -> None:
        page = reverse("reception:kiosk", args=[kiosk.key])
        assert queue.department.name in text_of(client.get(page))
        drawn = client.post(reverse("reception:kiosk_draw", args=[kiosk.key]), {"queue": "A"}, follow=True)
        assert "A001" in text_of(drawn)
        booking = book(client)
        arrive = reverse("reception:kiosk_arrive", args=[kiosk.key])
        assert "A002" in text_of(client.post(arrive, {"code": booking.code.lower()}, follow=True))
        for code in (booking.code, "WRONG234"):
            assert client.post(arrive, {"code": code}, follow=True).redirect_chain == [(page, 302)]
        assert Ticket.objects.count() == 2

    def test_only_with_its_key(self, client: Client, kiosk: Kiosk, queue: Queue) -> None:
        assert client.get(reverse("reception:kiosk", args=["guessed"])).status_code == 404
        Kiosk.objects.update(active=False)
        assert client.post(reverse("reception:kiosk_draw", args=[kiosk.key]), {"queue": "A"}).status_code == 404


class TestCounter:
    def act(self, client: Client, name: str, *args: object, **data: object) -> str:
        return text_of(client.post(reverse(f"reception:{name}", args=args), data, follow=True))

    def test_a_day_at_the_counter(self, clerk: User, window: Department) -> None:
        client = signed_in(clerk)
        assert client.get(COUNTER).status_code == 200
        queue = Queue.objects.get(department=window)
        self.act(client, "open_counter", queue=queue.pk, number=3)
        assert Counter.objects.get().number == 3
        self.act(client, "call_next")
        self.act(client, "counter_draw")
        self.act(client, "counter_draw")
        assert "A001" in self.act(client, "call_next")
        first = Ticket.objects.get(serial=1)
        self.act(client, "ticket_act", first.pk, "recall")
        assert "A001" in text_of(Client().get(SCREEN))
        self.act(client, "ticket_act", first.pk, "skip")
        self.act(client, "call_next")
        second = Ticket.objects.get(status="called")
        other = queue_of(make_department(kind="window"))
        self.act(client, "transfer", second.pk, queue=queue.pk)
        self.act(client, "transfer", second.pk, queue="")
        assert Ticket.objects.filter(status="called").exists()
        self.act(client, "transfer", second.pk, queue=other.pk)
        self.act(client, "call_next")
        self.act(client, "close_counter")
        third = Ticket.objects.get(status="called")
        self.act(client, "ticket_act", third.pk, "done")
        self.act(client, "close_counter")
        assert Counter.objects.get().closed_at is not None

    def test_an_appointment_leads_on_to_an_inquiry(self, client: Client, clerk: User, seat: Counter, openings) -> None:
        booking = book(client)
        mine = signed_in(clerk)
        self.act(mine, "counter_arrive", code="WRONG234")
        self.act(mine, "counter_arrive", code=booking.code)
        page = self.act(mine, "call_next")
        assert booking.name in page
        record = mine.get(mine.get(COUNTER).context["record_url"])
        assert record.context["form"]["phone"].value() == "13912345678"

    def test_others_stay_out(self, seat: Counter, colleague: User, reviewer: User, investor: User) -> None:
        for user in (reviewer, investor):
            assert signed_in(user).get(COUNTER).status_code == 403
        ticket = Ticket.objects.create(
            queue=seat.queue, letter="A", serial=1, day=seat.day, source="kiosk", status="called", counter=seat,
            issued_at=seat.opened_at, in_line_at=seat.opened_at, called_at=seat.opened_at,
        )  # fmt: skip
        client = signed_in(colleague)
        assert client.post(reverse("reception:ticket_act", args=[ticket.pk, "done"])).status_code == 404
        assert client.post(reverse("reception:call_next")).status_code == 403

    def test_a_long_line_costs_what_a_short_one_costs(self, clerk: User, seat: Counter) -> None:
        client = signed_in(clerk)
        self.act(client, "counter_draw")
        few = statements(lambda: client.get(COUNTER))
        for _ in range(5):
            self.act(client, "counter_draw")
        client.get(COUNTER)
        assert statements(lambda: client.get(COUNTER)) == few


def test_the_screen_names_nobody_and_asks_for_itself(
    client: Client, clerk: User, seat: Counter, openings, kiosk: Kiosk
) -> None:
    booking = book(client)
    client.post(reverse("reception:kiosk_arrive", args=[kiosk.key]), {"code": booking.code})
    mine = signed_in(clerk)
    mine.post(reverse("reception:call_next"))
    whole, part = client.get(SCREEN), client.get(SCREEN, headers={"hx-request": "true"})
    for page in (whole, part):
        assert "A001" in text_of(page)
        assert booking.name not in text_of(page)
    assert "<html" not in text_of(part)
    few = statements(lambda: client.get(SCREEN))
    for _ in range(4):
        mine.post(reverse("reception:ticket_act", args=[Ticket.objects.get(status="called").pk, "done"]))
        mine.post(reverse("reception:counter_draw"))
        mine.post(reverse("reception:call_next"))
    assert statements(lambda: client.get(SCREEN)) == few
