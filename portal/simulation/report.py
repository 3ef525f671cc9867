"""What the runs have shown, in figures, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from statistics import fmean
from typing import Any

from approvals.planning.schedule import Way
from portal.simulation.assumptions import Assumptions
from portal.simulation.running import Played
from portal.simulation.tally import Tally

NAMES = {
    Way.SEQUENTIAL: "one after the other",
    Way.PARALLEL: "side by side",
    Way.DEFERRAL: "side by side, certificates follow",
}
BUSIEST = 8


@dataclass(frozen=True, slots=True)
class Middle:
    """Median and ninth decile; both None of nothing."""

    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One way. Days are working days but for ``calendar_days``; shares lie between 0 and 1.

    ``where`` are mean working days from the declaration to the last certificate; they add up. ``waiting_a_case`` are
    mean working days that a case waited for a certificate of another one.
    """

    way: str
    projects: int
    cases: int
    days: Middle
    calendar_days: Middle
    permit_days: Middle
    permits: int
    planned: Middle
    handled: Middle
    on_time_promised: float
    on_time_lawful: float
    where: dict[str, float]
    waiting_a_case: float
    busiest: list[dict[str, Any]]


def middle(values: Iterable[float]) -> Middle:
    found = sorted(values)
    return Middle(quantile(found, 0.5), quantile(found, 0.9)) if found else Middle(None, None)


def quantile(found: Sequence[float], share: float) -> float:
    """Of sorted values, on a straight line between neighbours."""
    place = share * (len(found) - 1)
    low = int(place)
    high = min(low + 1, len(found) - 1)
    return round(found[low] + (found[high] - found[low]) * (place - low), 1)


def figures_of(played: Played) -> Figures:
    rows = played.outcomes
    cases, day = sum(row.cases for row in rows), played.hours_a_day
    where = {one.name: round(fmean(getattr(row.tally, one.name) for row in rows) / day, 1) for one in fields(Tally)}
    busiest = sorted(played.uses.items(), key=lambda item: (-item[1].share, item[0]))[:BUSIEST]
    return Figures(
        way=str(played.way),
        projects=len(rows),
        cases=cases,
        days=middle(row.workdays for row in rows),
        calendar_days=middle(row.days for row in rows),
        permit_days=middle(row.permit for row in rows if row.permit is not None),
        permits=sum(row.permit is not None for row in rows),
        planned=middle(row.planned for row in rows),
        handled=middle(row.handled for row in rows),
        on_time_promised=round(played.on_time.promised / played.on_time.duties, 3),
        on_time_lawful=round(played.on_time.lawful / played.on_time.duties, 3),
        where=where,
        waiting_a_case=round(sum(row.waiting for row in rows) / cases / day, 1),
        busiest=[
            {"pool": name, "people": use.people, "share": round(use.share, 2), "longest_queue": use.longest_queue}
            for name, use in busiest
        ],
    )


def as_json(runs: Sequence[Played], assumed: Assumptions, *, projects: int, seed: int) -> dict[str, Any]:
    return {
        "projects": projects,
        "seed": seed,
        "staff": dict(assumed.staff),
        "sources": list(assumed.sources),
        "ways": [asdict(figures_of(run)) for run in runs],
    }


def as_markdown(report: dict[str, Any]) -> str:
    """Tables of the report; days are working days unless they say otherwise."""
    ways = report["ways"]
    names = [NAMES[Way(one["way"])] for one in ways]
    lines = [
        f"{report['projects']} projects, seed {report['seed']}, staff "
        + ", ".join(f"{kind}={count}" for kind, count in report["staff"].items()),
        "",
        *_table(["", *names], _rows(ways)),
        "",
        "Where the time goes: mean working days from the declaration to the last certificate, along the chain of "
        "acts that the end hung on.",
        "",
        *_table(["", *names], _where(ways)),
        "",
        "The busiest people: share of the opening hours of the whole run with hands full, longest queue.",
        "",
        *_table(["", *names], _busy(ways)),
        "",
        *_sentences(ways),
    ]
    return "\n".join(lines) + "\n"


def _rows(ways: Sequence[dict[str, Any]]) -> list[list[str]]:
    def pair(key: str) -> list[str]:
        return [f"{one[key]['median']} / {one[key]['p90']}" for one in ways]

    def share(key: str) -> list[str]:
        return [f"{one[key]:.1%}" for one in ways]

    return [
        ["cases", *(str(one["cases"]) for one in ways)],
        ["declaration to last certificate, median / p90", *pair("days")],
        ["the same in calendar days", *pair("calendar_days")],
        [f"declaration to construction permit ({ways[0]['permits']} projects)", *pair("permit_days")],
        ["first application to last certificate, simulated", *pair("handled")],
        ["the same by the plan with promised days", *pair("planned")],
        ["duties fulfilled within the promised days", *share("on_time_promised")],
        ["duties fulfilled within the lawful days", *share("on_time_lawful")],
        ["a case waits for certificates of others, mean", *(f"{one['waiting_a_case']:.1f}" for one in ways)],
    ]


def _where(ways: Sequence[dict[str, Any]]) -> list[list[str]]:
    rows = [[name, *(f"{one['where'][name]:.1f}" for one in ways)] for name in ways[0]["where"]]
    return [*rows, ["together", *(f"{sum(one['where'].values()):.1f}" for one in ways)]]


def _busy(ways: Sequence[dict[str, Any]]) -> list[list[str]]:
    by_way = [{row["pool"]: row for row in one["busiest"]} for one in ways]
    return [
        [f"{row['pool']} ({row['people']})", *(_one_use(found.get(row["pool"])) for found in by_way)]
        for row in ways[0]["busiest"]
    ]


def _one_use(row: dict[str, Any] | None) -> str:
    return f"{row['share']:.0%}, {row['longest_queue']}" if row else "—"


def _sentences(ways: Sequence[dict[str, Any]]) -> list[str]:
    base = ways[0]
    return [
        f"- {NAMES[Way(one['way'])]}: the median falls by {_less(base, one, 'days')} to the last certificate"
        f" and by {_less(base, one, 'permit_days')} to the construction permit."
        for one in ways[1:]
    ]


def _less(base: dict[str, Any], other: dict[str, Any], key: str) -> str:
    before, after = base[key]["median"], other[key]["median"]
    return f"{(before - after) / before:.0%}" if before else "—"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]
