"""One long story: a firm signs, gets a team, gives a mandate, is held up at a department, the problem climbs to the
leader, an instruction clears it in time, the meeting's minutes record it, the firm confirms.

Everybody has a browser of their own. Working days by the published calendar of 2026; 2 March is a Monday.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from accounts.models import Department
from approvals import services
from approvals.models import Case, Step
from coordination.models import Instruction, Meeting
from deadlines import sweep
from ledger.selectors import timeline
from projects.models import Problem, Project
from tests.clock import HallClock
from tests.coordination.test_coordination_browser import OPEN_ALL, act_on_task, fill_times, sign
from tests.fixtures_browser import by_menu
from tests.journeys.hall import Hall, declared_project, submitted_cases, welcome_investor
from tests.projects.test_teams_browser import appoint

SHANGHAI = ZoneInfo("Asia/Shanghai")
TITLE = "规划许可久拖未决"


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def project(hall: Hall, hall_clock: HallClock) -> Project:
    hall_clock.set(at(3, 2))
    return declared_project(hall, welcome_investor(hall))


def gets_a_team(project: Project, director: Page, secretary: Page) -> None:
    """On the list of key projects; three offices are filled; the firm has signed and the secretary says so."""
    director.goto(f"/key-projects/{project.pk}/confirm/")
    director.locator("main [name=reason]").fill("重大产业项目")
    director.locator("main form .btn").first.click()
    director.goto(f"/key-projects/{project.pk}/team/")
    for office, name in (("leader", "吴主任"), ("chief", "钱局长"), ("secretary", "周秘书")):
        appoint(director, office, name)
    secretary.goto(f"/key-projects/{project.pk}/milestones/1/")
    secretary.locator("main [name=reached_on]").fill("2026-03-02")
    secretary.locator("main form .btn-primary").click()
    expect(secretary.get_by_text("签约").first).to_be_visible()


def gives_a_mandate(hall: Hall, project: Project, investor: Page) -> None:
    investor.goto(f"/projects/{project.pk}/")
    investor.get_by_role("link", name="该项目的全程代办").click()
    investor.get_by_label("代办员", exact=True).select_option(str(hall["agent"].pk))
    investor.get_by_label("期望开工日期").fill((date(2026, 3, 2) + timedelta(days=120)).isoformat())
    investor.get_by_label("我代表本企业签署").check()
    investor.get_by_role("button", name="授予代办委托").click()
    investor.wait_for_selector("text=方案编制中")


def held_up(hall: Hall, project: Project) -> Case:
    """Handed over to the departments, and nobody there touches it."""
    case = submitted_cases(hall, project, "GC01")["GC01"]
    clerk = Actor(hall["clerk"])
    findings = {row.pk: ("complete", "") for row in case.materials.all()}
    services.check_materials(actor=clerk, case=case, findings=findings)
    return services.accept_case(actor=clerk, case=case, hand_over=True)


def raises_a_problem(project: Project, investor: Page) -> Problem:
    investor.goto(f"/projects/{project.pk}/")
    investor.get_by_role("link", name="提出问题").click()
    investor.get_by_label("问题（简要）").fill(TITLE)
    investor.get_by_label("说明").fill("规划许可已超过承诺时限，影响施工图设计。")
    investor.get_by_role("button", name="保存").click()
    investor.wait_for_selector("text=由周秘书负责")
    return Problem.objects.get()


def climbs(hall: Hall, problem: Problem, hall_clock: HallClock) -> None:
    """Five working days with the secretary, five with the chief representative; then it is the leader's."""
    for moment, owner in ((at(3, 25), "head"), (at(4, 2), "leader")):
        hall_clock.set(moment)
        sweep.run()
        problem.refresh_from_db()
        assert problem.owner == hall[owner]


def instructs(project: Project, leader: Page) -> Instruction:
    by_menu(leader, "/problems/")
    expect(leader.locator(".wall-card", has_text=TITLE)).to_contain_text("吴主任")
    leader.goto(f"/projects/{project.pk}/")
    leader.get_by_role("link", name="作出批示").click()
    leader.get_by_label("批示").fill("请资规局三日内办结规划许可。")
    leader.get_by_label("加急").check()
    leader.get_by_role("button", name="下发批示").click()
    expect(leader.get_by_text("批示已下发。")).to_be_visible()
    return Instruction.objects.get()


def divides(row: Instruction, director: Page) -> None:
    director.goto(f"/instructions/{row.pk}/divide/")
    director.get_by_label("牵头部门").select_option(label=str(Department.objects.get(code="planning")))
    director.get_by_label("任务内容").first.fill("三日内作出规划许可决定。")
    director.get_by_role("button", name="分解任务").click()
    expect(director.get_by_text("批示已分解，各部门已收到任务。")).to_be_visible()


def decides(hall: Hall, case: Case) -> None:
    """What the instruction asked for: opinions of all, then the decision, under four eyes."""
    reviewers = {"police": "reviewer-police", "air-defence": "reviewer-air-defence"}
    while steps := Step.objects.filter(case=case, status__in=("open", "taken")).exclude(kind="decide"):
        for step in steps.select_related("department"):
            actor = Actor(hall[reviewers.get(step.department.code, "reviewer")])
            services.complete_review(actor=actor, step=step, agrees=True, text="同意")
    step = Step.objects.get(case=case, kind="decide")
    services.propose_decision(actor=Actor(hall["reviewer"]), step=step, decision="granted")
    step.refresh_from_db()
    services.approve_proposal(actor=Actor(hall["approver"]), step=step)


def answers_and_closes(row: Instruction, head: Page, director: Page, leader: Page) -> None:
    part = row.parts.get()
    act_on_task(head, part.task_id, "answer", "规划许可已于今日作出。")
    act_on_task(director, part.task_id, "close")
    leader.goto(f"/instructions/{row.pk}/")
    leader.get_by_label("你的意见").fill("同意")
    leader.get_by_role("button", name="办结批示").click()
    expect(leader.get_by_text("批示已办结。").first).to_be_visible()


def is_minuted(hall: Hall, hall_clock: HallClock, director: Page, leader: Page) -> Meeting:
    director.goto("/meetings/new/")
    director.locator("[name=title]").fill("在建企业协调会")
    fill_times(director, datetime(2026, 4, 8, 9))  # noqa: DTZ001 (typed into a form)
    director.locator("[name=place]").fill("三楼会议室")
    director.locator("[name=chair]").select_option(label=str(hall["leader"]))
    director.get_by_role("button", name="召集会议").click()
    expect(director.get_by_text("会议已召集")).to_be_visible()
    meeting = Meeting.objects.get()
    director.get_by_role("link", name="安排议程").click()
    director.get_by_label(TITLE).check()
    director.get_by_role("button", name="列入议程").click()
    hall_clock.set(at(4, 8, 11))
    director.goto(f"/meetings/{meeting.pk}/hold/")
    director.get_by_role("button", name="继续填写纪要").click()
    director.locator("[name=text]").fill("会议听取规划许可办理情况：经批示督办，已依法作出决定。")
    director.get_by_role("button", name="报主持人签发").click()
    expect(director.get_by_text("纪要已报主持人签发。")).to_be_visible()
    leader.goto(f"/meetings/{meeting.pk}/")
    sign(leader)
    expect(leader.get_by_text("纪要已签发").first).to_be_visible()
    return meeting


def clears(problem: Problem, leader: Page, investor: Page) -> None:
    leader.goto(f"/problems/{problem.pk}/")
    leader.evaluate(OPEN_ALL)
    form = leader.locator("form:has([name=solution])")
    form.locator("[name=solution]").fill("规划许可已作出，证书可领取。")
    form.locator("button.btn-primary").click()
    leader.wait_for_selector("text=已请企业确认")
    investor.goto(f"/problems/{problem.pk}/")
    investor.locator("summary", has_text="已解决，确认办结").click()
    investor.locator("details[open] button.btn-primary").click()
    investor.wait_for_selector("text=该问题已办结")


def test_from_signing_to_the_firms_word(
    hall: Hall, project: Project, hall_clock: HallClock, person: Any, screenshot: Any
) -> None:
    investor, director, leader = person("investor"), person("director"), person("leader")
    secretary, head = person("officer"), person("head")
    gets_a_team(project, director, secretary)
    gives_a_mandate(hall, project, investor)
    case = held_up(hall, project)
    hall_clock.set(at(3, 17))
    sweep.run()
    case.refresh_from_db()
    assert str(case.clock.light()) == "red"
    problem = raises_a_problem(project, investor)
    climbs(hall, problem, hall_clock)
    leader.goto("/today/")
    expect(leader.get_by_role("link", name=TITLE)).to_be_visible()
    screenshot(leader, "story-today")
    row = instructs(project, leader)
    divides(row, director)
    decides(hall, case)
    answers_and_closes(row, head, director, leader)
    meeting = is_minuted(hall, hall_clock, director, leader)
    clears(problem, leader, investor)
    for one in (problem, row, meeting):
        one.refresh_from_db()
    assert (problem.status, row.status, meeting.status) == ("closed", "closed", "signed")
    assert case.status != Case.objects.get(pk=case.pk).status
    assert [entry.act for entry in timeline(problem).order_by("seq")][-1] == "problem.confirmed"
    screenshot(investor, "story-end")
