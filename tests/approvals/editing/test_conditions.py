"""The builder loses nothing: tree → rows → what a browser posts → rows → tree."""

import pytest
from django.http import QueryDict

from approvals import facts
from approvals.catalogue.loader import read_catalogue
from approvals.editing import conditions
from approvals.editing.conditions import Row, RowError, rows_of, tree_of
from approvals.editing.exchange.xlsx_in import condition_row
from approvals.editing.views.condition import acted, posted
from approvals.editing.words import condition_text

CATALOGUE = read_catalogue()
TREES = {item.code: item.when for item in (*CATALOGUE.matters, *CATALOGUE.themes) if item.when}
DEEP = {"all": [{"any": [{"not": {"fact": "takes_water", "op": "eq", "value": True}}]},
                {"fact": "land_area", "op": "gte", "value": 0.5}]}  # fmt: skip
LEAF = {"fact": "building_area", "op": "gt", "value": 300}


def as_posted(rows: list[Row]) -> QueryDict:
    data = QueryDict(mutable=True)
    data["count"] = str(len(rows))
    for index, row in enumerate(rows):
        for key in ("depth", "kind", "fact", "op"):
            data[f"row-{index}-{key}"] = str(getattr(row, key))
        data.setlist(f"row-{index}-value", list(row.values))
    return data


@pytest.mark.parametrize("tree", [*TREES.values(), DEEP], ids=[*TREES, "deep"])
def test_every_condition_survives_the_builder(tree):
    rows = rows_of(tree)
    assert tree_of(rows, facts.definitions()) == tree
    assert posted(as_posted(rows)) == rows


def test_no_condition_is_no_rows():
    assert (rows_of(None), tree_of([], facts.definitions())) == ([], None)


@pytest.mark.parametrize(
    ("rows", "index", "code"),
    [
        ([Row(0, "all")], 0, "empty"),
        ([Row(0, "leaf")], 0, "fact"),
        ([Row(0, "leaf", "land_area", "eq", ("1",))], 0, "operator"),
        ([Row(0, "leaf", "land_area", "gt", ("",))], 0, "value"),
        ([Row(0, "leaf", "land_area", "gt", ("much",))], 0, "number"),
        ([Row(0, "leaf", "land_area", "gt", ("NaN",))], 0, "number"),
        ([Row(0, "not"), *[Row(1, "leaf", "takes_water", "eq", ("true",))] * 2], 0, "one"),
        ([Row(0, "leaf", "takes_water", "eq", ("true",))] * 2, 1, "outside"),
    ],
)
def test_an_incomplete_row_is_named(rows, index, code):
    with pytest.raises(RowError) as caught:
        tree_of(rows, facts.definitions())
    assert (caught.value.index, caught.value.code) == (index, code)


def test_buttons_build_a_tree():
    rows = acted([], "all")
    rows = acted(rows, "any-0")
    assert [(row.depth, row.kind) for row in rows] == [(0, "all"), (1, "leaf"), (1, "any"), (2, "leaf")]
    assert acted(rows, "remove-2") == [Row(0, "all"), Row(1, "leaf")]
    assert [row.depth for row in acted(rows, "leaf-2")] == [0, 1, 1, 2, 2]
    with pytest.raises(RowError):
        acted(acted(rows, "any-2"), "all-4")


def test_a_single_comparison_goes_into_a_group():
    rows = acted(rows_of(LEAF), "wrap-0")
    assert tree_of(rows, facts.definitions()) == {"all": [LEAF]}
    with pytest.raises(RowError):
        conditions.wrap(rows_of(DEEP), 0)


def test_another_fact_drops_what_does_not_fit_it():
    (row,) = posted(as_posted([Row(0, "leaf", "eia_class", "gt", ("300",))]))
    assert row == Row(0, "leaf", "eia_class", "eq", ())


def test_a_forged_post_does_no_harm():
    data = as_posted([Row(9, "leaf", "land_area", "gt", ("1",))])
    data["row-0-kind"], data["count"] = "script", "99999"
    assert posted(data)[0] == Row(0, "leaf", "land_area", "gt", ("1",))
    data["row-0-depth"] = "²"
    assert posted(data)[0] == Row(0, "leaf", "land_area", "gt", ("1",))
    for count in ("x", "²"):
        data["count"] = count
        assert posted(data) == []
    rows = [Row(0, "all"), Row(1, "leaf", "land_area", "gt", ("1",))]
    assert acted(rows, "remove-²") == rows
    assert condition_row({"depth": "²", "fact": "land_area", "op": "gt", "value": "1"}).depth == 0


def test_a_condition_reads_as_a_sentence():
    assert condition_text(TREES["SG01"]) == "总建筑面积大于300平方米，且总投资大于30万元"
    assert condition_text(DEEP) == "不满足（直接取用地表水或地下水为是），且用地面积不小于0.5平方米"
    assert condition_text(TREES["industrial-new"]) == (
        "项目审批类型属于以下之一：备案、核准，且建设性质属于以下之一：新建、扩建、迁建"
    )
