"""A paper that follows later, in a real browser: kept word and broken word."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role
from approvals.models import Case, Deferral, DeferralBar
from common.time import end_of_day, pretend
from deadlines import sweep
from tests.approvals.scene import Scene, make_scene
from tests.factories.accounts import make_post, make_user
from tests.factories.files import PDF
from tests.fixtures_browser import by_menu

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = {"name": "资金承诺.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    return make_scene()


def promise_and_submit(hall: Scene, firm: Any, screenshot: Any) -> Case:
    """From the materials page to the receipt: mark the paper, read, sign, submit."""
    application = hall.draft(hall.matter(), skip=["funding"])
    firm.goto(f"/applications/{application.pk}/materials/")
    box = firm.locator(f"#material-{application.materials.get(code='funding').pk}")
    box.locator("details.more > summary").first.click()
    screenshot(firm, "deferral-materials")
    box.locator("form[action$='/later/'] button").click()
    box.locator("button[name=take_back]").wait_for()
    firm.goto(f"/applications/{application.pk}/check/")
    screenshot(firm, "deferral-check")
    firm.locator(".form-actions .btn-primary").click()
    firm.locator("[data-error-summary]").wait_for()
    screenshot(firm, "deferral-check-unsigned")
    firm.fill("#id_signer", hall.owner.name)
    firm.check("#id_agreed")
    firm.locator(".form-actions .btn-primary").click()
    firm.wait_for_url("**/submitted/")
    return Case.objects.get(application=application)


def accept(clerk: Any, case: Case, screenshot: Any) -> None:
    clerk.goto(f"/desk/cases/{case.number}/")
    screenshot(clerk, "deferral-desk-check")
    clerk.locator("[data-all-complete]").click()
    clerk.locator("button[value=hand_over]").click()
    clerk.locator("ol.stepper").wait_for()


def test_kept_word(hall: Scene, browser_of: Any, screenshot: Any) -> None:
    firm, clerk, reviewer, approver = (
        browser_of(user) for user in (hall.owner, hall.clerk, hall.reviewer, hall.approver)
    )
    case = promise_and_submit(hall, firm, screenshot)
    accept(clerk, case, screenshot)
    step = hall.step(case, "decide")
    reviewer.goto(f"/review/steps/{step.pk}/")
    reviewer.locator("input[name=propose-decision][value=granted]").check()
    reviewer.locator("form[action$='/propose/'] button.btn-primary").click()
    reviewer.wait_for_load_state()
    approver.goto(f"/review/steps/{step.pk}/")
    approver.locator("form[action$='/approve/'] button.btn-primary").click()
    approver.wait_for_load_state()
    assert hall.fresh(case).status == "decided"

    clerk.goto(f"/desk/cases/{case.number}/")
    assert clerk.locator("form[action$='/issue/']").count() == 0
    assert clerk.locator("#deferrals").count() == 1
    screenshot(clerk, "deferral-desk-held")
    firm.goto(f"/cases/{case.number}/")
    screenshot(firm, "deferral-case-held")
    firm.locator("form[data-upload] input[type=file]").first.set_input_files(FILE)
    firm.locator("li.file-row").first.wait_for()
    firm.locator("form[action$='/hand-in/'] button").click()
    firm.wait_for_load_state()

    clerk.goto("/desk/?tab=deferrals")
    screenshot(clerk, "deferral-desk-tab")
    clerk.locator(f"a[href='/desk/cases/{case.number}/']").click()
    clerk.locator("#deferrals").wait_for()
    screenshot(clerk, "deferral-desk-handed-in")
    clerk.locator("form[action$='/confirm/'] button").click()
    clerk.locator("form[action$='/issue/'] button").click()
    clerk.wait_for_load_state()
    assert hall.fresh(case).status == "delivered"
    assert Deferral.objects.get().status == "filled"


def test_broken_word(hall: Scene, browser_of: Any, screenshot: Any) -> None:
    director = make_user(name="主任冯")
    make_post(director, hall.window, Role.DIRECTOR, starts_on=timezone.localdate() - timedelta(days=9))
    firm, clerk, leader = (browser_of(user) for user in (hall.owner, hall.clerk, director))
    case = promise_and_submit(hall, firm, screenshot)
    accept(clerk, case, screenshot)
    with pretend(end_of_day(Deferral.objects.get().promised_on) + timedelta(minutes=1)):
        sweep.run()
    firm.goto(f"/cases/{case.number}/")
    assert "资金承诺" in firm.inner_text("main")
    screenshot(firm, "deferral-case-terminated")
    application = hall.draft(hall.matter(), skip=["funding"])
    firm.goto(f"/applications/{application.pk}/materials/")
    assert firm.locator("form[action$='/later/']").count() == 0
    screenshot(firm, "deferral-materials-barred")

    leader.goto("/")
    by_menu(leader, "/deferral-bars/")
    screenshot(leader, "deferral-bars")
    leader.locator("td.cell-title a").click()
    screenshot(leader, "deferral-bar")
    leader.fill("#id_reason", "企业已说明情况并补交材料")
    leader.locator("main form button.btn-primary").click()
    leader.locator(".alert-green").first.wait_for()
    assert DeferralBar.objects.get().lifted_by == director
    firm.goto(f"/applications/{application.pk}/materials/")
    assert firm.locator("form[action$='/later/']").count() == 1
