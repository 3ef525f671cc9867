"""Real Chromium for the browser journeys."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portal.paths import var_dir

SCREENSHOTS = var_dir() / "screenshots"
# Of everybody whom a test signs in through the page.
PASSWORD = "secret"
WIDTHS = {360: 740, 1440: 900}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session", autouse=True)
def _django_beside_playwright() -> None:
    """Playwright keeps an event loop in this thread, which Django would take for an async view."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; pytest-playwright would download one."""
    program = next(
        filter(None, map(shutil.which, ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        pytest.skip("no Chromium: apt install chromium fonts-noto-cjk")
    return {**browser_type_launch_args, "executable_path": program, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Chinese visitor at a desk."""
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1440, "height": 900},
    }


@pytest.fixture(autouse=True)
def _quick_to_fail(request: pytest.FixtureRequest) -> None:
    """A missing element fails after 10 s, not 30."""
    if "page" in request.fixturenames:
        request.getfixturevalue("page").set_default_timeout(10_000)


@pytest.fixture
def screenshot() -> Any:
    """``screenshot(page, name)`` keeps <name>-360.png and <name>-1440.png under var/screenshots/."""
    return take_screenshot


def take_screenshot(page: Any, name: str) -> list[Path]:
    """Photograph the whole page at phone and desk width; the window keeps its size afterwards."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    paths = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        # A window as tall as the page, so that bars which stick to its edge cover nothing.
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, tall)})
        path = SCREENSHOTS / f"{name}-{width}.png"
        page.screenshot(path=path, full_page=True)
        paths.append(path)
    if before:
        page.set_viewport_size(before)
    return paths


def sign_in(page: Any, base_url: str, username: str, password: str) -> None:
    """Sign in through the real page and wait until it has led on."""
    page.goto(f"{base_url}{settings.FORCE_SCRIPT_NAME or ''}/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def sign_in_as(page: Any, base_url: str, user: Any) -> None:
    """Sign in as somebody who may have no password yet."""
    if not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    sign_in(page, base_url, user.username, PASSWORD)


@pytest.fixture
def browser_of(browser: Any, browser_context_args: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """``browser_of(user)`` is the page of a browser of their own, signed in; without a user a stranger's."""
    contexts = []

    def make(user: Any = None) -> Any:
        context = browser.new_context(**{**browser_context_args, "base_url": live_server.url})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if user is not None:
            sign_in_as(page, live_server.url, user)
        return page

    yield make
    for context in contexts:
        context.close()


def by_menu(page: Any, address: str) -> None:
    """Go to ``address`` by the menu: unfold the group in which its line stands, and click the line."""
    line = page.locator(f'#site-nav a[href="{address}"]')
    group = page.locator("#site-nav details", has=page.locator(f'a[href="{address}"]'))
    if group.count() and not line.is_visible():
        group.locator("summary").click()
    line.click()
