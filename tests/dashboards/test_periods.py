from datetime import date

import pytest

from common.time import end_of_day, start_of_day
from dashboards.periods import month_after, period


@pytest.mark.parametrize(
    ("code", "day", "first", "after"),
    [
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        ("month", date(2026, 2, 1), date(2026, 2, 1), date(2026, 3, 1)),
        ("quarter", date(2026, 11, 23), date(2026, 10, 1), date(2027, 1, 1)),
        ("quarter", date(2026, 3, 31), date(2026, 1, 1), date(2026, 4, 1)),
        ("year", date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1)),
        ("nonsense", date(2026, 5, 5), date(2026, 5, 1), date(2026, 6, 1)),
    ],
)
def test_period_holds_its_first_and_not_the_day_after(code, day, first, after):
    found = period(code, day)
    assert (found.first, found.after) == (first, after)
    assert found.span == (start_of_day(first), start_of_day(after))
    assert found.span[0] <= end_of_day(day) < found.span[1]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 23), 1, date(2026, 12, 1)),
        (date(2026, 11, 23), 2, date(2027, 1, 1)),
        (date(2026, 11, 23), -11, date(2025, 12, 1)),
        (date(2026, 1, 31), 0, date(2026, 1, 1)),
    ],
)
def test_month_after(day, months, expected):
    assert month_after(day, months) == expected
