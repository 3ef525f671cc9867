"""The core of the way without any script: signing in, declaring, handing in, submitting, accepting."""

import re
from typing import Any

from playwright.sync_api import expect

from approvals.models import Case
from tests.factories.projects import make_draft
from tests.journeys import walk
from tests.journeys.hall import Hall, declared_project, draft_application, submitted_cases, welcome_investor


def test_investor_without_scripts(hall: Hall, person: Any, screenshot: Any) -> None:
    """A page of the declaration, uploads, check, submission."""
    enterprise = welcome_investor(hall)
    draft = make_draft(enterprise, hall["investor"])
    page = person("investor", scripts=False)
    page.goto(f"/projects/{draft.pk}/draft/basics/")
    walk.fill_sections(page, ["basics", "kind"])
    draft.refresh_from_db()
    assert (draft.national_code, draft.procedure) == (walk.BASICS["national_code"], "filing")
    application = draft_application(hall, declared_project(hall, enterprise), "LX01", filled=False)
    page.goto(f"/applications/{application.pk}/form/")
    walk.fill_in_form(page)
    screenshot(page, "journey-71-materials-without-scripts")
    for position in range(page.locator("section.material").count()):
        box = page.locator("section.material").nth(position)
        walk.chooser(box).set_input_files([walk.fitting(box, "材料"), walk.fitting(box, "附页")])
        box.locator("[data-upload-submit]").click()
        expect(page.locator("section.material").nth(position).locator("li.file-row")).to_have_count(2)
    page.locator("main a[href$='/check/']").last.click()
    walk.press_primary(page)
    page.wait_for_url("**/submitted/")
    assert Case.objects.count() == 1


def test_window_without_scripts(hall: Hall, person: Any) -> None:
    """The clerk checks and accepts; opens the menu; signs out."""
    case = submitted_cases(hall, declared_project(hall, welcome_investor(hall)), "LX01")["LX01"]
    clerk = person("clerk", scripts=False)
    clerk.goto("/desk/")
    clerk.locator("tbody a").first.click()
    for box in clerk.locator("fieldset.desk-material").all():
        box.locator("input[value=complete]").check()
    walk.press_act(clerk, "hand_over")
    expect(clerk.locator("ol.stepper")).to_be_visible()
    case.refresh_from_db()
    assert case.status == Case.Status.REVIEWING
    clerk.locator("details.account-menu summary").click()
    clerk.locator("form[data-sign-out] button").click()
    clerk.wait_for_url(re.compile(r"//[^/]+/$"))
