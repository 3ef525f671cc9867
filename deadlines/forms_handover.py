"""Forms of absences and reassignment."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Absence, Department, Post, User
from common.time import today
from deadlines.lights import Light
from deadlines.models import Clock, ClockKind
from deadlines.querysets import ClockQuerySet
from deadlines.selectors import NOBODY, Holder
from deadlines.services.absences import NOTE_LENGTH, possible_substitutes

LIGHTS = [
    ("", _("All lights")),
    (Light.RED.value, _("Overdue")),
    (Light.YELLOW.value, _("Due soon")),
    (Light.GREEN.value, _("On time")),
]


class PersonForm(forms.Form):
    """For whom an absence is entered; the head and the administrator choose first."""

    person = forms.ModelChoiceField(User.objects.none(), label=pgettext_lazy("absence", "Person"))

    def __init__(self, *args: Any, user: User, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        field.queryset = User.objects.filter(pk__in=[user.pk, *(one.pk for one in people)])  # type: ignore[attr-defined]
        field.choices = [(user.pk, _("Myself")), *((one.pk, str(one)) for one in people)]  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    """An absence of one person; only those who hold all of that person's posts are offered as substitutes."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Absence.Kind.choices, initial=Absence.Kind.ANNUAL)
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput())
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(), help_text=_("This day is part of it."))
    substitute = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Substitute (B post)"),
        empty_label=_("Choose"),
        help_text=_("Only people who hold the same posts are offered. Duties pass over by themselves."),
    )
    note = forms.CharField(label=_("Note"), max_length=NOTE_LENGTH, required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = today()
        self.fields["substitute"].queryset = possible_substitutes(person)  # type: ignore[attr-defined]

    @property
    def has_substitutes(self) -> bool:
        return bool(self.fields["substitute"].queryset)  # type: ignore[attr-defined]


class ReassignFilterForm(forms.Form):
    """Which duties; the filters live in the address."""

    held_by = forms.ChoiceField(label=_("Whose duties"), required=False)
    kind = forms.ChoiceField(label=_("Duty"), required=False, choices=[("", _("All duties")), *ClockKind.choices])
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=_("All departments")
    )
    light = forms.ChoiceField(label=_("Light"), required=False, choices=LIGHTS)

    def __init__(self, *args: Any, holders: Sequence[Holder], scope: ClockQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holders = holders
        names = {NOBODY: _("Nobody: not yet taken")}
        self.fields["held_by"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((one.key, f"{names.get(one.key, one.name)}（{one.count}）") for one in holders),
        ]
        departments = Department.objects.filter(pk__in=scope.order_by().values("department"))
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class ReassignForm(forms.Form):
    """Which duties go to whom, and why. Whether somebody may have a duty is for the service to say, row by row."""

    everything = forms.BooleanField(required=False)
    to_user = forms.ModelChoiceField(User.objects.none(), label=_("Give them to"))
    note = forms.CharField(label=_("Reason"), max_length=NOTE_LENGTH, help_text=_("It stays on record."))
    clocks = forms.ModelMultipleChoiceField(Clock.objects.none(), required=False)

    def __init__(self, *args: Any, clocks: ClockQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clocks"].queryset = clocks  # type: ignore[attr-defined]
        in_post = Post.objects.current().values("user")
        self.fields["to_user"].queryset = User.objects.filter(pk__in=in_post)  # type: ignore[attr-defined]

    def offer(self, people: Sequence[tuple[User, str]]) -> None:
        """Show these receivers, each with the departments that make him one."""
        shown = [(str(user.pk), f"{user} · {departments}") for user, departments in people]
        self.fields["to_user"].choices = [("", _("Choose")), *shown]  # type: ignore[attr-defined]
