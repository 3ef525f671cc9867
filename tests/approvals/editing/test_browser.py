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


def begin(page: Any, base: str, screenshot: Any) -> str:
    """From the first page of an administrator to a draft of GC01; its address."""
    page.goto(base)
    page.get_by_role("link", name="事项目录").first.click()
    page.wait_for_url("**/catalogue/")
    screenshot(page, "catalogue-list")
    page.get_by_label("名称或编码").fill("GC01")
    page.get_by_label("名称或编码").press("Enter")
    page.get_by_role("link", name="建设工程规划许可证核发").click()
    screenshot(page, "catalogue-matter")
    page.get_by_role("button", name="编辑", exact=True).click()
    page.wait_for_url("**/catalogue/drafts/*/")
    screenshot(page, "catalogue-draft")
    return page.url


def save(page: Any, draft_url: str) -> None:
    page.get_by_role("button", name="保存并返回列表").click()
    page.wait_for_url(draft_url)


def change_days_and_papers(page: Any, draft_url: str, screenshot: Any) -> None:
    page.get_by_role("link", name="办理时限").first.click()
    page.fill("[name=limits__decision__promised]", "9")
    screenshot(page, "catalogue-limits")
    save(page, draft_url)
    page.goto(f"{draft_url}materials/")
    page.select_option("[name=paper]", "identity-proof")
    page.get_by_role("button", name="添加材料").click()
    page.wait_for_selector("input[value=identity-proof]", state="attached")
    screenshot(page, "catalogue-materials")
    save(page, draft_url)
    page.goto(f"{draft_url}steps/")
    page.wait_for_selector(".order-chart rect")
    screenshot(page, "catalogue-steps")


def add_condition(page: Any, draft_url: str, screenshot: Any) -> None:
    """One more row, in a group that is made where there is none yet; then tried on a small building."""
    page.goto(f"{draft_url}condition/")
    if page.locator("fieldset.cond-group").count() == 0:
        page.get_by_role("button", name="放入分组").first.click()
        page.wait_for_selector("fieldset.cond-group")
    rows = page.locator("fieldset.cond").count()
    page.locator("fieldset.cond-group").first.get_by_role("button", name="比较").click()
    page.wait_for_selector(f"fieldset.cond >> nth={rows}")
    page.select_option(f"[name=row-{rows}-fact]", "energy_use")
    page.wait_for_selector(f"select[name=row-{rows}-op]")
    page.fill(f"[name=row-{rows}-value]", "300")
    screenshot(page, "catalogue-condition")
    page.get_by_role("button", name="保存条件").click()
    page.wait_for_url("**/applies/")
    assert "年综合能源消费量（当量值）大于300吨标准煤" in page.content()
    page.get_by_role("link", name="试算").click()
    page.fill("[name=energy_use]", "100")
    page.get_by_role("button", name="试算").click()
    page.wait_for_selector(".alert-box")
    screenshot(page, "catalogue-try")
    assert page.get_by_text("无需办理：条件不成立").is_visible()


def publish(page: Any, draft_url: str, screenshot: Any) -> None:
    page.goto(draft_url)
    page.get_by_role("link", name="预览办事指南").click()
    page.wait_for_url("**/guides/preview/*/")
    assert page.get_by_text("草稿预览：公众尚不可见").is_visible()
    screenshot(page, "catalogue-preview")
    assert page.get_by_text("法定代表人身份证明").is_visible()
    page.goto(f"{draft_url}publish/")
    screenshot(page, "catalogue-publish")
    assert page.get_by_text("1 个在办办件沿用受理时的版本。").is_visible()
    page.fill("[name=note]", "压缩承诺时限，增加法定代表人身份证明")
    page.get_by_role("button", name="发布", exact=True).click()
    page.wait_for_url("**/catalogue/matters/GC01/")


def test_from_home_to_the_public_guide(
    admin: User, running: Case, page: Any, live_server: Any, screenshot: Any
) -> None:
    sign_in(page, live_server.url, admin.username, "secret")
    draft_url = begin(page, live_server.url, screenshot)
    change_days_and_papers(page, draft_url, screenshot)
    add_condition(page, draft_url, screenshot)
    publish(page, draft_url, screenshot)
    page.goto(f"{live_server.url}/catalogue/matters/GC01/diff/?a=1&b=2")
    screenshot(page, "catalogue-diff")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/guides/GC01/")
    assert "9 个工作日" in page.content()
    assert "法定代表人身份证明" in page.content()
    case = Case.objects.select_related("version", "matter__current").get(pk=running.pk)
    assert (case.version.number, case.matter.current.number) == (1, 2)
    assert case.version.limits["decision"]["promised"] == 10
    assert case.matter.current.created_by == admin


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
