"""Forms of meetings. They check form; the services check what depends on other rows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Role, User
from coordination import limits
from coordination.forms import WORKDAYS, departments
from coordination.models import AgendaItem, Decision, Invitation, Limit, Meeting
from coordination.people import holders
from coordination.services.meetings import Plan
from coordination.services.minutes import Resolution
from enterprises.models import Enterprise
from projects.models import Problem
from projects.selectors import open_problems

STAFF = tuple(Role.values)


def moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


class TimeForm(forms.Form):
    """When and where."""

    starts_at = moment(_("Beginning of the meeting"))
    ends_at = moment(_("Ends"))
    place = forms.CharField(label=_("Meeting place"), max_length=120)


class MeetingForm(TimeForm):
    """A meeting to be called, with its guests."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Meeting.Kind)
    title = forms.CharField(label=_("Name of the meeting"), max_length=120)
    chair = forms.ModelChoiceField(label=_("Chair"), queryset=User.objects.none())
    secretary = forms.ModelChoiceField(label=_("Secretary"), queryset=User.objects.none())
    people = forms.ModelMultipleChoiceField(
        label=_("People invited"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Hold Ctrl to choose several. Chair and secretary are invited by themselves."),
    )
    firms = forms.ModelMultipleChoiceField(
        label=_("Enterprises invited"),
        queryset=Enterprise.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=_("Their members answer for them and see the points that concern them."),
    )
    field_order = ["kind", "title", "starts_at", "ends_at", "place", "chair", "secretary", "people", "firms"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        fields["chair"].queryset = holders(Role.LEADER, Role.DIRECTOR, Role.HEAD)
        fields["secretary"].queryset = holders(Role.OFFICER, Role.DIRECTOR, Role.HEAD, Role.CLERK)
        fields["people"].queryset = holders(*STAFF)
        fields["firms"].queryset = Enterprise.objects.order_by("name", "id")

    def plan(self) -> Plan:
        guests = ("people", "firms")
        return Plan(**{name: value for name, value in self.cleaned_data.items() if name not in guests})


class AnswerForm(forms.Form):
    """The answer to an invitation."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[row for row in Invitation.Answer.choices if row[0] != "open"],
        widget=forms.RadioSelect,
    )
    substitute = forms.CharField(label=_("Who comes instead"), max_length=60, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ProblemsForm(forms.Form):
    """Open problems for the agenda, the earliest limit first: of all projects, whoever keeps the meeting."""

    problems = forms.ModelMultipleChoiceField(
        label=_("Open problems"), queryset=Problem.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = meeting.items.filter(problem__isnull=False).values("problem")
        rows = open_problems().exclude(pk__in=there)
        field: Any = self.fields["problems"]
        field.queryset = rows
        field.label_from_instance = lambda row: f"{row.project} · {row.title}"
        self.any = rows.exists()


class ItemForm(forms.Form):
    """A point by hand."""

    title = forms.CharField(label=_("Point"), max_length=200)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    firm = forms.ModelChoiceField(
        label=_("Enterprise that it concerns"), queryset=Enterprise.objects.order_by("name", "id"), required=False
    )


class HoldForm(forms.Form):
    """Who was there."""

    attended = forms.ModelMultipleChoiceField(
        label=_("Who was there"),
        queryset=Invitation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["attended"]
        field.queryset = meeting.invitations.select_related("user", "enterprise")
        field.label_from_instance = lambda row: f"{row.guest} · {row.substitute or row.get_answer_display()}"
        field.initial = list(meeting.invitations.filter(answer__in=["coming", "substitute"]))


class MinutesForm(forms.Form):
    """The text, and what was said on each point."""

    text = forms.CharField(label=_("Minutes"), widget=forms.Textarea(attrs={"rows": 10}), max_length=20000)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].initial = meeting.minutes
        self.items = list(meeting.items.order_by("position", "pk"))
        for row in self.items:
            self.fields[f"item-{row.pk}"] = forms.CharField(
                label=row.title,
                initial=row.outcome,
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def outcomes(self) -> dict[int, str]:
        return {row.pk: self.cleaned_data[f"item-{row.pk}"] for row in self.items}


class DecisionForm(forms.Form):
    """One decision."""

    text = forms.CharField(label=_("What was decided"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    item = forms.ModelChoiceField(
        label=_("On the point"), queryset=AgendaItem.objects.none(), required=False, empty_label="—"
    )
    way = forms.ChoiceField(label=_("Becomes"), choices=Decision.Way, initial="task", widget=forms.RadioSelect)
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.none(),
        required=False,
        help_text=_("Of a task. A problem goes to the service team of the project."),
    )
    days = forms.IntegerField(label=_("Within"), min_value=1, max_value=250, widget=WORKDAYS)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        fields["item"].queryset = meeting.items.order_by("position", "pk")
        fields["department"].queryset = departments()
        fields["days"].initial = limits.days_of(Limit.Duty.DECISION)

    def resolution(self) -> Resolution:
        return Resolution(**self.cleaned_data)
