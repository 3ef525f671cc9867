"""Forms of the departments: filters, opinions, proposals, approval, questions."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from approvals.forms.desk import LIGHTS
from approvals.models import Case, Matter

TEXT_LENGTH = 2000
FILES_AT_ONCE = 10


class ReviewFilterForm(forms.Form):
    """Filters of the review list; they live in the address."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Number, enterprise or project"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "data-shortcut": "/"}),
    )
    light = forms.ChoiceField(label=_("Light"), choices=LIGHTS, required=False)
    matter = forms.ModelChoiceField(
        Matter.objects.none(), label=_("Matter"), required=False, empty_label=_("All matters")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = Matter.objects.all()  # type: ignore[attr-defined]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several uploads in one field; cleans to a list, empty where none was chosen."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        chosen = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(chosen) > FILES_AT_ONCE:
            raise forms.ValidationError(_("Choose at most %(count)s files at once.") % {"count": FILES_AT_ONCE})
        return [super(ManyFilesField, self).clean(one, initial) for one in chosen]


def files_field() -> ManyFilesField:
    return ManyFilesField(
        label=_("Attachments"),
        help_text=_("PDF, PNG, JPEG, docx, xlsx or dwg; several may be chosen at once."),
        required=False,
    )


def text_field(label: Any, *, required: bool = False, help_text: Any = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=TEXT_LENGTH,
        required=required,
    )


class OpinionForm(forms.Form):
    """A department's opinion: agree, or object with reasons."""

    agrees = forms.ChoiceField(
        label=_("Opinion"),
        choices=[("yes", _("We agree")), ("no", _("We object"))],
        widget=forms.RadioSelect,
    )
    text = text_field(_("Reasons"), help_text=_("An objection needs its reasons."))
    attachments = files_field()


class ProposeForm(forms.Form):
    """To grant or to refuse; a refusal states reasons."""

    decision = forms.ChoiceField(
        label=_("Proposal"),
        choices=[(Case.Decision.GRANTED, _("Grant")), (Case.Decision.REFUSED, _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = text_field(
        _("Reasons"), help_text=_("A refusal states its reasons (Administrative Licensing Law, art. 38).")
    )
    attachments = files_field()


class ApproveForm(forms.Form):
    """The second person's words, if any."""

    text = text_field(_("Remark"), rows=2)


class SendBackForm(forms.Form):
    """What should be looked at again."""

    text = text_field(_("What should be looked at again"), required=True, rows=3)


class AskForm(forms.Form):
    """A question that only the window may put to the applicant."""

    text = text_field(_("Question to the window"), required=True, rows=3)
