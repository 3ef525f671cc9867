"""Import: what the preview says, that nothing is half done, and whom it does not let by."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from approvals.editing import importing, registers, selectors, services
from approvals.editing.exchange import xlsx_out, yaml_files
from approvals.editing.selectors import MATTER
from approvals.models import Matter, MatterVersion, Origin
from common.errors import InvalidInput, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def in_force() -> dict[str, Any]:
    return copy.deepcopy(selectors.contents_in_force(MATTER))


def workbook(contents: dict[str, Any]) -> bytes:
    return xlsx_out.workbook(list(contents.values()), registers.known())


def archive(*contents: Any) -> bytes:
    return yaml_files.archive(contents, [], registers.of_files())


def previewed(name: str, data: bytes) -> importing.Preview:
    return importing.preview(importing.read(name, data))


@pytest.fixture
def changed(catalogue: None) -> dict[str, Any]:
    contents = in_force()
    contents["GC01"]["limits"]["decision"]["promised"] = 9
    contents["LX88"] = {**copy.deepcopy(contents["LX01"]), "code": "LX88", "name": "新事项"}
    return contents


@pytest.mark.parametrize("kind", ["catalogue.xlsx", "catalogue.zip"])
def test_the_preview_tells_new_changed_and_unchanged(changed, kind):
    data = workbook(changed) if kind.endswith("xlsx") else archive(*changed.values())
    found = previewed(kind, data)
    assert found.wrong == []
    assert [line.read.code for line in found.new] == ["LX88"]
    assert [(line.read.code, [c.words for c in line.changes]) for line in found.changed] == [
        ("GC01", ["决定 · 承诺时限 10 → 9 个工作日"])
    ]
    assert len(found.unchanged) == len(changed) - 2
    assert found.may_be_done


def test_everything_is_taken_over_with_origin_and_note(act, changed):
    found = previewed("c.xlsx", workbook(changed))
    entries = importing.unsealed(importing.sealed(found, act), act)
    assert importing.import_catalogue(actor=act, entries=entries, note="年度调整") == 2
    version = Matter.objects.get(code="GC01").current
    assert (version.number, version.origin, version.note) == (2, Origin.IMPORT, "年度调整")
    assert Matter.objects.get(code="LX88").current.number == 1
    assert previewed("c.xlsx", workbook(changed)).may_be_done is False


def test_nothing_is_half_imported(act, changed):
    """The second of two changed in the meantime: the first is not taken either."""
    found = previewed("c.xlsx", workbook(changed))
    entries = importing.unsealed(importing.sealed(found, act), act)
    entries[-1]["against"] = 7
    before = MatterVersion.objects.count()
    with pytest.raises(Stale):
        importing.import_catalogue(actor=act, entries=entries, note="x")
    assert MatterVersion.objects.count() == before


def test_one_wrong_cell_stops_all_and_is_placed(changed):
    changed["GC01"]["limits"]["decision"]["promised"] = 99
    changed["GC01"]["materials"][1]["code"] = "Not A Code"
    found = previewed("c.xlsx", workbook(changed))
    assert not found.may_be_done
    places = [str(item.place) for item in found.wrong]
    row = sum(len(changed[code]["materials"]) for code in list(changed)[: list(changed).index("GC01")]) + 4
    assert places == [f"材料 · 第 {row} 行 · 编码"]
    changed["GC01"]["materials"][1]["code"] = "fine"
    (wrong,) = previewed("c.xlsx", workbook(changed)).wrong
    assert (wrong.place.sheet, wrong.place.column) == ("事项", "承诺时限")
    assert wrong.reason == "GC01：承诺的 99 超过法定的 20"


def test_an_open_draft_is_named_and_stops_the_import(act, changed):
    services.start_draft(actor=act, subject=MATTER, code="GC01")
    found = previewed("c.xlsx", workbook(changed))
    assert [(line.read.code, str(line.draft.updated_by)) for line in found.conflicts] == [("GC01", "王编辑")]
    assert not found.may_be_done


def test_a_draft_begun_after_the_preview_stops_it_too(act, changed):
    entries = importing.unsealed(importing.sealed(previewed("c.xlsx", workbook(changed)), act), act)
    services.start_draft(actor=act, subject=MATTER, code="GC01")
    with pytest.raises(Stale, match="GC01"):
        importing.import_catalogue(actor=act, entries=entries, note="x")


def test_the_same_matter_twice_is_wrong(changed):
    found = previewed("c.xlsx", xlsx_out.workbook([changed["LX01"], changed["LX01"]], registers.known()))
    assert found.wrong[0].reason == "LX01 重复出现"
    assert not found.may_be_done


def test_a_preview_cannot_be_altered_nor_used_by_another(act, changed, django_user_model):
    from accounts.actors import Actor

    sealed = importing.sealed(previewed("c.xlsx", workbook(changed)), act)
    for text, actor in ((sealed[:-2] + "xx", act), ("", act), (sealed, Actor(None))):
        with pytest.raises(InvalidInput):
            importing.unsealed(text, actor)


def upload(office: Any, name: str, data: bytes) -> Any:
    return office.post("/catalogue/import/", {"file": SimpleUploadedFile(name, data)})


def test_from_the_upload_to_the_new_version(office, changed):
    page = upload(office, "目录.xlsx", workbook(changed))
    assert "决定 · 承诺时限 10 → 9 个工作日" in page.content.decode()
    answer = office.post("/catalogue/import/confirm/", {"sealed": page.context["sealed"], "note": "年度调整"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/catalogue/")
    assert Matter.objects.get(code="GC01").current.number == 2
    again = office.post("/catalogue/import/confirm/", {"sealed": page.context["sealed"], "note": "年度调整"})
    assert again.status_code == 409
    assert Matter.objects.get(code="GC01").versions.count() == 2


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.txt", b"x", ".xlsx"),
        ("a.xlsx", b"x", "损坏"),
        ("a.zip", b"PK", "损坏"),
        ("a.yaml", b"- 1\n", "既不是事项"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(office, catalogue, name, data, told):
    page = upload(office, name, data)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert "sealed" not in page.context or not page.context["sealed"]


def test_a_file_that_is_too_large_is_not_read(office, catalogue, monkeypatch):
    monkeypatch.setattr("approvals.editing.views.exchange.MAX_BYTES", 10)
    assert "文件过大" in upload(office, "a.yaml", b"x" * 11).content.decode()


def test_preview_counts_no_more_queries_for_more_matters(changed):
    from tests.queries import statements

    one = yaml_files.read_file(
        "a.yaml",
        yaml_files.dump(yaml_files.matter_document(changed["GC01"], registers.of_files())).encode(),
        registers.known(),
    )
    many = importing.read("c.zip", archive(*changed.values()))
    assert statements(lambda: importing.preview(one)) == statements(lambda: importing.preview(many))
