"""Forms of the window: filters, checking materials, notices, delivery, walk-in."""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from approvals.filled_form import FilledForm
from approvals.models import Case, CaseMaterial, Delivery, Matter

REMARK_LENGTH = 500
# A signature drawn on the pad is a small black-and-white PNG; anything larger is no signature.
SIGNATURE_BYTES = 300_000
PNG_URL = "data:image/png;base64,"

LIGHTS = [
    ("", _("All lights")),
    ("red", _("Overdue")),
    ("yellow", _("Due soon")),
    ("green", _("On time")),
    ("stopped", _("Special procedure")),
]


class DeskFilterForm(forms.Form):
    """Filters of the desk; they live in the address."""

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
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=_("All departments")
    )
    mine = forms.ChoiceField(
        label=_("Window clerk"), choices=[("", _("All clerks")), ("on", _("Only my cases"))], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].queryset = Matter.objects.all()  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.filter(  # type: ignore[attr-defined]
            kind=Department.Kind.APPROVAL
        )


class CheckForm(forms.Form):
    """A finding for each material of a case: complete, or what is wrong."""

    def __init__(self, *args: Any, rows: Sequence[CaseMaterial], phrases: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.phrases = phrases
        for row in rows:
            self.fields[f"verdict-{row.pk}"] = forms.ChoiceField(
                label=_("Result of the check"),
                choices=CaseMaterial.Verdict.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=row.verdict,
            )
            self.fields[f"remark-{row.pk}"] = forms.CharField(
                label=_("What is wrong"),
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=REMARK_LENGTH,
                required=False,
                initial=row.remark,
            )

    @property
    def findings(self) -> dict[int, tuple[str, str]]:
        """Cleaned findings as ``services.check_materials`` takes them."""
        return {
            row.pk: (self.cleaned_data[f"verdict-{row.pk}"], self.cleaned_data[f"remark-{row.pk}"]) for row in self.rows
        }

    def checked_rows(self) -> Iterable[tuple[CaseMaterial, Any, Any]]:
        """Each material with its two fields, for the template."""
        for row in self.rows:
            yield row, self[f"verdict-{row.pk}"], self[f"remark-{row.pk}"]


class CorrectionForm(forms.Form):
    """What is missing besides the materials marked wrong, one point a line."""

    items = forms.CharField(
        label=_("What else is missing"),
        help_text=_("One point a line. Everything goes into this one notice: the law allows no second list."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        required=False,
    )
    reason_again = forms.CharField(
        label=_("Why a further notice"),
        help_text=_("Only what the applicant's own answer newly caused may be asked for again."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, ordinal: int, filled: FilledForm | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ordinal == 1:
            del self.fields["reason_again"]
        self.marks: dict[str, str] = {}
        for row in (row for section in (filled.sections if filled else ()) for row in section["rows"]):
            mark = f"field-{row['name']}"
            self.marks[mark] = row["name"]
            self.fields[mark] = forms.CharField(
                label=row["label"], help_text=row["value"] or "—", max_length=REMARK_LENGTH, required=False
            )

    @property
    def marked_fields(self) -> list[Any]:
        """The fields of the application form that may be marked, bound."""
        return [self[mark] for mark in self.marks]

    @property
    def marks_any(self) -> bool:
        return self.is_bound and any(self.data.get(mark) for mark in self.marks)

    @property
    def points(self) -> list[dict[str, str]]:
        """As ``services.send_correction`` takes them: marked fields, then the free lines."""
        marked = [{"field": name, "text": self.cleaned_data[mark].strip()} for mark, name in self.marks.items()]
        lines = [{"text": line.strip()} for line in self.cleaned_data["items"].splitlines()]
        return [point for point in [*marked, *lines] if point["text"]]


class ReasonForm(forms.Form):
    """Not accepting needs a reason."""

    reason = forms.CharField(
        label=_("Reason for not accepting"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000
    )


class AnswerForm(forms.Form):
    """Answer to a department's question."""

    answer = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class IssueForm(forms.Form):
    """How the decision reaches the applicant."""

    way = forms.ChoiceField(
        label=_("Way of delivery"), choices=Delivery.Way, widget=forms.RadioSelect, initial=Delivery.Way.ONLINE
    )


class SignForm(forms.Form):
    """Who collected the paper, with a signature drawn or photographed."""

    signed_name = forms.CharField(label=_("Collected by"), max_length=60)
    signature = forms.CharField(label=_("Signature"), widget=forms.HiddenInput, required=False)
    signature_file = forms.FileField(label=_("Signed receipt (photo or scan)"), required=False)

    def clean_signature(self) -> str:
        return drawn_signature(self.cleaned_data["signature"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not (self.errors.get("signature") or cleaned.get("signature") or cleaned.get("signature_file")):
            self.add_error("signature", _("A signature is needed: draw it or upload the signed receipt."))
        return cleaned

    def upload(self) -> UploadedFile | None:
        """The signature as a file to be stored; see ``signature_upload``."""
        return signature_upload(self.cleaned_data)


def drawn_signature(value: str) -> str:
    """``value`` when it is a drawing of the pad, or nothing; else ValidationError."""
    if value and (not value.startswith(PNG_URL) or len(value) > SIGNATURE_BYTES):
        raise forms.ValidationError(_("The drawn signature could not be read. Sign again or upload a photo."))
    return value


def signature_upload(cleaned: Mapping[str, Any]) -> UploadedFile | None:
    """``signature`` or ``signature_file`` as a file to be stored: the photo if there is one, else what was drawn."""
    if photo := cleaned.get("signature_file"):
        return cast(UploadedFile, photo)
    drawn = cleaned.get("signature")
    if not drawn:
        return None
    try:
        content = base64.b64decode(drawn.removeprefix(PNG_URL), validate=True)
    except (binascii.Error, ValueError):
        return None
    return SimpleUploadedFile("signature.png", content, content_type="image/png")


class NationalCodeForm(forms.Form):
    """The code that the national platform issued, shown by the applicant at the window."""

    national_code = forms.CharField(
        label=_("National project code"),
        help_text=_("24 characters, such as 2511-130300-04-01-123456; issued by the national platform."),
        max_length=40,
    )


class FindEnterpriseForm(forms.Form):
    """First step of a walk-in: which firm stands at the window."""

    q = forms.CharField(
        label=_("Unified social credit code or name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "data-shortcut": "/"}),
    )


class RegisterEnterpriseForm(forms.Form):
    """What the licence says about a firm that the hall does not know yet."""

    credit_code = forms.CharField(label=_("Unified social credit code"), max_length=24)
    name = forms.CharField(label=_("Name"), max_length=120)
    legal_representative = forms.CharField(label=_("Legal representative"), max_length=60)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)


def blocking_code(case: Case) -> bool:
    """Whether the matter needs the national project code and the project has none."""
    return bool(case.version.content.get("needs_project_code")) and not case.project.national_code
