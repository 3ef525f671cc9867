"""Forms of instructions and what leaders approve. They check form; the services check what depends on other rows."""

from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Post, Role
from common.time import today
from coordination import deviating, limits
from coordination.models import Deviation, Instruction, Limit
from coordination.people import holders
from coordination.services.deviations import Wish
from coordination.services.instructions import PartSpec, Words
from projects.models import Project

LONG = forms.Textarea(attrs={"rows": 5})
WORKDAYS = forms.NumberInput(attrs={"data-unit": _("working days")})
TRIMMED = 2000


class InstructionForm(forms.Form):
    """What a leader writes."""

    text = forms.CharField(label=_("Instruction"), widget=LONG, max_length=TRIMMED)
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=Instruction.Urgency, initial="ordinary", widget=forms.RadioSelect
    )
    divider = forms.ModelChoiceField(
        label=_("Divided by"),
        queryset=holders(),
        empty_label=None,
        help_text=_("Who makes it the departments' tasks and looks at their answers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["divider"].queryset = holders(Role.DIRECTOR)  # type: ignore[attr-defined]

    def words(self) -> Words:
        return Words(**self.cleaned_data)


def departments() -> Any:
    """Those in which somebody holds a post that works on tasks."""
    roles = (Role.HEAD, Role.REVIEWER, Role.OFFICER, Role.CLERK)
    posts = Post.objects.current().with_role(*roles)
    return Department.objects.filter(pk__in=posts.values("department")).order_by("id")


class LeadForm(forms.Form):
    """The part of the lead department."""

    department = forms.ModelChoiceField(label=_("Lead department"), queryset=Department.objects.none())
    lead_text = forms.CharField(
        label=_("What is to be done"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=TRIMMED,
        help_text=_("The lead department summarises the answers of the others for the leader."),
    )
    lead_days = forms.IntegerField(label=_("Within"), min_value=1, max_value=250, widget=WORKDAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments()  # type: ignore[attr-defined]
        self.fields["lead_days"].initial = limits.days_of(Limit.Duty.LEAD)

    def spec(self) -> PartSpec:
        data = self.cleaned_data
        return PartSpec(data["department"], data["lead_text"], data["lead_days"])


class AssistForm(forms.Form):
    """One assisting department; a line without a department is none."""

    department = forms.ModelChoiceField(
        label=_("Assisting department"), queryset=Department.objects.none(), required=False
    )
    text = forms.CharField(label=_("What is to be done"), max_length=TRIMMED, required=False)
    days = forms.IntegerField(label=_("Within"), min_value=1, max_value=250, required=False, widget=WORKDAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("department") and not (data.get("text") or "").strip():
            self.add_error("text", _("Write what is to be done."))
        if not data.get("department") and (data.get("text") or "").strip():
            self.add_error("department", _("Choose the department."))
        return data


AssistFormSet = formset_factory(AssistForm, extra=2, max_num=12)


def assisting(rows: BaseFormSet[AssistForm]) -> list[PartSpec]:
    """The filled lines."""
    usual = limits.days_of(Limit.Duty.ASSIST)
    filled = [form.cleaned_data for form in rows if form.cleaned_data.get("department")]
    return [PartSpec(one["department"], one["text"], one["days"] or usual) for one in filled]


class RemarkForm(forms.Form):
    """The leader's words when closing (may be none) or sending back."""

    remark = forms.CharField(
        label=_("Your words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class UntilForm(forms.Form):
    """A reason and an end date, as every exception has them."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = today() + timedelta(days=30)


class DeviationForm(UntilForm):
    """One approved deviation; what it may apply to comes from the floor that owns it."""

    value = forms.ChoiceField(label=_("Applies to"))
    days = forms.IntegerField(
        label=_("Limit from the beginning"),
        required=False,
        min_value=1,
        widget=WORKDAYS,
        help_text=_("Counted from the day on which the limit began to run, not from today."),
    )
    field_order = ["value", "days", "reason", "ends_on"]

    def __init__(self, *args: Any, kind: str, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.choices = [(one.value, one.label) for one in deviating.handler_of(kind).choices(project)]
        self.fields["value"].choices = self.choices  # type: ignore[attr-defined]
        if kind == Deviation.Kind.SHORTER:
            self.fields["days"].required = True
        else:
            del self.fields["days"]

    def wish(self) -> Wish:
        return Wish(kind=self.kind, **self.cleaned_data)
