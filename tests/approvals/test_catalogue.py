"""The catalogue's files as they stand, and how a broken file is reported."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from approvals import form_values
from approvals.catalogue import Catalogue, CatalogueError, matter_from_content, read_catalogue
from approvals.catalogue.checks import longest_path
from approvals.catalogue.loader import DEFAULT_FOLDERS, Folders
from enterprises.models import Enterprise
from projects.models import Project

Change = Callable[[Any], None]

PERMIT = "matters/sg01-construction-permit.yaml"
SMALL = ("matters/lx01-investment-filing.yaml", "matters/lx05-land-planning-permit.yaml", PERMIT)

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A small copy of the files, three matters and one theme, that a test may break."""
    copy = Folders(tmp_path / "catalogue", tmp_path / "departments.yaml", tmp_path / "gbt4754.yaml")
    (copy.catalogue / "matters").mkdir(parents=True)
    for file in ("hall.yaml", "laws.yaml", "materials.yaml", "facts.yaml", "fields.yaml", *SMALL):
        shutil.copy(DEFAULT_FOLDERS.catalogue / file, copy.catalogue / file)
    shutil.copy(DEFAULT_FOLDERS.departments, copy.departments)
    shutil.copy(DEFAULT_FOLDERS.industries, copy.industries)
    change(copy.catalogue / "hall.yaml", _keep_one_small_theme)
    change(copy.catalogue / "materials.yaml", _forget_issuers)
    return copy


def _forget_issuers(data: Any) -> None:
    for paper in data["materials"]:
        paper.pop("issued_by", None)


def _keep_one_small_theme(hall: Any) -> None:
    matters = [{"code": "LX01"}, {"code": "LX05", "after": ["LX01"]}, {"code": "SG01", "after": ["LX05"]}]
    hall["themes"] = [{**hall["themes"][0], "matters": matters}]
    hall["sessions"] = []


def change(path: Path, edit: Change) -> None:
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    edit(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def test_all_stages_have_matters(catalogue):
    count = {stage.code: 0 for stage in catalogue.stages}
    for matter in catalogue.matters:
        count[matter.stage] += 1
    assert count == {"land": 7, "design": 12, "construction": 9, "completion": 8, "business": 9}


def test_decision_waits_for_every_other_step(catalogue):
    for matter in catalogue.matters:
        *others, decision = matter.steps
        assert [step.kind for step in others] == ["review"] * len(others), matter.code
        assert decision.kind == "decide", matter.code
        reached, pending = set(), list(decision.needs)
        while pending:
            code = pending.pop()
            reached.add(code)
            pending += next(step.needs for step in others if step.code == code)
        assert reached == {step.code for step in others}, matter.code


def test_several_matters_join_reviews_of_different_departments(catalogue):
    joined = {
        matter.code
        for matter in catalogue.matters
        if len(matter.steps[-1].needs) == 3 and len({step.department for step in matter.steps if not step.needs}) == 3
    }
    assert joined == {"LX02", "LX03", "LX04", "GC01", "GC11", "SG01", "YS06"}


def test_promises_are_within_the_law(catalogue):
    for matter in catalogue.matters:
        for budget in (matter.limits.acceptance, matter.limits.decision, matter.limits.delivery):
            assert 1 <= budget.promised <= budget.lawful, matter.code
        steps = [{"code": step.code, "days": step.days, "needs": step.needs} for step in matter.steps]
        assert longest_path(steps) <= matter.limits.decision.promised, matter.code


@pytest.mark.parametrize(
    ("code", "lawful", "unit", "law", "articles"),
    [
        ("GC01", 20, "workday", "中华人民共和国行政许可法", (42,)),
        ("GC02", 60, "calendar", "中华人民共和国环境影响评价法", (22,)),
        ("GC03", 30, "calendar", "中华人民共和国环境影响评价法", (22,)),
        ("GC06", 45, "workday", "取水许可和水资源费征收管理条例", (19,)),
        ("SG01", 7, "workday", "中华人民共和国建筑法", (8,)),
        ("SG02", 15, "workday", "建设工程消防设计审查验收管理暂行规定", (22,)),
        ("YS08", 30, "workday", "不动产登记暂行条例", (20,)),
        ("QY01", 3, "workday", "中华人民共和国市场主体登记管理条例", (19,)),
    ],
)
def test_lawful_limit_names_its_source(catalogue, code, lawful, unit, law, articles):
    decision = catalogue.matter(code).limits.decision
    assert (decision.lawful, decision.unit) == (lawful, unit)
    assert (decision.source.law, decision.source.articles) == (law, articles)


def test_usual_limits_are_written_out(catalogue):
    """行政许可法 art. 32 and art. 44."""
    limits = catalogue.matter("GC01").limits
    assert (limits.acceptance.lawful, limits.acceptance.source.articles) == (5, (32,))
    assert (limits.delivery.lawful, limits.delivery.source.articles) == (10, (44,))
    assert (limits.extension, limits.extension_source) == (10, catalogue.matter("GC01").limits.decision.source)
    assert catalogue.matter("QY08").limits.delivery.lawful == 5


def test_a_paper_is_the_same_in_every_matter(catalogue):
    papers: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for matter in catalogue.matters:
        for material in matter.materials:
            said = (material.name, material.name_en, material.accepts)
            assert papers.setdefault(material.code, said) == said
    assert len(papers) < sum(len(matter.materials) for matter in catalogue.matters)


def test_every_paper_is_asked_for_and_every_fact_is_known(catalogue):
    rows = yaml.safe_load((DEFAULT_FOLDERS.catalogue / "materials.yaml").read_text(encoding="utf-8"))["materials"]
    used = {material.code for matter in catalogue.matters for material in matter.materials}
    assert {row["code"] for row in rows} == used
    asked = {fact for matter in catalogue.matters for fact in re.findall(r"'fact': '(\w+)'", repr(matter.when))}
    assert asked <= {fact.name for fact in catalogue.facts}


def test_chinese_texts_have_an_english_side(catalogue):
    for matter in catalogue.matters:
        for path, pair in _objects(matter.as_content(), matter.code):
            for key in pair:
                if f"{key}_en" in pair:
                    assert bool(pair[key]) == bool(pair[f"{key}_en"]), f"{path}/{key}"
                    assert not CHINESE.search(pair[f"{key}_en"]), f"{path}/{key}_en"


def _objects(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """All objects inside ``value``, each with its place."""
    if isinstance(value, dict):
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _objects(item, f"{path}/{key}")


def test_content_comes_back_equal_through_json(catalogue):
    for matter in catalogue.matters:
        assert matter_from_content(json.loads(json.dumps(matter.as_content()))) == matter


def test_themes_hold_their_prerequisites(catalogue):
    by_code = {theme.code: theme for theme in catalogue.themes}
    assert {"industrial-new", "technical-upgrade", "joint-acceptance", "business-setup"} <= set(by_code)
    order = {item.code: item.after for item in by_code["industrial-new"].matters}
    assert order["LX05"] == ("LX01", "LX02", "LX07")
    assert "GC01" in order["SG01"]


def test_every_industry_division_stands_once():
    sections = yaml.safe_load(DEFAULT_FOLDERS.industries.read_text(encoding="utf-8"))["sections"]
    assert [section["code"] for section in sections] == list("ABCDEFGHIJKLMNOPQRST")
    divisions = [division["code"] for section in sections for division in section["divisions"]]
    assert divisions == [f"{number:02}" for number in range(1, 98)]


def _set(*keys: str | int, value: Any) -> Change:
    def edit(data: Any) -> None:
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = value

    return edit


def _drop(key: str) -> Change:
    return lambda data: data.pop(key)


def _append(*keys: str | int, value: Any) -> Change:
    def edit(data: Any) -> None:
        for key in keys:
            data = data[key]
        data.append(value)

    return edit


def _silent(index: int, **changes: Any) -> Change:
    """Silence on a step as it must be written, but for ``changes``."""
    rule = {"silence": "agree", "silence_source": {"law": "project-filing-measures", "articles": [1]}, **changes}
    return lambda data: data["steps"][index].update(rule)


LEAF = {"fact": "building_area", "op": "gt", "value": 300}

BROKEN: list[tuple[str, Change, str, str]] = [
    (PERMIT, _drop("name"), "", "'name' is a required property"),
    (PERMIT, _set("colour", value="red"), "", "'colour' was unexpected"),
    (PERMIT, _set("stage", value="later"), "stage", "'later' is not one of"),
    (PERMIT, _set("name", value=" 空格 "), "name", "does not match"),
    (PERMIT, _set("department", value="nobody"), "department", "nobody is unknown"),
    (PERMIT, _set("window", value="housing"), "window", "housing is not a window"),
    (PERMIT, _set("code", value="SG99"), "code", "whose name doesn't start with it"),
    (PERMIT, _set("basis", 0, "law", value="no-law"), "basis/0/law", "no-law is unknown"),
    (PERMIT, _set("limits", "decision", "promised", value=8), "limits/decision/promised", "more than the lawful 7"),
    (PERMIT, _set("limits", "decision", "promised", value=2), "steps", "take 3 days in a row, but 2 are promised"),
    (PERMIT, _set("limits", "decision", "unit", value="week"), "limits/decision/unit", "'week' is not one of"),
    (PERMIT, _set("fee", value={"charged": True, "text": "收", "text_en": "Fee"}), "fee", "'basis' is a required"),
    (PERMIT, _append("materials", value={"code": "paper-plane"}), "materials/9/code", "paper-plane is unknown"),
    (PERMIT, _append("materials", value={"code": "land-title"}), "materials/9/code", "land-title is there twice"),
    (PERMIT, _set("materials", 5, "secondary", value=True), "materials/5/code", "there is nothing to defer"),
    (PERMIT, _set("steps", 1, "department", value="moon"), "steps/1/department", "moon is unknown"),
    (PERMIT, _set("steps", 1, "needs", value=["no-step"]), "steps/1/needs", "no-step is unknown"),
    (PERMIT, _set("steps", 1, "code", value="site-review"), "steps", "a code is there twice"),
    (PERMIT, _set("steps", 0, "needs", value=["document-review"]), "steps", "wait for each other"),
    (PERMIT, _set("steps", 0, "needs", value=["decide"]), "steps", "wait for each other"),
    (PERMIT, _set("steps", 0, "kind", value="decide"), "steps", "exactly one step decides"),
    (PERMIT, _set("steps", 3, "kind", value="review"), "steps", "exactly one step decides"),
    (PERMIT, _set("steps", 3, "needs", value=["land-review"]), "steps/3/needs", "document-review, site-review"),
    (PERMIT, _set("steps", 3, "department", value="city"), "steps/3/department", "the decision is housing's"),
    (PERMIT, _set("steps", 1, "silence", value="agree"), "steps/1", "'silence_source' is a dependency of 'silence'"),
    (PERMIT, _set("steps", 1, "silence_source", value={"law": "licensing"}), "steps/1", "'silence' is a dependency"),
    (PERMIT, _silent(1, silence="refuse"), "steps/1/silence", "'refuse' is not one of"),
    (PERMIT, _silent(1, silence_source={"law": "no-law"}), "steps/1/silence_source/law", "no-law is unknown"),
    (PERMIT, _silent(3), "steps/3/silence", "a decision is never made by silence"),
    (PERMIT, _set("applies", "when", value={**LEAF, "fact": "height"}), "applies/when", "height is unknown"),
    (PERMIT, _set("applies", "when", value={**LEAF, "op": "eq"}), "applies/when", "can't be asked by eq"),
    (PERMIT, _set("applies", "when", value={**LEAF, "value": True}), "applies/when", "True is not a value"),
    (
        PERMIT,
        _set("applies", "when", value={"fact": "industry_section", "op": "in", "value": ["Z"]}),
        "applies/when",
        "'Z' is not a value of industry_section",
    ),
    (
        PERMIT,
        _set("applies", "when", value={"fact": "industry_division", "op": "eq", "value": "99"}),
        "applies/when",
        "'99' is not a value of industry_division",
    ),
    (
        PERMIT,
        _set("applies", "when", value={"fact": "capital", "op": "eq", "value": "lunar"}),
        "applies/when",
        "'lunar' is not a value of capital",
    ),
    ("hall.yaml", _set("stages", 0, "department", value="x"), "stages/land/department", "x is unknown"),
    (
        "hall.yaml",
        _append("themes", 0, "matters", value={"code": "SG77"}),
        "themes/industrial-new/matters",
        "SG77 is unknown",
    ),
    (
        "hall.yaml",
        _set("themes", 0, "matters", 0, "after", value=["LX05"]),
        "themes/industrial-new",
        "wait for each other",
    ),
    ("hall.yaml", _set("acceptance", "source", "law", value="x"), "acceptance/source/law", "x is unknown"),
    ("hall.yaml", _set("acceptance", "promised", value=6), "acceptance/promised", "6 is more than the lawful 5"),
    ("facts.yaml", _set("facts", 0, "choices", value=[]), "facts/0/choices", "[] is too short"),
    ("laws.yaml", _append("laws", value={"code": "fire", "name": "法", "name_en": "Law"}), "laws/", "fire is there"),
]


@pytest.mark.parametrize(("file", "edit", "path", "message"), BROKEN)
def test_broken_file_names_the_place(folders, file, edit, path, message):
    change(folders.catalogue / file, edit)
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folders)
    assert caught.value.file == Path(file).name
    assert caught.value.path.startswith(path)
    assert message in caught.value.message
    assert str(caught.value).startswith(f"{Path(file).name}: ")


def test_silence_is_off_everywhere(catalogue):
    assert [step for matter in catalogue.matters for step in matter.steps if step.silence] == []
    assert all("silence" not in step for matter in catalogue.matters for step in matter.as_content()["steps"])


def test_silence_keeps_its_law_through_a_version(folders):
    change(folders.catalogue / PERMIT, _silent(1))
    matter = read_catalogue(folders).matter("SG01")
    source = matter.steps[1].silence_source
    assert (matter.steps[1].silence, source.law, source.articles) == ("agree", "企业投资项目核准和备案管理办法", (1,))
    content = json.loads(json.dumps(matter.as_content()))
    assert content["steps"][1]["silence_source"]["law"] == source.law
    assert [list(step) for step in content["steps"] if "silence" in step] == [list(content["steps"][1])]
    assert matter_from_content(content) == matter


def test_same_matter_in_two_files(folders):
    original = folders.catalogue / PERMIT
    shutil.copy(original, original.with_name("sg01-again.yaml"))
    with pytest.raises(CatalogueError, match="SG01 is there 2 times"):
        read_catalogue(folders)


def test_key_given_twice(folders):
    path = folders.catalogue / PERMIT
    path.write_text(path.read_text(encoding="utf-8") + "visits: 1\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"sg01-construction-permit\.yaml: is not YAML: .*'visits' is given twice"):
        read_catalogue(folders)


def test_not_yaml_and_not_text(folders):
    (folders.catalogue / PERMIT).write_text("code: [", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"sg01-construction-permit\.yaml: is not YAML"):
        read_catalogue(folders)
    (folders.catalogue / PERMIT).write_bytes("代码: 一".encode("gb18030"))
    with pytest.raises(CatalogueError, match=r"sg01-construction-permit\.yaml: is not YAML"):
        read_catalogue(folders)


def test_missing_file(folders):
    folders.departments.unlink()
    with pytest.raises(CatalogueError, match=r"departments\.yaml: can't be read"):
        read_catalogue(folders)


def test_every_matter_has_a_form_and_every_field_is_asked(catalogue):
    asked = {line.name for matter in catalogue.matters for line in matter.form}
    assert [matter.code for matter in catalogue.matters if not matter.form] == []
    data = yaml.safe_load((DEFAULT_FOLDERS.catalogue / "fields.yaml").read_text(encoding="utf-8"))
    assert {row["name"] for row in data["fields"]} == asked


def test_every_source_of_a_field_resolves(catalogue):
    lines = {line.name: line for matter in catalogue.matters for line in matter.form if line.source}
    questions = {fact.name: fact for fact in catalogue.facts if fact.source == "question"}
    models = {"project": Project, "enterprise": Enterprise}
    for line in lines.values():
        kind, name = line.source.split(".")
        if kind == "fact":
            assert (questions[name].type, questions[name].unit) == (line.type, line.unit), line.name
        else:
            assert models[kind]._meta.get_field(name), line.name
    for name, choices in (("project_nature", Project.Nature), ("capital_origin", Project.Capital)):
        assert [code for code, _zh, _en in lines[name].choices] == choices.values


def test_every_field_has_a_sample_that_may_be_filled_in(catalogue):
    lines = {line.name: line for matter in catalogue.matters for line in matter.form}
    for line in lines.values():
        assert form_values.read(line, line.sample) is not None, line.name
