from django import forms
from django.utils.translation import gettext_lazy as _

from supervision.models import Rating


class RatingForm(forms.Form):
    """Five faces and, if one wishes, words."""

    grade = forms.TypedChoiceField(
        label=_("How satisfied are you with this case?"),
        choices=Rating.Grade.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five grades.")},
    )
    comment = forms.CharField(
        label=_("What was good, what should change?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """The window's answer to a bad rating. What is missing is said by the service, in its words."""

    called_back_on = forms.DateField(
        label=_("Called back on"),
        required=False,
        widget=forms.DateInput,
        help_text=_("The day on which you spoke with the firm."),
    )
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The firm reads this."),
    )


class RatingFilterForm(forms.Form):
    """Which ratings a list shows."""

    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All")), ("waiting", _("Waiting for an answer")), ("bad", _("Bad ratings"))],
    )
    grade = forms.TypedChoiceField(
        label=_("Grade"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All")), *Rating.Grade.choices],
    )
