"""The simulation: its parts, and the command itself with a few projects on a real server."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from approvals.planning.schedule import Way
from deadlines.calendars import published_only
from portal.simulation.assumptions import Draws, between, read_assumptions, read_staff
from portal.simulation.engine import Engine, Pool
from portal.simulation.report import NAMES, as_markdown, quantile
from portal.simulation.scratch import PREFIX, ScratchError, refuse_elsewhere
from portal.simulation.tally import Tally

# Friday 15 March 2024 at nine, Shanghai.
FRIDAY = datetime(2024, 3, 15, 1, tzinfo=UTC)


def test_staff_is_read_and_what_is_no_pool_is_refused() -> None:
    assert read_staff("clerks=4, reviewers=2,reviewers.housing=3") == {
        "clerks": 4, "reviewers": 2, "reviewers.housing": 3,
    }  # fmt: skip
    for wrong in ("cooks=1", "clerks=0", "clerks=x", "clerks.hall=1", "clerks"):
        with pytest.raises(ValueError, match=wrong):
            read_staff(wrong)


def test_a_figure_for_all_departments_replaces_those_of_some() -> None:
    assumed = read_assumptions()
    assert assumed.people("reviewers", "planning") > assumed.people("reviewers", "city")
    other = assumed.with_staff({"reviewers": 5})
    assert (other.people("reviewers", "planning"), other.people("approvers", "planning")) == (5, 1)


def test_draws_depend_on_their_name_alone() -> None:
    assumed = read_assumptions()
    first, second = Draws(1, assumed), Draws(1, assumed)
    second.hours("check", 7, "LX01")
    assert first.hours("review", 3, "GC01", "a") == second.hours("review", 3, "GC01", "a")
    assert first.hours("review", 3, "GC01", "a") != first.hours("review", 3, "GC01", "b")
    assert first.hours("review", 3, "GC01") != Draws(2, assumed).hours("review", 3, "GC01")
    low, _mode, high = assumed.hours["review"]
    assert all(low <= first.hours("review", serial) <= high for serial in range(200))


def test_share_of_days_follows_its_quantiles() -> None:
    assert [between(x, [0.0, 0.5, 1.0], [1.0, 2.0, 4.0]) for x in (-1, 0, 0.25, 0.5, 0.75, 1, 2)] == [
        1.0, 1.0, 1.5, 2.0, 3.0, 4.0, 4.0,
    ]  # fmt: skip
    draws = Draws(1, read_assumptions())
    found = sorted(draws.share_of_days(serial) for serial in range(2000))
    assert found[1000] == pytest.approx(0.86, abs=0.03)


def test_time_passes_only_while_the_hall_is_open() -> None:
    engine = Engine(published_only(), FRIDAY)
    seen: list[tuple[float, str]] = []
    engine.after(100.0, lambda: seen.append((engine.now, "later")))
    engine.after(7.5, lambda: seen.append((engine.now, f"{engine.moment:%a %H:%M}")))
    engine.run()
    assert [hour for hour, _what in seen] == [7.5, 100.0]
    day_open = sum(
        (b.hour * 60 + b.minute) - (a.hour * 60 + a.minute) for a, b in published_only().opening(FRIDAY.date())
    )
    engine = Engine(published_only(), FRIDAY)
    engine.after(day_open / 60 + 1, lambda: seen.append((engine.now, f"{engine.moment:%a}")))
    engine.run()
    # An hour more than the day has: it goes on on Monday.
    assert seen[-1][1] == "Mon"


def test_people_take_work_in_turn_and_the_rest_waits() -> None:
    engine = Engine(published_only(), FRIDAY)
    pool = Pool(engine, ["ann", "bob"])
    done: list[tuple[str, float, float]] = []
    for hours in (3.0, 1.0, 2.0):
        pool.put(hours, lambda who, waited: done.append((who, waited, engine.now)))
    engine.run()
    assert done == [("bob", 0.0, 1.0), ("ann", 0.0, 3.0), ("bob", 1.0, 3.0)]
    assert (pool.busy_hours, pool.longest_queue) == (6.0, 1)


def test_tally_adds_up() -> None:
    tally = Tally().plus(applicant=2.0, queue=1.0).plus(queue=0.5, departments=4.0)
    assert (tally.queue, tally.total) == (1.5, 7.5)


def test_quantiles_lie_between_neighbours() -> None:
    assert [quantile([1, 2, 3, 4], share) for share in (0, 0.5, 0.9, 1)] == [1, 2.5, 3.7, 4]


@pytest.mark.django_db
def test_nothing_is_written_outside_its_own_database() -> None:
    with pytest.raises(ScratchError, match="nothing was written"):
        refuse_elsewhere()


@pytest.mark.parametrize(
    ("options", "wrong"), [({"projects": 0}, "--projects"), ({"projects": 1, "out": Path("x.txt")}, "--out")]
)
def test_wrong_options_are_refused(options: dict[str, Any], wrong: str) -> None:
    with pytest.raises(CommandError, match=wrong):
        call_command("simulate", **options)


@pytest.fixture
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The real server, with no transaction around: the command makes a database of its own."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def test_few_projects_through_the_real_services(server: None, tmp_path: Path) -> None:
    home, out = connection.settings_dict["NAME"], tmp_path / "report.json"
    call_command("simulate", projects=2, seed=3, out=out)
    assert connection.settings_dict["NAME"] == home
    assert f"{PREFIX}{os.getpid()}" not in databases()

    report = json.loads(out.read_text())
    ways = {Way(one["way"]): one for one in report["ways"]}
    assert list(ways) == list(Way)
    assert {one["projects"] for one in ways.values()} == {2}
    assert len({one["cases"] for one in ways.values()}) == 1
    sequential, parallel, deferral = (ways[way]["days"]["median"] for way in Way)
    assert deferral <= parallel < sequential
    # The time along the chain is the time that passed, but for parts of days.
    for one in ways.values():
        assert sum(one["where"].values()) == pytest.approx((one["days"]["median"]), abs=2)
        assert 0.5 < one["on_time_promised"] <= one["on_time_lawful"] <= 1
    text = as_markdown(report)
    assert all(name in text for name in NAMES.values())
