"""Appointments: slots, places, limits, arriving."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Department, User
from common.errors import HallError, InvalidInput, NotAllowed, TransitionNotAllowed
from ledger.selectors import timeline
from notifications.models import Message
from reception.models import Booking, Limit, Opening
from reception.services import book_appointment, cancel_booking, check_in
from reception.slots import days_to_book, slots_on
from tests.clock import HallClock
from tests.reception.conftest import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("openings", "monday")]
TEN = timezone.make_aware(datetime(2026, 3, 3, 10))  # noqa: DTZ001
TUESDAY = date(2026, 3, 3)


def book(window: Department, at: datetime = TEN, *, phone: str = "13912345678", user: User | None = None) -> Booking:
    return book_appointment(actor=Actor(user), department=window, starts_at=at, name="孙来访", phone=phone)


def refused(window: Department, **given) -> set[str]:
    with pytest.raises(InvalidInput) as error:
        book(window, **given)
    return set(error.value.errors)


class TestSlots:
    def test_of_a_day(self, window: Department) -> None:
        slots = slots_on(window, TUESDAY)
        assert [f"{timezone.localtime(one.starts_at):%H:%M}" for one in slots] == ["10:00", "10:30", "11:00", "11:30"]
        book(window)
        assert [one.left for one in slots_on(window, TUESDAY)] == [1, 2, 2, 2]

    def test_what_has_begun_is_gone(self, window: Department, monday: HallClock) -> None:
        monday.travel(hours=1)
        assert len(slots_on(window, MONDAY.date())) == 2

    def test_not_on_days_off_nor_out_of_hours(self, window: Department) -> None:
        assert slots_on(window, date(2026, 3, 7)) == []
        assert date(2026, 3, 7) not in days_to_book()
        # 清明节
        assert slots_on(window, date(2026, 4, 6)) == []
        Opening.objects.create(department=window, weekday=1, opens=time(20), closes=time(22))
        assert len(slots_on(window, TUESDAY)) == 4

    def test_a_make_up_saturday_has_mondays(self, window: Department) -> None:
        # Worked for Labour Day.
        assert len(slots_on(window, date(2026, 5, 9))) == 4

    def test_openings_do_not_overlap(self, window: Department) -> None:
        row = Opening(department=window, weekday=0, opens=time(11), closes=time(14), minutes=30, seats=1)
        with pytest.raises(ValidationError):
            row.full_clean()
        row = Opening(department=window, weekday=0, opens=time(14), closes=time(14, 10), minutes=30, seats=1)
        with pytest.raises(ValidationError):
            row.full_clean()


class TestBooking:
    def test_a_place_of_ones_own(self, window: Department, investor: User) -> None:
        first, second = book(window, user=investor), book(window, phone="13900000001")
        assert {first.seat, second.seat} == {1, 2}
        assert (first.user, second.user) == (investor, None)
        assert Message.objects.filter(recipient=investor, template="booking.made", channel="inapp").exists()
        assert [entry.act for entry in timeline(first)] == ["booking.made"]
        assert refused(window, phone="13900000002") == {"starts_at"}

    def test_the_database_lets_nobody_have_a_place_twice(self, window: Department) -> None:
        booking = book(window)
        booking.pk, booking.code = None, "OTHERONE"
        with pytest.raises(IntegrityError), transaction.atomic():
            booking.save(force_insert=True)

    def test_refused(self, window: Department) -> None:
        assert refused(window, at=TEN - timedelta(days=1, hours=1)) == {"starts_at"}
        assert refused(window, at=TEN + timedelta(minutes=5)) == {"starts_at"}
        assert refused(window, at=TEN + timedelta(days=21)) == {"starts_at"}
        assert refused(window, phone=" ") == {"phone"}

    def test_so_many_a_day(self, window: Department) -> None:
        book(window)
        book(window, TEN + timedelta(minutes=30))
        assert refused(window, at=TEN + timedelta(minutes=60)) == {"phone"}
        book(window, TEN + timedelta(days=1))
        Limit.objects.filter(code="bookings_a_day").update(amount=3)
        book(window, TEN + timedelta(minutes=60))

    def test_cancelled_the_place_is_free_again(self, window: Department, monday: HallClock) -> None:
        first, _second = book(window), book(window, phone="13900000001")
        cancel_booking(actor=Actor(None), booking=first)
        assert book(window, phone="13900000002").seat == first.seat
        with pytest.raises(TransitionNotAllowed):
            cancel_booking(actor=Actor(None), booking=first)
        monday.set(datetime(2026, 3, 3, 10, 5))  # noqa: DTZ001
        with pytest.raises(TransitionNotAllowed):
            cancel_booking(actor=Actor(None), booking=_second)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_phone", [False, True])
def test_all_book_at_once(window: Department, same_phone: bool) -> None:
    """Two places: two get one. Of one telephone number as many as are allowed a day."""
    start = threading.Barrier(6)

    def one(position: int) -> bool:
        try:
            start.wait(10)
            at = TEN + timedelta(minutes=30 * (position % 4)) if same_phone else TEN
            book(window, at, phone="13912345678" if same_phone else f"1390000000{position}")
        except HallError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 2
    assert Booking.objects.count() == 2


class TestArriving:
    def test_first_from_its_time_on(self, window: Department, monday: HallClock) -> None:
        booking = book(window)
        with pytest.raises(TransitionNotAllowed):
            check_in(actor=Actor(None), booking=booking)
        monday.set(datetime(2026, 3, 3, 9, 50))  # noqa: DTZ001
        ticket = check_in(actor=Actor(None), booking=booking)
        assert (ticket.label, ticket.first_from) == ("A001", TEN)
        with pytest.raises(TransitionNotAllowed):
            check_in(actor=Actor(None), booking=booking)

    def test_too_late_in_line_like_all(self, window: Department, monday: HallClock, clerk: User) -> None:
        booking = book(window)
        monday.set(datetime(2026, 3, 3, 10, 31))  # noqa: DTZ001
        assert check_in(actor=Actor(clerk), booking=booking).first_from is None

    def test_not_from_outside(self, window: Department, investor: User) -> None:
        booking = book(window, user=investor)
        with pytest.raises(NotAllowed):
            check_in(actor=Actor(investor), booking=booking)
