"""Reading unified social credit codes."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from enterprises.credit_code import LETTERS_AND_DIGITS, clean_credit_code
from tests.factories.enterprises import make_credit_code

GOOD = "91110000600037341L"


@pytest.mark.parametrize(
    "typed",
    [GOOD, GOOD.lower(), " 9111 0000 6000 3734 1L ", "91110000-600037341L", "９１１１００００６０００３７３４１Ｌ"],
)
def test_what_people_type_becomes_the_code(typed: str) -> None:
    assert clean_credit_code(typed) == GOOD


def test_code_of_a_rural_collective_is_known() -> None:
    assert clean_credit_code("N2130303MF0000001H") == "N2130303MF0000001H"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "length"),
        (GOOD[:-1], "length"),
        (GOOD + "1", "length"),
        ("9111000060003734IL", "characters"),
        ("91110000600037341O", "characters"),
        ("A111000060003734中1", "characters"),
        ("9111000A600037341L", "head"),
        ("01110000600037341L", "head"),
        ("911100006000373410", "check_digit"),
        ("91110000600037431L", "check_digit"),
    ],
)
def test_each_mistake_is_told_apart(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        clean_credit_code(typed)
    assert caught.value.code == code


@given(serial=st.integers(0, 9_999_999), position=st.integers(0, 17), char=st.sampled_from(sorted(LETTERS_AND_DIGITS)))
def test_any_single_mistyped_character_is_noticed(serial: int, position: int, char: str) -> None:
    good = make_credit_code(serial)
    wrong = good[:position] + char + good[position + 1 :]
    if wrong == good:
        assert clean_credit_code(wrong) == good
    else:
        with pytest.raises(ValidationError):
            clean_credit_code(wrong)
