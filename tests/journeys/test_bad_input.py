"""Wrong input: a clear message at its place, what was typed is kept, and nothing happens twice."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from approvals.models import Application, Case
from ledger.models import Entry
from projects.models import Project
from tests.factories.approvals import hand_in_all
from tests.factories.enterprises import make_credit_code
from tests.factories.files import make_file
from tests.factories.projects import make_draft
from tests.journeys import walk
from tests.journeys.hall import (
    Hall,
    declared_project,
    draft_application,
    submitted_cases,
    welcome_investor,
)


def error_at(page: Page, name: str) -> str:
    """The message that stands at a field, and that a screen reader reads with it."""
    control = page.locator(f"main [name={name}]").first
    expect(control).to_have_attribute("aria-invalid", "true")
    described = (control.get_attribute("aria-describedby") or "").split()
    return page.locator(f"#{next(one for one in described if one.endswith('-error'))}").inner_text().strip()


def post(page: Page, path: str, **values: str) -> Any:
    """Post from this browser what its pages would not offer."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    return page.request.post(
        path, form={"csrfmiddlewaretoken": token, **values}, headers={"Referer": page.url}, max_redirects=0
    )


def test_wrong_credit_code(hall: Hall, person: Any, screenshot: Any) -> None:
    welcome_investor(hall)
    page = person("investor")
    good = make_credit_code()
    wrong = good[:-1] + ("X" if good[-1] != "X" else "Y")
    page.goto("/enterprises/claim/")
    page.fill("main [name=credit_code]", wrong)
    walk.press_primary(page)
    assert error_at(page, "credit_code")
    expect(page.locator("main [name=credit_code]")).to_have_value(wrong)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    screenshot(page, "journey-61-wrong-credit-code")


def test_wrong_project_code_keeps_the_rest(hall: Hall, person: Any, screenshot: Any) -> None:
    draft = make_draft(welcome_investor(hall), hall["investor"])
    page = person("investor")
    page.goto(f"/projects/{draft.pk}/draft/basics/")
    walk.fill(page, {**walk.BASICS, "national_code": "2513-130371-04-01-482913"})
    walk.press_primary(page)
    assert "13" in error_at(page, "national_code")
    expect(page.locator("main [name=national_code]")).to_have_value("2513-130371-04-01-482913")
    expect(page.locator("main [name=description]")).to_have_value(walk.BASICS["description"])
    screenshot(page, "journey-62-wrong-project-code")
    draft.refresh_from_db()
    assert (draft.description, draft.national_code) == (walk.BASICS["description"], "")


def test_sources_that_do_not_add_up(hall: Hall, person: Any) -> None:
    draft = make_draft(welcome_investor(hall), hall["investor"])
    page = person("investor")
    page.goto(f"/projects/{draft.pk}/draft/money/")
    walk.fill(page, {**walk.MONEY, "loan_funds": "1"})
    walk.press_primary(page)
    assert "6,601" in error_at(page, "total_investment")
    expect(page.locator("main [name=loan_funds]")).to_have_value(re.compile(r"^1(\.00)?$"))


def test_missing_fields_lead_to_their_places(hall: Hall, person: Any, screenshot: Any) -> None:
    draft = make_draft(welcome_investor(hall), hall["investor"])
    page = person("investor")
    page.goto(f"/projects/{draft.pk}/draft/check/")
    walk.press_primary(page)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_have_attribute("role", "alert")
    assert summary.locator("a").count() >= 10
    screenshot(page, "journey-63-declare-gaps")
    summary.locator("a[href$='#id_contact_phone']").click()
    page.wait_for_url("**/draft/contact/**")
    expect(page.locator("#id_contact_phone")).to_be_visible()
    draft.refresh_from_db()
    assert draft.status == Project.Status.DRAFT


def test_renamed_and_oversized_files(hall: Hall, person: Any, settings: Any, screenshot: Any) -> None:
    """Told by the server at the material, also without scripts; good files of the same choice are kept."""
    settings.HALL_UPLOAD_MAX_BYTES = 20_000
    enterprise = welcome_investor(hall)
    application = draft_application(hall, declared_project(hall, enterprise), "LX01")
    page = person("investor", scripts=False)
    page.goto(f"/applications/{application.pk}/materials/")
    box = page.locator("section.material").first
    large = walk.PDF + b"%" + b"0" * 30_000
    files = [walk.upload("程序.pdf", walk.EXE), walk.upload("太大.pdf", large), walk.upload("好的.pdf")]
    walk.chooser(box).set_input_files(files)
    box.locator("[data-upload-submit]").click()
    box = page.locator("section.material").first
    expect(box.locator(".field-errors p")).to_have_count(2)
    expect(box.locator("li.file-row")).to_have_count(1)
    told = box.locator(".field-errors").inner_text()
    assert "程序.pdf" in told
    assert "太大.pdf" in told
    screenshot(page, "journey-64-refused-files")
    with_scripts = person("investor")
    with_scripts.goto(f"/applications/{application.pk}/materials/")
    box = with_scripts.locator("section.material").first
    walk.chooser(box).set_input_files([walk.upload("太大.pdf", large)])
    expect(box.locator(".upload-item.failed")).to_have_count(1)


def test_double_submit_makes_one_application(hall: Hall, person: Any) -> None:
    """A double click, and a second tab that submits the same page again."""
    enterprise = welcome_investor(hall)
    application = draft_application(hall, declared_project(hall, enterprise), "LX01", "GC01")
    hand_in_all(application, hall["investor"])
    first = person("investor")
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"/applications/{application.pk}/check/")
    first.locator("main form .btn-primary").dblclick()
    first.wait_for_url("**/submitted/")
    walk.press_primary(second)
    second.wait_for_url("**/submitted/")
    assert Case.objects.count() == 2
    # One is received at once, the other waits for its certificate; each once.
    assert sorted(Entry.objects.filter(act__startswith="case.").values_list("act", flat=True)) == [
        "case.received", "case.waiting",
    ]  # fmt: skip
    assert Application.objects.get().status == Application.Status.SUBMITTED


def test_stale_form_of_the_second_clerk(hall: Hall, person: Any, screenshot: Any) -> None:
    """Somebody else acted first: said so, nothing changed, what was typed is shown."""
    enterprise = welcome_investor(hall)
    case = submitted_cases(hall, declared_project(hall, enterprise), "LX01")["LX01"]
    first, second = person("clerk"), person("clerk-2")
    for page in (first, second):
        page.goto(f"/desk/cases/{case.number}/")
    walk.find_everything_complete(first)
    walk.press_act(first, "hand_over")
    expect(first.locator("ol.stepper")).to_be_visible()
    box = second.locator("fieldset.desk-material").first
    box.locator("input[value=wrong]").check()
    box.locator("textarea").fill("营业执照已过期，请更换。")
    walk.find_everything_complete(second)
    walk.press_act(second, "correct")
    expect(second.locator("#conflict")).to_contain_text("营业执照已过期，请更换。")
    screenshot(second, "journey-65-stale")
    case.refresh_from_db()
    assert case.status == Case.Status.REVIEWING
    assert case.notices.count() == 0


def test_stale_draft_of_the_second_device(hall: Hall, person: Any) -> None:
    """Two devices on one page of a draft: the second is told, and both versions are shown."""
    draft = make_draft(welcome_investor(hall), hall["investor"])
    first, second = person("investor"), person("investor")
    for page in (first, second):
        page.goto(f"/projects/{draft.pk}/draft/contact/")
    walk.fill(first, walk.CONTACT)
    walk.press_primary(first)
    first.wait_for_url("**/draft/")
    walk.fill(second, {"contact_name": "王五", "contact_phone": "13900000000"})
    walk.press_primary(second)
    expect(second.locator("[data-error-summary]")).to_be_visible()
    expect(second.locator("#others-title + dl")).to_contain_text(walk.CONTACT["contact_name"])
    expect(second.locator("main [name=contact_name]")).to_have_value("王五")
    draft.refresh_from_db()
    assert draft.contact_name == walk.CONTACT["contact_name"]


def test_transition_that_is_not_allowed(hall: Hall, person: Any) -> None:
    """An act that the table of the case does not know from here: 409 and words, no trace."""
    enterprise = welcome_investor(hall)
    case = submitted_cases(hall, declared_project(hall, enterprise), "LX01")["LX01"]
    clerk = person("clerk")
    clerk.goto(f"/desk/cases/{case.number}/")
    entries = Entry.objects.count()
    for act in ("hand-over", "sign"):
        answer = post(clerk, f"/desk/cases/{case.number}/{act}/", seen="received", signed_name="林投资")
        assert answer.status in (400, 409), act
        assert "<main" in answer.text()
    case.refresh_from_db()
    assert case.status == Case.Status.RECEIVED
    assert Entry.objects.count() == entries


def test_addresses_of_others_do_not_exist(hall: Hall, person: Any, screenshot: Any) -> None:
    """A stranger gets 404 for every row, whether it exists or not; a wrong post gets 403."""
    enterprise = welcome_investor(hall)
    project = declared_project(hall, enterprise)
    case = submitted_cases(hall, project, "LX01")["LX01"]
    draft = draft_application(hall, project, "GC01")
    file = make_file(hall["investor"])
    welcome_investor(hall, "stranger", name="唐山外来有限公司")
    stranger = person("stranger")
    own = (
        f"/cases/{case.number}/", f"/cases/{case.number}/decision/", f"/projects/{project.pk}/",
        f"/applications/{draft.pk}/materials/", f"/applications/{draft.pk}/check/", f"/files/{file.pk}/",
        f"/enterprises/{enterprise.pk}/", f"/ratings/new/{case.number}/", f"/leader/cases/{case.number}/",
        f"/review/steps/{case.steps.get().pk}/",
    )  # fmt: skip
    assert [stranger.request.get(path).status for path in own] == [404] * 8 + [403, 404]
    assert post(stranger, f"/materials/{draft.materials.first().pk}/files/").status == 404
    assert stranger.request.get("/desk/").status == 403
    stranger.goto(f"/cases/{case.number}/")
    screenshot(stranger, "journey-66-not-found")


def test_calendar_year_that_nobody_knows(hall: Hall, person: Any) -> None:
    """Beyond the published and provisional years: told at the field, the input stays."""
    page = person("administrator")
    page.goto("/deadlines/calendar/")
    page.locator("main [name=start]").fill("2199-01-04")
    page.locator("main [name=days]").fill("20")
    page.locator("form[action='#count'] button").click()
    assert "2199" in error_at(page, "start")
    expect(page.locator("main [name=start]")).to_have_value("2199-01-04")
    expect(page.locator("main [name=days]")).to_have_value("20")
