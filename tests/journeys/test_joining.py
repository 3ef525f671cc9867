"""A second person of a known firm: nobody gets in before its owner says so."""

from typing import Any

from playwright.sync_api import expect

from tests.factories.accounts import make_user
from tests.journeys import walk
from tests.journeys.hall import PASSWORD, Hall, welcome_investor


def test_owner_lets_a_colleague_in(hall: Hall, person: Any, screenshot: Any) -> None:
    enterprise = welcome_investor(hall)
    make_user("colleague", name="后来者", password=PASSWORD)
    colleague, owner = person("colleague"), person("investor")
    colleague.goto("/enterprises/claim/")
    colleague.fill("main [name=credit_code]", enterprise.credit_code)
    walk.press_primary(colleague)
    colleague.fill("main [name=note]", "财务部，负责项目申报")
    walk.press_primary(colleague)
    expect(colleague.locator("#confirmation-title")).to_be_visible()
    screenshot(colleague, "journey-81-asked-to-join")
    assert colleague.request.get(f"/enterprises/{enterprise.pk}/").status == 404
    owner.goto("/my/")
    owner.locator(f"main a[href='/enterprises/{enterprise.pk}/members/']").first.click()
    expect(owner.locator("main")).to_contain_text("财务部，负责项目申报")
    screenshot(owner, "journey-82-members")
    walk.send(owner, owner.locator("form[action$='/approve/'] button"))
    expect(owner.locator("main")).to_contain_text("后来者")
    assert colleague.request.get(f"/enterprises/{enterprise.pk}/").ok
    colleague.goto("/notices/")
    expect(colleague.locator(".inbox-item")).to_have_count(1)
