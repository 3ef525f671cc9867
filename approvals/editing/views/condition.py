"""The builder of conditions, which works by posting its rows, and trying a condition on facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from approvals import facts
from approvals.catalogue.conditions import applies, facts_in, leaves
from approvals.catalogue.model import Fact, default_facts
from approvals.editing import conditions, services
from approvals.editing.conditions import Row, RowError
from approvals.editing.controls import plain_number
from approvals.editing.views.common import actor, draft_page, number_of
from approvals.editing.views.draft import chrome
from approvals.editing.words import OPERATORS, condition_message, condition_text, fact_choices, leaf_text
from approvals.models import CatalogueDraft
from common.errors import Stale
from projects.models import Project

MOST_ROWS = 60
GROUP_NAMES = (
    ("all", gettext_lazy("All of these hold")),
    ("any", gettext_lazy("At least one of these holds")),
    ("not", gettext_lazy("This does not hold")),
)


@dataclass(frozen=True)
class Line:
    """A row as the page draws it."""

    index: int
    row: Row
    facts: Sequence[tuple[str, str]]
    operators: Sequence[tuple[str, Any]]
    choices: Sequence[tuple[str, str]]
    unit: str
    error: Any

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def value(self) -> str:
        return self.row.values[0] if self.row.values else ""

    @property
    def several(self) -> bool:
        return self.row.op == "in"


def lines(rows: Sequence[Row], error: RowError | None) -> Iterator[Line]:
    known = facts.definitions()
    named = [(name, facts.label(name)) for name in known]
    for index, row in enumerate(rows):
        fact = known.get(row.fact)
        yield Line(
            index=index,
            row=row,
            facts=named,
            operators=[(op, OPERATORS[op]) for op in conditions.operators(fact)] if fact else [],
            choices=fact_choices(fact) if fact else [],
            unit=facts.unit(fact) if fact else "",
            error=condition_message(error) if error and error.index == index else "",
        )


def posted(data: QueryDict) -> list[Row]:
    """The rows of the form. Depths that no form of ours would send are put right."""
    rows: list[Row] = []
    for index in range(min(plain_number(data.get("count"), 9) or 0, MOST_ROWS)):
        deepest = rows[-1].depth + rows[-1].is_group if rows else 0
        kind = data.get(f"row-{index}-kind", "leaf")
        rows.append(
            Row(
                depth=min(plain_number(data.get(f"row-{index}-depth"), 2) or 0, deepest),
                kind=kind if kind in conditions.GROUPS else "leaf",
                fact=data.get(f"row-{index}-fact", ""),
                op=data.get(f"row-{index}-op", ""),
                values=tuple(data.getlist(f"row-{index}-value")),
            )
        )
    return [_fitting(row) for row in rows]


def _fitting(row: Row) -> Row:
    """After another fact was chosen the comparison of the old one may not fit."""
    fact = facts.definitions().get(row.fact)
    if fact is None or row.is_group:
        return row
    allowed = conditions.operators(fact)
    row = row if row.op in allowed else replace(row, op=allowed[0])
    codes = {code for code, _name in fact_choices(fact)}
    if codes:
        return replace(row, values=tuple(value for value in row.values if value in codes))
    return row


def acted(rows: list[Row], action: str) -> list[Row]:
    """The rows after a button; raises RowError where a group would be too deep."""
    verb, _dash, place = action.partition("-")
    index = plain_number(place)
    if index is not None and index >= len(rows):
        index = None
    match verb:
        case "leaf" | "all" | "any" | "not":
            return conditions.add(rows, index, verb) if len(rows) < MOST_ROWS else rows
        case "remove" if index is not None:
            return conditions.remove(rows, index)
        case "wrap" if index is not None:
            return conditions.wrap(rows, index)
    return rows


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def condition(request: HttpRequest, draft: CatalogueDraft) -> HttpResponse:
    """Rows of fact, comparison and value in groups; every button but saving only redraws the page."""
    error: RowError | None = None
    conflict: Stale | None = None
    rows = conditions.rows_of(draft.content["when"])
    if request.method == "POST":
        rows = posted(request.POST)
        action = request.POST.get("action", "save")
        try:
            if action != "save":
                rows = acted(rows, action)
            else:
                conflict = _save(request, draft, rows)
                if conflict is None:
                    return redirect("approvals:catalogue_section", draft.pk, "applies")
        except RowError as problem:
            error = problem
    context = {
        **chrome(draft),
        "lines": list(lines(rows, error)),
        "groups": GROUP_NAMES,
        "error": condition_message(error) if error else "",
        "error_row": error.index if error else None,
        "conflict": conflict,
        "revision": request.POST.get("revision", draft.revision),
        "words": _words(rows),
    }
    return render(request, "catalogue/condition.html", context, status=409 if conflict else 200)


def _save(request: HttpRequest, draft: CatalogueDraft, rows: Sequence[Row]) -> Stale | None:
    content = {**draft.content, "when": conditions.tree_of(rows, facts.definitions())}
    try:
        services.save_draft(
            actor=actor(request),
            draft_id=draft.pk,
            revision=number_of(request.POST.get("revision")),
            content=content,
            section="when",
        )
    except Stale as error:
        return error
    return None


def _words(rows: Sequence[Row]) -> str:
    """What the rows say, "" while they are not complete."""
    try:
        return condition_text(conditions.tree_of(rows, facts.definitions()))
    except RowError:
        return ""


class FactsForm(forms.Form):
    """The facts that a condition asks for, and the project to take them from."""

    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=gettext_lazy("Facts of a project"),
        required=False,
        empty_label=gettext_lazy("None: as entered below"),
    )

    def __init__(self, *args: Any, user: Any, asked: Sequence[Fact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["project"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Project.objects.visible_to(user).order_by("-id")[:200]
        self.asked = asked
        for fact in asked:
            self.fields[fact.name] = _control(fact)

    def known(self) -> dict[str, Any]:
        """Facts as conditions take them: of the project, and over them those entered."""
        data = self.cleaned_data
        found = facts.known(data["project"]) if data.get("project") else default_facts(facts.definitions().values())
        entered = {fact.name: _entered(fact, data.get(fact.name)) for fact in self.asked}
        return {**found, **{name: value for name, value in entered.items() if value is not None}}


def _control(fact: Fact) -> forms.Field:
    label = facts.label(fact.name)
    if fact.type == "number":
        widget = forms.NumberInput(attrs={"data-unit": facts.unit(fact), "step": "any"})
        return forms.DecimalField(label=label, required=False, max_digits=16, widget=widget)
    choices = [("", gettext_lazy("Not known")), *fact_choices(fact)]
    return forms.ChoiceField(label=label, required=False, choices=choices)


def _entered(fact: Fact, value: Any) -> Any:
    if value in (None, ""):
        return None
    if fact.type == "boolean":
        return value == "true"
    return float(value) if fact.type == "number" else value


@draft_page
@require_safe
def attempt(request: HttpRequest, draft: CatalogueDraft) -> HttpResponse:
    """Whether a project with these facts would need the matter, comparison by comparison."""
    when = draft.content["when"]
    names = dict.fromkeys(facts_in(when)) if when else {}
    asked = [fact for name, fact in facts.definitions().items() if name in names]
    form = FactsForm(request.GET or None, user=request.user, asked=asked)
    context: dict[str, Any] = {**chrome(draft), "form": form, "words": condition_text(when), "tried": False}
    if when and form.is_bound and form.is_valid():
        known = form.known()
        context |= {
            "tried": True,
            "answer": applies(when, known),
            "parts": [(leaf_text(leaf), applies(leaf, known)) for leaf in leaves(when)],
        }
    context["back_url"] = reverse("approvals:catalogue_section", args=[draft.pk, "applies"])
    context["heading"] = _("Try the condition")
    return render(request, "catalogue/try.html", context)
