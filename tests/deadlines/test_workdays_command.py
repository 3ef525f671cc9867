"""``manage.py workdays``: the same engine on the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from common.time import now
from deadlines.models import CalendarOverride
from tests.factories.deadlines import day

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    output = StringIO()
    with translation.override("en"):
        call_command("workdays", *words, stdout=output)
    return output.getvalue().rstrip("\n")


def refusal(*words: str) -> str:
    with translation.override("en"), pytest.raises(CommandError) as caught:
        call_command("workdays", *words, stdout=StringIO())
    return str(caught.value)


def test_add() -> None:
    assert run("add", "2025-01-24", "20") == "2025-02-27"


def test_add_calendar_days() -> None:
    assert run("add", "2025-01-24", "20", "--calendar-days") == "2025-02-13"


def test_add_explained_day_by_day() -> None:
    assert run("add", "2025-01-24", "3", "--explain").splitlines()[:6] == [
        "2025-01-24      Working day",
        "2025-01-25      Weekend",
        "2025-01-26    1 Make-up working day Spring Festival",
        "2025-01-27    2 Working day",
        "2025-01-28      Public holiday Spring Festival",
        "2025-01-29      Public holiday Spring Festival",
    ]


def test_count() -> None:
    assert run("count", "2025-01-24", "2025-02-27") == "20"


def test_overrides_count_and_can_be_left_out() -> None:
    CalendarOverride.objects.create(
        date=day("2025-02-27"), is_workday=False, name="flood", source="order 1", created_at=now()
    )
    assert run("add", "2025-01-24", "20") == "2025-02-28"
    assert run("add", "2025-01-24", "20", "--published-only") == "2025-02-27"


def test_an_unpublished_year_is_flagged() -> None:
    assert run("add", "2026-12-20", "20") == "2027-01-15 (provisional: the schedule of 2027 is not published yet)"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "24.1.2025", "5"), "“24.1.2025” is not a date. Write it like 2025-01-24."),
        (("add", "2025-02-30", "5"), "“2025-02-30” is not a date. Write it like 2025-01-24."),
        (("add", "2025-01-24", "five"), "“five” is not a number of days."),
        (("add", "2025-01-24", "--", "-5"), "The number of days may not be negative."),
        (("count", "2025-02-27", "2025-01-24"), "The second date lies before the first."),
        (
            ("add", "1999-01-01", "5"),
            "There is no working calendar for the year 1999; it reaches from 2004 to 2041.",
        ),
        (
            ("add", "2025-01-24", "99999999999", "--calendar-days"),
            "That many days lead beyond any calendar.",
        ),
    ],
)
def test_bad_input_is_told_clearly(words: tuple[str, ...], message: str) -> None:
    assert refusal(*words) == message
