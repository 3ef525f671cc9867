import pytest

from projects.national_code import problem, tidy


@pytest.mark.parametrize("code", ["2603-130371-04-01-123456", "1612-210211-89-03-000001", "2001-000000-26-02-999999"])
def test_codes_of_right_form_pass(code: str) -> None:
    assert problem(code) is None


@pytest.mark.parametrize(
    "code",
    [
        "",
        "2603-130371-04-01-12345",
        "2603-130371-04-01-1234567",
        "2603130371040112345",
        "2603-13037A-04-01-123456",
        "2613-130371-04-01-123456",
        "2600-130371-04-01-123456",
        "2603-990371-04-01-123456",
        "2603-160371-04-01-123456",
        "2603-130371-04-01-123456\n",
        "٢٦٠٣-130371-04-01-123456",
    ],
)
def test_codes_of_wrong_form_are_told(code: str) -> None:
    assert problem(code)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (" 2603-130371-04-01-123456 ", "2603-130371-04-01-123456"),
        ("26031303710401123456", "2603-130371-04-01-123456"),
        ("２６０３－１３０３７１－０４－０１－１２３４５６", "2603-130371-04-01-123456"),
        ("2603 - 130371 – 04 – 01 – 123456", "2603-130371-04-01-123456"),
        ("2603-1303", "2603-1303"),
    ],
)
def test_what_people_paste_is_tidied(typed: str, code: str) -> None:
    assert tidy(typed) == code
