"""Axe on the main pages at phone and desk width, no sideways scrolling, and an intake by keyboard alone."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from approvals.models import Application, Case
from tests.factories.projects import make_draft
from tests.journeys import walk
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.hall import (
    Hall,
    declared_project,
    draft_application,
    submitted_cases,
    welcome_investor,
)

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # nodes that are well need not be listed, which takes most of the time
}
GRAVE = ("serious", "critical")


@dataclass
class Rows:
    """Addresses of a hall in which a little has happened."""

    draft: int
    application: int
    waiting: str
    reviewing: str
    step: int
    clock: str


@pytest.fixture
def rows(hall: Hall) -> Rows:
    enterprise = welcome_investor(hall)
    project = declared_project(hall, enterprise)
    # In one application the permit would wait for the filing.
    other = declared_project(hall, enterprise, name="二期项目")
    cases = {**submitted_cases(hall, project, "LX01"), **submitted_cases(hall, other, "GC01")}
    from accounts.actors import Actor
    from approvals import services

    clerk = Actor(hall["clerk"])
    permit = cases["GC01"]
    findings = {row.pk: ("complete", "") for row in permit.materials.all()}
    services.check_materials(actor=clerk, case=permit, findings=findings)
    services.accept_case(actor=clerk, case=permit, hand_over=True)
    return Rows(
        draft=make_draft(enterprise, hall["investor"]).pk,
        application=draft_application(hall, project, "LX05").pk,
        waiting=cases["LX01"].number,
        reviewing=permit.number,
        step=permit.steps.get(code="planning-review").pk,
        clock=str(permit.steps.get(code="planning-review").clock_id),
    )


def faults(page: Page, path: str) -> list[str]:
    """Serious and critical violations and sideways scrolling of a page at both widths."""
    answer = page.goto(path)
    assert answer
    assert answer.ok, path
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        result = Axe().run(page, options=WCAG).response
        assert result["passes"], "axe looked at nothing"
        found += [
            f"{path} at {size['width']}: {one['id']} {[node['target'] for node in one['nodes']][:3]}"
            for one in result["violations"]
            if one["impact"] in GRAVE
        ]
        if not walk.no_sideways_scroll(page):
            found.append(f"{path} at {size['width']}: scrolls sideways")
    return found


def look_at(page: Page, *paths: str) -> list[str]:
    return [fault for path in paths for fault in faults(page, path)]


def test_pages_for_everybody(rows: Rows, visitor: Any) -> None:
    page = visitor()
    paths = ("/", "/accounts/login/", "/accounts/signup/", "/query/", "/guides/", "/guides/GC01/", "/guides/which/")
    assert look_at(page, *paths) == []


def test_pages_of_guidance(hall: Hall, visitor: Any) -> None:
    page = visitor()
    food = "/guides/which/food-plant"
    paths = ("/guides/?q=施工许可", "/guides/themes/", "/guides/themes/joint-acceptance/",
             f"{food}/questions/is_new_enterprise/", f"{food}/answers/?is_new_enterprise=yes",
             f"{food}/list/?is_new_enterprise=yes")  # fmt: skip
    assert look_at(page, *paths) == []


def test_pages_of_the_investor(rows: Rows, person: Any) -> None:
    page = person("investor")
    draft, application = f"/projects/{rows.draft}/draft/", f"/applications/{rows.application}/"
    assert look_at(
        page, "/my/", draft, f"{draft}kind/", f"{draft}money/", f"{draft}check/", f"{application}matters/",
        f"{application}form/", f"{application}form/project/", f"{application}form/applicant/",
        f"{application}materials/", f"{application}check/", f"/cases/{rows.reviewing}/", "/notices/", "/agent/",
    ) == []  # fmt: skip


def test_pages_of_the_staff(rows: Rows, person: Any) -> None:
    clerk, reviewer, leader = person("clerk"), person("reviewer"), person("leader")
    found = look_at(clerk, "/desk/", f"/desk/cases/{rows.waiting}/", f"/desk/cases/{rows.reviewing}/", "/desk/walk-in/")
    found += look_at(reviewer, "/review/", f"/review/steps/{rows.step}/", f"/clocks/{rows.clock}/")
    found += look_at(leader, "/leader/", "/leader/cases/", f"/leader/cases/{rows.reviewing}/")
    found += look_at(person("officer"), "/visits/")
    assert found == []


def tab_to(page: Page, selector: str, limit: int = 80) -> None:
    """Press Tab until the focus is there; what cannot be reached by keyboard fails."""
    for _press in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"{limit} presses of Tab did not reach {selector} on {page.url}")


def test_walk_in_by_keyboard_alone(hall: Hall, person: Any) -> None:
    """From the desk to a submitted application for the firm at the window, without the mouse."""
    enterprise = welcome_investor(hall)
    project = declared_project(hall, enterprise)
    page = person("clerk")
    page.goto("/desk/")
    page.keyboard.press("w")
    page.wait_for_url("**/desk/walk-in/")
    expect(page.locator("main [name=q]")).to_be_focused()
    page.keyboard.type(enterprise.credit_code)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/walk-in/\d+/$"))
    tab_to(page, f"a[href='/projects/{project.pk}/']") if not _focused(page, project.pk) else None
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/projects/{project.pk}/")
    tab_to(page, "form[action$='/apply/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/matters/")
    choose_by_keyboard(page, "LX01")
    tab_to(page, "main form .btn-primary", limit=200)
    page.keyboard.press("Enter")
    page.wait_for_url("**/form/")
    fill_by_keyboard(page)
    expect(page.locator("aside.acting-for")).to_contain_text(enterprise.name)
    walk.hand_in_everything(page)  # the choice of a file is the system's own window
    tab_to(page, "main a.btn-primary[href$='/check/']", limit=200)
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    tab_to(page, "main form .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submitted/")
    application = Application.objects.get()
    assert application.channel != Application.Channel.ONLINE
    assert Case.objects.get().matter.code == "LX01"


def _focused(page: Page, project: int) -> bool:
    return bool(page.evaluate(f"document.activeElement.matches(\"a[href='/projects/{project}/']\")"))


def fill_by_keyboard(page: Page) -> None:
    """Each open part of the form, until it leads on to the materials."""
    samples = walk.sample_values()
    tab_to(page, walk.OPEN_PART)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/form/\w+/$"))
    while not page.url.endswith("/materials/"):
        names = page.locator("form[data-autosave-url] [data-needed][name]").evaluate_all(
            "found => [...new Set(found.filter(one => one.type === 'radio' || !one.value).map(one => one.name))]"
        )
        for name in names:
            tab_to(page, f"main [name='{name}']")
            if page.evaluate("document.activeElement.type") == "radio":
                page.keyboard.press("Space")
            else:
                page.keyboard.type(samples[name])
        tab_to(page, "main form .btn-primary")
        with page.expect_navigation():
            page.keyboard.press("Enter")


def choose_by_keyboard(page: Page, *codes: str) -> None:
    """Of all ticked matters leave these, with Tab and the space bar."""
    ticked = page.locator("input[name=matters]:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    for code in ticked:
        tab_to(page, f"#matter-{code}", limit=60)
        if code not in codes:
            page.keyboard.press("Space")
