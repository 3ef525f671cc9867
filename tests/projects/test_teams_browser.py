"""Secretary, firm and leader at once: a team, a month's progress, a problem that climbs, and the firm's last word."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from deadlines import sweep
from projects import services
from projects.models import Problem, Progress
from tests.clock import HallClock
from tests.journeys.test_accessibility import look_at
from tests.projects.team_scene import Scene, make_hall

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(transactional_db: None, hall_clock: HallClock) -> Scene:
    hall_clock.set(datetime(2026, 2, 2, 9, 0))  # noqa: DTZ001
    scene = make_hall()
    services.confirm_key_project(actor=scene.act("director"), project=scene.project, reason="重大产业项目")
    return scene


def appoint(page: Any, office: str, name: str) -> None:
    form = page.locator(f"form:has(input[name=office][value={office}])")
    choice = form.locator("select")
    choice.select_option(value=choice.locator("option", has_text=name).first.get_attribute("value"))
    form.get_by_role("button").click()
    page.wait_for_selector(f"text={name}已到任")


def form_the_team(scene: Scene, director: Any, screenshot: Any) -> None:
    director.goto(f"/key-projects/{scene.project.pk}/team/")
    for office, name in (("leader", "吴主任"), ("chief", "钱局长"), ("secretary", "周秘书")):
        appoint(director, office, name)
    services.add_member(actor=scene.act("secretary"), key=scene.key, user=scene.people["member"])
    director.reload()
    screenshot(director, "teams-team")


def plan_and_report(scene: Scene, secretary: Any, screenshot: Any) -> None:
    home = f"/key-projects/{scene.project.pk}/"
    secretary.goto(f"{home}milestones/")
    secretary.get_by_label("封顶").fill("2026-09-30")
    secretary.get_by_label("投产").fill("2027-03-31")
    screenshot(secretary, "teams-plan")
    secretary.get_by_role("button", name="保存").click()
    secretary.wait_for_url(f"**{home}")
    secretary.get_by_role("link", name="2026-02").click()
    secretary.get_by_label("建设进展").fill("完成1#厂房桩基施工，2#厂房基坑开挖过半。")
    secretary.get_by_label("本月内资到位资金").fill("1800")
    secretary.get_by_label("本月外资到位资金").fill("120")
    screenshot(secretary, "teams-report")
    secretary.get_by_role("button", name="报送").click()
    secretary.wait_for_selector("text=月度进展已报送")
    assert Progress.objects.get(reported_at__isnull=False).domestic == 1800
    screenshot(secretary, "teams-progress")


def raise_as_firm(scene: Scene, firm: Any, screenshot: Any) -> Problem:
    firm.goto(f"/projects/{scene.project.pk}/")
    assert firm.get_by_text(scene.people["secretary"].phone).first.is_visible()
    screenshot(firm, "teams-firm")
    firm.get_by_role("link", name="提出问题").click()
    firm.get_by_label("问题（简要）").fill("施工用电容量不足")
    firm.get_by_label("说明").fill("临时用电容量仅200kVA，两台塔吊不能同时运行，自2月中旬起影响主体施工。")
    firm.get_by_role("button", name="保存").click()
    firm.wait_for_selector("text=由周秘书负责")
    return Problem.objects.get()


def look_at_the_wall(scene: Scene, leader: Any, problem: Problem, screenshot: Any) -> None:
    services.note_problem(actor=scene.act("chief"), problem=problem, text="已约供电公司3月12日现场会商增容方案。")
    other = {"actor": scene.act("secretary"), "project": scene.project}
    services.raise_problem(**other, title="施工出入口未批", text="需占用绿化带开设临时出入口。")
    quick = services.raise_problem(**other, title="桩基检测排期", text="检测机构排期延后。", days=1)
    services.climb_problem(actor=scene.act("leader"), problem=quick, reason="影响关键节点")
    leader.goto("/problems/")
    assert "钱局长" in leader.locator(".wall-card", has_text="施工用电容量不足").inner_text()
    screenshot(leader, "teams-wall")
    leader.goto("/problems/?by=state")
    screenshot(leader, "teams-wall-state")
    leader.goto("/key-projects/")
    screenshot(leader, "teams-list")


def clear(chief: Any, problem: Problem, screenshot: Any) -> None:
    chief.goto(f"/problems/{problem.pk}/")
    screenshot(chief, "teams-problem")
    chief.locator("summary", has_text="报办结").click()
    chief.locator("details[open] [name=solution]").fill("供电公司已增容至630kVA，两台塔吊可同时运行。")
    chief.locator("details[open] button.btn-primary").click()
    chief.wait_for_selector("text=已请企业确认")


def test_from_the_team_to_the_last_word(scene: Scene, browser_of: Any, screenshot: Any, hall_clock: HallClock) -> None:
    secretary, firm = browser_of(scene.people["secretary"]), browser_of(scene.owner)
    leader, chief = browser_of(scene.people["leader"]), browser_of(scene.people["chief"])
    form_the_team(scene, browser_of(scene.people["director"]), screenshot)
    scene.started(date(2026, 1, 20))
    hall_clock.set(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001
    services.begin_reports()
    plan_and_report(scene, secretary, screenshot)
    problem = raise_as_firm(scene, firm, screenshot)

    hall_clock.set(datetime(2026, 3, 10, 9, 0))  # noqa: DTZ001
    sweep.run()
    problem.refresh_from_db()
    assert problem.owner == scene.people["chief"]
    secretary.goto("/problems/")
    assert secretary.get_by_role("link", name="施工用电容量不足").is_visible()
    look_at_the_wall(scene, leader, problem, screenshot)
    clear(chief, problem, screenshot)

    firm.goto(f"/problems/{problem.pk}/")
    screenshot(firm, "teams-answer")
    firm.locator("summary", has_text="未解决，退回").click()
    firm.locator("details[open] [name=words]").fill("夜间仍跳闸。")
    firm.locator("details[open] button.btn-danger").click()
    firm.wait_for_selector("text=问题已退回责任人并已通知")
    chief.reload()
    assert chief.get_by_text("夜间仍跳闸").is_visible()
    services.propose_cleared(actor=scene.act("chief"), problem=problem, solution="已更换变压器并连续监测三日。")
    firm.reload()
    firm.locator("summary", has_text="已解决，确认办结").click()
    firm.locator("details[open] button.btn-primary").click()
    firm.wait_for_selector("text=该问题已办结")
    problem.refresh_from_db()
    assert (problem.status, problem.rejections) == ("closed", 1)
    secretary.goto(f"/key-projects/{scene.project.pk}/")
    screenshot(secretary, "teams-key")


def test_pages_are_accessible_and_never_scroll_sideways(
    scene: Scene, browser_of: Any, screenshot: Any, hall_clock: HallClock
) -> None:
    for seat in ("leader", "chief", "secretary"):
        services.appoint(actor=scene.act("director"), key=scene.key, seat=seat, user=scene.people[seat])
    scene.started(date(2025, 11, 20))
    for month in (date(2026, 1, 1), date(2026, 2, 1)):
        report = services.Report(works="主体结构施工", domestic=Decimal(1200 + month.month), foreign=Decimal(0))
        services.report_progress(actor=scene.act("secretary"), key=scene.key, month=month, report=report)
    problem = scene.raised(title="施工用电容量不足")
    pk = scene.project.pk
    hall_clock.set(datetime(2026, 2, 10, 9, 0))  # noqa: DTZ001
    inside = [
        f"/key-projects/{pk}/", f"/key-projects/{pk}/team/", f"/key-projects/{pk}/progress/2026-02/",
        f"/key-projects/{pk}/milestones/", f"/problems/{problem.pk}/", "/problems/", "/key-projects/",
    ]  # fmt: skip
    secretary = browser_of(scene.people["secretary"])
    assert look_at(secretary, *inside) == []
    secretary.goto(f"/key-projects/{pk}/")
    screenshot(secretary, "teams-chart")
    firm = [f"/projects/{pk}/", f"/key-projects/{pk}/", f"/problems/{problem.pk}/", f"/projects/{pk}/problems/new/"]
    assert look_at(browser_of(scene.owner), *firm) == []
