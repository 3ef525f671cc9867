"""Forms around key projects. They check form; what depends on other rows is checked by the services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from projects.models import Milestone, Problem, Seat, TeamMember
from projects.selectors import people_for
from projects.services import Report


def words(label: Any, *, required: bool = True, most: int = 300, rows: int = 3, hint: Any = "") -> forms.CharField:
    """A field for a few sentences that stay on record."""
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=hint, widget=forms.Textarea(attrs={"rows": rows})
    )


class ReasonForm(forms.Form):
    """A reason that stays on record."""

    reason = words(_("Reason"), rows=2)


class MaybeReasonForm(forms.Form):
    """A reason where something that stood before is changed."""

    reason = words(_("Reason"), required=False, rows=2)


class PersonField(forms.ModelChoiceField[User]):
    """A person with his posts, so that namesakes can be told apart. Two queries."""

    def __init__(self, *, seat: str = Seat.MEMBER, **options: Any) -> None:
        super().__init__(queryset=User.objects.none(), empty_label=_("Choose a person"), **options)
        self.seat = seat

    def label_from_instance(self, user: User) -> str:
        places = dict.fromkeys(post.department.label for post in user.posts.all())
        return f"{user} · {'、'.join(places)}" if places else str(user)


class SeatForm(forms.Form):
    """Who takes an empty office; the list of people fits the office."""

    def __init__(self, data: Any = None, *, seat: str) -> None:
        super().__init__(data, prefix=seat)
        self.fields["user"] = PersonField(label=Seat(seat).label, seat=seat)
        people = people_for(seat).prefetch_related("posts__department")
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    user = PersonField(label=pgettext_lazy("seat", "Person"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = people_for(Seat.MEMBER).prefetch_related("posts__department")
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """The office to a successor, with what he has to know."""

    successor = PersonField(label=_("Successor"))
    note = words(
        _("Hand-over note"), most=2000, rows=6,
        hint=_("How things stand, what is promised to the firm, whom to call."),
    )  # fmt: skip

    def __init__(self, *args: Any, member: TeamMember, **options: Any) -> None:
        super().__init__(*args, **options)
        people = people_for(member.seat).exclude(pk=member.user_id).prefetch_related("posts__department")
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """Planned days of the points not reached yet."""

    def __init__(self, *args: Any, rows: list[Milestone], **options: Any) -> None:
        super().__init__(*args, **options)
        for row in rows:
            if row.reached_on is None:
                self.fields[f"point_{row.point}"] = forms.DateField(
                    label=row.get_point_display(), required=False, initial=row.planned_on, widget=forms.DateInput
                )
        self.fields["reason"] = words(
            _("Reason"), required=False, rows=2, hint=_("Needed where a date that stood before is changed.")
        )

    def dates(self) -> dict[int, Any]:
        return {int(name[6:]): day for name, day in self.cleaned_data.items() if name.startswith("point_")}


class ReachedForm(forms.Form):
    reached_on = forms.DateField(label=_("Reached on"), widget=forms.DateInput)
    reason = words(_("Reason"), required=False, rows=2, hint=_("Needed where a date that stood before is changed."))


def amount(label: Any, unit: Any) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"data-unit": unit, "inputmode": "decimal"})
    return forms.DecimalField(label=label, min_value=Decimal(0), max_digits=14, decimal_places=2, widget=widget)


class ProgressForm(forms.Form):
    """What a month brought."""

    works = words(_("Progress of the works"), most=4000, rows=6)
    domestic = amount(_("Domestic money arrived this month"), _("10,000 yuan"))
    foreign = amount(_("Foreign money arrived this month"), _("10,000 US dollars"))

    def __init__(self, *args: Any, corrects: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if corrects:
            self.fields["reason"] = words(_("Reason for the correction"), rows=2)

    def report(self, problems: tuple[tuple[str, str], ...]) -> Report:
        data = self.cleaned_data
        return Report(works=data["works"], domestic=data["domestic"], foreign=data["foreign"], problems=problems)


class ProblemForm(forms.Form):
    """What stands in the way."""

    title = forms.CharField(label=_("What stands in the way, in a few words"), max_length=120)
    text = words(_("Description"), most=4000, rows=6, hint=_("What happened, since when, and what would clear it."))


class NotedProblemForm(forms.Form):
    """A problem noted with a month's progress; a row left empty does not count."""

    title = forms.CharField(label=_("Problem"), max_length=120, required=False)
    text = words(_("Description"), most=4000, rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, other in (("title", "text"), ("text", "title")):
            if data.get(other) and not data.get(name):
                self.add_error(name, _("Each problem needs a title and a description."))
        return data


NotedProblems = formset_factory(NotedProblemForm, extra=1, max_num=10, absolute_max=20)


def noted(rows: BaseFormSet[NotedProblemForm]) -> tuple[tuple[str, str], ...]:
    """The rows of a valid formset that were filled in."""
    filled = (form.cleaned_data for form in rows.forms)
    return tuple((row["title"], row["text"]) for row in filled if row.get("title"))


class NoteForm(forms.Form):
    text = words(_("What was done"), most=2000)


class SolutionForm(forms.Form):
    solution = words(_("How it was cleared"), most=2000, hint=_("The firm reads this and confirms it, or not."))


class ConfirmForm(forms.Form):
    words = words(_("A word to the team"), required=False, rows=2)


class RejectForm(forms.Form):
    words = words(_("What is still in the way"), most=1000)


class HelperForm(forms.Form):
    """A member of the team works on it; the owner goes on answering."""

    helper = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Member of the team"), required=False, empty_label=_("Nobody")
    )
    note = words(_("What is to be done"), required=False, rows=2)

    def __init__(self, *args: Any, problem: Problem, **options: Any) -> None:
        super().__init__(*args, **options)
        team = TeamMember.objects.current().filter(key__project=problem.project_id).exclude(user=problem.owner_id)
        people = User.objects.filter(pk__in=team.values("user")).order_by("name", "id")
        self.fields["helper"].queryset = people  # type: ignore[attr-defined]


def seat_forms(held: dict[str, TeamMember], data: Any = None, sent: str = "") -> list[SeatForm]:
    """A form for each office that is empty; ``sent`` is the one that was filled in. A held one is handed over."""
    return [
        SeatForm(data if seat == sent else None, seat=seat)
        for seat in (Seat.LEADER, Seat.CHIEF, Seat.SECRETARY)
        if seat not in held
    ]
