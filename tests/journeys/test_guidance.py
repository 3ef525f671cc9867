"""From the first page through the questionnaire to a list, an account, a draft project and an application."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Application
from content.models import NeedList
from projects.models import Project
from tests.factories.enterprises import make_credit_code
from tests.journeys import walk
from tests.journeys.hall import Hall

pytestmark = pytest.mark.slow

FIRM = "秦皇岛海味食品有限公司"
PROJECT = "海产品罐头生产项目"


def answer(page: Page, fact: str, value: str) -> None:
    """Answer the question that the page must be asking."""
    page.wait_for_url(re.compile(rf"/questions/{fact}/"))
    page.locator(f"main input[name={fact}][value={value!r}]").check()
    page.locator("main button[name=next]").click()


def sign_up(page: Page) -> None:
    page.locator("p.sheet-links a").first.click()
    walk.fill(page, {
        "name": "海投资", "phone": "13833500009", "email": "hai@firm.example", "username": "hai",
        "password1": "hai-wei-shi-2026", "password2": "hai-wei-shi-2026",
    })  # fmt: skip
    walk.press_primary(page)


def claim_firm(page: Page) -> None:
    """The page of the list sends whoever has no firm here, and the claim leads back to it."""
    page.locator("main a[href='/enterprises/claim/']").click()
    page.fill("main [name=credit_code]", make_credit_code())
    walk.press_primary(page)
    walk.fill(page, {"name": FIRM, "legal_representative": "海投资", "industry": "13", "address": "港城大街8号"})
    walk.press_primary(page)


MATTERS = {"QY01", "QY04", "QY05", "QY06", "QY08"}


@dataclass
class Story:
    """A visitor's browser, and what on its pages is not Chinese."""

    page: Page
    photograph: Any
    english: list[str] = field(default_factory=list)

    def shot(self, name: str) -> None:
        self.photograph(self.page, name)
        self.english += [f"{name}: {words}" for words in walk.english_left(self.page)]


def test_from_question_to_application(hall: Hall, visitor: Any, screenshot: Any) -> None:
    story = Story(visitor(), screenshot)
    ask(story)
    kept = keep_the_list(story)
    register_and_come_back(story, kept)
    project = begin_the_project(story)
    declare(story.page)
    apply_with_the_list(story, project)
    assert story.english == []


def ask(story: Story) -> None:
    """From the first page to the list, with one answer left out, one not known and one changed."""
    page = story.page
    page.goto("/")
    story.shot("guidance-01-home")
    page.locator("main a[href='/guides/which/food-plant/']").click()
    page.wait_for_url(re.compile(r"/questions/is_new_enterprise/"))
    story.shot("guidance-02-question")
    page.locator("main button[name=next]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    answer(page, "is_new_enterprise", "yes")
    answer(page, "drains_to_sewer", "yes")
    answer(page, "special_equipment", "-")
    page.wait_for_url(re.compile(r"/answers/"))
    story.shot("guidance-03-answers")
    page.locator("main .summary-change a").nth(1).click()
    answer(page, "drains_to_sewer", "no")
    page.wait_for_url(re.compile(r"/answers/"))
    page.locator("main a.btn-primary").click()
    page.wait_for_url(re.compile(r"/guides/which/food-plant/list/"))
    story.shot("guidance-04-list")


def keep_the_list(story: Story) -> NeedList:
    page = story.page
    page.locator("form.keep-form .btn-primary").click()
    page.wait_for_url(re.compile(r"/guides/lists/[a-z0-9]{16}/$"))
    kept = NeedList.objects.get()
    assert kept.owner is None
    assert kept.facts == {"is_new_enterprise": True, "drains_to_sewer": False, "special_equipment": None}
    story.shot("guidance-05-kept")
    return kept


def register_and_come_back(story: Story, kept: NeedList) -> None:
    """Without an account and without a firm: both are made on the way, and the list is there again each time."""
    page, back = story.page, re.compile(rf"/guides/lists/{kept.code}/apply/$")
    page.locator("main a[href$='/apply/']").click()
    page.wait_for_url(re.compile(r"/accounts/login/"))
    sign_up(page)
    page.wait_for_url(back)
    story.shot("guidance-06-no-firm")
    claim_firm(page)
    page.wait_for_url(back)
    story.shot("guidance-07-apply")


def begin_the_project(story: Story) -> Project:
    page = story.page
    page.fill("main [name=name]", PROJECT)
    walk.press_primary(page)
    page.wait_for_url(re.compile(r"/projects/\d+/draft/$"))
    project = Project.objects.get()
    assert (project.name, project.new_enterprise) == (PROJECT, True)
    assert project.answers == {"makes_food": True, "drains_to_sewer": False}
    return project


def apply_with_the_list(story: Story, project: Project) -> None:
    page = story.page
    page.goto(f"/projects/{project.pk}/")
    page.locator(f"form[action='/projects/{project.pk}/apply/'] button").first.click()
    page.wait_for_url(re.compile(r"/applications/\d+/matters/"))
    ticked = page.locator("input[name=matters]:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    assert set(ticked) == MATTERS
    story.shot("guidance-08-matters")
    walk.press_primary(page)
    page.wait_for_url(re.compile(r"/applications/\d+/form/"))
    assert set(Application.objects.get().chosen.values_list("matter__code", flat=True)) == MATTERS
    page.goto("/guides/lists/")
    expect(page.locator("main tbody tr")).to_have_count(1)
    story.shot("guidance-09-my-lists")


def declare(page: Page) -> None:
    """Fill what the questionnaire could not know."""
    page.locator("main a[href$='/draft/basics/']").click()
    page.wait_for_url("**/draft/basics/")
    walk.fill(page, {key: value for key, value in walk.BASICS.items() if key != "name"})
    walk.press_primary(page)
    page.wait_for_url("**/draft/kind/")
    walk.fill(page, {key: value for key, value in walk.KIND.items() if key != "new_enterprise"})
    walk.press_primary(page)
    walk.fill_sections(page, ["place", "money", "schedule", "contact"])
    page.wait_for_url("**/draft/")
    page.goto(f"{page.url}check/")
    walk.press_primary(page)
    page.wait_for_url("**/declared/")


def test_without_scripts_and_on_a_phone(hall: Hall, visitor: Any, screenshot: Any) -> None:
    page = visitor(phone=True, scripts=False)
    paths = ("/guides/", "/guides/?q=施工许可", "/guides/SG01/", "/guides/QY03/", "/guides/themes/",
             "/guides/themes/industrial-new/", "/guides/which/")  # fmt: skip
    for number, path in enumerate(paths):
        page.goto(path)
        screenshot(page, f"guidance-2{number}-phone")
        assert walk.no_sideways_scroll(page), path
    page.goto("/guides/which/industrial-new/")
    answer(page, "procedure_kind", "filing")
    page.wait_for_url(re.compile(r"/questions/uses_state_land/"))
    screenshot(page, "guidance-28-phone")
    answer(page, "uses_state_land", "yes")
    answer(page, "land_by_allocation", "no")
    page.wait_for_url(re.compile(r"/questions/building_area/"))
    page.fill("main input[name=building_area]", "20000")
    page.locator("main button[name=next]").click()
    page.wait_for_url(re.compile(r"/questions/eia_class/"))
    page.locator("a.back-link").click()
    page.wait_for_url(re.compile(r"/questions/building_area/"))
    assert page.input_value("main input[name=building_area]") == "20000"
    page.goto(page.url.replace("/questions/building_area/", "/list/"))
    screenshot(page, "guidance-29-phone")
    assert walk.no_sideways_scroll(page)
