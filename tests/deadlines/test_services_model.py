"""Any course of stops, resumptions and an extension, through the real services, against a slow walk over the days."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actors import Actor
from accounts.models import Role
from common.errors import HallError
from common.time import pretend
from deadlines import services
from deadlines.models import Clock, ClockKind
from tests.deadlines.conftest import Office
from tests.factories.deadlines import make_clock

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Course:
    """What happens to a duty: after so many days a stop of so many days, and so on; an extension at some point."""

    start: date
    promised: int
    lawful: int
    unit: str
    stops: list[tuple[int, int]]
    extension: tuple[int, int] | None


courses = st.builds(
    Course,
    # A year with make-up days around every holiday.
    start=st.dates(date(2024, 12, 20), date(2025, 10, 10)),
    promised=st.integers(1, 20),
    lawful=st.integers(20, 45),
    unit=st.sampled_from(["workday", "calendar"]),
    stops=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 12)), max_size=3),
    extension=st.none() | st.tuples(st.integers(0, 2), st.integers(1, 10)),
)


def counts(day: date, unit: str) -> bool:
    return unit == "calendar" or chinese_calendar.is_workday(day)


def slow_end(start: date, amount: int, unit: str, stops: list[tuple[date, date]]) -> date:
    """Day by day, as a clerk would with a calendar on the wall."""
    left, day = amount, start
    while True:
        day += DAY
        if any(begins < day <= ends for begins, ends in stops):
            # Nothing was left when it stopped: it ends with the first day that counts from its resumption on.
            ends_here = left == 0 and any(day == ends for _begins, ends in stops)
            if not ends_here:
                continue
        elif left and counts(day, unit):
            left -= 1
        if left == 0 and counts(day, unit) and not any(begins == day < ends for begins, ends in stops):
            return day


def play(course: Course, clock: Clock, office: Office) -> Iterator[tuple[list[tuple[date, date]], int]]:
    """Act by act; after each the stops so far and the extension in force."""
    reviewer, head = Actor(office.reviewer), Actor(office.head)
    stops: list[tuple[date, date]] = []
    extended = 0
    today = course.start
    for number in range(len(course.stops) + 1):
        if course.extension and course.extension[0] == number:
            with pretend(at(today, 16)), suppress(HallError), transaction.atomic():
                asked = services.ask_extension(
                    actor=reviewer, clock_id=clock.pk, amount=course.extension[1], reason="案情复杂"
                )
                services.decide_extension(actor=head, extension_id=asked.pk, approve=True)
                extended = course.extension[1]
            yield stops, extended
        if number == len(course.stops):
            return
        gap, length = course.stops[number]
        # Later in the day each time: a stop may follow another on the same day.
        begins, ends = today + gap * DAY, today + (gap + length) * DAY
        with pretend(at(begins, 10 + 2 * number)):
            services.stop_clock(actor=reviewer, clock_id=clock.pk, ground="hearing", reason="听证", planned_days=3)
        with pretend(at(ends, 11 + 2 * number)):
            services.resume_clock(actor=reviewer, clock_id=clock.pk)
        stops, today = [*stops, (begins, ends)], ends
        yield stops, extended


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZONE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=courses)
def test_every_date_is_what_a_slow_walk_finds(office: Office, course: Course) -> None:
    given_: dict[str, Any] = {"promised": course.promised, "lawful": course.lawful, "unit": course.unit}
    with transaction.atomic():
        clock = make_clock(
            kind=ClockKind.DECISION, department=office.department, role=Role.REVIEWER, starts_at=at(course.start, 9),
            extension_cap=10, extension_rank=Role.HEAD, **given_,
        )  # fmt: skip
        for stops, extended in play(course, clock, office):
            clock.refresh_from_db()
            assert clock.lawful_due_at is not None
            found = [clock.due_at.astimezone(ZONE).date(), clock.lawful_due_at.astimezone(ZONE).date()]
            amounts = (course.promised + extended, course.lawful + extended)
            assert found == [slow_end(course.start, amount, course.unit, stops) for amount in amounts]
            assert (clock.extended, clock.stopped_at) == (extended, None)
        transaction.set_rollback(True)
