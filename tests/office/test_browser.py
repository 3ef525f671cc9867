"""Head, reviewer and clerk at once: a task and a notice, papers of which one is missing, an answer that comes back."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Role
from office.models import PaperHandover, StaffNotice, Task
from tests.factories.accounts import make_post
from tests.office.conftest import Office

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_an_office_day_of_three_people(office: Office, browser_of: Callable[..., Any], screenshot: Any) -> None:
    # The clerk writes to nobody; the head of planning gets what the head of housing gives.
    make_post(office.planner, office.planning, Role.APPROVER)
    head, reviewer, clerk = browser_of(office.head), browser_of(office.planner), browser_of(office.clerk)

    head.goto("/office/tasks/new/")
    head.fill("[name=title]", "核实用地红线")
    head.fill("[name=text]", "请核实海蓝装备项目用地红线，书面答复。")
    head.select_option("[name=department]", label="规划局")
    head.locator("label", has_text="综合窗口").first.click()
    screenshot(head, "office-task-new")
    head.get_by_role("button", name="交办", exact=True).click()
    head.wait_for_selector("text=任务已交办")
    task = Task.objects.get(role_in="lead")

    head.goto("/office/notices/new/")
    head.fill("[name=title]", "窗口延时服务安排")
    head.fill("[name=text]", "自下周起，每周三延时服务至19:00。\n请各部门安排人员值守。")
    head.get_by_label("重要", exact=True).check()
    head.get_by_label("系统管理员").scroll_into_view_if_needed()
    screenshot(head, "office-notice-new")
    head.get_by_role("button", name="发布", exact=True).click()
    head.wait_for_selector("text=通知已发布")
    notice = StaffNotice.objects.get()

    clerk.goto("/office/papers/new/")
    clerk.select_option("[name=to_department]", label="规划局")
    clerk.fill("[name=rows-0-name]", "建设用地规划许可证")
    clerk.fill("[name=rows-0-belongs]", "BJ2026000017")
    clerk.get_by_role("button", name="再加一份材料").click()
    clerk.fill("[name=rows-1-name]", "总平面图")
    clerk.select_option("[name=rows-1-kind]", "copy")
    clerk.fill("[name=rows-1-copies]", "3")
    screenshot(clerk, "office-handover-new")
    clerk.get_by_role("button", name="移交", exact=True).click()
    clerk.wait_for_selector("text=材料已移交")
    handover = PaperHandover.objects.get()

    reviewer.goto("/office/")
    assert reviewer.locator("nav .count").first.inner_text() == "1"
    screenshot(reviewer, "office-home")
    reviewer.get_by_role("link", name="窗口延时服务安排").click()
    reviewer.get_by_role("button", name="签阅").click()
    reviewer.wait_for_selector("text=您已于")
    screenshot(reviewer, "office-notice-reader")

    reviewer.goto(f"/office/papers/{handover.pk}/")
    reviewer.get_by_text("逐份签收", exact=True).click()
    first, second = handover.lines.values_list("pk", flat=True)
    reviewer.locator(f"[name=line-{first}][value=received]").check()
    reviewer.locator(f"[name=line-{second}][value=missing]").check()
    screenshot(reviewer, "office-handover-signing")
    reviewer.get_by_role("button", name="签收", exact=True).click()
    reviewer.wait_for_selector("text=请说明「总平面图」的情况。")
    reviewer.fill(f"[name=words-{second}]", "袋中未见")
    reviewer.get_by_role("button", name="签收", exact=True).click()
    reviewer.wait_for_selector("text=已签收。")

    clerk.goto("/office/papers/?box=settle")
    clerk.get_by_role("link", name=handover.number).click()
    clerk.locator(f"[name=line-{second}][value=found]").check()
    screenshot(clerk, "office-handover-settling")
    clerk.get_by_role("button", name="处理", exact=True).click()
    clerk.wait_for_selector("text=已处理完毕。")
    screenshot(clerk, "office-handover-settled")
    clerk.goto(f"/office/papers/{handover.pk}/print/")
    screenshot(clerk, "office-handover-print")
    clerk.goto("/office/papers/where/")
    screenshot(clerk, "office-where")
    reviewer.goto(f"/office/papers/{handover.pk}/")
    assert reviewer.get_by_text("移交方已找到").is_visible()

    reviewer.goto(f"/office/tasks/{task.pk}/")
    screenshot(reviewer, "office-task-untaken")
    reviewer.get_by_role("button", name="接办任务").click()
    reviewer.wait_for_selector("text=任务已由您接办。")
    answer(reviewer, "红线已核实，与规划一致。")
    head.goto("/office/tasks/?box=check")
    screenshot(head, "office-tasks")
    head.get_by_role("link", name="核实用地红线").first.click()
    head.locator("summary", has_text="退回").click()
    head.fill("[name=reason]", "请附红线图")
    head.get_by_role("button", name="退回", exact=True).click()
    head.wait_for_selector("text=任务已退回。")
    reviewer.reload()
    answer(reviewer, "已补充红线图。")
    head.reload()
    screenshot(head, "office-task-answered")
    head.get_by_role("button", name="办结任务").click()
    head.wait_for_selector("text=任务已办结。")
    task.refresh_from_db()
    assert (task.status, task.answers.count()) == ("closed", 2)

    clerk.goto(notice.get_absolute_url())
    clerk.get_by_role("button", name="签阅").click()
    clerk.wait_for_selector("text=您已于")
    head.goto(notice.get_absolute_url())
    screenshot(head, "office-notice-writer")
    read = notice.receipts.filter(read_version=1).values_list("user__username", flat=True)
    assert sorted(read) == ["clerk", "planner"]
    assert head.get_by_text("未签阅").first.is_visible()

    head.goto("/office/search/?q=红线")
    screenshot(head, "office-search")
    assert head.get_by_role("link", name="核实用地红线").first.is_visible()


def answer(page: Any, text: str) -> None:
    page.locator("summary", has_text="答复").click()
    page.fill("[name=text]", text)
    page.get_by_role("button", name="答复", exact=True).click()
    page.wait_for_selector("text=答复已提交。")
