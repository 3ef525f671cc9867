"""Rows of a plan for table, drawing, CSV and API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from approvals.planning.content import schedule_as_json
from approvals.planning.gantt import Bar, Ground, Scale, actual_bars, ends_at, planned_bars, scale_of
from approvals.planning.project import WAYS, Fact, ProjectPlan
from approvals.planning.schedule import Dates, Schedule, Way
from common.display import safe_cell, short_date
from deadlines.wording import listed


@dataclass(frozen=True, slots=True)
class StepRow:
    """A department's duty inside a matter, with its days by the longest way."""

    name: str
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Row:
    """One matter in the way shown. ``waits_for`` and ``follows`` are names; ``bars`` and ``real`` its drawing."""

    code: str
    name: str
    dates: Dates
    waits_for: str
    follows: str
    fact: Fact | None
    bars: list[Bar]
    real: list[Bar]
    mark: str
    steps: list[StepRow]

    @property
    def spoken(self) -> str:
        """The drawing in words."""
        text = _("%(matter)s: from %(begins)s, decided by %(decided)s, delivered by %(delivered)s") % {
            "matter": self.name,
            "begins": short_date(self.dates.begins),
            "decided": short_date(self.dates.decided),
            "delivered": short_date(self.dates.delivered),
        }
        return f"{text} · {_('critical')}" if self.dates.critical else text


@dataclass(frozen=True, slots=True)
class Drawing:
    rows: list[Row]
    ground: Ground

    @property
    def is_real(self) -> bool:
        """Whether anything has happened that could be drawn."""
        return any(row.real for row in self.rows)


def drawing_of(plan: ProjectPlan, schedule: Schedule) -> Drawing:
    """Rows of the way shown, against what became of them where the application was handed in."""
    expected = [fact.expected for fact in plan.facts.values() if fact.expected]
    scale = scale_of([*schedule.items, *expected], schedule.starts)
    rows = [_row(plan, scale, item) for item in schedule.items]
    return Drawing(rows, scale.ground(plan.calendar, plan.today))


def _row(plan: ProjectPlan, scale: Scale, item: Dates) -> Row:
    fact = plan.facts.get(item.code)
    bars = planned_bars(scale, item)
    return Row(
        code=item.code,
        name=plan.names.get(item.code, item.code),
        dates=item,
        waits_for=listed(plan.names.get(code, code) for code in item.after),
        follows=listed(plan.names.get(code, code) for code in item.follows),
        fact=fact,
        bars=bars,
        real=actual_bars(scale, fact.expected, plan.today) if fact and fact.expected else [],
        mark=ends_at(scale, bars, item) if item.critical else "",
        steps=[StepRow(plan.steps.get((item.code, one.code), one.code), one.begins, one.ends) for one in item.steps],
    )


def csv_rows(plan: ProjectPlan) -> Iterator[list[str]]:
    """All three ways one below the other, with a head; dates as YYYY-MM-DD, days as numbers."""
    yield [
        _("Way"), _("Code"), _("Matter"), _("Begins"), _("Accepted by"), _("Decided by"), _("Certificate"),
        _("Delivered by"), _("Waits for"), _("Certificates that follow"), _("Slack (working days)"),
        _("Critical"), _("Provisional"), _("Status"), _("Delivered or expected"),
    ]  # fmt: skip
    for way, schedule in plan.ways.items():
        for item in schedule.items:
            yield [safe_cell(cell) for cell in _cells(plan, way, item)]


def _cells(plan: ProjectPlan, way: Way, item: Dates) -> list[object]:
    fact = plan.facts.get(item.code)
    expected = fact.expected.delivered if fact and fact.expected else None
    return [
        WAYS[way], item.code, plan.names.get(item.code, item.code), item.begins, item.accepted, item.decided,
        item.certificate, item.delivered, " ".join(item.after), " ".join(item.follows), item.slack,
        _("yes") if item.critical else "", _("yes") if item.provisional else "",
        fact.status if fact else "", expected or "",
    ]  # fmt: skip


def plan_as_json(plan: ProjectPlan) -> dict[str, Any]:
    """The answer of the API; dates as YYYY-MM-DD, days as working days where not named otherwise."""
    return {
        "subject": plan.subject.key,
        "subjects": [{"key": one.key, "label": one.label, "submitted": one.submitted} for one in plan.subjects],
        "way": str(plan.way),
        "today": plan.today.isoformat(),
        "matters": {code: plan.names.get(code, code) for code in _codes(plan)},
        "ways": {str(way): _way_as_json(plan, way) for way in plan.ways},
        "wanted_start": _iso(plan.project.planned_start),
        "earliest_start": _iso(plan.start_to_compare),
        "cases": [_fact_as_json(code, fact) for code, fact in plan.facts.items()],
    }


def _codes(plan: ProjectPlan) -> list[str]:
    found = plan.schedule
    return [item.code for item in found.items] if found else []


def _way_as_json(plan: ProjectPlan, way: Way) -> dict[str, Any]:
    saved = plan.saved(way)
    return {
        **schedule_as_json(plan.ways[way]),
        "lawful_workdays": plan.lawful[way],
        "saved_workdays": saved.workdays,
        "saved_days": saved.days,
        "construction_start": _iso(plan.construction[way]),
    }


def _fact_as_json(code: str, fact: Fact) -> dict[str, Any]:
    names = ("begins", "accepted", "decided", "certificate", "delivered")
    return {
        "code": code,
        "number": fact.case.number,
        "status": fact.case.status,
        "holder": fact.holder,
        "ahead": fact.ahead,
        "blocked": fact.blocked,
        "expected": {name: getattr(fact.expected, name).isoformat() for name in names} if fact.expected else None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
