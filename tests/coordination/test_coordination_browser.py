"""Leader, director, department, secretary and firm at once, each in a browser of their own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.actors import Actor
from accounts.models import Department, Role
from common.time import now
from coordination.models import Instruction, Meeting
from office.models import Task
from projects.services import raise_problem
from tests.clock import HallClock
from tests.coordination.conftest import Hall
from tests.factories.accounts import make_post, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"


def act_on_task(page: Any, pk: int | None, act: str, words: str = "") -> None:
    """Take one act on the page of a task, with its words."""
    page.goto(f"/office/tasks/{pk}/")
    page.evaluate(OPEN_ALL)
    form = page.locator(f"form:has(input[name=act][value={act}])")
    if words:
        form.locator("textarea").first.fill(words)
    with page.expect_navigation():
        form.locator("button").last.click()


def fill_times(page: Any, begins: datetime) -> None:
    for name, moment in (("starts_at", begins), ("ends_at", begins + timedelta(hours=1))):
        page.locator(f"[name={name}]").fill(moment.strftime("%Y-%m-%dT%H:%M"))


def sign(page: Any) -> None:
    page.evaluate(OPEN_ALL)
    with page.expect_navigation():
        page.locator("form[action$='/sign/']").first.locator("button").first.click()


def test_an_instruction_from_the_project_to_its_end(
    hall: Hall, browser_of: Callable[..., Any], screenshot: Any
) -> None:
    leader, director = browser_of(hall.leader), browser_of(hall.director)
    head, planner = browser_of(hall.scene.head), browser_of(hall.scene.reviewers["planning"])
    leader.goto(f"/projects/{hall.project.pk}/")
    leader.get_by_role("link", name="作出批示").click()
    leader.get_by_label("批示").fill("请自然资源局牵头，十日内解决该项目用地问题。")
    leader.get_by_label("加急").check()
    screenshot(leader, "coordination-instruction-new")
    leader.get_by_role("button", name="下发批示").click()
    expect(leader.get_by_text("批示已下发。")).to_be_visible()
    row = Instruction.objects.get()

    director.goto("/instructions/")
    screenshot(director, "coordination-instructions")
    director.get_by_role("link", name=hall.project.name).first.click()
    director.get_by_role("link", name="分解任务").click()
    director.get_by_label("牵头部门").select_option(label=str(hall.lead))
    director.get_by_label("任务内容").first.fill("牵头拿出用地方案。")
    director.locator("#id_assisting-0-department").select_option(label=str(hall.assisting))
    director.locator("#id_assisting-0-text").fill("核对规划条件。")
    screenshot(director, "coordination-divide")
    director.get_by_role("button", name="分解任务").click()
    expect(director.get_by_text("批示已分解，各部门已收到任务。")).to_be_visible()

    lead, assisting = row.parts.all()
    for page, part, words in ((planner, assisting, "规划条件已核对。"), (head, lead, "用地方案已批准。")):
        act_on_task(page, part.task_id, "answer", words)
        act_on_task(director, part.task_id, "close")
        assert Task.objects.get(pk=part.task_id).status == "closed"

    leader.goto(f"/instructions/{row.pk}/")
    expect(leader.get_by_text("用地方案已批准。").first).to_be_visible()
    screenshot(leader, "coordination-instruction")
    leader.get_by_label("你的意见").fill("同意")
    leader.get_by_role("button", name="办结批示").click()
    expect(leader.get_by_text("批示已办结。").first).to_be_visible()
    assert Instruction.objects.get().status == "closed"


def test_a_meeting_from_the_invitation_to_the_task(
    hall_clock: HallClock, hall: Hall, browser_of: Callable[..., Any], screenshot: Any
) -> None:
    office = Department.objects.get(code="hall-office")
    keeper = make_user("secretary", name="钱秘书")
    make_post(keeper, office, Role.OFFICER)
    raise_problem(actor=Actor(hall.director), project=hall.project, title="临时用电容量不足", text="影响设备调试。")
    secretary, leader, firm = browser_of(keeper), browser_of(hall.leader), browser_of(hall.scene.owner)

    begins = timezone.localtime(now()) + timedelta(days=1)
    secretary.goto("/meetings/new/")
    secretary.locator("[name=title]").fill("重点项目协调会")
    fill_times(secretary, begins)
    secretary.locator("[name=place]").fill("三楼会议室")
    secretary.locator("[name=chair]").select_option(label=str(hall.leader))
    secretary.locator("[name=firms]").select_option(label=str(hall.scene.enterprise))
    screenshot(secretary, "coordination-meeting-new")
    secretary.get_by_role("button", name="召集会议").click()
    expect(secretary.get_by_text("会议已召集")).to_be_visible()
    meeting = Meeting.objects.get()
    secretary.get_by_role("link", name="安排议程").click()
    secretary.get_by_label("临时用电容量不足").check()
    screenshot(secretary, "coordination-agenda")
    secretary.get_by_role("button", name="列入议程").click()

    firm.goto(f"/meetings/{meeting.pk}/")
    expect(firm.get_by_text("临时用电容量不足")).to_be_visible()
    firm.locator("[name=answer][value=coming]").check()
    screenshot(firm, "coordination-meeting-firm")
    firm.locator("form[action*='/invitations/'] button").click()
    expect(firm.get_by_text("回复已记录。")).to_be_visible()

    secretary.goto(f"/meetings/{meeting.pk}/move/")
    fill_times(secretary, begins + timedelta(hours=2))
    secretary.get_by_role("button", name="会议改期").click()
    expect(secretary.get_by_text("会议已改期")).to_be_visible()
    firm.reload()
    expect(firm.get_by_text("未回复").first).to_be_visible()

    hall_clock.travel(days=1, hours=3)
    secretary.goto(f"/meetings/{meeting.pk}/hold/")
    secretary.get_by_role("button", name="继续填写纪要").click()
    secretary.get_by_role("link", name="记录议定事项").click()
    secretary.locator("[name=text]").fill("五日内完成临时用电增容")
    secretary.locator("[name=department]").select_option(label=str(hall.lead))
    secretary.get_by_role("button", name="记录").click()
    secretary.locator("[name=text]").fill("会议听取了企业关于临时用电的汇报，议定如下。")
    screenshot(secretary, "coordination-minutes")
    secretary.get_by_role("button", name="报主持人签发").click()
    expect(secretary.get_by_text("纪要已报主持人签发。")).to_be_visible()

    leader.goto(f"/meetings/{meeting.pk}/")
    sign(leader)
    expect(leader.get_by_text("纪要已签发，议定事项已落实到责任单位。")).to_be_visible()
    screenshot(leader, "coordination-meeting")
    task = Task.objects.get()
    assert (task.source_type, task.department) == ("coordination.decision", hall.lead)
