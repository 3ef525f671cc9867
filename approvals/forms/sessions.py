"""Forms of a joint review: calling it, speaking in it, closing it, calling it off."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CallForm(forms.Form):
    """When and where; both may stay open for a session that is held in writing."""

    meets_at = forms.DateTimeField(
        label=_("Meets on"),
        required=False,
        help_text=_("Leave it empty for a review in writing."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)


class SessionOpinionForm(forms.Form):
    """Agree or object; an objection says why."""

    agrees = forms.ChoiceField(
        label=_("Opinion of the department"),
        choices=[("yes", pgettext_lazy("opinion", "Agrees")), ("no", pgettext_lazy("opinion", "Objects"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Reasons and conditions"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text=_("It counts for all reviews of your department in this session."),
    )


class CloseForm(forms.Form):
    summary = forms.CharField(
        label=_("Joint opinion"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("It stands on the paper for the applicant. Closing completes the reviews of all departments."),
    )


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Why it is called off"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500)
