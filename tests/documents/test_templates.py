"""Every template says what its data say; versions; what is published was tried first."""

import base64
import io
import re

import pytest
from django.utils import translation
from PIL import Image

from accounts.actors import Actor
from accounts.models import Role
from common.errors import InvalidInput, NotAllowed, Stale
from documents import kinds
from documents.kinds import Kind
from documents.models import Document, Template, TemplateVersion
from documents.pictures import count_pages, draw_page, text_of
from documents.samples import sample_of
from documents.services import load_templates, make_pending, publish_template
from documents.services.making import render
from documents.services.templates import FOLDER, current_versions, template_files
from ledger.selectors import timeline
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.documents import make_document

pytestmark = pytest.mark.django_db

CODES = [entry.code for entry in template_files() if entry.code != "base"]
# The law that a paper names where its data name none.
LAWS = {
    "acceptance": "《中华人民共和国行政许可法》第三十二条第一款第（五）项、第二款",
    "not_accepting": "《中华人民共和国行政许可法》第三十二条",
    "correction": "《中华人民共和国行政许可法》第三十二条第一款第（四）项",
    "special": "《中华人民共和国行政许可法》第四十五条",
    "extension": "《中华人民共和国行政许可法》第四十二条第一款",
    "decision_granted": "《中华人民共和国行政许可法》第三十八条第一款",
    "decision_refused": "《中华人民共和国行政许可法》第三十八条第二款",
    "delivery_receipt": "《中华人民共和国行政许可法》第四十四条",
    "deferral_commitment": "本大厅容缺受理规则",
    "notice_commitment": "证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号）",
    "mandate": "《中华人民共和国民法典》第一百六十五条，《中华人民共和国行政许可法》第二十九条",
    "public_notice": "《中华人民共和国公司法》第二百四十条，《中华人民共和国市场主体登记管理条例》第三十三条",
    "application_form": "《中华人民共和国行政许可法》第三十一条",
}
REMEDY = ("not_accepting", "decision_refused")


def kind_for(template: str, **fields) -> Kind:
    values = {"title": "示例文书", "title_en": "Sample", "mark": "示", "sample": sample_of(template), **fields}
    return kinds.register(Kind(code=f"tests.{template}", template=template, **values))


def leaves(value) -> list[str]:
    """Every text in the data, wherever it stands, as it is read from the page."""
    if isinstance(value, dict):
        return [text for key, one in value.items() if key != "date" for text in leaves(one)]
    if isinstance(value, list):
        return [text for one in value for text in leaves(one)]
    return ["".join(str(value).split())] if isinstance(value, str) and value else []


@pytest.mark.parametrize("template", CODES)
def test_paper_says_all_that_its_data_say(template):
    kind = kind_for(template)
    document = make_document(make_department(mark="经开行审"), kind=kind.code, data=kind.sample)
    content = render(document)
    text = text_of(content)
    assert [one for one in leaves(dict(kind.sample)) if one not in text] == []
    assert (document.number in text, document.shown_code in text, document.title in text) == (True, True, True)
    assert LAWS.get(template, "") in text
    assert ("行政复议" in text and "行政诉讼" in text) == (template in REMEDY)
    assert "（电子文件）" in text
    if template not in ("certificate", "delivery_receipt", "application_form"):
        assert f"{document.data['addressee']}：" in text
    assert f"第1页共{count_pages(content)}页" in text


def test_every_template_has_a_sample():
    assert [code for code in CODES if not sample_of(code)] == []


@pytest.mark.parametrize("template", CODES)
def test_paper_with_nothing_but_what_is_filled_in(template):
    kind = kind_for(template)
    assert render(make_document(kind=kind.code, data={})).startswith(b"%PDF")


def test_date_is_written_out():
    kind = kind_for("acceptance")
    for written, full in (
        ("2026年11月24日", "二〇二六年十一月二十四日"),
        ("2026年1月10日", "二〇二六年一月十日"),
        ("2030年10月20日", "二〇三〇年十月二十日"),
        ("2027年2月31日", "二〇二七年二月三十一日"),
        ("民国", "民国"),
    ):
        assert full in text_of(render(make_document(kind=kind.code, data={"date": written})))


def test_long_paper_runs_over_pages_with_their_numbers():
    kind = kind_for("correction")
    points = [f"第{place}项材料：{'需要补正的内容很长，' * 6}" for place in range(1, 25)]
    content = render(make_document(kind=kind.code, data={"points": points}))
    text = text_of(content)
    total = count_pages(content)
    assert total > 1
    assert re.findall(r"第(\d)页共(\d)页", text) == [(str(place), str(total)) for place in range(1, total + 1)]
    assert [one for one in points if one not in text] == []


def test_certificate_shows_until_when_it_is_valid():
    from datetime import date

    kind = kind_for("certificate")
    document = make_document(kind=kind.code, valid_until=date(2029, 11, 23))
    assert "有效期至：二〇二九年十一月二十三日" in text_of(render(document))


def png(colour: str) -> str:
    out = io.BytesIO()
    Image.new("RGB", (300, 120), colour).save(out, format="PNG")
    return base64.b64encode(out.getvalue()).decode()


def test_signature_that_was_drawn_stands_on_the_paper():
    kind = kind_for("delivery_receipt")
    signatures = [{"label": "送达人", "name": "王芳"}, {"label": "受送达人", "name": "李明", "picture": png("#c0ffee")}]
    content = render(make_document(kind=kind.code, data={**kind.sample, "signatures": signatures}))
    page = Image.open(io.BytesIO(draw_page(content, 1))).convert("RGB")
    assert {colour: count for count, colour in page.getcolors(2**24)}[(0xC0, 0xFF, 0xEE)] > 1000
    assert "李明" in text_of(content)


@pytest.mark.parametrize("picture", ["?", base64.b64encode(b"no picture").decode()])
def test_picture_that_is_none_fails_and_says_so(picture):
    kind = kind_for("delivery_receipt")
    make_document(kind=kind.code, data={"signatures": [{"label": "送达人", "picture": picture}]})
    assert make_pending().failed == 1
    assert Document.objects.get().error.startswith("source:")


# Versions


@pytest.fixture
def administrator():
    user = make_user()
    make_post(user, make_department(), Role.ADMINISTRATOR)
    return user


def publish(user, code: str, source: str, **options) -> TemplateVersion:
    template = Template.objects.get(code=code)
    values = {"note": "措辞", "seen": current_versions()[code].number, **options}
    return publish_template(actor=Actor(user), template=template, source=source, **values)


def edited(code: str) -> str:
    return current_versions()[code].source.replace("特此通知。", "特此通知，请知悉。")


def test_loading_again_changes_nothing():
    assert (load_templates().versions, load_templates().kept) == ([], [])


def copied(tmp_path):
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def test_changed_file_becomes_a_version(tmp_path):
    folder = copied(tmp_path)
    (folder / "acceptance.typ").write_text("新", encoding="utf-8")
    assert load_templates(folder=folder).versions == ["acceptance"]
    version = current_versions()["acceptance"]
    assert (version.number, version.source, version.origin) == (2, "新", "file")


def test_changed_shared_part_gives_every_template_a_version(tmp_path):
    folder = copied(tmp_path)
    base = folder / "base.typ"
    base.write_text(base.read_text(encoding="utf-8") + "// 新\n", encoding="utf-8")
    assert load_templates(folder=folder).versions == ["base", *CODES]
    assert {version.base_id for version in current_versions().values()} == {current_versions()["base"].pk, None}


def test_edited_version_wins_over_the_file(tmp_path, administrator):
    made = publish(administrator, "acceptance", edited("acceptance"))
    folder = copied(tmp_path)
    (folder / "acceptance.typ").write_text("文件里的新内容", encoding="utf-8")
    loaded = load_templates(folder=folder)
    assert (loaded.versions, loaded.kept) == ([], ["acceptance"])
    assert current_versions()["acceptance"] == made


def test_document_keeps_the_version_it_was_issued_with(administrator):
    kind = kind_for("acceptance")
    before = make_document(kind=kind.code)
    publish(administrator, "acceptance", edited("acceptance"))
    after = make_document(kind=kind.code)
    make_pending()
    texts = [text_of(render(one)) for one in Document.objects.order_by("pk")]
    assert [("请知悉" in text) for text in texts] == [False, True]
    assert (before.template_version.number, after.template_version.number) == (1, 2)


def test_publishing_is_on_the_ledger(administrator):
    made = publish(administrator, "acceptance", edited("acceptance"))
    entry = timeline(made.template).get()
    assert (entry.act, entry.actor, entry.data["version"], entry.data["note"]) == (
        "template.published", administrator, 2, "措辞",
    )  # fmt: skip


def test_publishing_the_shared_part_tries_and_renews_all(administrator):
    base = current_versions()["base"].source
    made = publish(administrator, "base", base.replace("扫描二维码，", "请扫描二维码，"))
    assert {version.base_id for code, version in current_versions().items() if code != "base"} == {made.pk}
    with pytest.raises(InvalidInput) as refused:
        publish(administrator, "base", base.replace("#let particulars", "#let particulars-gone"))
    assert "unknown variable: particulars" in str(refused.value)


def test_only_administrators_publish():
    with pytest.raises(NotAllowed):
        publish(make_user(), "acceptance", edited("acceptance"))


def test_publishing_over_somebody_elses_version_is_stale(administrator):
    publish(administrator, "acceptance", edited("acceptance"))
    with pytest.raises(Stale):
        publish(administrator, "acceptance", "新", seen=1)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("一\n#let x = \n#foo(", "acceptance，第2行：expected expression"),
        ("只有文字", "acceptance：文书上没有显示“样张〔0000〕0号”。"),
        ('#import "base.typ": *\n#content.number', "acceptance：文书上没有显示“XXXX-XXXX-XXXX”。"),
    ],
)
def test_what_cannot_be_set_or_verified_is_not_published(administrator, source, said):
    with translation.override("zh-hans"), pytest.raises(InvalidInput) as refused:
        publish(administrator, "acceptance", source)
    assert str(refused.value.errors["source"][0]) == said
    assert current_versions()["acceptance"].number == 1


def test_the_same_source_is_no_version(administrator):
    with pytest.raises(InvalidInput):
        publish(administrator, "acceptance", current_versions()["acceptance"].source)
