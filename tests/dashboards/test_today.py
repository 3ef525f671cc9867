"""今日待办: whose duties stand there, in which order, and that it costs the same for many."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Department, Role, User
from common.time import now
from deadlines.models import Clock
from tests.clients import signed_in
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db
TODAY = "/today/"


@pytest.fixture
def housing() -> Department:
    return make_department("housing", name="住建局")


@pytest.fixture
def reviewer(housing: Department) -> User:
    user = make_user("reviewer")
    make_post(user, housing, Role.REVIEWER)
    return user


@pytest.fixture
def duty(housing: Department) -> Callable[..., Clock]:
    """A duty of the housing department's reviewers, due in five days unless said otherwise."""

    def make(title: str, *, due: int = 5, warn: int = 1, **fields: Any) -> Clock:
        moment = now()
        ends = moment + timedelta(days=due)
        values = {
            "kind": "task", "subject_type": "office.task", "subject_id": 1, "link": "/tasks/1/",
            "department": housing, "role": Role.REVIEWER, "promised": 9, "starts_at": moment - timedelta(days=9),
            "warn_at": ends - timedelta(days=warn), "due_at": ends, **fields,
        }  # fmt: skip
        return Clock.objects.create(title=title, **values)

    return make


def titles(client: Client, query: str = "") -> list[str]:
    return [clock.title for clock in client.get(f"{TODAY}{query}").context["page_obj"]]


def test_mine_and_my_posts_but_not_a_colleagues(reviewer: User, duty: Callable[..., Clock], housing: Department):
    colleague = make_user("colleague")
    make_post(colleague, housing, Role.REVIEWER)
    duty("自己的", handler=reviewer, department=None, role="")
    duty("岗位的")
    duty("同事的", handler=colleague)
    duty("别处的", department=make_department("water"))
    duty("办完的", finished_at=now(), outcome="met")
    assert sorted(titles(signed_in(reviewer))) == ["岗位的", "自己的"]


def test_sorted_by_light_then_by_due_date(reviewer: User, duty: Callable[..., Clock]):
    duty("绿灯", due=9)
    duty("黄灯", due=4, warn=5)
    duty("停表", due=1, stopped_at=now(), resumes_at=now() + timedelta(days=3))
    duty("红灯晚", due=-1)
    duty("红灯早", due=-2)
    client = signed_in(reviewer)
    assert titles(client) == ["红灯早", "红灯晚", "黄灯", "绿灯", "停表"]
    assert titles(client, "?light=red") == ["红灯早", "红灯晚"]
    counted = {tab["code"]: tab["count"] for tab in client.get(TODAY).context["tabs"]}
    assert counted == {"": 5, "red": 2, "yellow": 1, "green": 1, "stopped": 1}


def test_narrowed_by_kind_and_words(reviewer: User, duty: Callable[..., Clock]):
    duty("报送材料")
    duty("现场核查", kind="step")
    client = signed_in(reviewer)
    assert (titles(client, "?kind=step"), titles(client, "?q=材料")) == (["现场核查"], ["报送材料"])
    page = client.get(f"{TODAY}?q=没有")
    assert "此筛选条件下没有内容" in page.content.decode()


def test_from_the_menu_of_every_role_and_empty_at_first(db: None):
    for role in Role.values:
        user = make_user()
        make_post(user, make_department(), role)
        client = signed_in(user)
        page = client.get(TODAY)
        assert (page.status_code, f'href="{TODAY}" aria-current="page"' in page.content.decode()) == (200, True), role
        assert "暂无待办" in page.content.decode()


def test_a_visitor_signs_in_first(client: Client):
    assert client.get(TODAY)["Location"].startswith("/accounts/login/")


def test_many_duties_cost_as_much_as_one(reviewer: User, duty: Callable[..., Clock]):
    client = signed_in(reviewer)
    duty("一")
    client.get(TODAY)
    one = statements(lambda: client.get(TODAY))
    for number in range(30):
        duty(f"事项{number}")
    assert statements(lambda: client.get(TODAY)) == one
