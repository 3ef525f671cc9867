"""Joint handling in a real browser, in Chinese: from the window over lead and leader to the firm."""

import re
from typing import Any

import pytest

from approvals import services
from approvals.models import JointHandling
from deadlines import sweep
from deadlines.services import stop_clock
from tests.approvals.joint_scene import group, leader, submitted, take_in
from tests.approvals.scene import Scene, make_scene
from tests.approvals.test_silence import CONSULTED
from tests.clock import HallClock
from tests.fixtures_browser import sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    return make_scene()


def come_in(page: Any, url: str, user: Any) -> None:
    page.context.clear_cookies()
    sign_in_as(page, url, user)


def test_from_the_window_to_the_leader(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    boss, url = leader(hall), live_server.url
    cases = group(hall, 3)
    come_in(page, url, hall.clerk)
    page.goto(f"{url}/desk/cases/{cases[0].number}/")
    page.get_by_role("link", name="启动联合办理").click()
    page.wait_for_url("**/joint/")
    page.get_by_label(re.compile(cases[2].number)).uncheck()
    page.get_by_label("牵头部门").select_option(label="lead局")
    page.get_by_label("整体承诺时限").fill("30")
    screenshot(page, "joint-start")
    page.get_by_role("button", name="启动联合办理").click()
    page.wait_for_url("**/joint/*/")
    joint = JointHandling.objects.get()
    assert page.url.endswith(joint.get_absolute_url())
    assert page.get_by_role("heading", name="联合办理", level=1).is_visible()

    stop_clock(
        actor=hall.act(hall.reviewers["planning"]), clock_id=hall.step(cases[1], "b").clock_id,
        ground="expert_review", reason="组织专家评审总平面图", planned_days=5,
    )  # fmt: skip
    come_in(page, url, hall.reviewer)
    page.goto(f"{url}{joint.get_absolute_url()}")
    page.get_by_text("申请延期").first.click()
    page.get_by_label("延长").fill("15")
    page.locator("[name=reason]").fill("消防设施复验需要时间")
    screenshot(page, "joint-asking")
    page.get_by_role("button", name="申请延期").click()
    page.wait_for_selector("text=延期申请待批准")

    come_in(page, url, boss)
    page.goto(f"{url}/leader/")
    screenshot(page, "joint-leader-home")
    page.get_by_role("link", name="审批", exact=True).click()
    page.wait_for_url(f"**{joint.get_absolute_url()}")
    page.locator("[name=decision][value=yes]").check()
    page.locator("[name=remark]").fill("同意")
    screenshot(page, "joint-deciding")
    page.get_by_role("button", name="审批").click()
    page.wait_for_selector("text=已延长")
    screenshot(page, "joint-page")
    joint.clock.refresh_from_db()
    assert joint.clock.extended == 15

    come_in(page, url, hall.owner)
    page.goto(f"{url}/cases/{cases[0].number}/")
    assert page.get_by_text("各部门将本事项与您申报的其他事项联合办理").is_visible()
    screenshot(page, "joint-applicant")


def test_silence_on_the_screens(
    hall: Scene, page: Any, live_server: Any, screenshot: Any, hall_clock: HallClock
) -> None:
    (case,) = submitted(hall, hall.matter(steps=CONSULTED))
    take_in(hall, case)
    hall_clock.travel(days=10)
    sweep.run()
    assert hall.step(case, "b").status == "done"
    come_in(page, live_server.url, hall.reviewers["planning"])
    page.goto(f"{live_server.url}/review/steps/{hall.step(case, 'b').pk}/")
    assert page.get_by_text("视为同意（逾期未反馈）").first.is_visible()
    screenshot(page, "silence-step")


def test_the_desk_of_a_joint_case(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    cases = group(hall)
    joint = services.start_joint_handling(
        actor=hall.act(hall.clerk), application=cases[0].application, cases=cases,
        lead_department=hall.departments["lead"], promised_days=30,
    )  # fmt: skip
    come_in(page, live_server.url, hall.clerk)
    page.goto(f"{live_server.url}/desk/cases/{cases[0].number}/")
    assert page.locator(f"aside a[href='{joint.get_absolute_url()}']").is_visible()
    screenshot(page, "joint-desk-case")
