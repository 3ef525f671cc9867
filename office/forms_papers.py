"""Forms of hand-overs of papers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Department, User
from office.forms import staffed_departments, text_field
from office.models import Paper, PaperHandover, PaperLine
from office.services import PaperSpec, Verdict
from office.subjects import Subject

MOST_LISTED = 100
State = PaperLine.State


class PaperChoice(forms.ModelMultipleChoiceField[Paper]):
    def label_from_instance(self, paper: Paper) -> str:
        kind = _("original") if paper.is_original else _("copy")
        about = f" · {paper.subject_title}" if paper.subject_title else ""
        return f"{paper.name}（{kind} × {paper.copies}）{about}"


class HandoverForm(forms.Form):
    """From whom to whom, and which of the papers that lie there."""

    from_department = forms.ModelChoiceField(
        Department.objects.none(), label=pgettext_lazy("department", "From"), empty_label=None
    )
    to_department = forms.ModelChoiceField(
        Department.objects.none(), label=pgettext_lazy("department", "To"), empty_label=_("Choose a department")
    )
    papers = PaperChoice(
        Paper.objects.none(),
        label=_("Papers that are with you"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, user: User, subjects: Sequence[Subject] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = list(dict.fromkeys(post.department_id for post in user.current_posts))
        self.fields["from_department"].queryset = Department.objects.filter(pk__in=own)  # type: ignore[attr-defined]
        self.fields["from_department"].initial = own[0] if own else None
        self.fields["to_department"].queryset = staffed_departments()  # type: ignore[attr-defined]
        if len(own) == 1:
            self.fields["from_department"].widget = forms.HiddenInput()
        here = Paper.objects.in_hand_of(own)
        if subjects:
            here = here.filter(subject_type=subjects[0].label, subject_id__in=[one.pk for one in subjects])
        if here.exists():
            ids = list(here.order_by("-since", "-id").values_list("pk", flat=True)[:MOST_LISTED])
            self.fields["papers"].queryset = Paper.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        else:
            del self.fields["papers"]


class PaperRowForm(forms.Form):
    """One paper that the hall does not know of yet; a row without a name does not count."""

    name = forms.CharField(
        label=_("Paper"), max_length=120, required=False, widget=forms.TextInput(attrs={"data-needed": "yes"})
    )
    copies = forms.IntegerField(
        label=_("Copies"),
        min_value=1,
        max_value=999,
        initial=1,
        required=False,
        widget=forms.NumberInput(attrs={"data-needed": "yes"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("original", _("Original")), ("copy", _("Copy"))],
        initial="original",
        required=False,
        widget=forms.Select(attrs={"data-needed": "yes"}),
    )
    belongs = forms.CharField(
        label=_("Belongs to"), max_length=200, required=False, help_text=_("The number of the case, or in words.")
    )


PaperRows = formset_factory(PaperRowForm, extra=1, max_num=100, absolute_max=100)


def specs(rows: BaseFormSet[PaperRowForm], subjects: Sequence[Subject]) -> list[PaperSpec]:
    """The rows that were filled in; what names a subject of the address belongs to it."""
    known = {one.title: one for one in subjects}
    found = []
    for form in rows.forms:
        row = form.cleaned_data
        if not row.get("name"):
            continue
        about = known.get(row.get("belongs", ""))
        found.append(
            PaperSpec(
                name=row["name"],
                copies=row.get("copies") or 1,
                is_original=row.get("kind") != "copy",
                subject=about.pair if about else None,
                subject_title=row.get("belongs", ""),
                subject_link=about.link if about else "",
            )
        )
    return found


class VerdictForm(forms.Form):
    """What became of each line: one choice and words for each."""

    def __init__(
        self, *args: Any, lines: Iterable[PaperLine], choices: dict[str, list[str]], preset: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.state in choices]
        for line in self.lines:
            self.fields[f"line-{line.pk}"] = forms.ChoiceField(
                label=line.paper.name,
                choices=[(state, State(state).label) for state in choices[line.state]],
                widget=forms.RadioSelect(attrs={"data-needed": "yes"}),
                required=False,
            )
            self.fields[f"words-{line.pk}"] = forms.CharField(label=_("Words"), max_length=300, required=False)

    @property
    def rows(self) -> list[tuple[PaperLine, forms.BoundField, forms.BoundField]]:
        return [(line, self[f"line-{line.pk}"], self[f"words-{line.pk}"]) for line in self.lines]

    def verdicts(self) -> dict[int, Verdict]:
        data = self.cleaned_data
        return {
            line.pk: Verdict(data.get(f"line-{line.pk}", ""), data.get(f"words-{line.pk}", "")) for line in self.lines
        }


RECEIPT = {State.SENT.value: [State.RECEIVED.value, State.MISSING.value, State.REFUSED.value]}
SETTLING = {
    State.REFUSED.value: [State.RETURNED.value, State.LOST.value],
    State.MISSING.value: [State.FOUND.value, State.LOST.value],
}


class WithdrawForm(forms.Form):
    reason = text_field(_("Reason"), rows=2, most=300)


class HandoverFilterForm(forms.Form):
    """Filters of the list; they live in the address."""

    box = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Number, paper or case"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "data-shortcut": "/"}),
    )
    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *PaperHandover.Status.choices]
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Other side"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.all()  # type: ignore[attr-defined]


class WhereForm(forms.Form):
    """Looking for a paper."""

    q = forms.CharField(
        label=_("Paper or case"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "data-shortcut": "/"}),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Paper.State.choices])
