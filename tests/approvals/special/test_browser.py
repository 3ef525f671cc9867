"""The special and short ways in a real browser: cancellation, commitment, business set up as one."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.models import Case, Matter, PublicNotice
from approvals.services.drafting import start_application
from deadlines import sweep
from documents import kinds
from documents.kinds import Kind
from documents.services import issue_document
from tests.approvals.scene import COMMITMENT, NOTICE, PARALLEL, Scene, make_scene
from tests.approvals.special.test_together import decide_all, setup
from tests.clock import HallClock
from tests.factories.files import PDF, PNG
from tests.fixtures_browser import by_menu

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    return make_scene()


def hand_in_and_reach_the_check(page: Any) -> None:
    while True:
        box = page.locator("section.material:not(:has(.file)), .material:not(:has(.file-list .file))").first
        if not box.count():
            break
        box.locator("input[type=file]").first.set_input_files(
            {"name": "材料.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        page.wait_for_timeout(300)
    page.locator("a.btn-primary[href$='/check/']").click()
    page.wait_for_url("**/check/")


def apply_for(page: Any, hall: Scene, code: str, *, by_commitment: bool = False) -> None:
    """From the list of matters to the check page."""
    application = start_application(actor=hall.act(hall.owner), project=hall.project())
    page.goto(f"/applications/{application.pk}/matters/")
    for box in page.locator("input[name=matters]").all():
        box.set_checked(box.get_attribute("value") == code)
    if by_commitment:
        page.locator(f"#commit-{code}").check()
    page.locator("form#matters button.btn-primary").click()
    page.wait_for_url("**/materials/")
    hand_in_and_reach_the_check(page)


def decide(hall: Scene, browser_of: Callable[..., Any], case: Case) -> None:
    """A reviewer proposes to grant, a second person approves."""
    step = hall.step(case, "decide")
    reviewer, approver = browser_of(hall.reviewer), browser_of(hall.approver)
    reviewer.goto(f"/review/steps/{step.pk}/")
    reviewer.locator("input[name=propose-decision][value=granted]").check()
    reviewer.locator("form[action$='/propose/'] button.btn-primary").click()
    reviewer.wait_for_url("**/review/")
    approver.goto(f"/review/steps/{step.pk}/")
    approver.locator("form[action$='/approve/'] button.btn-primary").click()
    approver.wait_for_url("**/review/")


def issue_online(clerk: Any, case: Case) -> None:
    clerk.goto(f"/desk/cases/{case.number}/")
    clerk.locator("form[action$='/issue/'] button.btn-primary").click()
    clerk.wait_for_selector(".alert-green")


def publish(clerk: Any, case: Case, screenshot: Any) -> None:
    clerk.goto(f"/desk/cases/{case.number}/")
    clerk.keyboard.press("m")
    screenshot(clerk, "special-desk-received")
    clerk.keyboard.press("a")
    clerk.wait_for_url("**/publish/")
    clerk.locator("button[value=preview]").click()
    clerk.wait_for_selector("#preview-title")
    screenshot(clerk, "special-publish")
    clerk.locator("button[value=publish]").click()
    clerk.wait_for_url(f"**/desk/cases/{case.number}/")
    screenshot(clerk, "special-desk-published")
    clerk.goto("/desk/?tab=notice")
    screenshot(clerk, "special-desk-tab")


def object_as_a_stranger(stranger: Any, screenshot: Any) -> None:
    # The front page reads what is offered, and the matters of the scene have no full content.
    Matter.objects.update(is_active=False)
    stranger.goto("/")
    stranger.locator("a[href='/public-notices/']").first.click()
    stranger.wait_for_url("**/public-notices/")
    screenshot(stranger, "special-notices")
    stranger.locator(".cell-title a").first.click()
    screenshot(stranger, "special-notice")
    stranger.fill("input[name=name]", "高建设")
    stranger.fill("input[name=contact]", "13900001111")
    stranger.fill("input[name=relation]", "供货商")
    stranger.fill("textarea[name=text]", "该企业尚欠我公司材料款8万元。")
    stranger.locator("#object button.btn-primary").click()
    stranger.wait_for_url("**/objections/**")
    screenshot(stranger, "special-receipt")


def dismiss(reviewer: Any, screenshot: Any) -> None:
    by_menu(reviewer, "/review/objections/")
    reviewer.wait_for_url("**/review/objections/")
    screenshot(reviewer, "special-objections")
    reviewer.locator(".cell-title a").first.click()
    screenshot(reviewer, "special-objection")
    reviewer.locator("input[name=upheld][value=no]").check()
    reviewer.fill("textarea[name=answer]", "经核实，货款已于公告前结清。")
    reviewer.locator("form button.btn-primary[data-shortcut='alt+enter']").click()
    reviewer.wait_for_url("**/review/objections/")


def test_cancellation_from_application_to_decision(
    hall: Scene, browser_of: Callable[..., Any], screenshot: Any, hall_clock: HallClock
) -> None:
    """A stranger's objection is dismissed; the notice runs its days; the case is decided and delivered."""
    matter = hall.matter(notice=NOTICE)
    firm = browser_of(hall.owner)
    apply_for(firm, hall, matter.code)
    firm.locator(".form-actions .btn-primary").click()
    firm.wait_for_url("**/submitted/")
    case = Case.objects.get()

    publish(browser_of(hall.clerk), case, screenshot)
    stranger = browser_of()
    object_as_a_stranger(stranger, screenshot)
    dismiss(browser_of(hall.reviewer), screenshot)
    stranger.reload()
    assert "经核实，货款已于公告前结清。" in stranger.content()
    firm.goto(f"/cases/{case.number}/")
    screenshot(firm, "special-firm-published")
    assert "高建设" not in firm.content()

    ends = PublicNotice.objects.get(case=case).ends_at
    hall_clock.travel(days=23)
    sweep.run()
    case = hall.fresh(case)
    assert (case.status, case.accepted_at) == ("reviewing", ends)
    decide(hall, browser_of, case)
    issue_online(browser_of(hall.clerk), case)
    firm = browser_of(hall.owner)
    firm.goto(f"/cases/{case.number}/")
    screenshot(firm, "special-firm-delivered")
    assert hall.fresh(case).status == "delivered"


def test_commitment_to_a_failed_check_and_a_revoked_certificate(
    hall: Scene, browser_of: Callable[..., Any], screenshot: Any
) -> None:
    matter = hall.matter(commitment=COMMITMENT, steps=PARALLEL)
    firm = browser_of(hall.owner)
    application = start_application(actor=hall.act(hall.owner), project=hall.project())
    firm.goto(f"/applications/{application.pk}/matters/")
    screenshot(firm, "special-matters")
    apply_for(firm, hall, matter.code, by_commitment=True)
    screenshot(firm, "special-check")
    firm.fill("input[name=conditions_signer]", hall.owner.name)
    firm.locator("input[name=conditions_agreed]").check()
    firm.locator(".form-actions .btn-primary").click()
    firm.wait_for_url("**/submitted/")
    case = Case.objects.get()
    assert case.by_commitment

    clerk = browser_of(hall.clerk)
    clerk.goto(f"/desk/cases/{case.number}/")
    clerk.keyboard.press("m")
    clerk.keyboard.press("a")
    clerk.wait_for_selector("ol.stepper")
    screenshot(clerk, "special-desk-commitment")
    decide(hall, browser_of, case)
    issue_online(clerk, case)
    kind = Kind(
        code="tests.permit2", title="许可证", title_en="Permit", mark="许可", template="certificate", certificate=True
    )
    kinds.register(kind)
    paper = issue_document(
        actor=hall.act(hall.clerk), kind=kind.code, department=case.department, subject=("approvals.case", case.pk),
        holder=case.enterprise.name, data={},
    )  # fmt: skip

    reviewer = browser_of(hall.reviewer)
    by_menu(reviewer, "/review/later-checks/")
    reviewer.wait_for_url("**/review/later-checks/")
    screenshot(reviewer, "special-later-checks")
    reviewer.locator(".cell-title a").first.click()
    screenshot(reviewer, "special-later-check")
    reviewer.locator("input[name=finding][value=fail]").check()
    reviewer.fill("textarea[name=text]", "排放口未按规定建设检测井。")
    reviewer.locator("form button.btn-primary[data-shortcut='alt+enter']").click()
    reviewer.wait_for_selector(".message-list *")
    paper.refresh_from_db()
    assert paper.revoked_at is not None
    firm.goto(f"/cases/{case.number}/")
    screenshot(firm, "special-firm-failed")
    assert "排放口未按规定建设检测井。" in firm.content()
    clerk.goto(f"/enterprises/{hall.enterprise.pk}/")
    screenshot(clerk, "special-enterprise")


def test_business_set_up_is_issued_as_one(hall: Scene, browser_of: Callable[..., Any], screenshot: Any) -> None:
    cases = decide_all(hall, setup(hall), but=1)
    address = f"/desk/applications/{cases[0].application_id}/together/"
    clerk = browser_of(hall.clerk)
    clerk.goto(f"/desk/cases/{cases[0].number}/")
    screenshot(clerk, "special-desk-group")
    clerk.locator(f"a[href='{address}']").first.click()
    clerk.wait_for_url(f"**{address}")
    screenshot(clerk, "special-together-missing")
    decide(hall, browser_of, hall.reviewing(case=hall.fresh(cases[2])))
    clerk.goto(address)
    clerk.locator("input[name=way][value=counter]").check()
    clerk.locator("button[data-shortcut=a]").click()
    clerk.wait_for_selector("input[name=signed_name]")
    screenshot(clerk, "special-together-counter")
    clerk.fill("input[name=signed_name]", "赵一")
    upload = clerk.locator("input[name=signature_file]")
    upload.evaluate("field => field.closest('details') && (field.closest('details').open = true)")
    upload.set_input_files({"name": "签收.png", "mimeType": "image/png", "buffer": PNG})
    clerk.locator("form[enctype] button.btn-primary").click()
    clerk.wait_for_selector(".message-list *")
    assert set(Case.objects.values_list("status", flat=True)) == {"delivered"}
    firm = browser_of(hall.owner)
    firm.goto("/my/")
    assert firm.locator("a[href^='/ratings/new/']").count() == 1
    screenshot(firm, "special-firm-together")
