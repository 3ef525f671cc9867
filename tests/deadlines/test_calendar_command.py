"""``manage.py calendar``: import, show, redate."""

from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.actors import Actor
from deadlines import redate, services
from deadlines.management.commands import calendar as command
from deadlines.models import CalendarYear, Clock, NoticeDay
from deadlines.notice_yaml import from_yaml
from tests.deadlines.test_notice import SAMPLE, SOURCE
from tests.factories.deadlines import day, make_clock

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
ORDER = {"name": "防汛停工", "source": "区防汛指挥部令第1号"}
LONGER = SAMPLE.replace("2026-02-23", "2026-02-24")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def run(*words: str) -> tuple[list[str], str]:
    out, err = StringIO(), StringIO()
    with translation.override("en"):
        call_command("calendar", *words, stdout=out, stderr=err, no_color=True)
    return out.getvalue().splitlines(), err.getvalue()


@pytest.fixture
def spring() -> Clock:
    """Due on 24 February 2026, the first working day after the Spring Festival."""
    return make_clock(starts_at=datetime(2026, 2, 14, 10, tzinfo=ZONE), promised=1, lawful=None)


def write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def test_import_says_first_what_would_move(tmp_path: Path, spring: Clock) -> None:
    lines, _err = run("import", write(tmp_path / "x.yaml", LONGER), "--dry-run")
    assert lines[0] == "2026-01-01 Public holiday New Year's Day"
    assert lines[-3:] == [
        "1 open duty gets new dates.",
        f"  {spring.title}: 2026-02-24 → 2026-02-25",
        "Nothing was saved.",
    ]
    assert CalendarYear.objects.count() == 0


def test_import_saves_the_year_and_counts_everything_again(tmp_path: Path, spring: Clock) -> None:
    run("import", write(tmp_path / "x.yaml", LONGER))
    year = CalendarYear.objects.get()
    assert (year.year, year.source, NoticeDay.objects.count()) == (2026, SOURCE, 40)
    spring.refresh_from_db()
    assert spring.due_at.astimezone(ZONE).date() == day("2026-02-25")
    with pytest.raises(CommandError, match="in force already"):
        run("import", str(tmp_path / "x.yaml"))


def test_import_says_everything_that_is_wrong(tmp_path: Path) -> None:
    text = SAMPLE.replace("2026-01-04", "2026-01-05").replace("2026-02-28", "2026-02-27")
    with pytest.raises(CommandError) as caught:
        run("import", write(tmp_path / "x.yaml", text))
    assert [line[:10] for line in str(caught.value).splitlines()] == ["2026-01-05", "2026-02-27"]
    with pytest.raises(CommandError, match="cannot be read"):
        run("import", str(tmp_path / "none.yaml"))


def test_show_gives_status_special_days_and_hours() -> None:
    services.set_override(actor=Actor.system(), date=day("2026-03-04"), is_workday=True, closed="afternoon", **ORDER)
    lines, _err = run("show", "2026")
    assert lines[0].startswith("2026 Published 国务院办公厅")
    assert "2026-01-04 Make-up working day New Year's Day" in lines
    assert "2026-03-04 Half day, closed in the afternoon 防汛停工" in lines
    assert lines[-7:] == [
        *(f"{name} 08:30–12:00, 13:30–17:30" for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")),
        "Saturday closed",
        "Sunday closed",
    ]
    services.import_year(actor=Actor.system(), notice=from_yaml(SAMPLE))
    assert run("show", "2026")[0][0] == f"2026 Published {SOURCE}"
    assert run("show", "2027")[0][0] == "2027 Unpublished"
    with pytest.raises(CommandError, match="no working calendar for the year 1999"):
        run("show", "1999")


def stale(number: int) -> None:
    for _number in range(number):
        make_clock(starts_at=datetime(2025, 3, 3, 10, tzinfo=ZONE), promised=5)
    redate.revise(reason="x", user_id=None)


def test_redate_writes_a_plain_line_for_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redate, "BATCH", 3)
    stale(7)
    lines, err = run("redate")
    assert lines == ["0 of 7 duties have new dates."]
    assert [line.split("] ")[1].split(",")[0] for line in err.splitlines()] == ["3 of 7", "6 of 7", "7 of 7"]
    assert redate.waiting() == 0
    assert run("redate") == (["0 of 0 duties have new dates."], "")


def test_on_a_terminal_one_line_is_drawn_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redate, "BATCH", 3)
    monkeypatch.setattr(command, "_is_terminal", lambda: True)
    stale(4)
    _lines, err = run("redate")
    assert (err.count("\r"), err.count("\n")) == (2, 1)


def test_the_bar_says_rate_and_time_left() -> None:
    with translation.override("en"):
        bar = command.Progress(StringIO(), 10_000, terminal=False)
        assert bar.text(2_500, 5.0) == f"[{'#' * 7}{'.' * 23}] 2500 of 10000, 500 a second, 15 s left"
        assert bar.text(0, 0.0) == f"[{'.' * 30}] 0 of 10000, 0 a second, 0 s left"
