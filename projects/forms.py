"""One form per page of the declaration. Gaps are allowed on the way; wrong values are told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from projects import industries, national_code, rules
from projects.models import Project
from projects.presenting import field_label
from projects.sections import Section

YES_NO = (("true", _("Yes")), ("false", _("No")))
WAN = _("10,000 yuan")
SQUARE_METRES = _("m²")

HELP: dict[str, Any] = {
    "name": _("As it stands, or will stand, with the national platform; at most 120 characters."),
    "national_code": _(
        "24 characters, such as 2503-130371-04-01-123456, issued by the national platform for investment projects. "
        "Leave it empty if you do not have it yet; it can be added later."
    ),
    "description": _("Products, output in a year, main buildings and equipment."),
    "procedure": _("Most projects of private capital are filed; ask the window when in doubt."),
    "new_enterprise": _("For example a project company that does not exist yet."),
    "location": _("Street and number, or the plot number."),
    "own_funds": _("Money of the investor that need not be paid back."),
    "contact_phone": _("Mobile number, or telephone with area code such as 0335-3920000."),
    "contact_email": _("Notices go there too, if you like."),
}
CHOICES = {"procedure": Project.Procedure, "nature": Project.Nature, "capital": Project.Capital}
UNITS = {
    "total_investment": WAN, "own_funds": WAN, "loan_funds": WAN, "foreign_funds": WAN, "state_funds": WAN,
    "land_area": SQUARE_METRES, "building_area": SQUARE_METRES,
}  # fmt: skip
AUTOCOMPLETE = {"contact_name": "name", "contact_phone": "tel", "contact_email": "email"}


def _yes_no(value: str) -> bool:
    return value in ("true", "True")


def yes_no_field(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    """Two radios, neither chosen at first: not answered is something else than no."""
    return forms.TypedChoiceField(
        choices=YES_NO, coerce=_yes_no, empty_value=None, required=False, widget=forms.RadioSelect,
        label=label, help_text=help_text,
    )  # fmt: skip


def _prepare_choices(form: forms.BaseForm) -> None:
    for name, kind in CHOICES.items():
        if name in form.fields:
            form.fields[name] = forms.ChoiceField(
                choices=kind.choices, required=False, widget=forms.RadioSelect, label=field_label(name)
            )
    for name in ("new_enterprise", "uses_state_land"):
        if name in form.fields:
            form.fields[name] = yes_no_field(field_label(name))
            form.initial[name] = {True: "true", False: "false"}.get(getattr(form.instance, name))  # type: ignore[attr-defined]
    if "industry" in form.fields:
        form.fields["industry"] = forms.ChoiceField(
            choices=industries.choices, required=False, label=field_label("industry")
        )


class SectionForm(forms.ModelForm):
    """The fields of one section, none of them required: a draft may have gaps."""

    class Meta:
        model = Project
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare_choices(self)
        for name, field in self.fields.items():
            field.required = False
            field.help_text = HELP.get(name, field.help_text)
            field.widget.attrs.update(self._attributes(name))
            if name in UNITS:
                # What the model asks too, but told here with everything else on the page.
                field.validators.append(MinValueValidator(0))
        if "national_code" in self.fields:
            # What people paste has blanks and other dashes; the model's length holds after tidying.
            self.fields["national_code"] = forms.CharField(
                required=False, max_length=60, label=_("National project code"), help_text=HELP["national_code"],
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )  # fmt: skip

    @staticmethod
    def _attributes(name: str) -> dict[str, str]:
        attrs: dict[str, str] = {}
        if name in UNITS:
            attrs |= {"data-unit": str(UNITS[name]), "inputmode": "decimal", "min": "0", "step": "0.01"}
        if name in AUTOCOMPLETE:
            attrs["autocomplete"] = AUTOCOMPLETE[name]
        if name in rules.REQUIRED:
            attrs["data-needed"] = "yes"
        return attrs

    def clean_national_code(self) -> str:
        code = national_code.tidy(self.cleaned_data["national_code"] or "")
        wrong = national_code.problem(code) if code else None
        if wrong is not None:
            raise ValidationError(str(wrong))
        return code

    def clean_contact_phone(self) -> str:
        phone = (self.cleaned_data["contact_phone"] or "").replace(" ", "")
        wrong = rules.check_phone(phone) if phone else None
        if wrong is not None:
            raise ValidationError(str(wrong))
        return phone

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        known = {field: getattr(self.instance, field) for field in ("capital",)} | values
        for field, check in rules.CROSS_CHECKS:
            wrong = check(known) if field in self.fields and field not in self.errors else None
            if wrong is not None:
                self.add_error(field, str(wrong))
        return values

    def _post_clean(self) -> None:
        """Only look at the values; the service writes them onto a locked row."""

    def kept(self) -> dict[str, Any]:
        """The valid values, also of a form that is wrong elsewhere: what autosave keeps.

        A money column that does not add up yet is kept as well, since it can only come right
        by being typed one figure after the other.
        """
        values = {name: value for name, value in self.cleaned_data.items() if name in self.fields}
        for name in rules.MAY_WAIT & set(self.fields) - set(values):
            try:
                values[name] = self.fields[name].clean(self[name].data)
            except ValidationError:
                continue
        return values


def section_form(section: Section) -> type[SectionForm]:
    """The form of one page."""
    made: type[SectionForm] = forms.modelform_factory(  # type: ignore[assignment]
        Project,
        form=SectionForm,
        fields=list(section.fields),
        widgets={
            "description": forms.Textarea(attrs={"rows": 5}),
            "planned_start": forms.DateInput(format="%Y-%m-%d"),
            "planned_finish": forms.DateInput(format="%Y-%m-%d"),
        },
    )
    return made


class StartForm(forms.Form):
    """Which firm, and what the project is called."""

    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label=_("Enterprise"), empty_label=None)
    name = forms.CharField(label=_("Project name"), max_length=120, help_text=HELP["name"])

    def __init__(self, *args: Any, enterprises: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].queryset = enterprises  # type: ignore[attr-defined]


class NationalCodeForm(forms.Form):
    national_code = forms.CharField(
        label=_("National project code"),
        help_text=HELP["national_code"],
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_national_code(self) -> str:
        code = national_code.tidy(self.cleaned_data["national_code"])
        wrong = national_code.problem(code)
        if wrong is not None:
            raise ValidationError(str(wrong))
        return code
