from approvals.catalogue.model import Theme, ThemeMatter
from approvals.catalogue.ordering import Before, before, in_theme_order


def make_theme(*matters: ThemeMatter) -> Theme:
    return Theme("t", "主题", "Theme", "说明", "Summary", matters)


CHAIN = make_theme(
    ThemeMatter("A"), ThemeMatter("B", ("A",)), ThemeMatter("C", ("B",), ("B",)), ThemeMatter("D", ("A", "C"), ("C",))
)


def test_waits_for_what_is_in_play():
    assert before(CHAIN, "B", {"A", "B"}) == Before(("A",))


def test_a_matter_that_may_overlap_is_told_apart():
    assert before(CHAIN, "C", {"B", "C"}) == Before((), ("B",))


def test_waits_through_a_matter_that_is_not_in_play():
    assert before(CHAIN, "C", {"A", "C"}) == Before(("A",))


def test_overlaps_through_a_matter_only_where_every_link_overlaps():
    theme = make_theme(ThemeMatter("A"), ThemeMatter("B", ("A",), ("A",)), ThemeMatter("C", ("B",), ("B",)))
    assert before(theme, "C", {"A", "C"}) == Before((), ("A",))


def test_the_stricter_of_two_ways_counts():
    assert before(CHAIN, "D", {"A", "D"}) == Before(("A",))


def test_nobody_waits_for_what_nobody_applied_for():
    assert before(CHAIN, "D", {"D"}) == Before()


def test_an_unknown_matter_waits_for_nothing():
    assert before(CHAIN, "X", {"A", "X"}) == Before()


def test_order_of_the_theme_with_strangers_last():
    assert in_theme_order(CHAIN, ["X", "C", "A"]) == ["A", "C", "X"]
