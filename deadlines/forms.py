"""Forms of the calendar page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deadlines.models import CalendarOverride, Clock

MOST_DAYS = 1000


class OverrideForm(forms.Form):
    """A day that counts differently. What is lawful is for the service to say."""

    date = forms.DateField(label=_("Date"), widget=forms.DateInput())
    is_workday = forms.TypedChoiceField(
        label=_("Counts as"),
        choices=[("0", _("Day off")), ("1", _("Working day"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )
    name = forms.CharField(
        label=_("Reason"),
        max_length=CalendarOverride._meta.get_field("name").max_length,
        help_text=_("For example: flood, typhoon"),
    )
    source = forms.CharField(
        label=_("Legal ground"),
        max_length=CalendarOverride._meta.get_field("source").max_length,
        help_text=_("The notice or order that this day rests on, with its number."),
    )


class CountForm(forms.Form):
    """When does a limit end? Open to everybody."""

    start = forms.DateField(label=_("Day of the event"), widget=forms.DateInput(), help_text=_("It is not counted."))
    days = forms.IntegerField(
        label=_("Days"), min_value=0, max_value=MOST_DAYS, widget=forms.NumberInput(attrs={"class": "control-short"})
    )
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=Clock.Unit.choices,
        initial=Clock.Unit.WORKDAY,
        widget=forms.Select(attrs={"class": "control-short"}),
    )
