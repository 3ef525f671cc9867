"""Forms of special procedures and extensions. Their fields are named like the parameters of the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deadlines.models import Clock, Ground

REASON_LENGTH = 500
LATE_LENGTH = 200
LONGEST_STOP = 250


def _reason(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=REASON_LENGTH,
        required=required,
    )


def _moment(label: Any, help_text: Any) -> forms.DateTimeField:
    """A moment of the past, at Asia/Shanghai; left empty it is now."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget, required=False)


def _late() -> forms.CharField:
    return forms.CharField(label=_("Why it is entered only now"), max_length=LATE_LENGTH, required=False)


class BeginForm(forms.Form):
    """A special procedure begins, on one of the eight grounds of art. 45."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Ground.choices, widget=forms.RadioSelect)
    reason = _reason(_("What for"), _("The applicant reads this."))
    planned_days = forms.IntegerField(
        label=_("How long it is planned to take"),
        help_text=_("The applicant is told this in writing. Once it is passed, you and your head are reminded."),
        min_value=1,
        max_value=LONGEST_STOP,
        widget=forms.NumberInput(attrs={"data-unit": _("working days")}),
    )
    starts_at = _moment(_("It began at"), _("Empty: now. Not before the time limit last began to run."))
    late_reason = _late()


class EndForm(forms.Form):
    """A special procedure has ended."""

    ends_at = _moment(_("It ended at"), _("Empty: now. Not before the special procedure began."))
    late_reason = _late()


class ExtendForm(forms.Form):
    """More time is asked for; the longest lawful extension stands there already."""

    amount = forms.IntegerField(label=_("Extend by"), min_value=1)
    reason = _reason(
        _("Reason for the extension"),
        _("The applicant is told it with the new date. It shows in the public query too: name nobody."),
    )

    def __init__(self, *args: Any, clock: Clock | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        if clock is None:
            return
        amount.initial = clock.extension_cap
        amount.help_text = _("At most %(cap)s, and only once.") % {"cap": clock.extension_cap}
        amount.widget.attrs |= {"max": clock.extension_cap, "data-unit": clock.get_unit_display()}


class DecideForm(forms.Form):
    """The head's answer to a request; the button pressed says which."""

    remark = _reason(_("Remark on the request"), _("A refusal says why."), required=False)


class RevokeForm(forms.Form):
    """An approval is taken back."""

    remark = _reason(_("Why the extension is taken back"), _("The applicant reads this."))
