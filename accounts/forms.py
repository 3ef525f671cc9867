"""Registration of investors: what the hall asks besides allauth's username and password."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.validators import clean_mobile


class SignupForm(forms.Form):
    """Added to allauth's sign-up form (``ACCOUNT_SIGNUP_FORM_CLASS``)."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        help_text=_("As on your identity document."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Mobile phone"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    field_order = ["name", "phone", "email", "username", "password1", "password2"]

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_phone(self) -> str:
        return clean_mobile(self.cleaned_data["phone"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth calls this with the new user; the language is the one the form was read in."""
        user.name = self.cleaned_data["name"]
        user.phone = self.cleaned_data["phone"]
        user.language = get_language() or "zh-hans"
        user.save(update_fields=["name", "phone", "language"])
