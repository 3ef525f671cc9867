"""The window and a department in a real browser: by keyboard alone, and without scripts."""

from typing import Any

import pytest

from approvals import services
from tests.approvals.scene import PARALLEL, Scene, make_scene
from tests.fixtures_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    scene = make_scene()
    for user in (scene.clerk, scene.reviewer, scene.approver, *scene.reviewers.values()):
        user.set_password("secret")
        user.save()
    return scene


def test_clerk_checks_and_hands_over_by_keyboard(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    for _ in range(6):
        hall.received()
    sign_in(page, live_server.url, hall.clerk.username, "secret")
    page.goto(f"{live_server.url}/desk/")
    screenshot(page, "desk-list")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*/")
    screenshot(page, "desk-case-received")
    page.keyboard.press("m")
    page.keyboard.press("a")
    page.wait_for_selector("ol.stepper")
    screenshot(page, "desk-case-reviewing")


def test_correction_and_counter_screens(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    case = hall.received()
    row = case.materials.all()[0]
    services.check_materials(actor=hall.act(hall.clerk), case=case, findings={row.pk: ("wrong", "缺少公章，请加盖")})
    sign_in(page, live_server.url, hall.clerk.username, "secret")
    page.goto(f"{live_server.url}/desk/cases/{case.number}/correction/")
    screenshot(page, "desk-correction")
    issued = hall.issued()
    page.goto(f"{live_server.url}/desk/cases/{issued.number}/")
    screenshot(page, "desk-case-issued")
    page.goto(f"{live_server.url}/cases/{issued.number}/papers/acceptance/")
    screenshot(page, "desk-paper")
    page.goto(f"{live_server.url}/desk/walk-in/?q=示例")
    screenshot(page, "desk-walk-in")
    page.goto(f"{live_server.url}/desk/walk-in/{hall.enterprise.pk}/")
    screenshot(page, "desk-walk-in-firm")


def test_review_screens(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    case = hall.reviewing(steps=PARALLEL)
    hall.reviewing(steps=PARALLEL)
    services.complete_review(
        actor=hall.act(hall.reviewers["city"]), step=hall.step(case, "c"), agrees=False, text="施工场地扬尘防治措施不足"
    )
    sign_in(page, live_server.url, hall.reviewer.username, "secret")
    page.goto(f"{live_server.url}/review/")
    screenshot(page, "review-list")
    page.goto(f"{live_server.url}/review/steps/{hall.step(case, 'a').pk}/")
    screenshot(page, "review-step")
    step = hall.proposed("refused", "不符合规划。")
    page.goto(f"{live_server.url}/review/steps/{step.pk}/")
    screenshot(page, "review-own-proposal")
