"""Journeys: people with browsers of their own in one hall, whose pages must be free of script errors."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.fixtures_browser import SCREENSHOTS, sign_in
from tests.journeys.hall import PASSWORD, Hall, open_hall

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
# Chromium reports every answer from 400 up as an error of the console; these are the hall's own words.
FAILED = pytest.StashKey[bool]()
MEANT = ("400", "403", "404", "409", "413", "429")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


def _is_meant(message: ConsoleMessage) -> bool:
    refused = message.text.startswith("Failed to load resource") and any(f" {code} " in message.text for code in MEANT)
    return refused and "/static/" not in message.location.get("url", "")


class Watch:
    """Everything that went wrong in any page of the test: scripts, content security policy, answers from 500 up."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def attend(self, context: BrowserContext) -> None:
        context.on("page", self._attend_page)

    def _attend_page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._heard(page, message))
        page.on("response", self._answered)

    def _heard(self, page: Page, message: ConsoleMessage) -> None:
        policy = "Content Security Policy" in message.text
        if policy or (message.type == "error" and not _is_meant(message)):
            self.found.append(f"{page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.found.append(f"{response.url}: {response.status}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tell the ``visitor`` fixture how the test ended."""
    report = yield
    item.stash.setdefault(FAILED, False)
    item.stash[FAILED] = item.stash[FAILED] or report.failed
    return report


def _photograph(contexts: list[BrowserContext], name: str) -> None:
    """After a failure: what every browser showed last, under var/screenshots/failed/."""
    place = SCREENSHOTS / "failed"
    place.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=place / f"{name}-{number}.png", full_page=True)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test at its end for any script error, policy violation or broken answer."""
    watch = Watch()
    yield watch
    assert watch.found == []


@pytest.fixture
def hall(live_server: Any) -> Hall:
    """The real catalogue with its departments, one account for each role and department."""
    cache.clear()
    return open_hall()


@pytest.fixture
def visitor(
    request: pytest.FixtureRequest,
    browser: Browser,
    browser_context_args: dict[str, Any],
    watch: Watch,
    live_server: Any,
) -> Iterator[Callable[..., Page]]:
    """``visitor()`` opens a browser of its own that nobody is signed in with; ``phone``, ``scripts`` as options."""
    contexts: list[BrowserContext] = []

    def arrive(*, phone: bool = False, scripts: bool = True) -> Page:
        device = {"viewport": PHONE, "has_touch": True, "is_mobile": True} if phone else {"viewport": DESK}
        options = {**browser_context_args, **device, "base_url": live_server.url, "java_script_enabled": scripts}
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        watch.attend(context)
        return context.new_page()

    yield arrive
    if request.node.stash.get(FAILED, False):
        _photograph(contexts, request.node.name.partition("[")[0])
    for context in contexts:
        context.close()


@pytest.fixture
def person(visitor: Callable[..., Page], live_server: Any) -> Callable[..., Page]:
    """``person("clerk")`` signs in through the real page, in a browser of its own."""

    def arrive(username: str, **options: Any) -> Page:
        page = visitor(**options)
        sign_in(page, live_server.url, username, PASSWORD)
        return page

    return arrive
