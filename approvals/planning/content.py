"""A schedule as plain JSON data and back: what a frozen plan keeps, and what the API answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from approvals.planning.comparing import Comparison
from approvals.planning.reading import Planned
from approvals.planning.schedule import Dates, Leg, Schedule, StepDates, Way

DATES = ("begins", "noticed", "accepted", "decided", "certificate", "delivered")
REST = ("after", "follows", "slack", "critical", "provisional")


def comparison_as_json(found: Comparison) -> dict[str, Any]:
    """The ways in full, of the lawful ones only their lengths."""
    return {
        "ways": {str(way): schedule_as_json(one) for way, one in found.ways.items()},
        "lawful": {str(way): {"ends": one.ends.isoformat(), "workdays": one.workdays, "days": one.days}
                   for way, one in found.lawful.items()},
    }  # fmt: skip


def names_as_json(planned: Iterable[Planned]) -> dict[str, Any]:
    return {one.code: {"name": one.name, "name_en": one.name_en, "by_commitment": one.by_commitment} for one in planned}


def schedule_as_json(plan: Schedule) -> dict[str, Any]:
    return {
        "starts": plan.starts.isoformat(),
        "ends": plan.ends.isoformat(),
        "workdays": plan.workdays,
        "days": plan.days,
        "provisional": plan.provisional,
        "items": [_item(item) for item in plan.items],
        "path": [[leg.code, leg.kind, leg.starts.isoformat(), leg.ends.isoformat()] for leg in plan.path],
    }


def _item(item: Dates) -> dict[str, Any]:
    return {
        "code": item.code,
        **{name: getattr(item, name).isoformat() for name in DATES},
        **{name: _plain(getattr(item, name)) for name in REST},
        "steps": [[step.code, step.begins.isoformat(), step.ends.isoformat()] for step in item.steps],
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def schedules_from_json(content: Mapping[str, Any]) -> dict[Way, Schedule]:
    """The ways of what ``comparison_as_json`` wrote; raises KeyError for anything else."""
    return {way: _schedule(way, content["ways"][str(way)]) for way in Way}


def _schedule(way: Way, data: Mapping[str, Any]) -> Schedule:
    day = date.fromisoformat
    return Schedule(
        way=way,
        starts=day(data["starts"]),
        ends=day(data["ends"]),
        items=tuple(_dates(item) for item in data["items"]),
        path=tuple(Leg(code, kind, day(starts), day(ends)) for code, kind, starts, ends in data["path"]),
        workdays=data["workdays"],
        days=data["days"],
        provisional=data["provisional"],
    )


def _dates(item: Mapping[str, Any]) -> Dates:
    day = date.fromisoformat
    return Dates(
        code=item["code"],
        **{name: day(item[name]) for name in DATES},
        after=tuple(item["after"]),
        follows=tuple(item["follows"]),
        slack=item["slack"],
        critical=item["critical"],
        provisional=item["provisional"],
        steps=tuple(StepDates(code, day(begins), day(ends)) for code, begins, ends in item["steps"]),
    )
