"""Forms of this app. They check form; what depends on other rows is checked by the services."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Post, Role, User
from agency.candidates import Candidate
from agency.services.helpers import Joining
from agency.services.orders import Wish
from agency.working_out import REASON, Choice
from approvals.planning.project import WAYS
from approvals.planning.schedule import Way
from common.time import today
from enterprises.forms import AgentChoice
from enterprises.models import Enterprise, Mandate
from enterprises.selectors import agents
from projects.models import Project

AREA = forms.Textarea(attrs={"rows": 3})


class WishForm(forms.Form):
    """What the enterprise wants of the agent whose mandate it is."""

    project = forms.ModelChoiceField(
        queryset=Project.objects.none(),
        label=_("Project"),
        required=False,
        empty_label=_("No project yet, only an intention"),
    )
    intention = forms.CharField(
        label=_("What you intend"), required=False, max_length=120, help_text=_("Where there is no project yet.")
    )
    wanted_start = forms.DateField(
        label=_("Wanted start of construction"),
        widget=forms.DateInput,
        help_text=_("The agent lays the plan back from this day."),
    )
    note = forms.CharField(
        label=_("Note to the agent"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = Project.objects.filter(enterprise=enterprise).exclude(status=Project.Status.WITHDRAWN)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(data["wanted_start"], data["project"], data["intention"], data["note"])


class StartForm(forms.Form):
    """Full agency for one project, with the mandate that it needs."""

    agent = AgentChoice(queryset=User.objects.none(), label=_("Agent"), empty_label=_("Choose an agent"))
    wanted_start = forms.DateField(
        label=_("Wanted start of construction"),
        widget=forms.DateInput,
        help_text=_("The agent lays the plan back from this day."),
    )
    ends_on = forms.DateField(
        label=_("The mandate ends on"),
        widget=forms.DateInput,
        help_text=_("Only where the agent has none yet. You can end it at any time, at once."),
    )
    note = forms.CharField(
        label=_("Note to the agent"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    signed = forms.BooleanField(
        label=_("I sign this mandate for the enterprise. Everything the agent does within it counts as done by us.")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = agents().prefetch_related("posts__department")  # type: ignore[attr-defined]
        day = project.planned_start
        self.fields["wanted_start"].initial = day if day and day > today() else None
        self.fields["ends_on"].initial = today() + timedelta(days=730)


class PlanForm(forms.Form):
    """Which matters, with a reason for whatever differs from the catalogue, and the way.

    ``matters`` and the reasons are laid out by the page, a line for each candidate.
    """

    matters = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label=_("Matters"))
    way = forms.ChoiceField(
        label=_("Way"), choices=[(str(way), label) for way, label in WAYS.items()], widget=forms.RadioSelect,
        initial=str(Way.PARALLEL),
    )  # fmt: skip
    remark = forms.CharField(
        label=_("Words to the enterprise"), required=False, max_length=2000, widget=AREA,
        help_text=_("What it should know: papers to prepare first, risks, what you need from it."),
    )  # fmt: skip

    def __init__(self, *args: Any, rows: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_rows = [row for row in rows if row.running is None]
        self.fields["matters"].choices = [(row.code, row.label) for row in open_rows]  # type: ignore[attr-defined]
        for row in open_rows:
            self.fields[f"reason-{row.code}"] = forms.CharField(
                required=False, max_length=REASON, label=_("Reason: %(matter)s") % {"matter": row.label},
                widget=forms.TextInput(attrs={"placeholder": _("Reason")}),
            )  # fmt: skip

    def choice(self) -> Choice:
        data = self.cleaned_data
        reasons = {name.removeprefix("reason-"): said for name, said in data.items() if name.startswith("reason-")}
        return Choice(frozenset(data["matters"]), reasons, Way(data["way"]))


class ChangesForm(forms.Form):
    """What the enterprise wants to be different."""

    words = forms.CharField(label=_("What should change?"), max_length=2000, widget=AREA)
    wanted_start = forms.DateField(
        label=_("Another wanted start"), required=False, widget=forms.DateInput, help_text=_("Empty: the day stays.")
    )


class HelperChoice(AgentChoice):
    """Agents of departments and sub-districts, each with his department."""


class HelperForm(forms.Form):
    """Whom to join, until when, what for."""

    user = HelperChoice(queryset=User.objects.none(), label=_("Agent"), empty_label=_("Choose an agent"))
    ends_on = forms.DateField(label=_("Until"), widget=forms.DateInput, help_text=_("The mandate's last day at most."))
    why = forms.CharField(label=_("What for"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, mandate: Mandate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (Department.Kind.APPROVAL, Department.Kind.STREET)
        # One's own centre stands in by absences; what is joined are departments and sub-districts, then the rest.
        posts = Post.objects.current().with_role(Role.AGENT).filter(department__kind__in=kinds)
        people = agents().filter(pk__in=posts.values("user")).exclude(pk=mandate.agent_id)
        self.fields["user"].queryset = people.prefetch_related("posts__department")  # type: ignore[attr-defined]
        self.fields["ends_on"].initial = mandate.ends_on

    def joining(self) -> Joining:
        data = self.cleaned_data
        return Joining(data["user"], data["ends_on"], data["why"])


class SuccessorForm(forms.Form):
    """The agent whom the head proposes to the enterprise."""

    agent = AgentChoice(queryset=User.objects.none(), label=_("Agent"), empty_label=_("Choose an agent"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The enterprise reads this before it gives the mandate."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = agents().prefetch_related("posts__department")  # type: ignore[attr-defined]


class ActsFilter(forms.Form):
    """Which acts the list shows."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    act = forms.ChoiceField(label=_("Act"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], acts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]
        self.fields["act"].choices = [("", _("All")), *acts]  # type: ignore[attr-defined]


class OrderFilter(forms.Form):
    """Which orders the list shows."""

    q = forms.CharField(
        label=_("Enterprise or project"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("Live orders")), ("ended", _("Ended orders"))]
    )
