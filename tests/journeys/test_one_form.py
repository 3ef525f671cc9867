"""One form, many cases: eight matters, one form, a paper from the archive, eight cases with their own fields."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from approvals.models import Application, ArchivePaper, Case
from approvals.tasks import make_forms
from common.time import now
from portal.sample.scan import scan_pdf
from tests.factories.approvals import make_case
from tests.factories.files import make_file
from tests.journeys import walk
from tests.journeys.hall import Hall, declared_project, welcome_investor

MATTERS = ("LX01", "LX05", "LX07", "GC01", "GC04", "GC05", "SG01", "SG04")
SEEN_BY_EACH = {
    "LX01": "主要产品及年生产能力",
    "LX05": "土地取得方式",
    "LX07": "成交价款",
    "GC01": "绿地率",
    "GC04": "年综合能源消费量（当量值）",
    "GC05": "挖填土石方总量",
    "SG01": "合同开工日期",
    "SG04": "安全文明施工费",
}
# Asked by both, once.
SHARED = {"SG01": {"SG04"}, "SG04": {"SG01"}}


def test_one_form_becomes_eight_cases(hall: Hall, person: Any, screenshot: Any) -> None:
    enterprise = welcome_investor(hall)
    project = declared_project(hall, enterprise)
    earlier = declared_project(hall, enterprise, name="一期项目")
    case = make_case(
        earlier, hall["investor"], _matter("QY01"), status="delivered", decision="granted", decided_at=now()
    )
    ArchivePaper.objects.create(
        enterprise=enterprise, case=case, code="business-licence", name="营业执照", added_at=now(),
        file=make_file(hall["investor"], "营业执照.pdf", scan_pdf()),
    )  # fmt: skip
    page = person("investor")
    page.goto(f"/projects/{project.pk}/")
    page.locator("main form[action$='/apply/'] button").click()
    page.wait_for_url("**/matters/")
    walk.choose_only(page, *MATTERS)
    walk.press_primary(page)
    page.wait_for_url("**/form/")
    screenshot(page, "journey-form-1-parts")
    _facts_are_known(page, enterprise.name, screenshot)
    _one_field_is_wrong(page, screenshot)
    page.goto(re.sub(r"/form/.*", "/form/", page.url))
    walk.fill_in_form(page)
    _materials_once(page, case, screenshot)
    page.locator("main a[href$='/check/']").last.click()
    page.wait_for_url("**/check/")
    expect(page.locator(".error-summary")).to_have_count(0)
    screenshot(page, "journey-form-4-check")
    assert walk.english_left(page) == []
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/submitted/")
    assert make_forms() == len(MATTERS) - len(WITHOUT_FORM_PAPER)
    _each_case_has_its_own(page, screenshot)
    _a_field_is_marked_and_put_right(page, person("clerk"), Case.objects.get(matter__code="LX01"), screenshot)


# These matters want other papers; what was filled in stands on their case all the same.
WITHOUT_FORM_PAPER = ("LX01", "LX07")


def _matter(code: str) -> Any:
    return Case._meta.get_field("matter").related_model.objects.get(code=code)


def _facts_are_known(page: Page, firm: str, screenshot: Any) -> None:
    """What was declared stands there and is not asked again."""
    page.locator("main a[href$='/form/applicant/']").click()
    known = page.locator("section.known")
    expect(known).to_contain_text(firm)
    assert page.locator("main [name=applicant_name]").count() == 0
    page.goto(re.sub(r"/form/.*", "/form/project/", page.url))
    expect(page.locator("section.known")).to_contain_text("铝合金轮毂")
    assert page.locator("main [name=contract_price]").count() == 1
    screenshot(page, "journey-form-2-page")


def _one_field_is_wrong(page: Page, screenshot: Any) -> None:
    """Told at the field; what was right is kept, also by autosave, and comes back on another device."""
    with page.expect_response("**/form/project/autosave/") as saved:
        page.fill("main [name=floors_above]", "3")
    assert saved.value.ok
    expect(page.locator("[data-autosave-text]")).to_contain_text("已保存")
    page.fill("main [name=building_height]", "二十米")
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    expect(page.locator("#id_building_height")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".error-summary")).to_contain_text("请填写数字")
    screenshot(page, "journey-form-3-wrong")
    page.reload()
    page.goto(page.url)
    expect(page.locator("main [name=floors_above]")).to_have_value("3")


def _materials_once(page: Page, case: Case, screenshot: Any) -> None:
    """The form is made by the hall, one paper comes from the archive, certificates follow, the rest is uploaded."""
    form = walk.material(page, "申请表（书）")
    expect(form).to_contain_text("由系统根据填报信息生成")
    assert form.count() == 1
    with page.expect_popup() as opened:
        form.locator("a[href*='/form-preview/GC01']").click()
    opened.value.close()
    expect(walk.material(page, "项目批准、核准或备案文件")).to_contain_text("核准后由大厅内部获取")
    archived = walk.material(page, "营业执照")
    expect(archived.locator(".offer")).to_contain_text(f"来自{case.number}")
    screenshot(page, "journey-form-4-materials")
    archived.locator(".offer button").click()
    expect(archived.locator("li.file-row")).to_contain_text("取自企业档案")
    boxes = page.locator("section.material").all()
    for box in boxes:
        if not box.locator("li.file-row, .supply").count():
            walk.hand_in(box, walk.fitting(box, box.locator("h2").inner_text()))


def _each_case_has_its_own(page: Page, screenshot: Any) -> None:
    cases = {case.matter.code: case for case in Case.objects.filter(application=Application.objects.latest("id"))}
    assert set(cases) == set(MATTERS)
    for code, case in cases.items():
        page.goto(f"/cases/{case.number}/")
        text = page.locator("section.filled-form").inner_text()
        shown = {other for other, label in SEEN_BY_EACH.items() if label in text}
        assert code in shown
        assert shown <= {code} | SHARED.get(code, set()), code
    page.goto(f"/cases/{cases['GC01'].number}/")
    expect(page.locator("main .file-list").first).to_contain_text("由系统根据填报信息生成")
    screenshot(page, "journey-form-5-case")


def _a_field_is_marked_and_put_right(page: Page, clerk: Page, case: Case, screenshot: Any) -> None:
    clerk.goto(f"/desk/cases/{case.number}/correction/")
    clerk.locator("details.more summary").click()
    clerk.fill("main [name=field-equipment_investment]", "与投资构成表不一致，请核对")
    screenshot(clerk, "journey-form-6-mark")
    assert walk.english_left(clerk) == []
    walk.press_primary(clerk)
    clerk.wait_for_url(f"**/desk/cases/{case.number}/")
    page.goto(f"/cases/{case.number}/correct/")
    expect(page.locator(".correct-field")).to_contain_text("请核对")
    screenshot(page, "journey-form-7-correct")
    walk.send(page, page.locator("main form .btn-primary").last)
    expect(page.locator(".error-summary")).to_contain_text("请更正“其中：设备投资”，或确认无误")
    page.fill("main [name=field-equipment_investment]", "5300")
    page.locator("main form .btn-primary").last.click()
    page.wait_for_url(f"**/cases/{case.number}/")
    expect(page.locator("section.filled-form")).to_contain_text("更正前：5,200 万元")
    assert walk.english_left(page) == []
