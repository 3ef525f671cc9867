"""Which matters do I need? The catalogue's conditions asked of somebody who has no account yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals import facts as catalogue_facts
from approvals.catalogue.conditions import facts_in
from approvals.catalogue.model import Fact, default_facts, matter_from_content, needs
from approvals.models import Matter
from common.bilingual import pick
from content.guides import limit_text, offered
from projects.industries import sections


@cache
def asked_facts() -> tuple[Fact, ...]:
    """Facts that conditions may ask for, as the catalogue's files list them; read once per process."""
    return tuple(catalogue_facts.definitions().values())


@cache
def section_of() -> Mapping[str, str]:
    """Section letter of each two-digit division of GB/T 4754."""
    return {division.code: section.code for section in sections() for division in section.divisions}


def label_of(fact: Fact) -> str:
    return pick(fact.label, fact.label_en)


class WhichForm(forms.Form):
    """One field for each fact; yes-or-no questions are ticks, so that the form stays short."""

    yes = forms.MultipleChoiceField(
        label=_("Tick what is true for your project"), required=False, widget=forms.CheckboxSelectMultiple
    )
    unsure = forms.BooleanField(
        label=_("I am not sure about what I left unticked"),
        required=False,
        help_text=_("Matters that depend on it are then shown as “to be confirmed”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in asked_facts():
            if fact.type not in ("boolean", "section"):
                self.fields[fact.name] = _field(fact)
        ticks = self.fields["yes"]
        assert isinstance(ticks, forms.MultipleChoiceField)
        ticks.choices = [(fact.name, label_of(fact)) for fact in _of_type("boolean")]

    def project_fields(self) -> list[Any]:
        return [self[f.name] for f in asked_facts() if f.name in self.fields and f.source == "project"]

    def further_fields(self) -> list[Any]:
        return [self[f.name] for f in asked_facts() if f.name in self.fields and f.source != "project"]

    def facts(self) -> dict[str, Any]:
        """Answers as conditions take them; what is not known is left out."""
        data = self.cleaned_data
        found: dict[str, Any] = {}
        for fact in asked_facts():
            if fact.type == "boolean":
                if fact.name in data["yes"]:
                    found[fact.name] = True
                elif not data["unsure"]:
                    found[fact.name] = False
            elif data.get(fact.name) not in (None, ""):
                value = data[fact.name]
                found[fact.name] = float(value) if fact.type == "number" else value
        if division := found.get("industry_division"):
            found["industry_section"] = section_of()[division]
        return found


def _of_type(kind: str) -> Iterator[Fact]:
    return (fact for fact in asked_facts() if fact.type == kind)


def _field(fact: Fact) -> forms.Field:
    label, unsure = label_of(fact), ("", _("Not sure"))
    if fact.type == "number":
        unit = pick(fact.unit, fact.unit_en)
        widget = forms.NumberInput(attrs={"data-unit": unit, "step": "any", "inputmode": "decimal"})
        return forms.DecimalField(label=label, required=False, min_value=0, max_digits=16, widget=widget)
    if fact.type == "division":
        groups = [(part.label, [(item.code, item.label) for item in part.divisions]) for part in sections()]
        return forms.ChoiceField(label=label, required=False, choices=[unsure, *groups])
    choices = [unsure, *((code, pick(name, name_en)) for code, name, name_en in fact.choices)]
    return forms.ChoiceField(label=label, required=False, choices=choices)


@dataclass(frozen=True, slots=True)
class NeededMatter:
    """A matter in the answer; ``open_questions`` says what would settle one that is not confirmed."""

    matter: Matter
    reason: str
    promised: str
    materials: int
    confirmed: bool
    open_questions: list[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """All matters for a project, and the papers that they ask for, each once."""

    confirmed: list[NeededMatter]
    possible: list[NeededMatter]
    papers: list[str]


def answer(facts: Mapping[str, Any]) -> Answer:
    """Ask every offered matter whether it applies. One query."""
    rows = {matter.code: matter for matter in offered()}
    contents = {code: matter_from_content(row.current.content) for code, row in rows.items() if row.current}
    labels = {fact.name: label_of(fact) for fact in asked_facts()}
    found = needs(contents.values(), facts, defaults=default_facts(asked_facts()))
    confirmed: list[NeededMatter] = []
    possible: list[NeededMatter] = []
    papers: dict[str, str] = {}
    for need in found:
        matter = need.matter
        unknown = dict.fromkeys(name for name in facts_in(matter.when) if facts.get(name) in (None, ""))
        decision = matter.limits.decision
        item = NeededMatter(
            matter=rows[matter.code],
            reason=pick(matter.reason, matter.reason_en),
            promised=limit_text(decision.promised, decision.unit),
            materials=len(matter.materials),
            confirmed=need.confirmed,
            open_questions=[] if need.confirmed else [labels[name] for name in unknown if name in labels],
        )
        (confirmed if need.confirmed else possible).append(item)
        if need.confirmed:
            papers.update({paper.code: pick(paper.name, paper.name_en) for paper in matter.materials})
    return Answer(confirmed, possible, list(papers.values()))
