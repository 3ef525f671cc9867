"""The people who meet at the windows."""

from datetime import datetime, time

import pytest

from accounts.actors import Actor
from accounts.models import Department, Role, User
from reception.models import Counter, Inquiry, Kiosk, Opening, Queue
from reception.services import Asked, open_counter, queue_of, record_inquiry
from tests.clock import HallClock
from tests.factories.accounts import make_department, make_post, make_user

MONDAY = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001  (in the hall's time zone)


@pytest.fixture
def monday(hall_clock: HallClock) -> HallClock:
    """Half past nine on a working Monday."""
    hall_clock.set(MONDAY)
    return hall_clock


@pytest.fixture
def window(db: None) -> Department:
    return make_department("window", kind=Department.Kind.WINDOW, name="综合服务窗口")


@pytest.fixture
def housing(db: None) -> Department:
    return make_department("housing", name="住房和城乡建设局")


@pytest.fixture
def clerk(window: Department) -> User:
    return make_post(make_user("clerk", name="王窗口"), window, Role.CLERK).user


@pytest.fixture
def colleague(window: Department) -> User:
    return make_post(make_user("colleague", name="赵窗口"), window, Role.CLERK).user


@pytest.fixture
def reviewer(housing: Department) -> User:
    return make_post(make_user("reviewer", name="李审查"), housing, Role.REVIEWER).user


@pytest.fixture
def boss(window: Department) -> User:
    return make_post(make_user("boss", name="钱主任"), window, Role.HEAD).user


@pytest.fixture
def director(db: None) -> User:
    return make_post(make_user("director", name="郑大厅"), make_department("hall", kind="hall"), Role.DIRECTOR).user


@pytest.fixture
def investor(db: None) -> User:
    return make_user("investor", name="林投资", phone="13800000000")


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("stranger", name="路人")


ASKED = Asked(name="孙来访", phone="13912345678", subject="厂房消防验收", text="厂房改造后是否需要重新办理消防验收？")


@pytest.fixture
def inquiry(monday: HallClock, clerk: User) -> Inquiry:
    """Asked at the counter, and so the clerk's."""
    return record_inquiry(actor=Actor(clerk), channel="counter", asked=ASKED)


@pytest.fixture
def queue(window: Department) -> Queue:
    return queue_of(window)


@pytest.fixture
def openings(window: Department) -> list[Opening]:
    """Every weekday from ten to twelve, half hours for two."""
    return Opening.objects.bulk_create(
        Opening(department=window, weekday=day, opens=time(10), closes=time(12), minutes=30, seats=2)
        for day in range(5)
    )


@pytest.fixture
def seat(queue: Queue, clerk: User, monday: HallClock) -> Counter:
    return open_counter(actor=Actor(clerk), queue=queue, number=1)


@pytest.fixture
def kiosk(db: None) -> Kiosk:
    return Kiosk.objects.create(name="一楼大厅", key="first-floor")
