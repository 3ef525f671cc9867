"""Themes (一件事) as pages show them: what belongs to one, in which order, how long all of it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.catalogue import model
from approvals.catalogue.ordering import waits
from common.bilingual import pick
from common.charts import Box, Chart, draw
from common.display import listed
from content.catalogue import Offer, Offered
from content.needlist import NeededMatter
from content.timing import Timing, duration, timing
from deadlines.wording import amount_text


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme in a list."""

    theme: model.Theme
    count: int

    @property
    def label(self) -> str:
        return pick(self.theme.name, self.theme.name_en)

    @property
    def text(self) -> str:
        return pick(self.theme.summary, self.theme.summary_en)


@dataclass(frozen=True, slots=True)
class ThemeMatterRow:
    offer: Offer
    after: str
    beside: str
    days: int

    @property
    def promised(self) -> str:
        decision = self.offer.content.limits.decision
        return amount_text(decision.promised, decision.unit)

    @property
    def reason(self) -> str:
        return pick(self.offer.content.reason, self.offer.content.reason_en)


@dataclass(frozen=True, slots=True)
class ThemePage:
    row: ThemeRow
    matters: list[ThemeMatterRow]
    chart: Chart
    timing: Timing


def rows(catalogue: Offered) -> list[ThemeRow]:
    """Themes with at least one matter on offer."""
    counted = [
        ThemeRow(theme, sum(item.code in catalogue.matters for item in theme.matters))
        for theme in catalogue.themes.values()
    ]
    return [row for row in counted if row.count]


def page(theme: model.Theme, catalogue: Offered) -> ThemePage:
    """Everything about a theme; matters no longer offered are left out. No query."""
    codes = [item.code for item in theme.matters if item.code in catalogue.matters]
    graph = waits(theme, codes, codes)
    durations = {code: duration(catalogue.matters[code].content) for code in codes}
    names = {code: catalogue.matters[code].matter.label for code in codes}
    matters = [
        ThemeMatterRow(
            offer=catalogue.matters[code],
            after=listed(names[one] for one in graph[code].strict),
            beside=listed(names[one] for one in graph[code].overlap),
            days=durations[code].whole,
        )
        for code in codes
    ]
    boxes = [
        Box(
            code,
            names[code],
            (catalogue.matters[code].matter.department.label, amount_text(durations[code].whole, "workday")),
            graph[code].all,
            graph[code].overlap,
        )
        for code in codes
    ]
    return ThemePage(ThemeRow(theme, len(codes)), matters, draw(boxes), timing(graph, durations))


def chart_of(items: Sequence[NeededMatter], theme: model.Theme | None) -> Chart:
    """The matters of a personal list in their order."""
    codes = [item.matter.code for item in items]
    graph = waits(theme, codes, codes)
    return draw(
        [
            Box(
                item.matter.code,
                item.matter.label,
                (item.matter.department.label, amount_text(item.days, "workday")),
                graph[item.matter.code].all,
                graph[item.matter.code].overlap,
                strong=item.critical,
            )
            for item in items
        ]
    )
