"""A reviewer's way to his feed and back, in Chinese, in a real browser."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from tests.deadlines import rfc5545
from tests.deadlines.conftest import Office
from tests.factories.deadlines import make_clock
from tests.fixtures_browser import sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def go_to_feeds(page: Page) -> None:
    page.locator("details.account-menu summary").click()
    page.get_by_role("link", name="日历订阅").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("日历订阅")


def test_from_the_home_page_to_a_feed_and_its_end(
    committed_office: Office, live_server: LiveServer, page: Page, settings: Settings, screenshot: Any
) -> None:
    settings.HALL_BASE_URL = live_server.url
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    make_clock(title="厂房一期 规划许可", department=committed_office.department, role=Role.REVIEWER)
    sign_in_as(page, live_server.url, committed_office.reviewer)
    go_to_feeds(page)
    page.get_by_role("button", name="开通订阅").click()

    field = page.get_by_label("专用订阅地址（请勿外传）")
    address = field.input_value()
    assert address.startswith(f"{live_server.url}/deadlines/feed/")
    page.get_by_role("button", name="复制地址").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    subscribe = page.get_by_role("link", name="在日历应用中打开")
    expect(subscribe).to_have_attribute("href", address.replace("http:", "webcal:"))
    screenshot(page, "feeds-reviewer")
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # A calendar program has no cookies of ours; this request has those of the page and needs none.
    answer = page.request.get(address)
    assert rfc5545.check(answer.body())["VEVENT"] == 1
    assert "SUMMARY:环节：厂房一期 规划许可" in rfc5545.unfold(answer.body())

    page.get_by_text("撤销", exact=True).click()
    page.get_by_role("button", name="撤销订阅").click()
    expect(page.get_by_text("日历订阅已撤销，原地址已失效。")).to_be_visible()
    assert page.request.get(address).status == 404
    assert complaints == []


def test_a_director_is_offered_every_department(
    committed_office: Office, live_server: LiveServer, page: Page, screenshot: Any
) -> None:
    sign_in_as(page, live_server.url, committed_office.director)
    go_to_feeds(page)
    row = page.get_by_role("listitem").filter(has_text=committed_office.department.name)
    row.get_by_role("button", name="开通订阅").click()
    expect(page.get_by_role("heading", name=f"{committed_office.department.name}待办事项")).to_be_visible()
    page.get_by_text("更换地址", exact=True).first.click()
    screenshot(page, "feeds-director")
    before = page.get_by_label("专用订阅地址（请勿外传）").input_value()
    page.get_by_role("button", name="更换地址").click()
    expect(page.get_by_text("订阅地址已更换，原地址已失效。")).to_be_visible()
    assert page.get_by_label("专用订阅地址（请勿外传）").input_value() != before
