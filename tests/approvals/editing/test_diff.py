"""Differences in words of a person, in the reader's language."""

import copy

import pytest
from django.utils.translation import override

from approvals.catalogue.loader import read_catalogue, read_registers
from approvals.editing import diff
from approvals.editing.contents import complete, complete_theme
from approvals.editing.words import names

CATALOGUE, REGISTERS = read_catalogue(), read_registers()
NAMES = names(REGISTERS, {matter.code: matter.name for matter in CATALOGUE.matters})
OLD = complete(CATALOGUE.matter("GC01").as_content())
STEP = OLD["steps"][0]


def words(change) -> list[str]:
    new = copy.deepcopy(OLD)
    change(new)
    return [one.words for one in diff.compare("matter", OLD, new, NAMES)]


def set_days(content):
    content["limits"]["decision"]["promised"] = 8


def set_unit(content):
    content["limits"]["decision"]["unit"] = "calendar"


def test_nothing_is_different_from_itself():
    for matter in CATALOGUE.matters:
        content = complete(matter.as_content())
        assert diff.compare("matter", content, copy.deepcopy(content), NAMES) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (set_days, ["决定 · 承诺时限 10 → 8 个工作日"]),
        (set_unit, ["决定 · 计算单位 工作日 → 自然日"]),
        (lambda c: c.update(department="water"), ["实施主体 自然资源和规划局 → 水务局"]),
        (lambda c: c["materials"].pop(0), ["删除材料：申请表（书）"]),
        (lambda c: c["materials"][1].update(required=False), [f"{OLD['materials'][1]['name']} · 必交 是 → 否"]),
        (lambda c: c["steps"][0].update(days=1), [f"{STEP['name']} · 天数 {STEP['days']} → 1 个工作日"]),
        (lambda c: c["conditions"].append({"text": "新条件", "text_en": "New"}), ["新增条件：新条件"]),
        (lambda c: c["conditions"].reverse(), ["办理条件：顺序有调整"]),
        (lambda c: c["sources"].append("新来源"), ["新增来源：新来源"]),
        (lambda c: c.update(when={"fact": "takes_water", "op": "eq", "value": False}), None),
    ],
)  # fmt: skip
def test_a_change_reads_as_a_sentence(change, told):
    found = words(change)
    if told is None:
        assert len(found) == 1
        assert found[0].endswith("→ 直接取用地表水或地下水为否")
        assert "{" not in found[0]
    else:
        assert found == told


def test_in_english():
    with override("en"):
        assert words(set_days) == ["Decision · Promised limit 10 → 8 working days"]


def test_only_the_other_language_changed_is_told_too():
    assert words(lambda c: c.update(name_en="Planning Permit")) == [f"名称 (英文) {OLD['name_en']} → Planning Permit"]


def test_theme_order_is_told():
    old = complete_theme(CATALOGUE.themes[0].as_content())
    new = copy.deepcopy(old)
    row = next(item for item in new["matters"] if item["code"] == "LX05")
    row["overlap"] = []
    assert [one.words for one in diff.compare("theme", old, new, NAMES)] == [
        f"LX05 {NAMES.matters['LX05']} · 并联办理 LX07 {NAMES.matters['LX07']} → 无"
    ]
