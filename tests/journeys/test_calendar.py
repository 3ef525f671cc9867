"""A flood closes the hall for a day: from the administrator's home to the new date on the clerk's desk.

2 March 2026 is a Monday; the planning permit promises acceptance within one working day.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from deadlines import calendars
from deadlines.models import CalendarOverride, Clock
from tests.clock import HallClock
from tests.deadlines.test_notice import SENTENCES, SOURCE
from tests.fixtures_browser import by_menu
from tests.journeys import walk
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.hall import Hall, declared_project, submitted_cases, welcome_investor
from tests.journeys.test_accessibility import GRAVE, WCAG, look_at

MORNING = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _fresh_calendar() -> Iterator[None]:
    """The calendar that one test has changed must not be in memory for the next."""
    calendars.invalidate()
    yield
    calendars.invalidate()


def fill_day(page: Page) -> None:
    page.locator("#id_date").fill("2026-03-03")
    page.get_by_label("休息日").check()
    page.locator("#id_name").fill("防汛停工")
    page.locator("#id_source").fill("区防汛指挥部令第1号")


def grave_faults(page: Page) -> list[str]:
    """Of the page as it stands: a preview answers a form and has no address of its own."""
    found = []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        result = Axe().run(page, options=WCAG).response
        found += [one["id"] for one in result["violations"] if one["impact"] in GRAVE]
        if not walk.no_sideways_scroll(page):
            found.append(f"scrolls sideways at {size['width']}")
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_day_is_closed_for_a_flood(
    hall_clock: HallClock, hall: Hall, person: Any, screenshot: Any, scripts: bool
) -> None:
    hall_clock.set(MORNING)
    case = submitted_cases(hall, declared_project(hall, welcome_investor(hall)), "GC01")["GC01"]
    clerk = person("clerk", scripts=scripts)
    clerk.goto("/desk/")
    expect(clerk.locator("tbody").first).to_contain_text("2026年3月3日 到期")
    page = person("administrator", scripts=scripts)
    # The first page of an administrator without access to the admin site refuses him: any page with the menu.
    page.goto("/guides/")
    by_menu(page, "/deadlines/calendar/")
    expect(page.locator(".year-bar")).to_contain_text("已公布")
    fill_day(page)
    page.get_by_role("button", name="预览变动").click()
    expect(page.locator("main")).to_contain_text("尚未保存")
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("2026-03-03 → 2026-03-04")
    expect(row).to_contain_text(Clock.objects.get(pk=case.clock_id).title)
    if scripts:
        assert grave_faults(page) == []
        screenshot(page, "calendar-preview")
    assert CalendarOverride.objects.count() == 0
    page.get_by_role("button", name="保存并调整 1 项期限").click()
    expect(page.locator("body")).to_contain_text("已保存，1 项待办的期限已调整")
    expect(page.locator(".override-list")).to_contain_text("区防汛指挥部令第1号")
    if scripts:
        screenshot(page, "calendar-year")
    clerk.goto("/desk/")
    expect(clerk.locator("tbody").first).to_contain_text("2026年3月4日 到期")
    clerk.goto(f"/desk/cases/{case.number}/")
    expect(clerk.locator("main")).to_contain_text("3月4日")


def test_pages_of_the_calendar_look_right(hall_clock: HallClock, hall: Hall, person: Any, screenshot: Any) -> None:
    hall_clock.set(MORNING)
    page = person("administrator")
    paths = ("", "?year=2027", "hours/", "import/", "2026/withdraw/", "2027/publish/", "day/")
    assert look_at(page, *(f"/deadlines/calendar/{path}" for path in paths)) == []
    page.set_viewport_size(DESK)
    page.goto("/deadlines/calendar/hours/")
    screenshot(page, "calendar-hours")
    page.goto("/deadlines/calendar/import/")
    page.locator("#id_year").fill("2026")
    page.locator("#id_source").fill(SOURCE)
    page.locator("#id_text").fill(SENTENCES.replace("1月1日（周四）", "1月1日（周五）"))
    page.get_by_role("button", name="预览变动").click()
    expect(page.locator(".error-summary")).to_contain_text("第 3 行：2026-01-01 是周四，不是周五")
    screenshot(page, "calendar-import")
    page.locator("#id_text").fill(SENTENCES)
    page.get_by_role("button", name="预览变动").click()
    expect(page.locator(".summary-list").first).to_contain_text("2026-02-15 – 2026-02-23 · 9 天")
    screenshot(page, "calendar-import-preview")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"来源：{SOURCE}")
    page.goto("/deadlines/calendar/?year=2027")
    expect(page.locator(".year-bar")).to_contain_text("未公布")
    screenshot(page, "calendar-unpublished")
