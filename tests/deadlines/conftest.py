"""A small office with everyone whom the rungs tell."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import settings

from accounts.models import Department, Role, User
from deadlines import calendars
from tests.factories.accounts import make_department, make_post, make_user

# The same examples in every run, and no stopwatch on a machine that others use.
settings.register_profile("hall", derandomize=True, deadline=None)
settings.load_profile("hall")


@pytest.fixture(autouse=True)
def _fresh_calendar() -> Iterator[None]:
    """A calendar that a test saw before its rows were rolled back must not outlive the test."""
    calendars.invalidate()
    yield
    calendars.invalidate()


@dataclass(frozen=True)
class Office:
    department: Department
    hall: Department
    reviewer: User
    head: User
    director: User
    administrator: User


def make_office() -> Office:
    department, hall = make_department("planning"), make_department("hall", kind="hall")
    people = {}
    for role, where in (
        (Role.REVIEWER, department),
        (Role.HEAD, department),
        (Role.DIRECTOR, hall),
        (Role.ADMINISTRATOR, hall),
    ):
        people[str(role)] = make_user(str(role))
        make_post(people[str(role)], where, role)
    return Office(department, hall, **people)


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def committed_office(transactional_db: None) -> Office:
    """The same office for tests with several connections."""
    return make_office()
