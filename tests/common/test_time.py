"""Days and months."""

from datetime import date

import pytest

from common.time import months_after


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        (date(2024, 2, 29), 120, date(2034, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 24), 360, date(2056, 11, 24)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_after(day: date, months: int, until: date) -> None:
    assert months_after(day, months) == until
