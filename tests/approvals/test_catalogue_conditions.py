"""The evaluator's three answers, and both sides of the condition of every matter in the catalogue."""

from decimal import Decimal
from typing import Any

import pytest

from approvals.catalogue import Catalogue, applies, read_catalogue
from approvals.catalogue.conditions import ConditionError, facts_in
from approvals.catalogue.model import default_facts, needs

AREA = {"fact": "building_area", "op": "gt", "value": 300}
FOREIGN = {"fact": "capital", "op": "eq", "value": "foreign"}

BUILT = {"building_area": 301, "total_investment": 31}
SMALL = {"building_area": 300, "total_investment": 5000}
CHEAP = {"building_area": 20_000, "total_investment": 30}
CHEMICAL = {"industry_section": "C", "hazardous_chemicals": True}

# For each matter: facts that call for it, and facts that rule it out; every branch once.
SIDES: list[tuple[str, dict[str, Any], bool]] = [
    ("LX01", {"procedure_kind": "filing"}, True),
    ("LX01", {"procedure_kind": "verification"}, False),
    ("LX02", {"procedure_kind": "verification"}, True),
    ("LX02", {"procedure_kind": "filing"}, False),
    ("LX03", {"procedure_kind": "approval"}, True),
    ("LX03", {"procedure_kind": "filing"}, False),
    ("LX04", {"uses_state_land": True, "procedure_kind": "approval"}, True),
    ("LX04", {"uses_state_land": True, "procedure_kind": "verification"}, True),
    ("LX04", {"uses_state_land": True, "procedure_kind": "filing"}, False),
    ("LX04", {"uses_state_land": False}, False),
    ("LX05", {"uses_state_land": True}, True),
    ("LX05", {"uses_state_land": False}, False),
    ("LX06", {"uses_state_land": True, "land_by_allocation": True}, True),
    ("LX06", {"uses_state_land": True, "land_by_allocation": False}, False),
    ("LX06", {"uses_state_land": False}, False),
    ("LX07", {"uses_state_land": True, "land_by_allocation": False}, True),
    ("LX07", {"uses_state_land": True, "land_by_allocation": True}, False),
    ("GC01", {"building_area": Decimal("0.5")}, True),
    ("GC01", {"building_area": 0}, False),
    ("GC02", {"eia_class": "report"}, True),
    ("GC02", {"eia_class": "form"}, False),
    ("GC03", {"eia_class": "form"}, True),
    ("GC03", {"eia_class": "registration"}, False),
    ("GC04", {"energy_use": 1000}, True),
    ("GC04", {"electricity_use": 500}, True),
    ("GC04", {"energy_use": 999.9, "electricity_use": 499.9}, False),
    ("GC05", {"land_area": 5000}, True),
    ("GC05", {"land_area": 4999, "earthwork": 1000}, True),
    ("GC05", {"land_area": 4999, "earthwork": 999}, False),
    ("GC06", {"takes_water": True}, True),
    ("GC06", {"takes_water": False}, False),
    ("GC07", {"beside_river": True}, True),
    ("GC07", {"beside_river": False, "in_flood_area": True}, True),
    ("GC07", {"beside_river": False, "in_flood_area": False}, False),
    ("GC08", {"flammable_site": True}, True),
    ("GC08", {"flammable_site": False}, False),
    ("GC09", {"has_civil_building": True}, True),
    ("GC09", {"industry_section": "K"}, True),
    ("GC09", {"has_civil_building": False, "industry_section": "C"}, False),
    ("GC10", {"near_heritage": True}, True),
    ("GC10", {"near_heritage": False}, False),
    ("GC11", CHEMICAL, True),
    ("GC11", {"industry_section": "C", "hazardous_chemicals": False}, False),
    ("GC11", {"industry_section": "I"}, False),
    ("GC12", CHEMICAL, True),
    ("GC12", {"industry_section": "P"}, False),
    ("SG01", BUILT, True),
    ("SG01", SMALL, False),
    ("SG01", CHEAP, False),
    ("SG02", {"special_fire": True}, True),
    ("SG02", {"special_fire": False}, False),
    ("SG03", BUILT, True),
    ("SG03", SMALL, False),
    ("SG04", BUILT, True),
    ("SG04", CHEAP, False),
    ("SG05", {"temporary_land": True}, True),
    ("SG05", {"temporary_land": False}, False),
    ("SG06", {"occupies_road": True}, True),
    ("SG06", {"occupies_road": False}, False),
    ("SG07", {"drains_to_sewer": True}, True),
    ("SG07", {"drains_to_sewer": False}, False),
    ("SG08", {"occupies_green": True}, True),
    ("SG08", {"occupies_green": False}, False),
    ("SG09", {"crosses_highway": True}, True),
    ("SG09", {"crosses_highway": False}, False),
    ("YS01", {"building_area": 1}, True),
    ("YS01", {"building_area": 0}, False),
    ("YS02", {"special_fire": True}, True),
    ("YS02", {"special_fire": False}, False),
    ("YS03", {**BUILT, "special_fire": False}, True),
    ("YS03", {**BUILT, "special_fire": True}, False),
    ("YS03", SMALL, False),
    ("YS04", {"has_civil_building": True}, True),
    ("YS04", {"has_civil_building": False, "industry_section": "C"}, False),
    ("YS05", BUILT, True),
    ("YS05", SMALL, False),
    ("YS06", BUILT, True),
    ("YS06", CHEAP, False),
    ("YS07", {"flammable_site": True}, True),
    ("YS07", {"flammable_site": False}, False),
    ("YS08", {"building_area": 1}, True),
    ("YS08", {"building_area": 0}, False),
    ("QY01", {"is_new_enterprise": True}, True),
    ("QY01", {"is_new_enterprise": False}, False),
    ("QY02", {"changes_registration": True}, True),
    ("QY02", {"changes_registration": False}, False),
    ("QY03", {"closes_enterprise": True}, True),
    ("QY03", {"closes_enterprise": False}, False),
    ("QY04", {"is_new_enterprise": True}, True),
    ("QY04", {"is_new_enterprise": False}, False),
    ("QY05", {"is_new_enterprise": True}, True),
    ("QY05", {"is_new_enterprise": False}, False),
    ("QY06", {"is_new_enterprise": True}, True),
    ("QY06", {"is_new_enterprise": False}, False),
    ("QY07", {"capital": "foreign"}, True),
    ("QY07", {"capital": "domestic"}, False),
    ("QY08", {"makes_food": True}, True),
    ("QY08", {"industry_division": "14"}, True),
    ("QY08", {"makes_food": False, "industry_division": "36"}, False),
    ("QY09", {"special_equipment": True}, True),
    ("QY09", {"special_equipment": False}, False),
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.mark.parametrize(("code", "facts", "expected"), SIDES)
def test_condition_of_matter(catalogue, code, facts, expected):
    assert catalogue.matter(code).applies_to(facts) is expected


def test_both_sides_of_every_matter_are_tried(catalogue):
    codes = {matter.code for matter in catalogue.matters}
    assert {code for code, _facts, expected in SIDES if expected} == codes
    assert {code for code, _facts, expected in SIDES if not expected} == codes


def test_matter_is_open_while_nothing_is_known(catalogue):
    assert {matter.applies_to({}) for matter in catalogue.matters} == {None}


@pytest.mark.parametrize(
    ("op", "known", "value", "expected"),
    [
        ("eq", "a", "a", True),
        ("eq", "a", "b", False),
        ("ne", "a", "b", True),
        ("ne", "a", "a", False),
        ("in", "a", ["a", "b"], True),
        ("in", "c", ["a", "b"], False),
        ("gt", 301, 300, True),
        ("gt", 300, 300, False),
        ("gte", Decimal(300), 300, True),
        ("gte", 299.9, 300, False),
        ("lt", 299, 300, True),
        ("lt", 300, 300, False),
        ("lte", 300, 300, True),
        ("lte", 301, 300, False),
    ],
)
def test_operator(op, known, value, expected):
    assert applies({"fact": "x", "op": op, "value": value}, {"x": known}) is expected


@pytest.mark.parametrize("missing", [{}, {"building_area": None}, {"building_area": ""}])
def test_leaf_is_open_when_its_fact_is_missing(missing):
    assert applies(AREA, missing) is None


def test_zero_and_false_are_answers():
    assert applies(AREA, {"building_area": 0}) is False
    assert applies({"fact": "x", "op": "eq", "value": False}, {"x": False}) is True


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"building_area": 500, "capital": "foreign"}, True),
        ({"building_area": 100}, False),
        ({"capital": "domestic"}, False),
        ({"building_area": 500}, None),
        ({}, None),
    ],
)
def test_all_is_settled_by_the_first_no(facts, expected):
    assert applies({"all": [AREA, FOREIGN]}, facts) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"building_area": 100, "capital": "domestic"}, False),
        ({"building_area": 500}, True),
        ({"capital": "foreign"}, True),
        ({"building_area": 100}, None),
        ({}, None),
    ],
)
def test_any_is_settled_by_the_first_yes(facts, expected):
    assert applies({"any": [AREA, FOREIGN]}, facts) is expected


@pytest.mark.parametrize(("area", "expected"), [(500, False), (100, True), (None, None)])
def test_not(area, expected):
    assert applies({"not": AREA}, {"building_area": area}) is expected


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({}, "not a condition"),
        ({"some": [AREA]}, "not a condition"),
        ({"fact": "building_area", "op": "like", "value": 1}, "unknown operator 'like'"),
        ({"fact": "building_area", "op": "gt", "value": "much"}, "can't be compared"),
    ],
)
def test_malformed_condition_is_refused(condition, message):
    with pytest.raises(ConditionError, match=message):
        applies(condition, {"building_area": 1})


def test_facts_in_lists_leaves_from_left_to_right():
    tree = {"all": [AREA, {"any": [FOREIGN, {"not": AREA}]}]}
    assert list(facts_in(tree)) == ["building_area", "capital", "building_area"]


def needs_of(catalogue, facts):
    return needs(catalogue.matters, facts, defaults=default_facts(catalogue.facts))


def test_needs_are_confirmed_or_open_and_never_ruled_out(catalogue):
    found = {need.matter.code: need.confirmed for need in needs_of(catalogue, {**BUILT, "procedure_kind": "filing"})}
    assert found["LX01"] is True
    assert found["SG01"] is True
    assert found["GC02"] is False
    assert "LX02" not in found
    assert "LX03" not in found


def test_defaults_hold_until_somebody_says_otherwise(catalogue):
    assert not {"QY02", "QY03"} & {need.matter.code for need in needs_of(catalogue, {})}
    assert not {"QY02", "QY03"} & {need.matter.code for need in needs_of(catalogue, {"changes_registration": None})}
    assert "QY02" in {need.matter.code for need in needs_of(catalogue, {"changes_registration": True})}


def test_needs_keep_the_order_of_the_stages(catalogue):
    stages = [need.matter.stage for need in needs_of(catalogue, {})]
    order = [stage.code for stage in catalogue.stages]
    assert stages == sorted(stages, key=order.index)
