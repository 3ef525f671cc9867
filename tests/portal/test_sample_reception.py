"""The sample's reception: what stands where after the play."""

from datetime import datetime
from random import Random

import pytest

from approvals.services.catalogue import load_catalogue
from common.time import now
from deadlines.models import Clock
from portal.sample.load import SEED
from portal.sample.people import make_staff
from portal.sample.reception import make_reception
from reception.models import Booking, Counter, Inquiry, InquiryHandover, Opening, Ticket
from tests.clock import HallClock


@pytest.mark.django_db
def test_reception_of_the_sample(hall_clock: HallClock) -> None:
    hall_clock.set(datetime(2026, 3, 18, 10))  # noqa: DTZ001  (a Wednesday)
    load_catalogue()
    make_reception(make_staff(Random(SEED)))
    assert set(Inquiry.objects.values_list("status", flat=True)) == {"open", "answered", "closed"}
    assert sorted(set(InquiryHandover.objects.values_list("status", flat=True))) == ["accepted", "pending", "refused"]
    assert Inquiry.objects.filter(reopened=1).exists()
    assert {"green", "red"} <= {clock.light() for clock in Clock.objects.open()}
    assert Opening.objects.count() == 30
    assert Booking.objects.filter(user__username="investor").exists()
    assert set(Ticket.objects.values_list("status", flat=True)) == {"waiting", "called", "done"}
    assert Counter.objects.get().number == 1
    assert not Inquiry.objects.filter(created_at__gt=now()).exists()


@pytest.mark.django_db
def test_loaded_at_midnight_nobody_waits(hall_clock: HallClock) -> None:
    hall_clock.set(datetime(2026, 3, 18, 0, 10))  # noqa: DTZ001
    load_catalogue()
    make_reception(make_staff(Random(SEED)))
    assert not Ticket.objects.exists()
