"""Forms of gaps that follow later: the day, the signature, the window's remark, lifting a bar."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from approvals.forms.desk import drawn_signature, signature_upload


class LaterForm(forms.Form):
    """By which day a paper follows."""

    until = forms.DateField(label=_("Hand it in by"), error_messages={"required": _("Choose a day.")})


class CommitmentForm(forms.Form):
    """Name and tick under a commitment; what is missing the service says."""

    signer = forms.CharField(
        label=_("Your name"),
        help_text=_("Typed by yourself, as in your account; it counts as your signature."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agreed = forms.BooleanField(
        label=_("I have read the commitment in full, understand its consequences and agree to it.")
    )


class WindowCommitmentForm(CommitmentForm):
    """At the window: who signs, with a signature drawn or scanned."""

    signature = forms.CharField(label=_("Signature"), widget=forms.HiddenInput, required=False)
    signature_file = forms.FileField(label=_("Signed commitment (photo or scan)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signer"].label = _("Signed by")
        self.fields["signer"].help_text = _("The name of the person at the window who signs for the enterprise.")

    def clean_signature(self) -> str:
        return drawn_signature(self.cleaned_data["signature"])

    def upload(self) -> UploadedFile | None:
        """The signature as a file to be stored."""
        return signature_upload(self.cleaned_data)


class ReturnForm(forms.Form):
    """What is wrong with a paper that followed."""

    remark = forms.CharField(label=_("What is wrong"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class TerminateForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for terminating"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class BarFilterForm(forms.Form):
    """Which bars; they live in the address."""

    q = forms.CharField(
        label=_("Enterprise, credit code or case number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("In force")), ("lifted", _("Lifted")), ("all", _("All"))],
    )


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("Reason for lifting"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
