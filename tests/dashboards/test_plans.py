"""Leaders see which projects fall behind their plans, the furthest first."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Role, User
from approvals import services
from approvals.models import Application
from tests.approvals.scene import Scene, make_scene
from tests.clock import HallClock
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(hall_clock: HallClock, db: None) -> Scene:
    """Monday 9 November 2026 in a small hall."""
    hall_clock.set(datetime(2026, 11, 9, 10))  # noqa: DTZ001  (Asia/Shanghai)
    return make_scene()


@pytest.fixture
def leader(scene: Scene) -> User:
    user = make_user(name="领导")
    make_post(user, make_department("office-plans"), Role.LEADER)
    return user


def submitted(scene: Scene) -> Application:
    application = scene.draft(scene.matter())
    services.submit_application(actor=scene.act(scene.owner), application=application)
    return Application.objects.get(pk=application.pk)


def test_the_furthest_behind_stands_first(scene: Scene, leader: User, hall_clock: HallClock, client: Client) -> None:
    quick, slow = submitted(scene), submitted(scene)
    scene.decided(case=quick.cases.get())
    hall_clock.set(datetime(2026, 11, 13, 10))  # noqa: DTZ001  (Asia/Shanghai)
    client.force_login(leader)
    assert "/leader/plans/" in client.get("/leader/").text
    answer = client.get("/leader/plans/")
    rows = answer.context["page_obj"].object_list
    # Both were to be delivered on 26 November. The one is not accepted on the 13th, three days late; the other was
    # decided at once and could be delivered today.
    assert [(row.application, row.behind) for row in rows] == [(slow, 3), (quick, -9)]
    assert f"/projects/{slow.project_id}/plan/?of={slow.pk}" in answer.text
    assert "落后3个工作日" in answer.text


def test_list_costs_the_same_for_few_and_many(scene: Scene, leader: User, client: Client) -> None:
    def cost() -> int:
        client.force_login(leader)
        with CaptureQueriesContext(connection) as seen:
            client.get("/leader/plans/")
        return len(seen)

    submitted(scene)
    cost()
    one = cost()
    for _ in range(6):
        submitted(scene)
    assert cost() == one


def test_investors_have_no_such_list(scene: Scene, client: Client) -> None:
    client.force_login(scene.owner)
    assert client.get("/leader/plans/").status_code in (403, 404)


def test_what_came_to_nothing_has_no_end_and_finished_ones_are_gone(scene: Scene, leader: User, client: Client) -> None:
    done = submitted(scene)
    services.withdraw_case(actor=scene.act(scene.owner), case=done.cases.get())
    client.force_login(leader)
    answer = client.get("/leader/plans/")
    assert list(answer.context["page_obj"].object_list) == []
    assert "暂无正在办理且有计划的申报" in answer.text
