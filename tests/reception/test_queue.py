"""The queue: numbers, who is next, two clerks at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Department, Role, User
from common.errors import HallError, InvalidInput, NotAllowed, TransitionNotAllowed
from reception.models import Counter, Limit, Queue, Ticket
from reception.services import (
    book_appointment,
    call_next,
    check_in,
    close_counter,
    finish,
    open_counter,
    queue_of,
    recall,
    skip,
    take_ticket,
    transfer,
)
from reception.services.counters import counter_of
from reception.waiting import ahead_of, waits
from tests.clock import HallClock
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db


def draw(queue: Queue, count: int = 1) -> list[Ticket]:
    return [take_ticket(actor=Actor(None), queue=queue, source="kiosk") for _ in range(count)]


def next_at(seat: Counter) -> str:
    """Call the next and be done with it."""
    ticket = call_next(actor=Actor(seat.clerk), counter=seat)
    if ticket is None:
        return ""
    finish(actor=Actor(seat.clerk), ticket=ticket)
    return ticket.label


class TestNumbers:
    def test_each_window_its_letter_and_each_day_from_one(self, queue: Queue, monday: HallClock) -> None:
        other = queue_of(make_department(kind="window"))
        assert [one.label for one in draw(queue, 2) + draw(other)] == ["A001", "A002", "B001"]
        monday.travel(days=1)
        assert draw(queue)[0].label == "A001"

    def test_only_windows(self, housing: Department) -> None:
        with pytest.raises(InvalidInput):
            queue_of(housing)

    def test_not_from_outside(self, queue: Queue, investor: User) -> None:
        with pytest.raises(NotAllowed):
            take_ticket(actor=Actor(investor), queue=queue, source="kiosk")

    @pytest.mark.django_db(transaction=True)
    def test_no_doubles_when_all_draw_at_once(self, queue: Queue, monday: HallClock) -> None:
        start = threading.Barrier(6)

        def one(_position: int) -> list[str]:
            try:
                start.wait(10)
                return [ticket.label for ticket in draw(queue, 5)]
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            labels = sorted(label for labels in pool.map(one, range(6)) for label in labels)
        assert labels == [f"A{serial:03d}" for serial in range(1, 31)]


class TestCounters:
    def test_one_clerk_one_counter(self, seat: Counter, queue: Queue, clerk: User, colleague: User) -> None:
        with pytest.raises(InvalidInput):
            open_counter(actor=Actor(colleague), queue=queue, number=1)
        assert open_counter(actor=Actor(clerk), queue=queue, number=1) == seat
        moved = open_counter(actor=Actor(clerk), queue=queue, number=2)
        assert counter_of(clerk) == moved
        open_counter(actor=Actor(colleague), queue=queue, number=1)

    def test_only_clerks_of_the_window(self, queue: Queue, reviewer: User, boss: User) -> None:
        other = make_post(make_user(), make_department(kind="window"), Role.CLERK).user
        for user in (reviewer, boss, other):
            with pytest.raises(NotAllowed):
                open_counter(actor=Actor(user), queue=queue, number=3)

    def test_yesterdays_is_closed_by_its_date(self, seat: Counter, clerk: User, monday: HallClock) -> None:
        monday.travel(days=1)
        assert counter_of(clerk) is None
        with pytest.raises(TransitionNotAllowed):
            call_next(actor=Actor(clerk), counter=seat)
        open_counter(actor=Actor(clerk), queue=seat.queue, number=1)

    def test_whoever_is_called_first(self, seat: Counter, queue: Queue, clerk: User, colleague: User) -> None:
        draw(queue, 2)
        ticket = call_next(actor=Actor(clerk), counter=seat)
        for act in (lambda: call_next(actor=Actor(clerk), counter=seat),
                    lambda: close_counter(actor=Actor(clerk), counter=seat)):  # fmt: skip
            with pytest.raises(TransitionNotAllowed):
                act()
        other = open_counter(actor=Actor(colleague), queue=queue, number=2)
        with pytest.raises(NotAllowed):
            finish(actor=Actor(colleague), ticket=ticket)
        with pytest.raises(NotAllowed):
            call_next(actor=Actor(colleague), counter=seat)
        assert call_next(actor=Actor(colleague), counter=other).label == "A002"
        finish(actor=Actor(clerk), ticket=ticket)
        with pytest.raises(TransitionNotAllowed):
            recall(actor=Actor(clerk), ticket=ticket)
        close_counter(actor=Actor(clerk), counter=seat)


class TestTurns:
    def test_appointments_whose_time_has_come_first(
        self, seat: Counter, queue: Queue, openings, window: Department, monday: HallClock
    ) -> None:
        def booked(at: datetime, phone: str) -> Ticket:
            booking = book_appointment(
                actor=Actor(None), department=window, starts_at=timezone.make_aware(at), name="孙来访", phone=phone
            )
            return check_in(actor=Actor(None), booking=booking)

        draw(queue, 2)
        later = booked(datetime(2026, 3, 2, 11), "13900000001")  # noqa: DTZ001
        sooner = booked(datetime(2026, 3, 2, 10), "13900000002")  # noqa: DTZ001
        assert next_at(seat) == "A001"
        monday.set(datetime(2026, 3, 2, 10, 1))  # noqa: DTZ001
        assert [next_at(seat) for _ in range(4)] == [sooner.label, "A002", later.label, ""]

    def test_skipped_comes_back_after_others_and_not_for_ever(self, seat: Counter, queue: Queue, clerk: User) -> None:
        Limit.objects.filter(code="skip_turns").update(amount=2)
        draw(queue, 4)
        skip(actor=Actor(clerk), ticket=call_next(actor=Actor(clerk), counter=seat))
        assert [next_at(seat) for _ in range(2)] == ["A002", "A003"]
        for status in ("waiting", "missed"):
            ticket = call_next(actor=Actor(clerk), counter=seat)
            if ticket.label != "A001":
                finish(actor=Actor(clerk), ticket=ticket)
                ticket = call_next(actor=Actor(clerk), counter=seat)
            assert ticket.label == "A001"
            assert skip(actor=Actor(clerk), ticket=ticket).status == status
        assert next_at(seat) == ""

    def test_called_again_is_new_on_the_screen(self, seat: Counter, queue: Queue, clerk: User) -> None:
        draw(queue)
        ticket = call_next(actor=Actor(clerk), counter=seat)
        assert recall(actor=Actor(clerk), ticket=ticket).calls == 2

    def test_sent_on_with_number_and_time(self, seat: Counter, queue: Queue, clerk: User) -> None:
        desk = make_department(kind="window")
        other = queue_of(desk)
        mate = make_post(make_user(), desk, Role.CLERK).user
        ticket = draw(queue)[0]
        draw(other)
        call_next(actor=Actor(clerk), counter=seat)
        with pytest.raises(InvalidInput):
            transfer(actor=Actor(clerk), ticket=ticket, queue=queue)
        transfer(actor=Actor(clerk), ticket=ticket, queue=other)
        theirs = open_counter(actor=Actor(mate), queue=other, number=9)
        assert [next_at(theirs), next_at(theirs)] == ["A001", "B001"]

    def test_nobody_waits(self, seat: Counter, clerk: User) -> None:
        assert call_next(actor=Actor(clerk), counter=seat) is None

    @pytest.mark.django_db(transaction=True)
    def test_no_two_clerks_call_the_same(self, queue: Queue, window: Department, monday: HallClock) -> None:
        clerks = [make_post(make_user(), window, Role.CLERK).user for _ in range(4)]
        seats = [open_counter(actor=Actor(one), queue=queue, number=n) for n, one in enumerate(clerks, 1)]
        draw(queue, 20)
        start = threading.Barrier(4)

        def work(seat: Counter) -> list[str]:
            try:
                start.wait(10)
                return [next_at(seat) for _ in range(5)]
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            labels = sorted(label for labels in pool.map(work, seats) for label in labels)
        assert labels == [f"A{serial:03d}" for serial in range(1, 21)]

    @pytest.mark.django_db(transaction=True)
    def test_a_second_click_calls_nobody_more(self, seat: Counter, queue: Queue, clerk: User) -> None:
        draw(queue, 3)
        start = threading.Barrier(3)

        def click(_position: int) -> bool:
            try:
                start.wait(10)
                call_next(actor=Actor(clerk), counter=seat)
            except HallError:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(3) as pool:
            assert sum(pool.map(click, range(3))) == 1
        assert Ticket.objects.filter(status="called").count() == 1


def test_how_long(seat: Counter, queue: Queue, clerk: User, colleague: User, monday: HallClock) -> None:
    tickets = draw(queue, 8)
    (wait,) = waits()
    assert (wait.waiting, wait.counters, wait.minutes) == (8, 1, 64)
    for _ in range(3):
        ticket = call_next(actor=Actor(clerk), counter=seat)
        monday.travel(minutes=4)
        finish(actor=Actor(clerk), ticket=ticket)
    (wait,) = waits()
    assert (wait.waiting, round(wait.minutes_each)) == (5, 4)
    open_counter(actor=Actor(colleague), queue=queue, number=2)
    assert waits()[0].minutes == pytest.approx(10, abs=1)
    assert [ahead_of(Ticket.objects.get(pk=tickets[place].pk)) for place in (0, 3, 7)] == [0, 0, 4]
    few = statements(waits)
    queue_of(make_department(kind="window"))
    assert statements(waits) == few
    monday.travel(days=1)
    assert [one.waiting for one in waits()] == [0, 0]


def test_times_are_kept(seat: Counter, queue: Queue, clerk: User, monday: HallClock) -> None:
    ticket = draw(queue)[0]
    called = call_next(actor=Actor(clerk), counter=seat)
    assert called.served_from - ticket.issued_at < timedelta(minutes=1)
