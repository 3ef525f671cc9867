"""The chart above the steps of a draft, which may be in any state."""

import copy

from approvals.catalogue.loader import read_catalogue
from approvals.editing import charts

(CONTENT,) = (matter.as_content() for matter in read_catalogue().matters if matter.code == "GC01")


def with_steps(*steps):
    content = copy.deepcopy(CONTENT)
    content["steps"] = [
        {**content["steps"][0], "code": code, "name": name, "needs": needs} for code, name, needs in steps
    ]
    return content


def test_every_step_has_its_box_with_its_days():
    chart = charts.of_steps(CONTENT)
    assert [placed.box.code for placed in chart.boxes] == [step["code"] for step in CONTENT["steps"]]
    assert all(len(placed.lines) > 1 for placed in chart.boxes)


def test_a_step_without_a_name_shows_its_code():
    content = with_steps(("review", "", []))
    content["steps"][0]["name_en"] = ""
    (placed,) = charts.of_steps(content).boxes
    assert placed.lines[0].text == "review"


def test_nothing_to_draw_and_a_circle_make_no_chart():
    assert charts.of_steps(with_steps()) is None
    assert charts.of_steps(with_steps(("", "x", []))) is None
    assert charts.of_steps(with_steps(("a", "甲", ["b"]), ("b", "乙", ["a"]))) is None
    assert charts.of_steps(with_steps(("a", "甲", ["a"]))) is None
