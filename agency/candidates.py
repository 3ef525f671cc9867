"""Which matters of the catalogue an order is about. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agency.models import AgencyOrder
from approvals import facts, needs
from approvals.catalogue.conditions import applies
from approvals.models import Case, Matter
from approvals.planning.project import LATER
from approvals.planning.reading import Planned, offered_matter
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Candidate:
    """One matter on offer. ``needed`` True, False, or None where the facts do not say.

    ``suggested``: the catalogue would put it on the list. ``running``: the case that has been handed in already.
    ``covered``: the mandate's scope takes it in; others the enterprise hands in itself.
    """

    matter: Matter
    content: Mapping[str, Any]
    needed: bool | None
    running: Case | None
    covered: bool

    @property
    def code(self) -> str:
        return self.matter.code

    @property
    def label(self) -> str:
        return self.matter.label

    @property
    def suggested(self) -> bool:
        """Needed before building; completion acceptance follows it."""
        return self.needed is True and self.running is None and self.matter.stage not in LATER

    @property
    def planned(self) -> Planned:
        return offered_matter(self.matter, self.content)


def subject_of(order: AgencyOrder) -> Project:
    """The project; for an intention one that is not saved and of which nothing is known yet."""
    return order.project or Project(enterprise=order.mandate.enterprise, name=order.intention)


def candidates(order: AgencyOrder) -> list[Candidate]:
    """Every matter on offer in the order of the catalogue; two queries."""
    covers = order.mandate.covers
    if order.project is None:
        known = facts.known(subject_of(order))
        rows = Matter.objects.offered().select_related("current", "department")
        return [
            Candidate(row, row.current.content, applies(row.current.content["when"], known), None, covers(row.code))
            for row in rows
            if row.current is not None
        ]
    return [
        Candidate(need.matter, need.content, need.answer, need.running, covers(need.matter.code))
        for need in needs.evaluate(order.project)
    ]
