"""Forms of joint handling: starting it, asking for more time, deciding on that."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department
from approvals.models import Case
from approvals.services.duties import JOINT_DAYS, JOINT_EXTENSION


class StartForm(forms.Form):
    """Which cases, who leads, how many days are promised."""

    cases = forms.MultipleChoiceField(label=_("Cases to be handled jointly"), widget=forms.CheckboxSelectMultiple)
    lead_department = forms.ModelChoiceField(
        Department.objects.none(),
        empty_label=_("Choose"),
        label=_("Lead department"),
        help_text=_("It keeps the whole together and answers for the joint limit."),
    )
    promised_days = forms.IntegerField(
        label=_("Promised limit of the whole"),
        min_value=1,
        max_value=JOINT_DAYS,
        help_text=_("Counted from the first acceptance among the cases; by law at most 45 working days."),
        widget=forms.NumberInput(attrs={"data-unit": _("working days")}),
    )

    def __init__(self, *args: Any, cases: Sequence[Case], departments: Sequence[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(case.pk): case for case in cases}
        chooser: Any = self.fields["cases"]
        chooser.choices = [(key, f"{case.number} {case.matter.label}") for key, case in self.offered.items()]
        lead: Any = self.fields["lead_department"]
        lead.queryset = Department.objects.filter(pk__in=[row.pk for row in departments])
        if not self.is_bound:
            self.initial.setdefault("cases", list(self.offered))

    @property
    def chosen(self) -> list[Case]:
        return [self.offered[key] for key in self.cleaned_data["cases"]]


class AskForm(forms.Form):
    """How many working days more, and why; the applicant is told the reason."""

    amount = forms.IntegerField(
        label=_("Extend by"),
        min_value=1,
        max_value=JOINT_EXTENSION,
        widget=forms.NumberInput(attrs={"data-unit": _("working days")}),
    )
    reason = forms.CharField(
        label=_("Reason for the extension"),
        help_text=_("The applicant is told this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
    )


class DecideForm(forms.Form):
    """Approve or refuse; a refusal needs words."""

    extension = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", pgettext_lazy("extension", "Approve")), ("no", pgettext_lazy("extension", "Do not approve"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Remark"),
        help_text=_("A refusal says why."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
    )
