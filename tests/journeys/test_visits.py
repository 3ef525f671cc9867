"""Regular visits: beat plans, the officer records on his phone, what was not made goes red."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from common.time import now
from enterprises.models import Enterprise, Visit
from notifications.models import Message
from tests.clock import HallClock
from tests.factories.enterprises import make_enterprise
from tests.fixtures_processes import HallProcess, wait_until
from tests.journeys import walk
from tests.journeys.hall import Hall
from tests.journeys.rounds import Days

pytestmark = pytest.mark.slow


@pytest.fixture
def early(hall_clock: HallClock) -> HallClock:
    """The worker begins on Monday, 2 March 2026, half past eight."""
    hall_clock.set(datetime(2026, 3, 2, 8, 30))  # noqa: DTZ001 (naive means the hall's time zone)
    return hall_clock


@pytest.fixture
def firms(hall: Hall, early: HallClock) -> list[Enterprise]:
    """Two key enterprises whose quarter is over."""
    since = now() - timedelta(days=200)
    return [make_enterprise(name=name, tier="key", created_at=since, phone="03358000001")
            for name in ("秦皇岛港城轮毂有限公司", "秦皇岛北戴河装备有限公司")]  # fmt: skip


def test_planned_recorded_and_overdue(
    firms: list[Enterprise],
    early: HallClock,
    celery_worker_process: HallProcess,
    celery_beat_process: HallProcess,
    person: Any,
    screenshot: Any,
) -> None:
    wait_until(lambda: Visit.objects.count() == 2, seconds=60, what="beat's plan")
    officer = person("officer", phone=True)
    made, forgotten = firms
    record_on_the_phone(officer, made, screenshot)
    days = Days(early, celery_worker_process, celery_beat_process)
    days.come(3, 24)
    days.beat_round()
    goes_red(officer, forgotten, screenshot)
    told = Message.objects.filter(recipient__username="officer", channel="inapp", template="clock.overdue")
    assert told.count() == 1
    days.beat_round()
    assert told.count() == 1
    assert Visit.objects.filter(enterprise=made, status="planned").count() == 0


def record_on_the_phone(officer: Page, firm: Enterprise, screenshot: Any) -> None:
    """From the list to a saved record with two requests, at 360 px."""
    officer.goto("/visits/")
    assert walk.no_sideways_scroll(officer)
    screenshot(officer, "journey-51-visits")
    officer.locator("tbody tr").filter(has_text=firm.name).locator("a[href$='/record/']").click()
    officer.fill("main [name=met]", "李四（总经理）")
    officer.fill("main [name=summary]", "二期厂房已封顶，九月试产。")
    officer.locator("[name=requests-0-connection]").select_option("people")
    officer.fill("[name=requests-0-text]", "缺二十名数控操作工。")
    officer.locator("[data-rows-add]").click()
    officer.locator("[name=requests-1-connection]").select_option("logistics")
    officer.fill("[name=requests-1-text]", "厂区北门公交站点太远。")
    assert walk.no_sideways_scroll(officer)
    screenshot(officer, "journey-52-visit-record")
    officer.locator("main .form-actions .btn-primary").click()
    officer.wait_for_url(re.compile(r"/visits/\d+/$"))
    visit = Visit.objects.get(enterprise=firm)
    assert visit.status == "done"
    assert sorted(visit.requests.values_list("connection", flat=True)) == ["logistics", "people"]
    expect(officer.locator("main")).to_contain_text("缺二十名数控操作工。")
    assert walk.no_sideways_scroll(officer)
    screenshot(officer, "journey-53-visit-done")


def goes_red(officer: Page, firm: Enterprise, screenshot: Any) -> None:
    officer.goto("/visits/")
    row = officer.locator("tr.row-red")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(firm.name)
    expect(row.locator(".light")).to_have_class(re.compile(r"\blight-red\b"))
    screenshot(officer, "journey-54-visits-overdue")
