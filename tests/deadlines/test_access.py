"""Who sees which clocks, as far as deadlines itself knows; the rules of cases are tried in approvals."""

import pytest

from accounts.models import Role, User
from deadlines.models import Clock
from tests.deadlines.conftest import Office
from tests.factories.accounts import make_post, make_user
from tests.factories.deadlines import make_clock

pytestmark = pytest.mark.django_db


def visible(user: User) -> tuple[set[str], set[str]]:
    return (
        set(Clock.objects.visible_to(user).values_list("title", flat=True)),
        set(Clock.objects.visible_inside_to(user).values_list("title", flat=True)),
    )


def test_who_sees_which_clocks(office: Office) -> None:
    other = make_user()
    make_clock(title="reviewer's", department=office.department, role=Role.REVIEWER)
    make_clock(title="approver's", department=office.department, role=Role.APPROVER)
    make_clock(title="anywhere", role=Role.OFFICER)
    make_clock(title="own", handler=other)
    everything = {"reviewer's", "approver's", "anywhere", "own"}
    officer, leader, clerk, root = make_user(), make_user(), make_user(), make_user(is_superuser=True)
    make_post(officer, office.hall, Role.OFFICER)
    make_post(leader, office.hall, Role.LEADER)
    make_post(clerk, office.hall, Role.CLERK)
    for user, seen in (
        (office.reviewer, {"reviewer's"}),
        (office.head, {"reviewer's", "approver's"}),
        (officer, {"anywhere"}),
        (other, {"own"}),
        (make_user(), set()),
        *((user, everything) for user in (leader, clerk, root, office.director, office.administrator)),
    ):
        assert visible(user) == (seen, seen)
