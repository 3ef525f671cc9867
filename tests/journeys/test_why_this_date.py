"""Why this date: a leader goes from the overview to the days of an overdue limit, the investor reads the short table.

Working days by the published calendar of 2026; 2 March is a Monday, 6 April the Tomb-sweeping holiday.
"""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.actors import Actor
from approvals import services
from approvals.models import Case
from deadlines import services as deadlines
from tests.clock import HallClock
from tests.journeys.hall import Hall, declared_project, submitted_cases, welcome_investor


@pytest.fixture
def late(hall_clock: HallClock, hall: Hall) -> Case:
    """A planning permit accepted on 9 March 2026, with a hearing of three days, that nobody has decided by 8 April."""
    move(hall_clock, 3, 2)
    project = declared_project(hall, welcome_investor(hall))
    case = submitted_cases(hall, project, "GC01")["GC01"]
    clerk = Actor(hall["clerk"])
    move(hall_clock, 3, 9)
    findings = {row.pk: ("complete", "") for row in case.materials.all()}
    services.check_materials(actor=clerk, case=case, findings=findings)
    case = services.accept_case(actor=clerk, case=case, hand_over=True)
    move(hall_clock, 3, 17)
    reviewer = Actor(hall["reviewer"])
    deadlines.stop_clock(
        actor=reviewer, clock_id=case.clock_id, ground="hearing", reason="利害关系人申请听证", planned_days=5
    )
    move(hall_clock, 3, 20)
    deadlines.resume_clock(actor=reviewer, clock_id=case.clock_id)
    return Case.objects.get(pk=case.pk)


def move(clock: HallClock, month: int, day: int) -> None:
    clock.set(datetime(2026, month, day, 10))  # noqa: DTZ001 (naive means the hall's time zone)


def test_from_the_overview_to_the_days(
    hall_clock: HallClock, hall: Hall, late: Case, person: Any, screenshot: Any
) -> None:
    move(hall_clock, 3, 24)
    page = person("investor", phone=True)
    page.goto(f"/cases/{late.number}/")
    page.locator("summary", has_text="为什么是这一天").click()
    short = page.locator("details.more table")
    expect(short).to_contain_text("3月18日–20日")
    expect(short).to_contain_text("特别程序：听证，不计")
    expect(short.locator("tr", has_text="时限届满")).to_contain_text("天")
    screenshot(page, "why-investor")
    move(hall_clock, 4, 8)
    leader = person("leader")
    leader.goto("/leader/")
    leader.locator("main a[href*='/leader/overdue/']").first.click()
    leader.wait_for_url("**/leader/overdue/**")
    leader.get_by_role("link", name=late.number).first.click()
    expect(leader.locator(".holding").first).to_contain_text("各方用时")
    leader.locator(".holding summary", has_text="各日由谁持有").first.click()
    screenshot(leader, "why-case")
    row = leader.locator("tr", has_text="决定").filter(has_text="为什么是这一天")
    row.get_by_role("link", name="为什么是这一天").first.click()
    leader.wait_for_url("**/clocks/*/")
    expect(leader.locator("main")).to_contain_text("自 2026-03-09 起（当日不计），特别程序 3 天不计，至 2026-03-26")
    days = leader.locator(".day-table")
    expect(days.locator("tr", has_text="特别程序：听证")).to_have_count(3)
    expect(days.locator("tr", has_text="承诺时限届满")).to_contain_text("2026-03-26")
    expect(days.locator("tr", has_text="清明节").first).to_be_visible()
    screenshot(leader, "why-clock")
    leader.emulate_media(media="print")
    screenshot(leader, "why-clock-print")
