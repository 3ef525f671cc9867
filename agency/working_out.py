"""From the matters chosen to a back-scheduled plan, and what stands in the way of the wanted start. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from agency.backward import BackPlan, lay_back
from agency.candidates import Candidate, subject_of
from agency.models import AgencyOrder
from approvals import themes
from approvals.catalogue.ordering import waits
from approvals.planning.actual import cases_of, forecast
from approvals.planning.reading import ordered
from approvals.planning.schedule import Frame, PlanError, Task, Way, lay_out
from common.errors import InvalidInput
from common.time import today
from deadlines import calendars
from deadlines.workdays import UnknownYearError

NOTHING = _("Choose at least one matter.")
REASON = 300


@dataclass(frozen=True, slots=True)
class Choice:
    """What the agent puts on the list, ``reasons`` by code of what differs from the catalogue, and the way."""

    codes: frozenset[str]
    reasons: Mapping[str, str]
    way: Way = Way.PARALLEL


@dataclass(frozen=True, slots=True)
class Worked:
    """A plan laid back from ``goal``: the wanted start, or the earliest day where that is too early.

    ``earliest`` is by way the first day on which everything can be delivered.
    """

    plan: BackPlan
    wanted: date
    goal: date
    earliest: Mapping[Way, date]
    chosen: tuple[Candidate, ...]
    added: Mapping[str, str]
    left_out: Mapping[str, str]
    provisional: bool

    @property
    def possible(self) -> bool:
        return self.earliest[self.plan.way] <= self.wanted


def suggestion(rows: Iterable[Candidate], way: Way = Way.PARALLEL) -> Choice:
    """What the catalogue itself would choose."""
    return Choice(frozenset(row.code for row in rows if row.suggested), {}, way)


def check(rows: Sequence[Candidate], choice: Choice) -> tuple[dict[str, str], dict[str, str]]:
    """Reasons by code of what was added and of what was left out.

    Raises InvalidInput at ``reason-<code>`` where a reason is missing, at ``matters`` for a choice that is none.
    """
    by_code = {row.code: row for row in rows}
    chosen = {code for code in choice.codes if code in by_code and by_code[code].running is None}
    if not chosen:
        raise InvalidInput({"matters": NOTHING})
    suggested = {row.code for row in rows if row.suggested}
    errors: dict[str, Any] = {}
    parts: list[dict[str, str]] = []
    for codes, text in (
        (chosen - suggested, _("Say why “%(matter)s” is added.")),
        (suggested - chosen, _("Say why “%(matter)s” is left out.")),
    ):
        reasons = {code: choice.reasons.get(code, "").strip()[:REASON] for code in sorted(codes)}
        parts.append(reasons)
        missing = [code for code, said in reasons.items() if not said]
        errors |= {f"reason-{code}": text % {"matter": by_code[code].label} for code in missing}
    if errors:
        raise InvalidInput(errors)
    return parts[0], parts[1]


def work_out(order: AgencyOrder, rows: Sequence[Candidate], choice: Choice, *, checked: bool = True) -> Worked:
    """Lay the chosen matters back from the wanted start; from the earliest day where that is too early.

    What has been handed in for the project already is waited for as it is expected. Unless ``checked``, missing
    reasons are overlooked. Raises InvalidInput, also where the calendar does not reach.
    """
    added, left_out = check(rows, choice) if checked else ({}, {})
    chosen = [row for row in rows if row.code in choice.codes and row.running is None]
    if not chosen:
        raise InvalidInput({"matters": NOTHING})
    calendar, starts = calendars.current(), today()
    tasks, given = _tasks(order, chosen)
    frame = Frame(calendar, starts, given)
    try:
        earliest = {way: _ends(tasks, way, frame) for way in Way}
        goal = max(order.wanted_start, earliest[choice.way])
        plan = lay_back(tasks, choice.way, frame, goal)
    except (PlanError, UnknownYearError) as error:
        raise InvalidInput({"matters": _("The calendar does not reach that far. Choose an earlier start.")}) from error
    by_code = {row.code: row for row in chosen}
    return Worked(
        plan=plan,
        wanted=order.wanted_start,
        goal=goal,
        earliest=earliest,
        chosen=tuple(by_code[item.code] for item in plan.items),
        added=added,
        left_out=left_out,
        provisional=calendar.is_provisional(starts, goal),
    )


def _tasks(order: AgencyOrder, chosen: Sequence[Candidate]) -> tuple[list[Task], Mapping[str, date]]:
    """Tasks in the order of the theme, and the days on which certificates of running cases are expected."""
    codes = [row.code for row in chosen]
    theme = themes.pick(subject_of(order), codes)
    content = themes.content_of(theme.current_id) if theme and theme.current_id else None
    planned = ordered(content, [row.planned for row in chosen])
    running = forecast(cases_of(order.project_id), calendars.current(), today()) if order.project_id else None
    given = running.coming if running else {}
    there = running.there if running else frozenset()
    needed = waits(content, [one.code for one in planned], {*codes, *given, *there}, there)
    return [one.task(needed[one.code], "promised") for one in planned], given


def _ends(tasks: Sequence[Task], way: Way, frame: Frame) -> date:
    return max(item.delivered for item in lay_out(tasks, way, frame).values())


DATES = ("hand_in_by", "begin_by", "accepted_by", "decided_by", "certificate_by", "delivered_by", "earliest")


def as_json(worked: Worked, rows: Iterable[Candidate]) -> dict[str, Any]:
    """What a plan keeps; names too, so that it reads the same whatever becomes of the catalogue."""
    names = {row.code: row.matter for row in rows}
    by_code = worked.plan.by_code
    return {
        "way": str(worked.plan.way),
        "possible": worked.possible,
        "earliest": {str(way): day.isoformat() for way, day in worked.earliest.items()},
        "provisional": worked.provisional,
        "matters": [
            {
                **_named(names, row.code),
                **{name: getattr(by_code[row.code], name).isoformat() for name in DATES},
                "after": list(by_code[row.code].after),
                "covered": row.covered,
            }
            for row in worked.chosen
        ],
        "added": [{**_named(names, code), "reason": reason} for code, reason in worked.added.items()],
        "left_out": [{**_named(names, code), "reason": reason} for code, reason in worked.left_out.items()],
    }


def _named(names: Mapping[str, Any], code: str) -> dict[str, str]:
    return {"code": code, "name": names[code].name, "name_en": names[code].name_en}
