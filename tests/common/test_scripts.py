"""The scripts of every page, played on the gallery in a real browser; the server's answers are made up here."""

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories.accounts import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def staff_cookies(client, live_server) -> list[dict[str, Any]]:
    client.force_login(make_user("editor", is_staff=True))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]


@pytest.fixture
def gallery(page, live_server, staff_cookies):
    """The gallery in Chinese, and a failure for any script error."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.context.add_cookies(staff_cookies)
    page.goto(live_server.url + reverse("common:gallery"))
    yield page
    assert errors == []


def named(name: str, content: bytes = b"content") -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def answer_uploads(page, *answers: dict[str, Any] | str) -> list[bytes]:
    """Answer the posts to the upload address one after the other; "abort" breaks the line."""
    left = list(answers)
    bodies: list[bytes] = []

    def handle(route: Any) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        bodies.append(route.request.post_data_buffer or b"")
        answer = left.pop(0)
        if isinstance(answer, str):
            route.abort()
        else:
            route.fulfill(**answer)

    page.route("**/ui/", handle)
    return bodies


def fragment(words: str) -> dict[str, Any]:
    return {"status": 200, "content_type": "text/html", "body": f"<p id='answer'>{words}</p>"}


def refusal(words: str) -> dict[str, Any]:
    return {"status": 400, "content_type": "application/json", "body": json.dumps({"errors": {"file": [words]}})}


def test_upload_sends_each_file_alone_and_shows_the_answer(gallery):
    bodies = answer_uploads(gallery, fragment("one"), fragment("two"))
    gallery.set_input_files("#gallery-upload", [named("一.pdf"), named("二.pdf")])
    expect(gallery.locator("#files #answer")).to_have_text("two")
    assert [body.count(b'name="file"') for body in bodies] == [1, 1]
    assert gallery.locator(".upload-item").count() == 0


def test_upload_shows_the_servers_reason_beside_the_file(gallery):
    answer_uploads(gallery, refusal("文件内容与扩展名不符。"))
    gallery.set_input_files("#gallery-upload", [named("图.pdf")])
    gallery.locator(".upload-item.failed").wait_for()
    assert "文件内容与扩展名不符。" in gallery.locator(".upload-item").inner_text()


def test_upload_refuses_a_wrong_kind_before_sending(gallery):
    bodies = answer_uploads(gallery)
    gallery.set_input_files("#gallery-upload", [named("virus.exe")])
    gallery.locator(".upload-item.failed").wait_for()
    assert bodies == []


def test_upload_after_a_broken_line_can_be_tried_again(gallery):
    answer_uploads(gallery, "abort", fragment("arrived"))
    gallery.set_input_files("#gallery-upload", [named("一.pdf")])
    gallery.locator(".upload-item.failed button").first.click()
    gallery.locator("#files #answer").wait_for()
    assert gallery.locator(".upload-item").count() == 0


def test_phrase_is_written_at_the_cursor(gallery):
    gallery.locator(".phrases summary").click()
    gallery.locator(".phrase").nth(0).click()
    gallery.locator(".phrase").nth(1).click()
    lines = gallery.locator("#id_opinion").input_value().splitlines()
    assert lines == [gallery.locator(".phrase").nth(index).inner_text() for index in (0, 1)]


def test_signature_becomes_a_picture_and_can_be_wiped(gallery):
    canvas = gallery.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    gallery.mouse.move(box["x"] + 30, box["y"] + 40)
    gallery.mouse.down()
    gallery.mouse.move(box["x"] + 200, box["y"] + 90, steps=4)
    gallery.mouse.up()
    assert gallery.locator("#id_signature").input_value().startswith("data:image/png;base64,")
    gallery.locator("[data-signature-clear]").click()
    assert gallery.locator("#id_signature").input_value() == ""


def test_large_print_at_once_and_after_reloading(gallery):
    gallery.locator("form[data-print-size] button").click()
    assert gallery.evaluate("document.documentElement.className") == "large-print"
    gallery.reload()
    assert gallery.evaluate("document.documentElement.className") == "large-print"


def test_error_summary_takes_the_focus_and_leads_to_the_control(gallery, live_server):
    gallery.goto(live_server.url + reverse("common:gallery") + "?invalid=1")
    assert gallery.evaluate("document.activeElement.classList.contains('error-summary')")
    gallery.locator("[data-error-summary] a").first.click()
    assert gallery.evaluate("document.activeElement.id") == "id_kind_0"


def test_autosave_says_when_it_was_saved(gallery):
    gallery.evaluate("document.querySelector('main form[action=\"?\"]').dataset.autosaveUrl = '/saved/'")
    gallery.evaluate("document.dispatchEvent(new CustomEvent('hall:added', { bubbles: true }))")
    saved = json.dumps({"saved_at": "10:32"})
    gallery.route("**/saved/", lambda route: route.fulfill(status=200, content_type="application/json", body=saved))
    gallery.fill("#id_name", "年产 12 万套精密齿轮项目")
    expect(gallery.locator("[data-autosave-text]")).to_contain_text("10:32")


def test_session_end_is_announced_and_can_be_put_off(gallery, live_server):
    end_soon(gallery, live_server, seconds=200)
    gallery.locator("#session-dialog[open]").wait_for()
    gallery.locator("[data-session-keep]").click()
    gallery.locator("#session-dialog:not([open])").wait_for(state="attached")


def test_what_was_typed_comes_back_after_signing_in_again(gallery, live_server, staff_cookies):
    gallery.evaluate("document.querySelector('main form[action=\"?\"]').dataset.keep = 'on'")
    gallery.fill("#id_summary", "两条生产线")
    gallery.evaluate("sessionStorage.clear()")
    # The form is sent, but the session has ended: the way leads to the sign-in page.
    gallery.route("**/ui/?", lambda route: route.fulfill(status=302, headers={"Location": reverse("account_login")}))
    gallery.context.clear_cookies()
    gallery.evaluate("document.querySelector('main form[action=\"?\"]').noValidate = true")
    gallery.locator("main form[action='?'] button.btn-primary").click()
    gallery.wait_for_url("**/accounts/login/**")
    gallery.unroute_all()
    gallery.context.add_cookies(staff_cookies)
    gallery.route("**/ui/", keep_forms)
    gallery.goto(live_server.url + reverse("common:gallery"))
    assert gallery.locator("#id_summary").input_value() == "两条生产线"


def keep_forms(route: Any) -> None:
    """The gallery's form keeps nothing; here it is to."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('data-keep="off"', ""))


def end_soon(page, live_server, *, seconds: int) -> None:
    """Open the gallery as if the session had so many seconds left."""

    def shorten(route: Any) -> None:
        answer = route.fetch()
        old = f'data-session-seconds="{settings.SESSION_COOKIE_AGE}"'
        route.fulfill(response=answer, body=answer.text().replace(old, f'data-session-seconds="{seconds}"'))

    page.route("**/ui/", shorten)
    page.goto(live_server.url + reverse("common:gallery"))


def test_menu_opens_without_scripts(browser, live_server, staff_cookies, browser_context_args):
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    context.add_cookies(staff_cookies)
    page = context.new_page()
    page.goto(live_server.url + reverse("common:gallery"))
    assert page.locator("[data-upload-submit]").is_visible()
    assert page.locator("#id_photo").is_visible()
    page.locator("details.confirm summary").first.click()
    assert page.locator("details.confirm form button").first.is_visible()
    context.close()


def test_gallery_is_accessible_and_fits(gallery, live_server, screenshot):
    for width in (360, 1440):
        gallery.set_viewport_size({"width": width, "height": 800})
        for query in ("", "?invalid=1"):
            gallery.goto(live_server.url + reverse("common:gallery") + query)
            assert gallery.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(gallery, options=WCAG)
            assert [violation["id"] for violation in found.response["violations"]] == []
    screenshot(gallery, "gallery")
