"""A and B posts: the head enters an absence, the substitute finds the steps as his, and two go to a third by hand."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.actors import Actor
from accounts.models import Role, User
from approvals import services
from approvals.models import Step
from deadlines.models import Handover
from ledger.selectors import first_break
from tests.factories.accounts import make_post, make_user
from tests.fixtures_processes import HallProcess, wait_until
from tests.journeys import walk
from tests.journeys.hall import PASSWORD, Hall, declared_project, posts_of, submitted_cases, welcome_investor
from tests.journeys.test_accessibility import look_at

pytestmark = pytest.mark.slow
MATTERS = ("GC01", "GC09", "LX02", "LX04")


@pytest.fixture
def steps(hall: Hall) -> list[Step]:
    """Four steps that the reviewer of planning has taken; two colleagues hold his post, one as B post."""
    planning = posts_of(hall["reviewer"])[0].department
    for username, name, fields in (("second", "沈审查", {}), ("stand-in", "王顶岗", {"is_substitute": True})):
        hall.users[username] = make_user(username, name=name, password=PASSWORD)
        make_post(hall.users[username], planning, Role.REVIEWER, **fields)
    enterprise, clerk = welcome_investor(hall), Actor(hall["clerk"])
    # Each for a project of its own: in one, three of the four would wait for certificates of others.
    for code in MATTERS:
        case = submitted_cases(hall, declared_project(hall, enterprise), code)[code]
        findings = {row.pk: ("complete", "") for row in case.materials.all()}
        services.check_materials(actor=clerk, case=case, findings=findings)
        services.accept_case(actor=clerk, case=case, hand_over=True)
    found = list(Step.objects.filter(department=planning, status="open").order_by("pk"))
    for step in found:
        services.take_step(actor=Actor(hall["reviewer"]), step=step)
    return found


def test_absent_stood_in_for_and_reassigned(
    hall: Hall, steps: list[Step], celery_worker_process: HallProcess, person: Any, screenshot: Any
) -> None:
    assert len(steps) == len(MATTERS)
    head = person("head")
    enter_for_the_reviewer(head, hall["reviewer"], hall["stand-in"], screenshot)
    wait_until(lambda: handlers(steps) == {hall["stand-in"]}, what="the worker to let the substitute take over")
    substitute = person("stand-in")
    sees_them_as_his(substitute, steps, screenshot)
    reassign_two(head, steps, hall["second"], screenshot)
    assert Step.objects.filter(handler=hall["second"]).count() == 2
    assert set(Handover.objects.values_list("cause", flat=True)) == {"leave", "reassignment"}
    end_it(head, screenshot)
    wait_until(
        lambda: handlers(steps) == {hall["reviewer"], hall["second"]}, what="what the substitute had to come back"
    )
    assert first_break() is None


def handlers(steps: list[Step]) -> set[User | None]:
    return {step.handler for step in Step.objects.filter(pk__in=[step.pk for step in steps]).select_related("handler")}


def enter_for_the_reviewer(head: Page, reviewer: User, stand_in: User, screenshot: Any) -> None:
    """From the head's first page by the account menu."""
    head.goto("/")
    head.locator(".account-menu summary").click()
    head.get_by_role("link", name="请假与顶岗").click()
    head.locator("main [name=person]").select_option(label="李审查")
    head.wait_for_url(f"**/deadlines/absences/?person={reviewer.pk}")
    offered = head.locator("main [name=substitute] option").all_inner_texts()
    assert offered == ["请选择", "沈审查", "王顶岗"]
    head.locator("main [name=kind]").select_option("annual")
    head.locator("main [name=substitute]").select_option(str(stand_in.pk))
    first = head.locator("main [name=starts_on]").input_value()
    head.locator("main [name=ends_on]").fill("2020-01-01")
    walk.send(head, head.get_by_role("button", name="提交登记"))
    expect(head.locator("main")).to_contain_text("截止日期早于开始日期。")
    screenshot(head, "journey-71-absence-wrong")
    head.locator("main [name=ends_on]").fill(first)
    head.get_by_role("button", name="提交登记").click()
    head.wait_for_url("**/deadlines/absences/")
    row = head.locator("section", has=head.get_by_role("heading", name="所辖人员请假")).locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("不在岗")
    assert walk.no_sideways_scroll(head)
    screenshot(head, "journey-72-absence")


def sees_them_as_his(substitute: Page, steps: list[Step], screenshot: Any) -> None:
    substitute.goto("/review/?tab=mine")
    expect(substitute.locator("main tbody tr")).to_have_count(len(steps))
    expect(substitute.locator("main tbody tr").first).to_contain_text("王顶岗")
    screenshot(substitute, "journey-73-substitute")
    substitute.goto("/notices/")
    expect(substitute.locator("main")).to_contain_text("李审查的 4 项待办已移交给您")
    substitute.goto("/review/?tab=mine")
    substitute.locator("main tbody tr a").first.click()
    expect(substitute.locator("main .timeline")).to_contain_text("李审查 → 王顶岗")


def reassign_two(head: Page, steps: list[Step], second: User, screenshot: Any) -> None:
    """Filter, choose, preview, do, look at the result."""
    head.get_by_role("link", name="批量改派").click()
    screenshot(head, "journey-74-reassign-start")
    head.locator("main [name=held_by]").select_option(label="王顶岗（4）")
    head.wait_for_url("**held_by=*")
    rows = head.locator("main tbody tr")
    expect(rows).to_have_count(len(steps))
    for number in (0, 1):
        rows.nth(number).locator("[name=clocks]").check()
    head.locator("main [name=to_user]").select_option(str(second.pk))
    head.fill("main [name=note]", "沈审查熟悉该项目")
    assert walk.no_sideways_scroll(head)
    screenshot(head, "journey-75-reassign-choose")
    walk.send(head, head.get_by_role("button", name="预览改派结果"))
    expect(head.locator("main tbody tr")).to_have_count(2)
    screenshot(head, "journey-76-reassign-preview")
    walk.send(head, head.get_by_role("button", name="改派 2 项待办"))
    expect(head.locator("main")).to_contain_text("已改派 2 项")
    expect(head.locator("main tbody tr").filter(has_text="已改派")).to_have_count(2)
    screenshot(head, "journey-77-reassign-result")


def end_it(head: Page, screenshot: Any) -> None:
    head.goto("/deadlines/absences/")
    head.locator("main summary", has_text="销假").click()
    screenshot(head, "journey-78-absence-end")
    walk.send(head, head.get_by_role("button", name="确认销假"))
    expect(head.locator("main")).to_contain_text("已销假")


def test_both_pages_are_for_everybody(hall: Hall, steps: list[Step], person: Any) -> None:
    head = person("head")
    address = f"/deadlines/reassign/?held_by={hall['reviewer'].pk}"
    assert look_at(head, "/deadlines/absences/", f"/deadlines/absences/?person={hall['reviewer'].pk}", address) == []
