"""The first page in a real browser, under the strict content security policy."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser


def test_home_in_chinese_breaks_no_policy_and_fits_a_phone(
    transactional_db: None, live_server: LiveServer, page: Page, screenshot: Any
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(live_server.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    paths: list[Path] = screenshot(page, "home")
    assert [path.stat().st_size > 10_000 for path in paths] == [True, True]
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []


def test_language_can_be_changed(transactional_db: None, live_server: LiveServer, page: Page) -> None:
    page.goto(live_server.url)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
