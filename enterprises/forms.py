"""Forms of this app. They check form; what depends on other rows is checked by the services."""

from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.time import today
from enterprises import industries, scope
from enterprises.credit_code import clean_credit_code
from enterprises.models import Enterprise, Request, Tier
from enterprises.selectors import agents, officers
from enterprises.services.mandates import Terms
from enterprises.services.registry import Details
from enterprises.services.visits import Report, RequestNote


class DateField(forms.DateField):
    """A day, entered with the browser's own control."""

    widget = forms.DateInput


class CreditCodeForm(forms.Form):
    """First step of claiming: which enterprise?"""

    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, on the business licence. Spaces and small letters do no harm."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "figure"}),
    )

    def clean_credit_code(self) -> str:
        return clean_credit_code(self.cleaned_data["credit_code"])


class DetailsForm(forms.ModelForm[Enterprise]):
    """What the licence says."""

    industry = forms.ChoiceField(choices=industries.choices, required=False, label=_("Industry (GB/T 4754 division)"))

    class Meta:
        model = Enterprise
        fields = ["name", "legal_representative", "industry", "address", "phone", "is_foreign"]
        labels = {"name": _("Enterprise name")}
        help_texts = {"name": _("The full name on the business licence.")}

    def details(self) -> Details:
        return Details(**{field: self.cleaned_data[field] for field in DetailsForm.Meta.fields})


class StaffDetailsForm(DetailsForm):
    """The same with the tier, which the zone sets."""

    tier = forms.ChoiceField(choices=Tier, label=_("Tier"), help_text=_("Sets how often the firm is visited."))

    class Meta(DetailsForm.Meta):
        fields = [*DetailsForm.Meta.fields, "tier"]


class JoinForm(forms.Form):
    """A note to whoever lets people in."""

    note = forms.CharField(
        label=_("Who are you in this enterprise?"),
        help_text=_("The owner, or the window, reads this before deciding."),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """A reason that stays on record."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class AgentChoice(forms.ModelChoiceField[User]):
    def label_from_instance(self, user: User) -> str:
        departments = ", ".join(dict.fromkeys(post.department.label for post in user.posts.all()))
        return f"{user} · {departments}" if departments else str(user)


class MandateForm(forms.Form):
    """Agent, scope, period."""

    agent = AgentChoice(queryset=User.objects.none(), label=_("Agent"), empty_label=_("Choose an agent"))
    scope = forms.ChoiceField(
        label=_("What may the agent do?"),
        choices=[("all", _("Handle every matter")), ("some", _("Handle only the matters ticked below"))],
        widget=forms.RadioSelect,
        initial="all",
    )
    matters = forms.MultipleChoiceField(label=_("Matters"), required=False, widget=forms.CheckboxSelectMultiple)
    may_declare = forms.BooleanField(label=_("The agent may also declare projects"), required=False, initial=True)
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until"), help_text=_("The last day on which the agent may act."))
    note = forms.CharField(
        label=_("Note to the agent"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    signed = forms.BooleanField(
        label=_("I sign this mandate for the enterprise. Everything the agent does within it counts as done by us.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = agents().prefetch_related("posts__department")  # type: ignore[attr-defined]
        matters = scope.choices()
        self.fields["matters"].choices = matters  # type: ignore[attr-defined]
        if not matters:
            del self.fields["scope"], self.fields["matters"]
        self.fields["starts_on"].initial = today()
        self.fields["ends_on"].initial = today() + timedelta(days=365)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("scope") == "some" and not data.get("matters") and "matters" not in self.errors:
            self.add_error("matters", _("Tick at least one matter, or let the agent handle every matter."))
        return data

    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            agent=data["agent"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            matters=tuple(data["matters"]) if data.get("scope") == "some" else (),
            may_declare=data["may_declare"],
            note=data["note"],
        )


class PersonChoice(forms.ModelChoiceField[User]):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), **kwargs)


class VisitForm(forms.Form):
    """An extra visit, or another officer or day for a planned one."""

    officer = PersonChoice(label=_("Service officer"))
    planned_on = DateField(label=_("Planned for"), help_text=_("A working day."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers()  # type: ignore[attr-defined]


class RecordForm(forms.Form):
    """What a visit brought."""

    visited_on = DateField(label=_("Visited on"), initial=today)
    met = forms.CharField(label=_("People met"), help_text=_("Names and what they do in the firm."), max_length=200)
    summary = forms.CharField(label=_("What was seen and heard"), widget=forms.Textarea(attrs={"rows": 6}))

    def report(self, requests: tuple[RequestNote, ...]) -> Report:
        data = self.cleaned_data
        return Report(visited_on=data["visited_on"], met=data["met"], summary=data["summary"], requests=requests)


class RequestForm(forms.Form):
    """One thing that the firm asks for; a row left empty does not count."""

    connection = forms.ChoiceField(
        label=_("Field"), choices=[("", _("Choose a field")), *Request.Connection.choices], required=False
    )
    text = forms.CharField(
        label=_("What the firm asks"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("text") and not data.get("connection"):
            self.add_error("connection", _("Choose which of the nine connections this belongs to."))
        if data.get("connection") and not data.get("text"):
            self.add_error("text", _("Write down what the firm asks."))
        return data


RequestFormSet = formset_factory(RequestForm, extra=1, max_num=30, absolute_max=60)


def notes(rows: BaseFormSet[RequestForm]) -> tuple[RequestNote, ...]:
    """The rows of a valid RequestFormSet that were filled in."""
    filled = (form.cleaned_data for form in rows.forms)
    return tuple(RequestNote(row["connection"], row["text"]) for row in filled if row.get("text"))
