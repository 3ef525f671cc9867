"""Every page of the editor as an administrator goes through them, and as a stranger doesn't."""

from typing import Any

import pytest

from accounts.models import Role
from approvals.editing import services
from approvals.editing.sections import sections_of
from approvals.editing.selectors import MATTER, THEME
from approvals.models import CatalogueDraft, Matter
from approvals.services.catalogue import load_catalogue
from tests.approvals.editing.conftest import form_data
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.approvals import make_matter
from tests.queries import statements

pytestmark = pytest.mark.django_db


def addresses(draft: CatalogueDraft, theme: CatalogueDraft) -> list[str]:
    base = f"/catalogue/drafts/{draft.pk}/"
    return [
        "/catalogue/", "/catalogue/themes/", "/catalogue/matters/new/", "/catalogue/themes/new/",
        "/catalogue/matters/SG01/", "/catalogue/matters/SG01/diff/", "/catalogue/themes/industrial-new/",
        "/catalogue/matters/SG01/export/", "/catalogue/themes/industrial-new/export/", "/catalogue/import/",
        "/catalogue/export/catalogue.xlsx", "/catalogue/export/catalogue.zip",
        base, f"{base}condition/", f"{base}try/", f"{base}publish/", f"/guides/preview/{draft.pk}/",
        *(f"{base}{section.slug}/" for section in sections_of("matter")),
        f"/catalogue/drafts/{theme.pk}/", f"/catalogue/drafts/{theme.pk}/publish/",
        *(f"/catalogue/drafts/{theme.pk}/{section.slug}/" for section in sections_of("theme")),
    ]  # fmt: skip


@pytest.fixture
def drafts(catalogue: None, act: Any) -> tuple[CatalogueDraft, CatalogueDraft]:
    return (
        services.start_draft(actor=act, subject=MATTER, code="SG01"),
        services.start_draft(actor=act, subject=THEME, code="industrial-new"),
    )


def test_every_page_opens_for_the_administrator_and_no_one_else(office, client, drafts):
    urls = addresses(*drafts)
    assert [url for url in urls if office.get(url).status_code != 200] == []
    stranger = make_user()
    make_post(stranger, make_department(), Role.CLERK)
    client.force_login(stranger)
    assert {client.get(url).status_code for url in urls} == {404}
    client.logout()
    assert {client.get(url).status_code for url in urls} == {302}


@pytest.mark.parametrize("section", [section.slug for section in sections_of("matter")])
def test_saving_a_page_unchanged_changes_nothing(office, drafts, section):
    draft = drafts[0]
    url = f"/catalogue/drafts/{draft.pk}/{section}/"
    answer = office.post(url, form_data(office.get(url)))
    assert answer.status_code == 302, [form.errors for form in answer.context["page"].all_forms]
    assert CatalogueDraft.objects.get(pk=draft.pk).content == draft.content
    assert CatalogueDraft.objects.get(pk=draft.pk).revision == 1


@pytest.mark.parametrize("section", [section.slug for section in sections_of("theme")])
def test_saving_a_page_of_a_theme_unchanged_changes_nothing(office, drafts, section):
    draft = drafts[1]
    url = f"/catalogue/drafts/{draft.pk}/{section}/"
    assert office.post(url, form_data(office.get(url))).status_code == 302
    assert CatalogueDraft.objects.get(pk=draft.pk).content == draft.content


@pytest.mark.parametrize("code", ["QY03"])
def test_every_kind_of_matter_survives_all_its_pages(office, act, catalogue, code):
    draft = services.start_draft(actor=act, subject=MATTER, code=code)
    for section in sections_of("matter"):
        url = f"/catalogue/drafts/{draft.pk}/{section.slug}/"
        assert office.post(url, form_data(office.get(url))).status_code == 302, section.slug
    assert CatalogueDraft.objects.get(pk=draft.pk).content == draft.content
    assert Matter.objects.get(code=code).versions.count() == 1


def post(office: Any, draft: CatalogueDraft, section: str, **changes: Any) -> Any:
    url = f"/catalogue/drafts/{draft.pk}/{section}/"
    return office.post(url, {**form_data(office.get(url)), **changes})


def fresh(draft: CatalogueDraft) -> Any:
    return CatalogueDraft.objects.get(pk=draft.pk).content


def test_wrong_days_are_told_at_their_field_by_the_rule_of_the_files(office, drafts):
    answer = post(office, drafts[0], "limits", limits__decision__promised="99")
    assert answer.status_code == 200
    form = answer.context["page"].form
    assert form.errors == {"limits__decision__promised": ["承诺的 99 超过法定的 7"]}
    assert fresh(drafts[0])["limits"]["decision"]["promised"] == 3


def test_what_concerns_another_page_is_saved_and_listed(office, drafts):
    """Fewer days than the steps take: told on the page of steps, since either may be meant."""
    assert post(office, drafts[0], "limits", limits__decision__promised="2").status_code == 302
    tasks = office.get(f"/catalogue/drafts/{drafts[0].pk}/").context["items"]
    (wrong,) = [item for item in tasks if item["state"] != "done"]
    assert (str(wrong["title"]), wrong["hint"]) == ("环节", "各环节依次办理共需 3 日，超过承诺的 2 日")
    assert "承诺的 2 日" in office.get(f"/catalogue/drafts/{drafts[0].pk}/steps/").content.decode()


def test_rows_are_added_moved_and_removed_without_saving(office, drafts):
    draft = drafts[0]
    url = f"/catalogue/drafts/{draft.pk}/materials/"
    data = form_data(office.get(url))
    page = office.post(url, {**data, "action": "add-materials", "paper": "general-layout"})
    rows = page.context["page"].lists[0]
    assert (rows.forms[-1]["code"].value(), rows.forms[-1]["name"].value()) == ("general-layout", "总平面图")
    moved = office.post(url, {**form_data(page), "action": "up-materials-9"})
    names = [form["code"].value() for form in moved.context["page"].lists[0].forms]
    assert names[-2:] == ["general-layout", "safety-measures"]
    removed = office.post(url, {**form_data(moved), "action": "remove-materials-0"})
    assert removed.context["page"].lists[0].forms[0]["code"].value() == "land-title"
    assert CatalogueDraft.objects.get(pk=draft.pk).revision == 1
    assert office.post(url, form_data(removed)).status_code == 302
    assert [item["code"] for item in fresh(draft)["materials"]][-2:] == ["general-layout", "safety-measures"]


def test_a_law_that_is_not_in_the_list_can_be_chosen_afterwards(office, drafts):
    draft = drafts[0]
    named = {
        "basis-0-value__law": "new", "basis-0-value__name": "某市优化营商环境条例",
        "basis-0-value__name_en": "Local Regulations", "basis-0-value__articles": "第3条、4",
    }  # fmt: skip
    assert post(office, draft, "basis", **named).status_code == 302
    assert fresh(draft)["basis"][0] == {
        "law": "某市优化营商环境条例", "law_en": "Local Regulations", "number": "", "articles": [3, 4],
    }  # fmt: skip
    form = office.get(f"/catalogue/drafts/{draft.pk}/limits/").context["page"].form
    assert "某市优化营商环境条例" in dict(form.fields["limits__decision__source__law"].choices).values()


def test_no_paper_may_be_deferred_so_deferral_goes_and_comes_back(office, drafts):
    draft = drafts[0]
    index = [item["secondary"] for item in fresh(draft)["materials"]].index(True)
    data = form_data(office.get(f"/catalogue/drafts/{draft.pk}/materials/"))
    del data[f"materials-{index}-secondary"]
    assert office.post(f"/catalogue/drafts/{draft.pk}/materials/", data).status_code == 302
    assert fresh(draft)["deferral"] is None
    assert post(office, draft, "materials", **{f"materials-{index}-secondary": "on"}).status_code == 302
    assert fresh(draft)["deferral"] == draft.content["deferral"]


def test_a_public_notice_is_switched_on_and_off(office, drafts):
    draft = drafts[0]
    on = {"notice": "on", "notice__days": "20", "notice__unit": "calendar", "notice__source__law": "registration"}
    assert post(office, draft, "ways", **on).status_code == 302
    assert (fresh(draft)["notice"]["days"], fresh(draft)["notice"]["unit"]) == (20, "calendar")
    data = form_data(office.get(f"/catalogue/drafts/{draft.pk}/ways/"))
    del data["notice"]
    assert office.post(f"/catalogue/drafts/{draft.pk}/ways/", data).status_code == 302
    assert fresh(draft)["notice"] is None


def test_a_theme_shows_one_row_open_and_keeps_the_others(office, drafts):
    theme = drafts[1]
    url = f"/catalogue/drafts/{theme.pk}/matters/"
    opened = office.post(url, {**form_data(office.get(url)), "action": "open-matters-2"})
    assert opened.content.decode().count('type="checkbox"') == 2 * len(theme.content["matters"])
    data = {**form_data(opened), "matters-2-after": ["LX01"]}
    assert office.post(url, data).status_code == 302
    assert fresh(theme)["matters"][2]["after"] == ["LX01"]
    assert fresh(theme)["matters"][3:] == theme.content["matters"][3:]


def test_the_second_editor_keeps_what_was_typed(office, drafts):
    draft = drafts[0]
    url = f"/catalogue/drafts/{draft.pk}/basics/"
    stale = {**form_data(office.get(url)), "name": "第二个人的名称"}
    assert post(office, draft, "basics", name="第一个人的名称").status_code == 302
    answer = office.post(url, stale)
    assert answer.status_code == 409
    assert "第二个人的名称" in answer.content.decode()
    assert fresh(draft)["name"] == "第一个人的名称"


def test_a_condition_is_built_and_tried(office, drafts):
    draft = drafts[0]
    url = f"/catalogue/drafts/{draft.pk}/condition/"
    rows = {
        "revision": "1", "count": "2", "row-0-depth": "0", "row-0-kind": "any", "row-1-depth": "1",
        "row-1-kind": "leaf", "row-1-fact": "takes_water", "row-1-op": "eq", "row-1-value": "true",
    }  # fmt: skip
    page = office.post(url, {**rows, "action": "leaf-0"})
    assert len(page.context["lines"]) == 3
    wrong = office.post(url, {**rows, "row-1-value": "", "action": "save"})
    assert "请填写取值" in wrong.content.decode()
    assert office.post(url, {**rows, "action": "save"}).status_code == 302
    assert fresh(draft)["when"] == {"any": [{"fact": "takes_water", "op": "eq", "value": True}]}
    answers = {
        value: office.get(f"/catalogue/drafts/{draft.pk}/try/", {"takes_water": value, "project": ""}).context["answer"]
        for value in ("true", "false", "")
    }
    assert answers == {"true": True, "false": False, "": None}


def test_publishing_twice_is_one_version_and_a_clear_answer(office, drafts):
    draft = drafts[0]
    post(office, draft, "basics", name="建筑工程施工许可证核发（新）")
    url = f"/catalogue/drafts/{draft.pk}/publish/"
    page = office.get(url)
    assert "名称 建筑工程施工许可证核发 → 建筑工程施工许可证核发（新）" in [
        change.words for _title, changes in page.context["groups"] for change in changes
    ]
    data = {"revision": "2", "against": str(page.context["against"]), "note": "更名"}
    assert office.post(url, data).status_code == 302
    assert office.post(url, data).status_code == 409
    assert Matter.objects.get(code="SG01").versions.count() == 2
    shown = office.get("/catalogue/matters/SG01/diff/", {"a": 1, "b": 2})
    assert shown.context["count"] == 1
    assert office.get("/catalogue/matters/SG01/diff/", {"a": 1, "b": 9}).status_code == 404
    assert office.get("/catalogue/matters/SG01/diff/", {"a": "x"}).status_code == 404


def test_the_preview_is_the_public_page_of_the_draft(office, client, drafts):
    post(office, drafts[0], "basics", name="草稿里的名称")
    page = office.get(f"/guides/preview/{drafts[0].pk}/")
    assert [template.name for template in page.templates][:2] == ["catalogue/preview.html", "content/guide.html"]
    assert "草稿里的名称" in page.content.decode()
    assert "草稿里的名称" not in client.get("/guides/SG01/").content.decode()


def test_each_draft_has_its_own_preview(office, drafts, act):
    other = services.start_draft(actor=act, subject=MATTER, code="LX01")
    post(office, drafts[0], "basics", applicant__text="甲类申请人")
    post(office, other, "basics", applicant__text="乙类申请人")
    first, second = (office.get(f"/guides/preview/{draft.pk}/").content.decode() for draft in (drafts[0], other))
    assert ("甲类申请人" in first, "乙类申请人" in first) == (True, False)
    assert ("甲类申请人" in second, "乙类申请人" in second) == (False, True)


def test_lists_take_the_same_queries_for_one_and_all(office):
    make_matter("LX01")
    assert len(office.get("/catalogue/").context["rows"]) == 1
    one = statements(lambda: office.get("/catalogue/"))
    load_catalogue()
    assert len(office.get("/catalogue/").context["rows"]) > 40
    assert statements(lambda: office.get("/catalogue/")) == one


@pytest.mark.parametrize(
    ("query", "codes"),
    [("q=SG01", ["SG01"]), ("q=建筑工程 许可证", ["SG01"]), ("state=draft", ["SG01"]), ("q=没有", [])],
)
def test_the_list_is_narrowed(office, drafts, query, codes):
    found = [row.thing.code for row in office.get(f"/catalogue/?{query}").context["rows"]]
    assert found == codes


def test_a_new_matter_begins_from_the_list_and_is_listed_as_begun(office, catalogue):
    answer = office.post("/catalogue/matters/new/", {"code": "lx88", "name": "新事项", "copy_of": ""})
    draft = CatalogueDraft.objects.get(code="LX88")
    assert answer.headers["location"] == f"/catalogue/drafts/{draft.pk}/"
    assert "LX88 新事项" in office.get("/catalogue/").content.decode()
    assert office.get(f"/catalogue/drafts/{draft.pk}/publish/").context["problems"] != []
    assert office.get(f"/guides/preview/{draft.pk}/").status_code == 200
    assert office.post("/catalogue/matters/new/", {"code": "SG01", "name": "x", "copy_of": ""}).status_code == 200
