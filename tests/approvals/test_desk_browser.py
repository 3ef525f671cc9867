"""The window and a department in a real browser: by keyboard alone, and without scripts."""

from typing import Any

import pytest

from approvals import services
from approvals.models import Case
from documents.models import Document
from documents.services import make_pending
from ledger.selectors import timeline
from tests.approvals.scene import PARALLEL, Scene, make_scene
from tests.factories.approvals import make_material_spec, make_matter
from tests.factories.files import PDF
from tests.fixtures_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    scene = make_scene()
    for user in (scene.clerk, scene.reviewer, scene.approver, *scene.reviewers.values()):
        user.set_password("secret")
        user.save()
    return scene


def look(page: Any, screenshot: Any, address: str, name: str) -> None:
    """Open a screen that is there, and photograph it."""
    answer = page.goto(address)
    assert answer.ok, f"{address} answers {answer.status}"
    screenshot(page, name)


def test_clerk_checks_and_hands_over_by_keyboard(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    for _ in range(6):
        hall.received()
    sign_in(page, live_server.url, hall.clerk.username, "secret")
    page.goto(f"{live_server.url}/desk/")
    screenshot(page, "desk-list")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*/")
    screenshot(page, "desk-case-received")
    page.keyboard.press("m")
    page.keyboard.press("a")
    page.wait_for_selector("ol.stepper")
    screenshot(page, "desk-case-reviewing")


def test_correction_and_counter_screens(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    case = hall.received()
    row = case.materials.all()[0]
    services.check_materials(actor=hall.act(hall.clerk), case=case, findings={row.pk: ("wrong", "缺少公章，请加盖")})
    url = live_server.url
    sign_in(page, url, hall.clerk.username, "secret")
    look(page, screenshot, f"{url}/desk/cases/{case.number}/correction/", "desk-correction")
    assert page.get_by_text("缺少公章，请加盖").is_visible()
    issued = hall.issued()
    look(page, screenshot, f"{url}/desk/cases/{issued.number}/", "desk-case-issued")
    assert page.get_by_role("button", name="签收").is_visible()
    make_pending()
    paper = Document.objects.of_subject("approvals.case", issued.pk).get(kind="approvals.acceptance")
    look(page, screenshot, f"{url}{paper.get_absolute_url()}", "desk-paper")
    assert page.get_by_role("img", name="受理通知书").is_visible()
    look(page, screenshot, f"{url}/desk/walk-in/?q=示例", "desk-walk-in")
    assert page.get_by_role("link", name=hall.enterprise.name).is_visible()
    look(page, screenshot, f"{url}/desk/walk-in/{hall.enterprise.pk}/", "desk-walk-in-firm")
    assert page.get_by_role("heading", name=hall.enterprise.name, level=1).is_visible()


def test_review_screens(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    case = hall.reviewing(steps=PARALLEL)
    hall.reviewing(steps=PARALLEL)
    services.complete_review(
        actor=hall.act(hall.reviewers["city"]), step=hall.step(case, "c"), agrees=False, text="施工场地扬尘防治措施不足"
    )
    url = live_server.url
    sign_in(page, url, hall.reviewer.username, "secret")
    look(page, screenshot, f"{url}/review/", "review-list")
    assert page.locator(f"a[href='/review/steps/{hall.step(case, 'a').pk}/']").is_visible()
    look(page, screenshot, f"{url}/review/steps/{hall.step(case, 'a').pk}/", "review-step")
    assert page.locator("article.panel", has_text="施工场地扬尘防治措施不足").is_visible()
    step = hall.proposed("refused", "不符合规划。")
    look(page, screenshot, f"{url}/review/steps/{step.pk}/", "review-own-proposal")
    assert page.get_by_text("不符合规划。", exact=True).is_visible()
    assert page.get_by_text("须由第二人审批").is_visible()
    assert page.locator("form[action$='/approve/']").count() == 0


def tab_to(page: Any, selector: str, *, presses: int = 80) -> None:
    """Press Tab until the focus is on an element that matches."""
    for _ in range(presses):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


def test_walk_in_is_taken_in_by_keyboard_alone(hall: Scene, page: Any, live_server: Any, screenshot: Any) -> None:
    """From the desk to the receipt without a mouse; only the file dialogue is the browser's own."""
    form = [make_material_spec("application-form")]
    matter = make_matter(department=hall.departments["lead"], window=hall.window, materials=form)
    hall.project()
    sign_in(page, live_server.url, hall.clerk.username, "secret")
    page.goto(f"{live_server.url}/desk/")
    page.keyboard.press("w")
    page.wait_for_url("**/desk/walk-in/")
    page.keyboard.type(hall.enterprise.credit_code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/walk-in/*/")
    page.keyboard.press("a")
    page.wait_for_url("**/matters/")
    tab_to(page, "input[name=matters]")
    if not page.evaluate("document.activeElement.checked"):
        page.keyboard.press("Space")
    tab_to(page, "form#matters button.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/materials/")
    tab_to(page, "input[type=file]")
    page.locator("input[type=file]").set_input_files(
        {"name": "申请表.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.wait_for_selector(".file-list .file")
    tab_to(page, "a.btn-primary[href$='/check/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    tab_to(page, ".form-actions .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submitted/")
    case = Case.objects.get(matter=matter)
    assert case.application.channel == "window"
    entry = timeline(case).get(act="case.received")
    assert (entry.actor, entry.on_behalf_of) == (hall.clerk, hall.enterprise.name)
    page.goto(f"{live_server.url}/desk/cases/{case.number}/")
    page.keyboard.press("m")
    page.keyboard.press("a")
    page.wait_for_selector("ol.stepper")
    assert hall.fresh(case).status == "reviewing"
