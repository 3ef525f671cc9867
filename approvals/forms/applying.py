"""Forms of the application: which project, and the catalogue's questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals import facts
from approvals.catalogue.model import Fact
from projects.models import Project

UNSURE = ("", _("Not sure yet"))


class ProjectChoiceForm(forms.Form):
    """For which declared project one applies; comes from a guide."""

    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("Project"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]


class QuestionsForm(forms.Form):
    """One field for each question; "not sure yet" is an answer of its own and takes an old one back."""

    def __init__(self, *args: Any, project: Project, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = set(names)
        for fact in facts.questions():
            if fact.name in wanted:
                self.fields[fact.name] = question_field(fact)
                self.initial[fact.name] = _as_initial(project.answers.get(fact.name, fact.default))


def _as_initial(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def question_field(fact: Fact) -> forms.Field:
    """Radios for yes/no and choices, a number with its unit otherwise; never required."""
    label = facts.label(fact.name)
    if fact.type == "number":
        attrs = {"data-unit": facts.unit(fact), "inputmode": "decimal"}
        return forms.DecimalField(
            label=label, required=False, min_value=0, max_digits=14, widget=forms.NumberInput(attrs=attrs)
        )
    options: list[tuple[str, Any]] = (
        [("true", _("Yes")), ("false", _("No"))] if fact.type == "boolean" else list(facts.choices(fact))
    )
    return forms.ChoiceField(label=label, required=False, choices=[*options, UNSURE], widget=forms.RadioSelect)
