"""Files on the screen: thumbnails for who hands them in, pages for who reads them, nothing for strangers."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from approvals import services
from approvals.models import Case
from files import tasks
from files.models import StoredFile
from files.presenting import WAITS
from tests.factories.files import make_pdf, make_picture
from tests.files.daemon import EICAR, on_tcp
from tests.journeys import walk
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.hall import Hall, declared_project, draft_application, submitted_cases, welcome_investor

# The rules of tests/journeys/test_accessibility.py.
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
LICENCE = "营业执照"


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options=WCAG).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def shown(page: Page, selector: str) -> int:
    """How many pictures that match have really been loaded."""
    return page.locator(selector).evaluate_all(
        "async all => (await Promise.allSettled(all.map(one => one.decode())))"
        ".filter(one => one.status === 'fulfilled').length"
    )


def test_from_upload_to_the_clerks_viewer(hall: Hall, person: Any, screenshot: Any) -> None:
    """The investor hands in a PDF and a picture and sees them; the clerk turns the pages; a stranger gets 404."""
    application = draft_application(hall, declared_project(hall, welcome_investor(hall)), "LX01")
    investor = person("investor")
    investor.goto("/")
    investor.locator(f"main a[href='/projects/{application.project_id}/']").first.click()
    investor.locator(f"main a[href*='/applications/{application.pk}/']").first.click()
    investor.goto(f"/applications/{application.pk}/materials/")
    box = investor.locator("section.material").filter(has_text=LICENCE)
    walk.hand_in(
        box,
        walk.upload("执照正本.pdf", make_pdf(4)),
        walk.upload("执照照片.png", make_picture((1600, 900), mode="RGBA")),
    )
    expect(box.get_by_text("正在生成预览")).to_have_count(2)
    tasks.sweep()
    # By itself: the list asks again.
    expect(box.locator(".file-thumb img")).to_have_count(2, timeout=1000 * sum(WAITS[:5]))
    investor.wait_for_function("() => document.querySelectorAll('.file-thumb img').length === 2")
    assert shown(investor, ".file-thumb img") == 2
    assert_accessible(investor)
    screenshot(investor, "files-materials")
    look_at_own_file(investor, box, screenshot)
    walk.hand_in_everything(investor)
    investor.goto(f"/applications/{application.pk}/check/")
    walk.press_primary(investor)
    investor.wait_for_url("**/submitted/")
    clerk_turns_the_pages(person("clerk"), screenshot)
    stranger_gets_nothing(hall, person)


def look_at_own_file(page: Page, box: Any, screenshot: Any) -> None:
    """The viewer opens in place and closes with Escape."""
    box.get_by_role("link", name="执照正本.pdf", exact=True).click()
    dialog = page.locator("dialog#file-viewer")
    expect(dialog.locator(".viewer-page")).to_have_count(4)
    expect(dialog.locator(".viewer-name")).to_have_text("执照正本.pdf")
    assert_accessible(page)
    screenshot(page, "files-dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def clerk_turns_the_pages(clerk: Page, screenshot: Any) -> None:
    """One click from the check page; zoom, next page and the page of its own by keyboard."""
    clerk.goto("/")
    clerk.locator("main tbody a").first.click()
    expect(clerk.locator("fieldset.desk-material .file-thumb img")).not_to_have_count(0)
    screenshot(clerk, "files-desk")
    clerk.get_by_role("link", name="执照正本.pdf", exact=True).click()
    dialog = clerk.locator("dialog#file-viewer")
    viewer = dialog.locator("[data-viewer]")
    expect(dialog.locator("[data-viewer-count]")).to_have_text("第 1 页，共 4 页")
    clerk.keyboard.press("n")
    expect(dialog.locator("[data-viewer-count]")).to_have_text("第 2 页，共 4 页")
    clerk.keyboard.press("p")
    expect(dialog.locator("[data-viewer-count]")).to_have_text("第 1 页，共 4 页")
    clerk.keyboard.press("+")
    expect(viewer).to_have_attribute("data-zoom", "150")
    clerk.keyboard.press("-")
    clerk.keyboard.press("-")
    expect(viewer).to_have_attribute("data-zoom", "75")
    clerk.keyboard.press("0")
    expect(viewer).to_have_attribute("data-zoom", "100")
    with clerk.expect_popup() as opened:
        dialog.get_by_role("link", name="在单独页面打开").click()
    alone = opened.value
    expect(alone.locator("h1")).to_have_text("执照正本.pdf")
    expect(alone.locator(".viewer-page")).to_have_count(4)
    for device in (PHONE, DESK):
        alone.set_viewport_size(device)
        assert_accessible(alone)
        assert alone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screenshot(alone, "files-viewer")
    with alone.expect_download() as saved:
        alone.locator(".viewer-acts a").last.click()
    assert saved.value.suggested_filename == "执照正本.pdf"
    alone.close()


def stranger_gets_nothing(hall: Hall, person: Any) -> None:
    welcome_investor(hall, "stranger", name="唐山外来有限公司")
    stranger = person("stranger")
    stored = StoredFile.objects.get(name="执照正本.pdf")
    addresses = ("", "?inline=1", "view/", "thumbnail/", "preview/1/", "head/")
    assert [stranger.request.get(f"/files/{stored.pk}/{address}").status for address in addresses] == [404] * 6


def test_a_department_views_in_one_click_and_without_scripts(hall: Hall, person: Any, screenshot: Any) -> None:
    """The reviewer's page leads to the viewer, whose zoom and pages are links; what has no preview says so."""
    case = submitted_cases(hall, declared_project(hall, welcome_investor(hall)), "LX01")["LX01"]
    clerk = Actor(hall["clerk"])
    findings = {row.pk: ("complete", "") for row in case.materials.all()}
    services.check_materials(actor=clerk, case=case, findings=findings)
    services.accept_case(actor=clerk, case=case, hand_over=True)
    stored = case.materials.first().material.files.get().file
    stored.file.storage.delete(stored.file.name)
    stored.file.save("again", ContentFile(make_pdf(2)), save=True)
    tasks.sweep()
    reviewer = person("reviewer-development", scripts=False, phone=True)
    reviewer.goto("/")
    reviewer.locator("main tbody a").first.click()
    reviewer.locator(".desk-materials .file-name a").first.click()
    reviewer.wait_for_url(f"**/files/{stored.pk}/view/")
    expect(reviewer.locator(".viewer-page")).to_have_count(2)
    reviewer.locator("[data-viewer-zoom=in]").click()
    reviewer.wait_for_url(re.compile(r"zoom=150"))
    expect(reviewer.locator(".viewer-150")).to_have_count(1)
    reviewer.locator(".viewer-jump summary").click()
    reviewer.locator(".viewer-jump a").last.click()
    reviewer.wait_for_url(re.compile(r"#file-page-2"))


def test_quarantine_on_the_screen(hall: Hall, person: Any, settings: Any, screenshot: Any) -> None:
    """Being checked, then there by itself; a virus is said at the material and on the desk."""
    application = draft_application(hall, declared_project(hall, welcome_investor(hall)), "LX01")
    investor = person("investor")
    with on_tcp() as scanner:
        settings.CLAMD_URL = scanner.url
        investor.goto(f"/applications/{application.pk}/materials/")
        licence = walk.material(investor, LICENCE)
        walk.hand_in(licence, walk.upload("执照.pdf", make_pdf(1)))
        expect(licence.get_by_text("正在查毒")).to_be_visible()
        expect(licence.get_by_role("link", name="执照.pdf", exact=True)).to_have_count(0)
        other = walk.material(investor, "符合产业政策声明")
        walk.hand_in(other, walk.upload("声明.pdf", make_pdf(1) + EICAR))
        walk.hand_in_everything(investor)
        investor.goto(f"/applications/{application.pk}/check/")
        walk.press_primary(investor)
        investor.wait_for_url("**/submitted/")
        clerk = person("clerk")
        clerk.goto("/desk/")
        clerk.locator("main tbody a").first.click()
        expect(clerk.get_by_text("正在查毒")).to_have_count(3)
        expect(clerk.get_by_text("声明.pdf")).to_have_count(0)
        screenshot(clerk, "files-desk-waiting")
        tasks.sweep()
        # By itself, without loading the page again.
        expect(clerk.locator("fieldset.desk-material .file-thumb img")).to_have_count(2, timeout=1000 * sum(WAITS[:6]))
        expect(clerk.get_by_text("发现病毒，已删除")).to_have_count(1)
        assert_accessible(clerk)
        screenshot(clerk, "files-desk-infected")
    correct_after_virus(clerk, investor, screenshot)


def correct_after_virus(clerk: Page, investor: Page, screenshot: Any) -> None:
    """The paper is missing: the clerk asks for it, and the investor reads why on the page of corrections."""
    clerk.reload()
    box = clerk.get_by_role("group", name="符合产业政策声明", exact=True)
    box.locator("input[value=wrong]").check()
    box.locator("textarea").fill("文件带病毒，请重新提交。")
    walk.press_act(clerk, "correct")
    walk.press_primary(clerk)
    number = Case.objects.get().number
    investor.goto(f"/cases/{number}/correct/")
    expect(investor.get_by_text("文件“声明.pdf”中发现病毒")).to_be_visible()
    screenshot(investor, "files-correct")
    walk.hand_in(walk.material(investor, "符合产业政策声明"), walk.upload("声明.pdf", make_pdf(1)))
    walk.press_primary(investor)
    investor.wait_for_url(f"**/cases/{number}/")
    assert Case.objects.get().status == "received"
