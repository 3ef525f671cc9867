from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.verification import tidy_digest

_PLAIN = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class VerifyForm(forms.Form):
    """Number and code as printed on the paper."""

    number = forms.CharField(
        label=_("Document number"),
        max_length=130,
        help_text=_("Below the title or at the foot of the page; brackets and blanks do not matter."),
        error_messages={"required": _("Enter the number of the document.")},
        widget=forms.TextInput(attrs=_PLAIN),
    )
    code = forms.CharField(
        label=_("Verification code"),
        max_length=30,
        help_text=_("Twelve letters and digits beside the QR code."),
        error_messages={"required": _("Enter the verification code.")},
        widget=forms.TextInput(attrs=_PLAIN),
    )


class CompareForm(forms.Form):
    """A file, or its digest where somebody would rather not upload it."""

    file = forms.FileField(
        label=_("Your PDF file"),
        required=False,
        help_text=_("It is compared and not kept."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    digest = forms.CharField(
        label=_("Or its SHA-256 digest"),
        required=False,
        max_length=200,
        help_text=_("64 digits and letters, worked out on your own computer."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload and upload.size > settings.HALL_UPLOAD_MAX_BYTES:
            limit = filesizeformat(settings.HALL_UPLOAD_MAX_BYTES)
            raise forms.ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
        return upload

    def clean_digest(self) -> str:
        typed = self.cleaned_data["digest"]
        digest = tidy_digest(typed)
        if typed and not digest:
            raise forms.ValidationError(_("A SHA-256 digest has 64 characters, 0 to 9 and a to f."))
        return digest

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("file") and not data.get("digest"):
            raise forms.ValidationError(_("Choose a file or type its digest."))
        return data


class TemplateForm(forms.Form):
    """The source of a template; ``seen`` is the version that the page was opened with."""

    source = forms.CharField(
        label=pgettext_lazy("template", "Source"),
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}),
    )
    sample = forms.ChoiceField(label=_("Preview with the data of"), required=False)
    note = forms.CharField(label=_("What changed"), max_length=200, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, samples: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["sample"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = samples
