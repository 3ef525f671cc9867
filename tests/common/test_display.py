"""Words and figures as readers see them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from common import display


@pytest.fixture
def chinese():
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("wan", "shown"),
    [
        (Decimal(1260), "CNY 12.6 million"),
        (52_300, "CNY 523 million"),
        (Decimal("0.5"), "CNY 0.01 million"),
        (None, "—"),
        ("", "—"),
        ("not a number", "—"),
    ],
)
def test_money_in_english_is_in_millions(english, wan, shown):
    assert display.money(wan) == shown


def test_money_in_yuan_below_ten_thousand_stays_in_yuan(english):
    assert display.money(Decimal("1234.50"), "yuan") == "1,234.5 yuan"


def test_money_in_yuan_above_ten_thousand_is_counted_in_wan(english):
    assert display.money(12_600_000, "yuan") == "CNY 12.6 million"


def test_money_in_chinese_turns_to_yi_at_one_hundred_million(chinese):
    translated = {
        "ten": translation.gettext("%(amount)s ten thousand yuan"),
        "hundred": translation.gettext("%(amount)s hundred million yuan"),
    }
    assert display.money(9_999) == translated["ten"] % {"amount": "9,999"}
    assert display.money(10_000) == translated["hundred"] % {"amount": "1"}
    assert display.money(52_345) == translated["hundred"] % {"amount": "5.23"}


def test_area_of_land_from_a_hectare_on_says_mu_to_chinese_readers(chinese):
    metres = translation.gettext("%(amount)s m²")
    mu = translation.gettext("%(amount)s mu")
    both = translation.gettext("%(metres)s (about %(mu)s)")
    expected = both % {"metres": metres % {"amount": "20,000"}, "mu": mu % {"amount": "30"}}
    assert display.area(20_000, "land") == expected
    assert display.area(9_999, "land") == metres % {"amount": "9,999"}
    assert display.area(20_000) == metres % {"amount": "20,000"}


def test_area_in_english_is_square_metres_only(english):
    assert display.area(Decimal("20000.00")) == "20,000 m²"
    assert display.area(None) == "—"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 3), "2026年11月3日"),
        # Half past four in the afternoon in London is the next day in Shanghai.
        (datetime(2026, 11, 23, 16, 30, tzinfo=UTC), "2026年11月24日"),
        (None, "—"),
    ],
)
def test_local_date_in_chinese(chinese, value, shown):
    assert display.local_date(value) == shown


def test_local_date_in_english(english):
    assert display.local_date(date(2026, 11, 3)) == "3 November 2026"


def test_local_moment_is_shanghai_time(chinese):
    assert display.local_moment(datetime(2026, 11, 23, 2, 32, tzinfo=UTC)) == "2026年11月23日 10:32"
    assert display.local_moment(date(2026, 11, 23)) == "2026年11月23日"


def test_short_date_is_the_same_in_every_language(english):
    assert display.short_date(date(2026, 1, 9)) == "2026-01-09"


@pytest.mark.parametrize(
    ("days", "unit", "shown"),
    [
        (3, "workday", "3 working days left"),
        (1, "workday", "1 working day left"),
        (0, "workday", "Due today"),
        (-1, "workday", "1 working day overdue"),
        (-4, "calendar", "4 calendar days overdue"),
        (60, "calendar", "60 calendar days left"),
        (None, "workday", ""),
    ],
)
def test_days_text(english, days, unit, shown):
    assert display.days_text(days, unit) == shown


def test_light_view_never_shows_two_lights_in_one_shape():
    running = [display.light_view(key) for key in ("green", "yellow", "red")]
    assert len({view.shape for view in running}) == 3
    assert len({view.text for view in running}) == 3


def test_light_view_of_an_unknown_light_is_no_time_limit():
    assert display.light_view("purple").key == "none"


def test_act_label_is_the_registered_one(monkeypatch):
    monkeypatch.setattr(display, "ACT_LABELS", {})
    assert display.act_label("case.accepted") == "case.accepted"
    display.register_acts({"case.accepted": "Accepted"})
    assert display.act_label("case.accepted") == "Accepted"
