"""Forms of public notices, objections, later checks and certificates issued as one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.forms.desk import LIGHTS, IssueForm
from approvals.models import LaterCheck
from approvals.services.checking_later import FINDING_LENGTH
from approvals.services.objecting import LENGTHS
from approvals.services.publishing import TEXT_LENGTH
from approvals.services.together import REASON_LENGTH


class PublishForm(forms.Form):
    """The text of a public notice, as it will stand on the public site."""

    text = forms.CharField(
        label=_("Text of the notice"),
        help_text=_("Made from the case. Whatever you change is printed and shown exactly so."),
        widget=forms.Textarea(attrs={"rows": 9}),
        max_length=TEXT_LENGTH,
    )


class SettleForm(forms.Form):
    """What becomes of an objection."""

    upheld = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("no", _("Dismiss: the notice goes on, or the case is accepted")),
            ("yes", _("Uphold: the case is not accepted")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer to whoever objected"),
        help_text=_("The receipt of the objection shows it. An upheld objection's answer is the reason told the firm."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=LENGTHS["answer"],
    )


class FindingForm(forms.Form):
    """What a later check found."""

    finding = forms.ChoiceField(label=_("Finding"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What was checked and found"), widget=forms.Textarea(attrs={"rows": 5}), max_length=FINDING_LENGTH
    )
    rectify_by = forms.DateField(
        label=_("To be put right by"),
        help_text=_("Only where something is to be put right; the time limit then runs anew to this day."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, check: LaterCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("pass", _("Passed: everything is as committed")), ("fail", _("Failed: revoke the decision"))]
        if check.status == LaterCheck.Status.OPEN:
            choices.insert(1, ("rectify", _("To be put right by a day")))
        else:
            del self.fields["rectify_by"]
        self.fields["finding"].choices = choices  # type: ignore[attr-defined]


class DutyFilterForm(forms.Form):
    """Filters of the lists of objections and later checks; they live in the address."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Number or enterprise"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "data-shortcut": "/"}),
    )
    light = forms.ChoiceField(label=_("Light"), choices=LIGHTS[:-1], required=False)


class TogetherForm(IssueForm):
    """How certificates issued as one reach the applicant, and why without those that are late."""

    reason = forms.CharField(
        label=_("Why without the others"),
        help_text=_("Kept on record. Each decision must be delivered within ten working days of its own date."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=REASON_LENGTH,
    )

    def __init__(self, *args: Any, missing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not missing:
            del self.fields["reason"]


class ConditionsForm(forms.Form):
    """The signature under a commitment, on the page on which an application is submitted."""

    conditions_signer = forms.CharField(label=_("Signed for the enterprise by"), max_length=60)
    conditions_agreed = forms.BooleanField(label=_("We have read what we are told and commit to it as written above."))
