"""From the catalogue, an application and its cases to the tasks of a plan. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from approvals.catalogue.model import Theme
from approvals.catalogue.ordering import Before, in_theme_order, waits
from approvals.models import ApplicationMatter, Matter
from approvals.planning.comparing import Comparison, compare
from approvals.planning.schedule import Days, Frame, Known, PlanError, StepDays, Task
from approvals.special_ways import on_commitment
from common.bilingual import pick
from deadlines import calendars
from deadlines.workdays import Calendar, UnknownYearError


@dataclass(frozen=True, slots=True)
class Planned:
    """One matter with what a plan needs of its version; ``limits``, ``steps`` and ``notice`` as in the content."""

    code: str
    name: str
    name_en: str
    limits: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]
    notice: Mapping[str, Any] | None = None
    by_commitment: bool = False

    @property
    def label(self) -> str:
        return pick(self.name, self.name_en)

    def task(self, waits: Before, basis: str, known: Known | None = None) -> Task:
        """``basis`` is "promised" or "lawful"."""
        limits = on_commitment(self.limits) if self.by_commitment else self.limits
        return Task(
            code=self.code,
            acceptance=_days(limits["acceptance"], basis),
            decision=_days(limits["decision"], basis),
            delivery=_days(limits["delivery"], basis),
            notice=Days(self.notice["days"], self.notice["unit"]) if self.notice else None,
            strict=waits.strict,
            overlap=waits.overlap,
            # A decision on a commitment has no departments to wait for.
            steps=() if self.by_commitment else tuple(_step(step) for step in self.steps),
            known=known or Known(),
        )


def _days(budget: Mapping[str, Any], basis: str) -> Days:
    return Days(int(budget[basis]), str(budget["unit"]))


def _step(step: Mapping[str, Any]) -> StepDays:
    return StepDays(step["code"], int(step["days"]), tuple(step["needs"]))


# Of a version's large content a plan needs only this; the rest stays in the database.
PARTS = ("limits", "steps", "notice")


def content_parts(prefix: str) -> dict[str, F]:
    """To be read with ``values``; ``planned_of`` takes the rows."""
    return {f"content_{part}": F(f"{prefix}__content__{part}") for part in PARTS}


def planned_of(row: Mapping[str, Any]) -> Planned:
    """``row`` has ``code``, ``name``, ``name_en``, ``commitment`` and the parts of the content."""
    parts = {part: row[f"content_{part}"] for part in PARTS}
    return Planned(row["code"], row["name"], row["name_en"], by_commitment=row["commitment"], **parts)


def chosen_matters(rows: QuerySet[ApplicationMatter]) -> list[Planned]:
    """Matters chosen for an application, in order; one statement."""
    found = rows.order_by("matter__position", "id").values(
        commitment=F("by_commitment"), code=F("matter__code"), name=F("matter__name"), name_en=F("matter__name_en"),
        **content_parts("version"),
    )  # fmt: skip
    return [planned_of(row) for row in found]


def offered_matter(matter: Matter, content: Mapping[str, Any]) -> Planned:
    """A matter of the catalogue as it would be applied for now."""
    return Planned(
        matter.code, matter.name, matter.name_en, content["limits"], content["steps"], content.get("notice")
    )  # fmt: skip


def ordered(theme: Theme | None, planned: Sequence[Planned]) -> list[Planned]:
    """In the order of the theme, those it doesn't know at the end."""
    if theme is None:
        return list(planned)
    by_code = {one.code: one for one in planned}
    return [by_code[code] for code in in_theme_order(theme, by_code)]


def comparison_of(
    planned: Sequence[Planned],
    theme: Theme | None,
    starts: date,
    *,
    given: Mapping[str, date] | None = None,
    there: Collection[str] = (),
    calendar: Calendar | None = None,
) -> Comparison | None:
    """The three ways for ``planned`` when it is all handed in on ``starts``.

    ``given`` are the days on which certificates of other applications are expected, ``there`` those there already.
    None where there is nothing to plan, or nothing that can be: dates beyond the reach of the calendar.
    """
    outside = given or {}
    order = ordered(theme, planned)
    needed = waits(theme, [one.code for one in order], {*outside, *there, *(one.code for one in order)}, there)
    frame = Frame(calendar or calendars.current(), starts, outside)
    promised, lawful = ([one.task(needed[one.code], basis) for one in order] for basis in ("promised", "lawful"))
    try:
        return compare(promised, lawful, frame)
    except (PlanError, UnknownYearError):
        return None
