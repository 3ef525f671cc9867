from django import forms
from django.utils.translation import gettext_lazy as _


class QueryForm(forms.Form):
    """Number and code as printed on the receipt."""

    number = forms.CharField(
        label=_("Case number"),
        max_length=40,
        help_text=_("On the receipt, such as BJ20260000123."),
        error_messages={"required": _("Enter the case number from the receipt.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=_("Query code"),
        max_length=20,
        help_text=_("Eight letters and digits beside the number."),
        error_messages={"required": _("Enter the query code from the receipt.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
