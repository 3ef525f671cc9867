"""What a line may hold, type by type, and how it reads."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from approvals import form_values
from approvals.catalogue.model import field_from_content
from tests.approvals.applying.forms import FLOORS, HEIGHT, KEY, NOTE, PHONE, START, WAY, line

GOOD: list[tuple[dict[str, Any], Any, Any]] = [
    (HEIGHT, "23.80", 23.8),
    (HEIGHT, "２３", 23),
    (HEIGHT, "12,600.5", 12600.5),
    (HEIGHT, 0, 0),
    (FLOORS, "3", 3),
    (START, "2027-03-01", "2027-03-01"),
    (KEY, "false", False),
    (KEY, True, True),
    (WAY, "direct", "direct"),
    (NOTE, " 一\r\n二 ", "一\n二"),
    (PHONE, "138 0000 0000", "13800000000"),
    (line("builder_credit_code"), "91130300ma0exam p05", "91130300MA0EXAMP05"),
    (line("contact_email"), "a@firm.example", "a@firm.example"),
    (HEIGHT, "  ", None),
    (KEY, None, None),
]
BAD: list[tuple[dict[str, Any], Any, str]] = [
    (HEIGHT, "二十", "Enter a number."),
    (HEIGHT, "NaN", "Enter a number."),
    (HEIGHT, True, "Enter a number."),
    (HEIGHT, "-1", "not below zero"),
    (HEIGHT, "1e14", "at most 14 digits"),
    (HEIGHT, "0.00001", "four decimals"),
    (FLOORS, "3.5", "whole number"),
    (line("green_ratio", "number", unit="%", unit_en="%"), "101", "more than 100%"),
    (START, "2027-02-30", "Enter a date"),
    (START, "0027-03-01", "look at the year"),
    (KEY, "maybe", "Choose yes or no."),
    (WAY, "tender", "Choose one of the values"),
    (PHONE, "123", "mobile number"),
    (line("builder_credit_code"), "91130300MA0EXAMP06", "check digit"),
    (line("contact_email"), "a@", "email"),
    (line("text"), "一\n二", "cannot be printed"),
    (line("text"), "\U0001f600", "cannot be printed"),
    (line("text"), "长" * 201, "At most 200"),
    (NOTE, "长" * 2001, "At most 2000"),
]


@pytest.mark.parametrize(("content", "raw", "kept"), GOOD)
def test_a_value_that_fits_is_kept_in_one_form(content: dict[str, Any], raw: Any, kept: Any) -> None:
    value = form_values.read(field_from_content(content), raw)
    assert (value, type(value)) == (kept, type(kept))


@pytest.mark.parametrize(("content", "raw", "words"), BAD)
def test_a_value_that_does_not_fit_says_why(content: dict[str, Any], raw: Any, words: str) -> None:
    with translation.override("en"):
        with pytest.raises(ValidationError) as caught:
            form_values.read(field_from_content(content), raw)
        assert words in " ".join(caught.value.messages)


def test_values_read_as_people_write_them() -> None:
    shown = [
        (HEIGHT, 23.8), (HEIGHT, 0), (KEY, False), (WAY, "open"), (START, "2027-03-01"), (NOTE, None),
        (line("green_ratio", "number", unit="%", unit_en="%"), 15),
    ]  # fmt: skip
    with translation.override("zh-hans"):
        texts = [form_values.show(field_from_content(content), value) for content, value in shown]
    assert texts == ["23.8 米", "0 米", "否", "公开招标", "2027年3月1日", "", "15%"]
