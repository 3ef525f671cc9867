"""Nothing is lost on the way out and in again: every matter of the catalogue, as YAML and as a workbook."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
import python_calamine

from approvals.catalogue.loader import read_catalogue, read_registers
from approvals.catalogue.rows import content_of, extended, row_of
from approvals.catalogue.schema import validator
from approvals.editing.contents import blank_matter, complete, complete_theme
from approvals.editing.exchange import common, sheets, xlsx_in, xlsx_out, yaml_files
from approvals.editing.exchange.common import UnreadableError
from approvals.editing.problems import of_matter, of_theme

CATALOGUE, REGISTERS = read_catalogue(), read_registers()
CONTENTS = [complete(matter.as_content()) for matter in CATALOGUE.matters]
CODES = [content["code"] for content in CONTENTS]
# As if none of the matters' laws, papers and fields stood in a file: only what the hall's own rules need.
BARE = replace(
    REGISTERS,
    laws={code: REGISTERS.laws[code] for code in ("licensing", "hall-rules")},
    papers={},
    fields={},
)
by_code = pytest.mark.parametrize("content", CONTENTS, ids=CODES)


@by_code
def test_content_becomes_a_row_of_the_files_and_comes_back(content):
    row, own = row_of(content, REGISTERS)
    assert (own.laws, own.papers, own.fields) == ({}, {}, {})
    assert list(validator("matter_file").iter_errors(row)) == []
    assert complete(content_of(row, REGISTERS)) == content


@by_code
def test_content_brings_its_own_definitions_where_no_register_has_them(content):
    row, own = row_of(content, BARE)
    assert {item["code"] for item in content["materials"]} == set(own.papers)
    assert complete(content_of(row, own.over(BARE))) == content


@by_code
def test_delivered_matters_have_no_problems(content):
    assert of_matter(content, REGISTERS, CODES)[0] == []


@pytest.mark.parametrize("theme", CATALOGUE.themes, ids=[theme.code for theme in CATALOGUE.themes])
def test_delivered_themes_have_no_problems(theme):
    assert of_theme(complete_theme(theme.as_content()), REGISTERS, CODES)[0] == []


@pytest.mark.parametrize("registers", [REGISTERS, BARE], ids=["known", "bare"])
@by_code
def test_yaml_exported_and_imported_is_equal(content, registers):
    document = yaml_files.matter_document(content, registers)
    assert ("definitions" in document) == (registers is BARE)
    parsed = yaml_files.read_file("x.yaml", yaml_files.dump(document).encode(), registers)
    assert parsed.wrong == []
    assert [complete(read.content) for read in parsed.things] == [content]


def test_archive_exported_and_imported_is_equal():
    themes = [complete_theme(theme.as_content()) for theme in CATALOGUE.themes]
    parsed = yaml_files.read_archive(yaml_files.archive(CONTENTS, themes, REGISTERS), REGISTERS)
    assert parsed.wrong == []
    read = {(item.subject, item.code): item.content for item in parsed.things}
    assert {code: complete(content) for (subject, code), content in read.items() if subject == "matter"} == {
        content["code"]: content for content in CONTENTS
    }
    assert [read["theme", theme["code"]] for theme in themes] == themes


def test_archive_has_the_shape_of_the_delivered_folder():
    with zipfile.ZipFile(io.BytesIO(yaml_files.archive(CONTENTS, [], REGISTERS))) as package:
        names = package.namelist()
    assert len(names) == len(CONTENTS) + 1
    assert "matters/sg01-construction-permit-for-building-works.yaml" in names


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return xlsx_out.workbook(CONTENTS, REGISTERS)


def read_workbook(data: bytes, in_force: Any = None, registers: Any = REGISTERS) -> Any:
    return xlsx_in.read_workbook(data, registers, in_force or {})


@pytest.mark.parametrize("registers", [REGISTERS, BARE], ids=["known", "bare"])
def test_workbook_carries_every_matter_whole(workbook, registers):
    """Into a hall that has none of them: whatever comes back was in the workbook."""
    parsed = read_workbook(workbook, registers=registers)
    assert parsed.wrong == []
    assert [read.code for read in parsed.things] == CODES
    for read, content in zip(parsed.things, CONTENTS, strict=True):
        assert read.content == content, content["code"]


def test_workbook_written_in_english_comes_back_too():
    from django.utils.translation import override

    with override("en"):
        data = xlsx_out.workbook(CONTENTS, REGISTERS)
    assert [read.content for read in read_workbook(data).things] == CONTENTS


def cut(data: bytes, keep: Any) -> bytes:
    """The workbook again with the cells that ``keep`` gives for a sheet's name and its lines; None drops the sheet."""
    import xlsxwriter

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as made:
        for name in book.sheet_names:
            lines = keep(name, book.get_sheet_by_name(name).to_python())
            if lines is None:
                continue
            sheet = made.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    sheet.write(row, column, cell)
    return target.getvalue()


def test_sheets_that_are_taken_out_leave_their_part_as_it_is(workbook):
    small = cut(workbook, lambda name, lines: lines if name == sheets.MATTERS else None)
    parsed = read_workbook(small, {content["code"]: content for content in CONTENTS})
    assert parsed.wrong == []
    assert [read.content for read in parsed.things] == CONTENTS
    blank = read_workbook(small).things[0].content
    assert (blank["materials"], blank["when"]) == ([], None)


def test_columns_that_are_taken_out_leave_their_part_as_it_is(workbook):
    def without_notes(name: str, lines: Any) -> Any:
        if name != sheets.LISTS["materials"]:
            return lines
        gone = {lines[1].index(key) for key in ("note", "note_en", "accepts")}
        return [[cell for place, cell in enumerate(line) if place not in gone] for line in lines]

    parsed = read_workbook(cut(workbook, without_notes), {content["code"]: content for content in CONTENTS})
    assert [read.content for read in parsed.things] == CONTENTS


@pytest.mark.parametrize(
    ("sheet", "key", "cell", "place"),
    [
        ("事项", "limits.decision.promised", "三天", "事项 · 第 3 行 · 决定 · 承诺时限"),
        ("事项", "limits.decision.promised", "inf", "事项 · 第 3 行 · 决定 · 承诺时限"),
        ("事项", "limits.decision.promised", "nan", "事项 · 第 3 行 · 决定 · 承诺时限"),
        ("事项", "limits.decision.source.articles", "inf", "事项 · 第 3 行 · 决定 · 法定时限依据"),
        ("事项", "limits.decision.source.law", "no-such-law", "事项 · 第 3 行 · 决定 · 法定时限依据"),
        ("材料", "required", "也许", "材料 · 第 3 行 · 必交"),
        ("材料", "matter", "LX99", "材料 · 第 3 行 · 事项编码"),
        ("适用条件", "value", "", "适用条件 · 第 3 行"),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(workbook, sheet, key, cell, place):
    def spoil(name: str, lines: Any) -> Any:
        if name == sheet:
            lines[2][lines[1].index(key)] = cell
        return lines

    parsed = read_workbook(cut(workbook, spoil), {content["code"]: content for content in CONTENTS})
    assert str(parsed.wrong[0].place) == place
    assert "LX01" not in [read.code for read in parsed.things] or key == "matter"


HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "＝1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", HARMFUL)
def test_no_text_becomes_a_formula_and_none_is_changed(text):
    content = {**CONTENTS[0], "name": text, "national_name": text}
    data = xlsx_out.workbook([content], REGISTERS)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist() if "worksheets/" in name)
    cells = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("事项").to_python()
    assert cells[2][cells[1].index("name")] == f"'{text}"
    assert read_workbook(data).things[0].content == content


def test_a_bomb_is_refused_before_it_is_parsed(monkeypatch, workbook):
    monkeypatch.setattr(common, "MAX_UNPACKED", 10_000)
    with pytest.raises(UnreadableError):
        read_workbook(workbook)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(UnreadableError):
        read_workbook(data)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1]\nb: *a\n",
        "[" * 200 + "]" * 200,
        "a: 1\na: 2\n",
        "a: [",
        "\xff".encode("latin-1").decode("latin-1"),
        "!!python/object:os.system {}",
    ],
)
def test_tricky_yaml_is_refused(text):
    parsed = yaml_files.read_file("x.yaml", text.encode(), REGISTERS)
    assert (len(parsed.wrong), parsed.things) == (1 if parsed.wrong else 0, [])
    assert parsed.wrong


def test_yaml_names_the_place_of_what_is_wrong():
    document = yaml_files.matter_document(CONTENTS[0], REGISTERS)
    document["limits"]["decision"]["promised"] = "soon"
    document["unheard"] = 1
    parsed = yaml_files.read_file("lx01.yaml", yaml_files.dump(document).encode(), REGISTERS)
    places = {str(item.place) for item in parsed.wrong}
    assert places == {"lx01.yaml", "lx01.yaml · limits/decision/promised"}


def test_what_one_matter_brings_is_known_to_all():
    law = {"law": "新法", "law_en": "New Law", "number": "", "articles": [1]}
    content = {**CONTENTS[0], "basis": [law]}
    wider = extended(REGISTERS, [content], CATALOGUE.departments)
    assert [row["name"] for code, row in wider.laws.items() if code not in REGISTERS.laws] == ["新法"]
    assert row_of(content, wider)[1].laws == {}


def test_blank_matter_is_missing_everything_and_breaks_nothing():
    problems, entry = of_matter(blank_matter("LX09", "新事项"), REGISTERS, CODES)
    assert entry is None
    assert {problem.section for problem in problems if problem.missing} >= {
        "basics", "basis", "conditions", "limits", "materials", "steps", "applies", "result", "phrases", "sources",
    }  # fmt: skip
