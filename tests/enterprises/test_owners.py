"""A visit changes hands with its clock."""

import pytest

from accounts.actors import Actor
from accounts.models import Role, User
from common.errors import HallError, Stale
from common.time import today
from deadlines.services import hand_over, run_stand_ins
from enterprises.models import Enterprise, Visit
from enterprises.services.visits import Report, add_visit, record_visit
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user


@pytest.fixture
def officers(db: None) -> list[User]:
    """Two of one service department."""
    department = make_department("service", kind="service")
    people = [make_user(name=name) for name in ("周秘书", "吴秘书")]
    for one in people:
        make_post(one, department, Role.OFFICER)
    return people


@pytest.fixture
def visit(enterprise: Enterprise, officers: list[User], hall_clock) -> Visit:
    from datetime import datetime

    hall_clock.set(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 (a Monday in the hall's time zone)
    return add_visit(actor=Actor(officers[0]), enterprise=enterprise, planned_on=today())


def give(visit: Visit, to: User | None) -> None:
    hand_over(actor=Actor.system(), clock_id=visit.clock_id, to_user_id=to.pk if to else None, cause="reassignment")


def test_officer_and_clock_agree(visit: Visit, officers: list[User], clerk: User) -> None:
    for one in (officers[1], None):
        give(visit, one)
        visit = Visit.objects.select_related("clock").get(pk=visit.pk)
        assert (visit.officer, visit.clock.handler) == (one, one)
    with pytest.raises(HallError):
        give(visit, clerk)


def test_a_visit_that_was_made_stays(visit: Visit, officers: list[User]) -> None:
    report = Report(visited_on=today(), met="李四", summary="生产正常")
    record_visit(actor=Actor(officers[0]), visit=visit, report=report)
    with pytest.raises(Stale):
        give(visit, officers[1])


def test_the_substitute_goes(visit: Visit, officers: list[User]) -> None:
    make_absence(*officers)
    run_stand_ins()
    visit.refresh_from_db()
    assert visit.officer == officers[1]
