"""Days one after the other and side by side; the chart of an order."""

from datetime import date

import pytest

from approvals.catalogue import read_catalogue
from approvals.catalogue.ordering import Before, waits
from approvals.planning.schedule import Days, Frame, Task, Way, lay_out
from common.charts import Box, draw, wrap
from content.timing import Duration, duration, timing, working_days
from deadlines.workdays import Calendar


def test_calendar_days_count_five_in_seven():
    assert [working_days(days, "calendar") for days in (1, 7, 20, 30)] == [1, 5, 15, 22]
    assert working_days(20, "workday") == 20


def durations(**days):
    """By code, to the certificate; a pair is that and the delivery."""
    return {code: Duration(*one) if isinstance(one, tuple) else Duration(one) for code, one in days.items()}


GRAPH = {"a": Before(), "b": Before(("a",)), "c": Before((), ("a",)), "d": Before(("b",), ("c",))}


def test_sequential_parallel_and_deferral():
    found = timing(GRAPH, durations(a=10, b=5, c=8, d=2))
    assert (found.sequential, found.parallel, found.deferral) == (25, 20, 17)
    assert found.starts == {"a": 0, "b": 10, "c": 10, "d": 18}
    assert found.critical == ("a", "c", "d")


def test_a_delivery_is_waited_for_only_one_after_the_other():
    found = timing(GRAPH, durations(a=(10, 4), b=(5, 1), c=(8, 9), d=(2, 3)))
    assert (found.sequential, found.parallel, found.deferral) == (42, 27, 20)
    assert found.starts == {"a": 0, "b": 10, "c": 10, "d": 18}
    # c is handed over on day 18 + 9, when nothing waits for it any more.
    assert found.critical == ("a", "c")


def test_nothing_takes_no_time():
    found = timing({}, {})
    assert (found.sequential, found.parallel, found.deferral, found.critical) == (0, 0, 0, ())


def test_a_certificate_waits_for_what_may_follow():
    found = timing({"a": Before(), "b": Before((), ("a",))}, durations(a=(10, 1), b=(3, 2)))
    assert found.deferral == 10 + 2


CATALOGUE = read_catalogue()


@pytest.mark.parametrize("theme", CATALOGUE.themes, ids=lambda theme: theme.code)
def test_guide_and_plan_of_a_project_count_alike(theme):
    by_code = {matter.code: matter for matter in CATALOGUE.matters}
    lengths = {item.code: duration(by_code[item.code]) for item in theme.matters}
    graph = waits(theme, lengths, lengths)
    # Working days only: without a date the guide takes five calendar days in seven for such, the plan counts them.
    tasks = [
        Task(code, Days(0), Days(one.certificate), Days(one.delivery), None, graph[code].strict, graph[code].overlap)
        for code, one in lengths.items()
    ]
    frame = Frame(Calendar(first_year=2026, last_year=2029, published=[], specials={}), date(2026, 1, 5))

    def length(way):
        return frame.calendar.count(frame.starts, max(one.delivered for one in lay_out(tasks, way, frame).values()))

    found = timing(graph, lengths)
    assert [found.sequential, found.parallel, found.deferral] == [length(way) for way in Way]


def boxes(*rows):
    return [Box(code, code * 3, ("两天",), tuple(after)) for code, after in rows]


def test_what_comes_first_stands_left_and_nothing_overlaps():
    chart = draw(boxes(("a", ""), ("b", "a"), ("c", "a"), ("d", "bc")))
    place = {one.box.code: one for one in chart.boxes}
    assert place["a"].x < place["b"].x == place["c"].x < place["d"].x
    assert place["b"].y + place["b"].height < place["c"].y
    assert len(chart.edges) == 4
    assert all(one.x >= 0 and one.y >= 0 and one.x + one.width <= chart.width for one in chart.boxes)
    assert all(one.y + one.height <= chart.height for one in chart.boxes)


def test_a_line_that_says_nothing_new_is_left_out():
    assert len(draw(boxes(("a", ""), ("b", "a"), ("c", "ab"))).edges) == 2


def test_what_must_be_finished_first_keeps_its_line_beside_one_that_overlaps():
    chart = draw([*boxes(("a", ""), ("b", "a")), Box("c", "ccc", ("两天",), ("a", "b"), ("b",))])
    # In the order of the boxes: a–b, then a–c and b–c; only the last need not be finished.
    assert [edge.dashed for edge in chart.edges] == [False, False, True]


def test_lines_break_between_english_words_and_anywhere_in_chinese():
    assert wrap("建设工程规划许可证核发办理", 10) == ["建设工程规", "划许可证核", "发办理"]
    assert wrap("Construction permit for works", 14) == ["Construction", "permit for", "works"]
