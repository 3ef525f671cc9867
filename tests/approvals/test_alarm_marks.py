"""The red mark of a duty that nobody could be reminded of, on every page on which staff see the duty."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import Department, Post, Role, User
from approvals import services
from approvals.models import Case
from deadlines import services as duties
from deadlines import sweep
from deadlines.models import Clock
from tests.approvals.scene import Scene, make_scene
from tests.approvals.test_holding import accept, on
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = pytest.mark.django_db

WORDS = "应提醒的岗位无人在岗"
MARK = "无人可提醒"


@pytest.fixture
def scene(db: None) -> Scene:
    with on("03-01T09:00"):
        return make_scene()


@pytest.fixture
def leader(scene: Scene) -> User:
    user = make_user(name="主任吴")
    make_post(user, make_department("office", kind=Department.Kind.HALL), Role.LEADER)
    return user


@pytest.fixture
def unheard(scene: Scene) -> Case:
    """Under review since 3 March, its step due on the 10th, and no reviewer and no head in the department any more."""
    with on("03-03T10:00"):
        case = scene.received()
        accept(scene, case, hand_over=True)
    posts = Post.objects.filter(department=scene.departments["lead"], role__in=[Role.REVIEWER, Role.HEAD])
    posts.update(ends_on=date(2025, 3, 7))
    with on("03-12T08:00"):
        sweep.run()
    assert Clock.objects.get(pk=scene.step(case, "decide").clock_id).alarm == "no_recipient"
    return case


def page(client: Client, user: User, url: str) -> str:
    client.force_login(user)
    with on("03-12T09:00"):
        answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_the_mark_is_on_every_page_that_staff_see_the_duty_on(
    client: Client, scene: Scene, unheard: Case, leader: User
) -> None:
    step = scene.step(unheard, "decide")
    for user, url in (
        (scene.approver, f"/review/steps/{step.pk}/"),
        (leader, f"/leader/cases/{unheard.number}/"),
        (leader, "/leader/overdue/"),
    ):
        text = page(client, user, url)
        assert (text.count(MARK), text.count(WORDS)) == (1, 1), url
    assert WORDS in page(client, leader, f"/clocks/{step.clock_id}/")


def test_the_desk_shows_it_on_the_duty_that_runs(client: Client, scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
    url = f"/desk/cases/{case.number}/"
    assert MARK not in page(client, scene.clerk, url)
    Post.objects.filter(department=scene.window).update(ends_on=date(2025, 3, 3))
    with on("03-04T08:00"):
        sweep.run()
    # A clerk of another window still works here.
    other = make_user()
    make_post(other, make_department(kind=Department.Kind.WINDOW), Role.CLERK, starts_on=date(2025, 1, 1))
    assert page(client, other, url).count(MARK) == 1
    duties.assign_many(clock_ids=[scene.fresh(case).clock_id], handler_id=other.pk)
    assert MARK not in page(client, other, url)


def test_the_applicant_does_not_see_it(client: Client, scene: Scene, unheard: Case) -> None:
    text = page(client, scene.owner, f"/cases/{unheard.number}/")
    assert MARK not in text
    assert WORDS not in text


def test_it_goes_with_the_duty(client: Client, scene: Scene, unheard: Case, leader: User) -> None:
    with on("03-12T08:30"):
        services.withdraw_case(actor=scene.act(scene.owner), case=unheard)
    assert MARK not in page(client, leader, f"/leader/cases/{unheard.number}/")
