"""Investor, agent and street helper at once, each in a browser of their own: from the wish to the revocation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from agency.models import AgencyOrder
from approvals.models import Case
from common.time import today
from tests.agency.scene import Agency, make_agency

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agency(transactional_db: None) -> Agency:
    return make_agency()


@dataclass
class Three:
    """Their browsers, and the camera."""

    agency: Agency
    investor: Any
    agent: Any
    street: Any
    shoot: Callable[..., Any]

    @property
    def order(self) -> AgencyOrder:
        return AgencyOrder.objects.get()

    @property
    def here(self) -> str:
        return f"/agency/{self.order.pk}/"

    def ask(self) -> None:
        """The investor asks from the page of his project."""
        page = self.investor
        page.goto(f"/projects/{self.agency.project.pk}/")
        page.get_by_role("link", name="该项目的全程代办").click()
        page.get_by_label("代办员", exact=True).select_option(str(self.agency.agent.pk))
        page.get_by_label("期望开工日期").fill((today() + timedelta(days=120)).isoformat())
        page.get_by_label("我代表本企业签署").check()
        self.shoot(page, "agency-start")
        page.get_by_role("button", name="授予代办委托").click()
        page.wait_for_selector("text=方案编制中")

    def plan(self) -> None:
        """The agent finds it in his list, looks at the days, and proposes."""
        page = self.agent
        page.goto("/agency/")
        self.shoot(page, "agency-orders")
        page.get_by_role("link", name=self.agency.project.name).click()
        page.get_by_role("link", name="编制代办方案").click()
        page.wait_for_url("**/plan/")
        assert page.locator(".acting-for").is_visible()
        page.get_by_role("button", name="查看倒排日期").click()
        page.wait_for_load_state()
        page.get_by_label("给企业的说明").fill("请先准备用地证明。")
        self.shoot(page, "agency-plan")
        page.get_by_role("button", name="提交企业确认").click()
        page.wait_for_url(f"**{self.here}")

    def join(self) -> None:
        """The agent joins somebody of the sub-district, who looks and may touch nothing."""
        page = self.agent
        page.goto(f"/agency/mandates/{self.order.mandate_id}/helpers/")
        page.get_by_label("代办员", exact=True).select_option(str(self.agency.of_street.pk))
        page.get_by_label("事由").fill("协助踏勘现场")
        page.get_by_role("button", name="邀请", exact=True).click()
        page.wait_for_selector("text=已邀请协办代办员")
        self.shoot(page, "agency-helpers")
        self.street.goto(self.here)
        assert self.street.get_by_role("heading", name="待确认的方案").is_visible()
        assert self.street.get_by_role("button", name="确认方案").count() == 0
        assert self.street.locator(".acting-for").count() == 0
        self.street.goto(f"/projects/{self.agency.project.pk}/")
        assert self.street.get_by_role("heading", level=1).inner_text().startswith(self.agency.project.name)

    def agree(self) -> None:
        self.investor.goto(self.here)
        self.shoot(self.investor, "agency-proposed")
        self.investor.get_by_role("button", name="确认方案").click()
        self.investor.wait_for_selector("text=方案已确定")

    def hand_in(self) -> None:
        """The agent hands the first matter in for the investor, who sees it among the acts."""
        first = self.agency.matters[0]
        draft = self.agency.hall.draft(first, project=self.agency.project)
        self.agent.goto(f"/applications/{draft.pk}/check/")
        self.agent.locator("main form[method=post] button.btn-primary").last.click()
        self.agent.wait_for_url("**/submitted/")
        number = Case.objects.get().number
        page = self.investor
        page.goto(self.here)
        assert page.get_by_role("link", name=first.name).is_visible()
        self.shoot(page, "agency-order")
        page.get_by_role("link", name="代办员的每一步操作").click()
        assert page.get_by_text(number).first.is_visible()
        self.shoot(page, "agency-acts")

    def revoke(self) -> None:
        """The investor wants another plan; while the agent has its page open, he revokes."""
        page = self.investor
        page.goto(self.here)
        page.get_by_text("要求重新编制方案").first.click()
        page.get_by_label("需要修改什么？").fill("推迟一个月")
        page.locator("form[action$='/change/'] button.btn-primary").click()
        page.wait_for_selector("text=已通知代办员")
        self.agent.goto(f"{self.here}plan/")
        assert self.agent.get_by_text("推迟一个月").is_visible()
        page.goto(f"/agent/{self.order.mandate_id}/revoke/")
        page.locator("[name=reason]").fill("自行办理")
        page.locator("main button.btn-danger").click()
        page.wait_for_url("**/agent/")


def test_from_the_wish_to_the_revocation(
    agency: Agency, browser_of: Callable[..., Any], screenshot: Callable[..., Any]
) -> None:
    three = Three(agency, browser_of(agency.owner), browser_of(agency.agent), browser_of(agency.of_street), screenshot)
    three.ask()
    three.plan()
    assert three.order.clock.outcome == "met"
    three.join()
    three.agree()
    three.hand_in()
    three.revoke()
    with three.agent.expect_response("**/plan/") as refused:
        three.agent.get_by_role("button", name="提交企业确认").click()
    assert refused.value.status == 403
    three.agent.wait_for_selector(f"text={agency.hall.enterprise.name}")
    three.street.goto(three.here)
    assert three.street.get_by_text(agency.project.name).count() == 0
    three.investor.goto(three.here)
    assert three.investor.get_by_text("该代办单已终止").is_visible()
    screenshot(three.investor, "agency-closed")
    order = three.order
    assert (order.status, order.clock.outcome, order.plans.count()) == ("closed", "cancelled", 1)


def test_the_head_and_an_impossible_start(
    agency: Agency, browser_of: Callable[..., Any], screenshot: Callable[..., Any]
) -> None:
    order = agency.proposed(days=5)
    agency.agreed(project=agency.hall.project())
    investor, head = browser_of(agency.owner), browser_of(agency.head)
    investor.goto(order.get_absolute_url())
    assert investor.get_by_text("无法在").first.is_visible()
    screenshot(investor, "agency-impossible")
    head.goto("/agency/load/")
    screenshot(head, "agency-load")
    head.goto(order.get_absolute_url())
    head.get_by_text("推荐其他代办员").click()
    head.get_by_label("代办员", exact=True).select_option(str(agency.colleague.pk))
    head.locator("form[action$='/successor/'] [name=reason]").fill("工作量过大")
    head.get_by_role("button", name="向企业推荐").click()
    head.wait_for_selector("text=已请企业授予")
    investor.reload()
    screenshot(investor, "agency-successor")
    investor.get_by_role("button", name="授予代办委托并移交").click()
    investor.wait_for_selector("text=代办单已移交")
    order.refresh_from_db()
    assert order.mandate.agent == agency.colleague
