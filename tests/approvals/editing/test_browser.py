"""An administrator in a real browser: from home to a new version that the public sees, while a case keeps its own."""

from typing import Any

import pytest

from accounts.actors import Actor
from accounts.models import Role, User
from approvals.models import Case, Matter
from approvals.services.catalogue import load_catalogue
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.approvals import make_case
from tests.factories.enterprises import make_enterprise
from tests.factories.projects import make_project
from tests.fixtures_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def admin() -> User:
    load_catalogue()
    user = make_user("editor", name="王编辑", password="secret", is_staff=True)
    make_post(user, make_department("test-editors", kind="hall"), Role.ADMINISTRATOR)
    return user


@pytest.fixture
def running(admin: User) -> Case:
    """A case under version 1."""
    owner = make_user()
    return make_case(make_project(make_enterprise(), owner), owner, Matter.objects.get(code="GC01"))


def test_from_home_to_the_public_guide(
    admin: User, running: Case, page: Any, live_server: Any, screenshot: Any
) -> None:
    sign_in(page, live_server.url, admin.username, "secret")
    page.goto(live_server.url)
    page.get_by_role("link", name="事项目录").first.click()
    page.wait_for_url("**/catalogue/")
    screenshot(page, "catalogue-list")
    page.get_by_label("名称或编码").fill("GC01")
    page.get_by_label("名称或编码").press("Enter")
    page.get_by_role("link", name="建设工程规划许可证核发").click()
    screenshot(page, "catalogue-matter")
    page.get_by_role("button", name="编辑", exact=True).click()
    page.wait_for_url("**/catalogue/drafts/*/")
    draft_url = page.url
    screenshot(page, "catalogue-draft")

    page.get_by_role("link", name="办理时限").first.click()
    page.fill("[name=limits__decision__promised]", "9")
    page.get_by_role("button", name="保存并返回列表").click()
    page.wait_for_url(draft_url)

    page.goto(f"{draft_url}materials/")
    page.select_option("[name=paper]", "topographic-map")
    page.get_by_role("button", name="添加材料").click()
    page.wait_for_selector("input[value=topographic-map]", state="attached")
    screenshot(page, "catalogue-materials")
    page.get_by_role("button", name="保存并返回列表").click()
    page.wait_for_url(draft_url)

    page.goto(f"{draft_url}steps/")
    page.wait_for_selector("svg.flow-svg rect")
    screenshot(page, "catalogue-steps")

    page.goto(f"{draft_url}condition/")
    before = page.locator("fieldset.cond").count()
    if before == 1:
        page.get_by_role("button", name="放入分组").first.click()
        page.wait_for_selector("fieldset.cond-group")
        before += 1
    page.locator("fieldset.cond-group").first.get_by_role("button", name="比较").click()
    page.wait_for_selector(f"fieldset.cond >> nth={before}")
    added = page.locator("fieldset.cond").nth(before)
    added.locator("select").first.select_option("building_area")
    page.wait_for_selector(f"select[name=row-{before}-op]")
    page.select_option(f"[name=row-{before}-op]", "gt")
    page.wait_for_load_state("networkidle")
    page.fill(f"[name=row-{before}-value]", "300")
    screenshot(page, "catalogue-condition")
    page.get_by_role("button", name="保存条件").click()
    page.wait_for_url("**/applies/")
    assert "总建筑面积大于300 平方米" in page.content()
    page.get_by_role("link", name="试算").click()
    page.fill("[name=building_area]", "100")
    page.get_by_role("button", name="试算").click()
    assert page.get_by_text("无需办理：条件不成立").is_visible()
    screenshot(page, "catalogue-try")

    page.goto(draft_url)
    page.get_by_role("link", name="预览办事指南").click()
    page.wait_for_url("**/guides/preview/*/")
    assert page.get_by_text("草稿预览：公众尚不可见").is_visible()
    assert page.get_by_text("现状地形图").is_visible()
    screenshot(page, "catalogue-preview")

    page.goto(f"{draft_url}publish/")
    assert page.get_by_text("1 个在办办件沿用受理时的版本。").is_visible()
    screenshot(page, "catalogue-publish")
    page.fill("[name=note]", "压缩承诺时限，增加现状地形图")
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url("**/catalogue/matters/GC01/")
    page.goto(f"{live_server.url}/catalogue/matters/GC01/diff/?a=1&b=2")
    screenshot(page, "catalogue-diff")

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/guides/GC01/")
    assert "9 个工作日" in page.content()
    assert "现状地形图" in page.content()
    case = Case.objects.select_related("version", "matter__current").get(pk=running.pk)
    assert (case.version.number, case.matter.current.number) == (1, 2)
    assert case.version.limits["decision"]["promised"] == 10
    assert Actor(admin).person == case.matter.current.created_by


def test_other_pages_look_right(admin: User, page: Any, live_server: Any, screenshot: Any) -> None:
    from approvals.editing import services
    from approvals.editing.selectors import THEME

    theme = services.start_draft(actor=Actor(admin), subject=THEME, code="industrial-new")
    sign_in(page, live_server.url, admin.username, "secret")
    for path, name in (
        (f"/catalogue/drafts/{theme.pk}/matters/", "theme"),
        ("/catalogue/import/", "import"),
        ("/catalogue/matters/new/", "new"),
    ):
        page.goto(f"{live_server.url}{path}")
        screenshot(page, f"catalogue-{name}")
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/catalogue/", "/catalogue/matters/GC01/", f"/catalogue/drafts/{theme.pk}/matters/"):
            page.goto(f"{live_server.url}{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (path, width)
