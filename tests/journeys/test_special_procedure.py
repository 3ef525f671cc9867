"""The limit stands still for an expert review, goes on, and is extended: what each person sees of it.

Working days by the published calendar of 2026; 2 March is a Monday. The planning permit promises
ten working days for the decision.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from approvals import services
from approvals.models import Case
from documents.models import Document
from documents.services import make_pending
from tests.clock import HallClock
from tests.factories.documents import plain_of
from tests.journeys.hall import Hall, declared_project, submitted_cases, welcome_investor
from tests.journeys.walk import english_left, no_sideways_scroll, open_step, send

SHANGHAI = ZoneInfo("Asia/Shanghai")
REASON = "专家意见分歧较大，需组织补充论证"


@pytest.fixture
def case(hall: Hall, hall_clock: HallClock) -> Case:
    """Handed over to the departments on Monday 2 March 2026."""
    hall_clock.set(datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
    project = declared_project(hall, welcome_investor(hall))
    case = submitted_cases(hall, project, "GC01")["GC01"]
    clerk = Actor(hall["clerk"])
    findings = {row.pk: ("complete", "") for row in case.materials.all()}
    services.check_materials(actor=clerk, case=case, findings=findings)
    return services.accept_case(actor=clerk, case=case, hand_over=True)


def look(page: Page, screenshot: Any, name: str) -> None:
    """In Chinese, within the window, and a picture to look at."""
    assert english_left(page) == []
    assert no_sideways_scroll(page)
    screenshot(page, name)


def test_expert_review_and_extension(
    case: Case, hall_clock: HallClock, person: Any, visitor: Any, screenshot: Any
) -> None:
    hall_clock.set(datetime(2026, 3, 2, 11, tzinfo=SHANGHAI))
    reviewer, investor = person("reviewer"), person("investor", phone=True)
    begins(reviewer, case, screenshot)
    investor_sees_why(investor, case, screenshot)
    anybody_with_the_code_sees_it(visitor(), case, screenshot)
    hall_clock.set(datetime(2026, 3, 5, 10, tzinfo=SHANGHAI))
    ends_and_asks_for_more_time(reviewer, case, screenshot)
    head_approves(person("head"), screenshot)
    investor_sees_the_new_date(investor, case, screenshot)


def begins(page: Page, case: Case, screenshot: Any) -> None:
    open_step(page, case.number)
    look(page, screenshot, "special-1-step")
    page.get_by_text("启动特别程序").click()
    form = page.locator("form[action$='/limit/begin/']")
    form.get_by_label("专家评审").check()
    form.get_by_label("具体事由").fill("组织专家对设计方案进行技术评审")
    form.get_by_label("预计所需时间").fill("5")
    form.get_by_text("补登：此前已经开始").click()
    form.get_by_label("实际开始时间").fill("2026-03-02T09:30")
    send(page, form.get_by_role("button", name="启动并告知申请人"))
    # Back-dated without a reason: the form stays open and says at its field what is missing.
    expect(form.locator(".field-wrong")).to_contain_text("补登原因")
    look(page, screenshot, "special-2-begin")
    form.get_by_label("实际开始时间").fill("")
    send(page, form.get_by_role("button", name="启动并告知申请人"))
    expect(page.locator("#limit .alert-title")).to_have_text("特别程序（专家评审）进行中，办理时限暂停计算")
    expect(page.locator("form[action$='/opinion/']")).to_have_count(0)
    look(page, screenshot, "special-3-stopped")


def investor_sees_why(page: Page, case: Case, screenshot: Any) -> None:
    page.goto(f"/cases/{case.number}/")
    alert = page.locator("main .alert-box").filter(has_text="特别程序")
    expect(alert).to_contain_text("预计至2026年3月9日结束")
    expect(alert).to_contain_text("组织专家对设计方案进行技术评审")
    expect(page.locator("main .light-stopped").first).to_be_visible()
    look(page, screenshot, "special-4-investor")
    page.get_by_role("link", name="特别程序告知书").click()
    for said in ("第四十五条", "2026年3月9日（5 个工作日）"):
        assert said.replace(" ", "") in made(page, "approvals.special")
    look(page, screenshot, "special-5-paper")


def made(page: Page, kind: str) -> str:
    """The text of the paper on the page, made meanwhile, without blanks."""
    make_pending()
    page.reload()
    paper = Document.objects.get(kind=kind)
    expect(page.locator("main")).to_contain_text(paper.number)
    return plain_of(paper)


def anybody_with_the_code_sees_it(page: Page, case: Case, screenshot: Any) -> None:
    page.goto(f"/query/?number={case.number}&code={case.query_code}")
    expect(page.locator("main")).to_contain_text("自2026年3月2日起时限暂停计算，预计至2026年3月9日结束")
    look(page, screenshot, "special-6-query")


def ends_and_asks_for_more_time(page: Page, case: Case, screenshot: Any) -> None:
    open_step(page, case.number)
    page.get_by_text("结束特别程序").click()
    send(page, page.get_by_role("button", name="结束并恢复计时"))
    expect(page.locator("#limit .alert-box")).to_have_count(0)
    page.locator("#limit summary", has_text="申请延期").click()
    form = page.locator("form[action$='/limit/ask/']")
    expect(form.get_by_label("延长")).to_have_value("10")
    form.get_by_label("延长").fill("5")
    form.get_by_label("延期理由").fill(REASON)
    look(page, screenshot, "special-7-ask")
    send(page, form.get_by_role("button", name="提交延期申请"))
    expect(page.locator("#limit")).to_contain_text("等待部门负责人审批")
    look(page, screenshot, "special-8-asked")


def head_approves(page: Page, screenshot: Any) -> None:
    """From where he starts, without looking for it."""
    expect(page.locator("main .alert-title")).to_have_text("有 1 件延期申请待您审批")
    look(page, screenshot, "special-9-head-desk")
    page.get_by_role("link", name="查看最紧急的一件").click()
    page.wait_for_url("**/review/steps/*/#limit")
    expect(page.locator("#limit")).to_contain_text(REASON)
    look(page, screenshot, "special-10-head-step")
    send(page, page.get_by_role("button", name="批准延期"))
    expect(page.locator("#limit .alert-title")).to_have_text("办理时限已延长 5 个工作日")
    look(page, screenshot, "special-11-head-approved")
    page.goto("/review/")
    expect(page.locator("main .alert-box")).to_have_count(0)


def investor_sees_the_new_date(page: Page, case: Case, screenshot: Any) -> None:
    """Ten days from 2 March, three that stood still, five more: Tuesday 26 March."""
    page.goto(f"/cases/{case.number}/")
    alert = page.locator("main .alert-box").filter(has_text="办理时限已延长")
    expect(alert).to_contain_text("现承诺于2026年3月26日前作出决定")
    expect(alert).to_contain_text(REASON)
    look(page, screenshot, "special-12-investor-extended")
    page.get_by_role("link", name="延期告知书").click()
    for said in ("第四十二条", "2026年3月26日"):
        assert said in made(page, "approvals.extension")
    look(page, screenshot, "special-13-paper")
