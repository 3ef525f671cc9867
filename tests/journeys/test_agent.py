"""An agent goes the way for a firm, until the mandate is revoked under his hands."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Case
from enterprises.models import Enterprise, Mandate
from ledger.models import Entry
from projects.models import Project
from tests.journeys import walk
from tests.journeys.hall import Hall, welcome_investor

pytestmark = pytest.mark.slow

AGENT = "孙代办"
# Section pages of a declaration that an agent must fill; the industry comes from the firm.
PAGES = ["basics", "kind", "place", "money", "schedule", "contact"]


def test_agent_acts_until_the_mandate_is_revoked(hall: Hall, person: Any, screenshot: Any) -> None:
    enterprise = welcome_investor(hall, industry="36")
    investor, agent = person("investor"), person("agent")
    give_mandate(investor, enterprise, hall, screenshot)
    enter(agent, enterprise)
    declare_for_the_firm(agent, enterprise, screenshot)
    case = apply_for_the_firm(agent)
    timeline_names_both(investor, case, enterprise, screenshot)
    revoked_with_a_page_open(investor, agent, enterprise, case, screenshot)


def give_mandate(investor: Page, enterprise: Enterprise, hall: Hall, screenshot: Any) -> None:
    investor.goto("/agent/")
    investor.locator(f"a[href='/enterprises/{enterprise.pk}/mandates/new/']").click()
    investor.locator("main [name=agent]").select_option(str(hall["agent"].pk))
    investor.locator("main [name=signed]").check()
    screenshot(investor, "journey-31-mandate-new")
    walk.press_primary(investor)
    investor.wait_for_url(re.compile(r"/agent/\d+/$"))
    screenshot(investor, "journey-32-mandate")


def enter(agent: Page, enterprise: Enterprise) -> None:
    """The agent chooses the firm; from then on every page says for whom he works."""
    agent.goto("/agent/")
    agent.locator("form[action$='/enter/'] button").click()
    agent.wait_for_url(f"**/enterprises/{enterprise.pk}/")
    expect(agent.locator("aside.acting-for")).to_contain_text(enterprise.name)


def declare_for_the_firm(agent: Page, enterprise: Enterprise, screenshot: Any) -> None:
    agent.goto(f"/projects/new/?enterprise={enterprise.pk}")
    expect(agent.locator("aside.acting-for")).to_contain_text(enterprise.name)
    agent.fill("main [name=name]", walk.BASICS["name"])
    walk.press_primary(agent)
    agent.locator("main a[href$='/draft/basics/']").click()
    screenshot(agent, "journey-33-agent-wizard")
    walk.fill_sections(agent, PAGES)
    agent.locator("main a[href$='/draft/check/']").first.click()
    walk.press_primary(agent)
    agent.wait_for_url("**/declared/")


def apply_for_the_firm(agent: Page) -> Case:
    agent.locator("main form[action$='/apply/'] button").click()
    agent.wait_for_url("**/matters/")
    walk.choose_only(agent, "LX01")
    walk.press_primary(agent)
    walk.fill_in_form(agent)
    expect(agent.locator("aside.acting-for")).to_be_visible()
    walk.hand_in_everything(agent)
    agent.locator("main a[href$='/check/']").last.click()
    walk.press_primary(agent)
    agent.wait_for_url("**/submitted/")
    return Case.objects.get()


def timeline_names_both(investor: Page, case: Case, enterprise: Enterprise, screenshot: Any) -> None:
    """On record: who did it, and for whom."""
    mandate = Mandate.objects.get()
    entry = Entry.objects.get(act="case.received", subject_id=case.pk)
    assert (entry.actor.username, entry.on_behalf_of, entry.mandate_id) == ("agent", enterprise.name, mandate.pk)
    investor.goto(f"/cases/{case.number}/")
    line = investor.locator("ol.timeline li").last
    expect(line).to_contain_text(AGENT)
    expect(line).to_contain_text(enterprise.name)
    screenshot(investor, "journey-34-agent-timeline")
    investor.goto(f"/agent/{mandate.pk}/")
    expect(investor.locator("ol.timeline")).to_contain_text(AGENT)


def revoked_with_a_page_open(investor: Page, agent: Page, enterprise: Enterprise, case: Case, screenshot: Any) -> None:
    """The open page's post is refused in words, nothing is changed, and the addresses are gone."""
    agent.goto(f"/projects/new/?enterprise={enterprise.pk}")
    agent.fill("main [name=name]", "二期扩建项目")
    walk.press_primary(agent)
    agent.locator("main a[href$='/draft/basics/']").click()
    draft = Project.objects.get(status=Project.Status.DRAFT)
    entries = Entry.objects.filter(actor__username="agent").count()
    investor.goto("/agent/")
    investor.locator("main a[href^='/agent/']").last.click()
    investor.locator("a[href$='/revoke/']").click()
    investor.fill("main [name=reason]", "改由公司自己办理")
    investor.locator("main .btn-danger").click()
    investor.wait_for_url("**/agent/")
    walk.fill(agent, walk.BASICS)
    with agent.expect_response(lambda answer: answer.request.is_navigation_request()) as refused:
        walk.press_primary(agent)
    assert refused.value.status == 403
    screenshot(agent, "journey-35-revoked")
    expect(agent.locator("main")).to_contain_text(enterprise.name)
    draft.refresh_from_db()
    assert (draft.name, draft.national_code, draft.description) == ("二期扩建项目", "", "")
    assert Entry.objects.filter(actor__username="agent").count() == entries
    # One answer for a firm's rows and for rows that never were: nobody learns what exists.
    for address in (f"/projects/{draft.pk}/draft/", f"/cases/{case.number}/", "/projects/999999/"):
        answer = agent.goto(address)
        assert answer
        assert answer.status in (403, 404), address
        expect(agent.locator("main")).not_to_contain_text(walk.BASICS["name"])
    assert agent.request.get(f"/api/v1/projects/{draft.pk}/").status == 404
