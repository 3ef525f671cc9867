from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from approvals.models import Matter
from common.bilingual import pick
from content.catalogue import Offered
from content.search import Wanted
from content.wording import KINDS
from enterprises.models import Enterprise
from projects.models import Project

MOST_PROJECTS = 50


class QueryForm(forms.Form):
    """Number and code as printed on the receipt."""

    number = forms.CharField(
        label=_("Case number"),
        max_length=40,
        help_text=_("On the receipt, such as BJ20260000123."),
        error_messages={"required": _("Enter the case number from the receipt.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=_("Query code"),
        max_length=20,
        help_text=_("Eight letters and digits beside the number."),
        error_messages={"required": _("Enter the query code from the receipt.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class GuideFilter(forms.Form):
    """What the list of guides is narrowed down to; anything unknown narrows nothing."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, department, material …"), "maxlength": 60}
        ),
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    kind = forms.ChoiceField(label=_("Kind of matter"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    online = forms.BooleanField(label=_("All online, no visit"), required=False)
    deferrable = forms.BooleanField(label=_("Papers may follow"), required=False)
    commitment = forms.BooleanField(label=_("On commitment"), required=False)

    def __init__(self, data: Any, *, catalogue: Offered) -> None:
        super().__init__(data)
        self.themes = catalogue.themes
        departments = {one.matter.department.code: one.matter.department.label for one in catalogue.matters.values()}
        themes = {code: pick(theme.name, theme.name_en) for code, theme in catalogue.themes.items()}
        choices = {
            "stage": Matter.Stage.choices,
            "department": departments.items(),
            "kind": KINDS.items(),
            "theme": themes.items(),
        }
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *rows]

    def wanted(self) -> Wanted:
        self.is_valid()
        data = {name: value for name, value in self.cleaned_data.items() if name not in self.errors}
        theme = self.themes.get(data.get("theme", ""))
        return Wanted(
            stage=data.get("stage", ""),
            department=data.get("department", ""),
            kind=data.get("kind", ""),
            online=data.get("online", False),
            deferrable=data.get("deferrable", False),
            on_commitment=data.get("commitment", False),
            theme=frozenset(theme.by_code) if theme else None,
        )


NEW = "new"


class ApplyForm(forms.Form):
    """For which project: a new one of which firm and by what name, or one that is declared."""

    target = forms.ChoiceField(label=_("For which project?"), widget=forms.RadioSelect)
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label=_("Enterprise"), required=False, empty_label=None
    )
    name = forms.CharField(
        label=_("Name of the new project"), max_length=120, required=False, help_text=_("It can be changed later.")
    )

    def __init__(self, data: Any, *, firms: QuerySet[Enterprise], projects: QuerySet[Project]) -> None:
        super().__init__(data, initial={"target": NEW})
        self.firms = list(firms[:2])
        self.projects = {str(project.pk): project for project in projects.select_related("enterprise")[:MOST_PROJECTS]}
        target, enterprise = self.fields["target"], self.fields["enterprise"]
        assert isinstance(target, forms.ChoiceField)
        assert isinstance(enterprise, forms.ModelChoiceField)
        old = [(pk, f"{project} · {project.enterprise}") for pk, project in self.projects.items()]
        target.choices = [(NEW, _("A new project")), *old]
        enterprise.queryset = firms
        if not old:
            target.widget, target.required = forms.HiddenInput(), False
            self.fields["name"].required = enterprise.required = True
        if len(self.firms) == 1:
            enterprise.widget, enterprise.initial = forms.HiddenInput(), self.firms[0].pk

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        target = data.get("target") or NEW
        data["project"] = self.projects.get(target)
        if target == NEW and "target" not in self.errors:
            if not data.get("name") and "name" not in self.errors:
                self.add_error("name", _("Enter a name for the project."))
            if data.get("enterprise") is None and "enterprise" not in self.errors:
                self.add_error("enterprise", _("Choose the enterprise."))
        return data
