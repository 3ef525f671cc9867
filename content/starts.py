"""What one comes to do: where the questionnaire begins, from the themes of the catalogue and a short file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from approvals import facts as catalogue_facts
from approvals.catalogue import model
from approvals.catalogue.conditions import applies
from approvals.catalogue.model import default_facts
from common.bilingual import pick
from content.asking import Questionnaire, implied
from content.catalogue import Offer, Offered, offered
from projects.industries import sections

FILE = Path(__file__).resolve().parent / "data" / "starts.yaml"


@cache
def listed() -> tuple[Mapping[str, Any], ...]:
    return tuple(yaml.safe_load(FILE.read_text(encoding="utf-8"))["starts"])


@cache
def section_of() -> Mapping[str, str]:
    """Section letter of each two-digit division of GB/T 4754."""
    return {division.code: section.code for section in sections() for division in section.divisions}


@dataclass(frozen=True)
class Start:
    """A beginning: its ``theme`` orders the matters, ``offers`` are those in question, in the order of asking."""

    code: str
    label: str
    text: str
    icon: str
    theme: model.Theme | None
    offers: tuple[Offer, ...]
    known: Mapping[str, Any]
    choices: Mapping[str, tuple[str, ...]]
    # For the beginning without a theme: conditions by which one of these is found.
    themes: tuple[model.Theme, ...] = ()
    # Of ``known`` what the choice itself says, without what only counts until somebody says otherwise.
    said: Mapping[str, Any] = field(default_factory=dict)
    # Whether it is a construction project, whose matters lie years apart.
    project: bool = False

    @cached_property
    def questionnaire(self) -> Questionnaire:
        conditions = [
            *(offer.content.when for offer in self.offers),
            *(theme.when for theme in self.themes if theme.when),
        ]
        return Questionnaire(
            conditions=tuple(conditions),
            facts=catalogue_facts.definitions(),
            known=self.known,
            choices=self.choices,
            sections=section_of(),
        )

    def theme_for(self, facts: Mapping[str, Any]) -> model.Theme | None:
        """The theme that orders the matters: the chosen one, or the first whose condition holds."""
        if self.theme is not None:
            return self.theme
        return next((one for one in self.themes if one.when is not None and applies(one.when, facts)), None)


def starts(catalogue: Offered | None = None) -> list[Start]:
    """Every beginning, in the order of the file; themes that it does not name come before the open one."""
    known = catalogue or offered()
    rows = [*listed()]
    named = {row.get("theme") for row in rows}
    unnamed = [{"code": code, "theme": code, "scope": "theme"} for code in known.themes if code not in named]
    last = [row for row in rows if row.get("ask_defaults")]
    ordered = [*(row for row in rows if row not in last), *unnamed, *last]
    found = (_start(row, known) for row in ordered)
    return [one for one in found if one is not None]


# Followed by a code of a matter: does this one concern me?
SINGLE = "matter-"


def start_of(code: str, catalogue: Offered | None = None) -> Start | None:
    """The beginning with this code; also one for a single matter, "matter-GC01". None for an unknown one."""
    known = catalogue or offered()
    if code.startswith(SINGLE):
        offer = known.matters.get(code.removeprefix(SINGLE))
        return _single(offer) if offer else None
    return next((one for one in starts(known) if one.code == code), None)


def _single(offer: Offer) -> Start:
    reason = pick(offer.content.reason, offer.content.reason_en)
    code = f"{SINGLE}{offer.content.code}"
    return Start(code, offer.matter.label, reason, "list-checks", None, (offer,), {}, {})


def _start(row: Mapping[str, Any], known: Offered) -> Start | None:
    """None when the theme or all matters of the row are no longer offered."""
    theme = known.themes.get(row.get("theme", ""))
    if row.get("theme") and theme is None:
        return None
    whole = row.get("scope") == "project"
    codes = [item.code for item in theme.matters] if theme else list(row.get("matters", ()))
    first = [known.matters[code] for code in codes if code in known.matters]
    rest = [offer for code, offer in known.matters.items() if code not in codes] if whole else []
    if not first and not rest:
        return None
    facts, choices = implied(theme.when if theme else None)
    defaults = {} if row.get("ask_defaults") else default_facts(catalogue_facts.definitions().values())
    return Start(
        code=row["code"],
        label=pick(theme.name, theme.name_en) if theme else pick(row["name"], row["name_en"]),
        text=pick(theme.summary, theme.summary_en) if theme else pick(row["summary"], row["summary_en"]),
        icon=row.get("icon", "list-checks"),
        theme=theme,
        offers=(*first, *rest),
        known={**defaults, **facts, **row.get("facts", {})},
        said={**facts, **row.get("facts", {})},
        choices=choices,
        themes=tuple(known.themes.values()) if whole and theme is None else (),
        project=whole,
    )
