"""The form of a case as staff and applicant read it: only what this case's matter asks. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import application_form, form_paper, form_values
from approvals.catalogue.model import FormField, field_from_content
from approvals.models import Case, CaseForm


def fields_of(case: Case) -> list[FormField]:
    """The lines of the case's own version of the matter; needs ``version``."""
    return [field_from_content(item) for item in case.version.content.get("form", ())]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """Sections of rows {label, value, name, before, elsewhere} and the paper made of it."""

    sections: list[dict[str, Any]]
    form: CaseForm
    url: str

    @property
    def state(self) -> str:
        """What is to be said of the paper: "" where it is there."""
        if self.form.to_be_made:
            return _("The paper is being made; it opens all the same.")
        return _("The paper could not be made.") if self.form.error else ""


def filled_form(case: Case) -> FilledForm | None:
    """What was handed in last; None where the matter asks nothing. One or two queries.

    ``before`` is what the form said before a correction. ``elsewhere`` is what a correction of another case
    of the application says now: the same field is asked once, but each case keeps what it was handed in with.
    """
    forms = list(case.forms.order_by("ordinal"))
    if not forms:
        return None
    last, fields = forms[-1], fields_of(case)
    first = forms[-2].answers if len(forms) > 1 else last.answers
    by_name = {field.name: field for field in fields}
    sections = form_paper.sections_of(fields, last.answers)
    for section in sections:
        section["title"] = TITLES[section["topic"]]()
        for row in section["rows"]:
            field, name = by_name[row["name"]], row["name"]
            row["before"] = _differing(field, first, last.answers, name)
            row["elsewhere"] = _differing(field, case.application.answers, last.answers, name)
    return FilledForm(sections, last, reverse("approvals:case_form", args=[case.number]))


def _differing(field: FormField, other: Mapping[str, Any], now: Mapping[str, Any], name: str) -> str:
    if other.get(name) == now.get(name):
        return ""
    return form_values.show(field, other.get(name)) or _("nothing")


TITLES = {
    application_form.APPLICANT: lambda: _("About the applicant"),
    application_form.PROJECT: lambda: _("About the project"),
    "": lambda: _("About the matter"),
}
