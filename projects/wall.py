"""The wall of problems (问题墙): columns by level or by state. Reads only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from projects.answerable import SEAT_OF, teams
from projects.models import Problem

# A wall is looked at as a whole; what is beyond is found by its filters.
MOST = 300


def columns(rows: QuerySet[Problem], by: str) -> list[dict[str, Any]]:
    """The problems of each column, the earliest limit first; one query."""
    shown = list(rows[:MOST])
    if by == "state":
        groups: list[tuple[str, Any]] = [
            (str(Problem.Status.OPEN.label), lambda one: one.status == Problem.Status.OPEN and not is_red(one)),
            (_("Overdue"), is_red),
            (str(Problem.Status.PROPOSED.label), lambda one: one.status == Problem.Status.PROPOSED),
        ]
    else:
        groups = [(str(level.label), lambda one, level=level: one.level == level) for level in Problem.Level]
    return [
        {"label": label, "problems": cards, "red": sum(is_red(one) for one in cards)}
        for label, fits in groups
        for cards in [[one for one in shown if fits(one)]]
    ]


def is_red(problem: Problem) -> bool:
    """Past its limit and still with its owner."""
    return problem.status == Problem.Status.OPEN and problem.clock is not None and problem.clock.light() == "red"


def tabs(query: QueryDict, by: str) -> list[dict[str, Any]]:
    """By level, by state; the filters stay."""
    found = []
    for name, label in (("level", _("By level")), ("state", _("By state"))):
        address = query.copy()
        address["by"] = name
        found.append({"label": label, "url": f"?{address.urlencode()}", "active": name == by})
    return found


def levels(problem: Problem) -> list[dict[str, Any]]:
    """The three levels with who holds each office, and where the problem is."""
    held = teams([problem.project_id]).holders.get(problem.project_id, {})
    rows = []
    for level in Problem.Level:
        member = held.get(SEAT_OF[level])
        here = level == problem.level
        who = str(problem.owner) if here else str(member.user) if member else _("Nobody in office")
        rows.append({"label": level.label, "who": who, "here": here, "passed": level < problem.level})
    return rows
