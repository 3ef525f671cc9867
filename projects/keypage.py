"""What the pages of key projects show, prepared for their templates. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.display import grouped, money, short_date
from common.time import months_after, today
from projects import selectors
from projects.models import KeyProject, Milestone, Progress, Seat
from projects.services.reporting import correctable_until, first_of_month

BAR_HEIGHT = 120
BAR_WIDTH = 34
BAR_STEP = 56


def share(part: Decimal | None, whole: Decimal | None) -> str:
    """Part of the total investment, in words; "" where there is nothing to compare with."""
    if not whole:
        return ""
    return _("%(percent)s%% of the total investment") % {"percent": f"{(part or 0) * 100 / whole:.1f}"}


def dollars(amount: Decimal | int) -> str:
    """An amount kept in 10,000 US dollars."""
    return _("USD %(amount)s × 10,000") % {"amount": grouped(Decimal(amount), 2)}


def percent(part: Decimal, whole: Decimal | None) -> str:
    return f"{part * 100 / whole:.1f}%" if whole else "—"


def list_rows(keys: Sequence[KeyProject]) -> list[dict[str, Any]]:
    """A line for each key project: its nearest limit, last and next milestone, money, secretary."""
    clocks = selectors.nearest_clocks(keys)
    secretaries = selectors.holders(keys, Seat.SECRETARY)
    rows = []
    for key in keys:
        points = list(key.milestones.all())
        reached = [one for one in points if one.reached_on]
        ahead = next((one for one in points if one.reached_on is None), None)
        rows.append(
            {
                "key": key,
                "project": key.project,
                "clock": clocks.get(key.pk),
                "reached": reached[-1] if reached else None,
                "next": ahead,
                "arrived": key.arrived,  # type: ignore[attr-defined]
                "share": percent(key.arrived, key.project.total_investment),  # type: ignore[attr-defined]
                "secretary": secretaries.get(key.pk),
            }
        )
    return rows


def table(keys: Sequence[KeyProject]) -> Iterable[list[object]]:
    """The list as lines of a file, heading first."""
    yield [
        _("Project"), _("Enterprise"), _("Total investment (10,000 yuan)"), _("Domestic money arrived (10,000 yuan)"),
        _("Foreign money arrived (10,000 US dollars)"), _("Reached last"), _("Next milestone"), _("Planned for"),
        _("Service secretary"), _("Key project since"),
    ]  # fmt: skip
    for row in list_rows(keys):
        key, ahead = row["key"], row["next"]
        yield [
            key.project, key.project.enterprise.name, key.project.total_investment, key.domestic, key.foreign,
            row["reached"] or "", ahead or "", short_date(ahead.planned_on) if ahead and ahead.planned_on else "",
            row["secretary"].user if row["secretary"] else "", key.since or "",
        ]  # fmt: skip


def milestone_steps(key: KeyProject) -> list[dict[str, Any]]:
    """The six points as the stepper shows them."""
    rows = list(Milestone.objects.filter(key=key).select_related("clock").order_by("point"))
    following = next((row for row in rows if row.reached_on is None), None)
    steps = []
    for row in rows:
        state = "done" if row.reached_on else "open" if row == following else "waiting"
        if row.reached_on:
            note = _("Reached on %(day)s") % {"day": short_date(row.reached_on)}
            if row.planned_on:
                note += " · " + _("planned for %(day)s") % {"day": short_date(row.planned_on)}
        else:
            note = (
                _("Planned for %(day)s") % {"day": short_date(row.planned_on)}
                if row.planned_on
                else _("Not planned yet")
            )
        if row.replanned:
            times = {"times": row.replanned, "day": short_date(row.first_planned_on)}
            note += " · " + _("planned anew %(times)s times, at first for %(day)s") % times
        clock = row.clock if row.clock and row.clock.is_open else None
        steps.append({"row": row, "title": row.get_point_display(), "state": state, "note": note, "clock": clock})
    return steps


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the chart: a column of money, drawn from the ground up."""

    x: int
    y: int
    height: int
    label: str
    words: str

    @property
    def middle(self) -> int:
        return self.x + BAR_WIDTH // 2


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    width: int
    height: int = BAR_HEIGHT


def chart(reports: Sequence[Progress], rate: Decimal) -> Chart | None:
    """Money arrived each month, foreign money counted in yuan; nothing to draw before two months."""
    if len(reports) < 2:
        return None
    sums = [row.domestic + row.foreign * rate for row in reports]
    top = max(sums) or Decimal(1)
    bars = []
    for position, (row, amount) in enumerate(zip(reports, sums, strict=True)):
        height = max(2, int(amount * BAR_HEIGHT / top)) if amount else 0
        bars.append(
            Bar(position * BAR_STEP + 10, BAR_HEIGHT - height + 18, height, f"{row.month:%y-%m}", grouped(amount, 0))
        )
    return Chart(bars, len(bars) * BAR_STEP + 10)


def inside(key: KeyProject) -> dict[str, Any]:
    """What only the hall sees: progress and money."""
    reports = list(Progress.objects.filter(key=key).select_related("clock", "reported_by").order_by("-month"))
    whole = selectors.money_arrived(key)
    year = selectors.money_arrived(key, today().year)
    total = key.project.total_investment
    this_month = first_of_month(today())
    reported = {row.month for row in reports if row.reported_at}
    begun = key.milestones.filter(point=Milestone.Point.STARTED, reached_on__isnull=False).exists()
    stats = [
        {"label": _("Total investment"), "value": money(total)},
        {"label": _("Money arrived"), "value": money(whole.together), "note": share(whole.together, total)},
        {"label": _("This year"), "value": money(year.together)},
        {"label": _("Foreign money arrived"), "value": dollars(whole.foreign)},
    ]
    drawn = [row for row in reversed(reports) if row.reported_at][-12:]
    return {
        "stats": stats,
        "reports": reports,
        "open_until": {row.pk: today() <= correctable_until(row.month) for row in reports},
        "chart": chart(drawn, whole.rate),
        "rate": whole.rate,
        "month_to_report": this_month if begun and this_month not in reported else None,
        "begun": begun,
        "next_month": months_after(this_month, 1),
    }
