"""How a bound form field is shown: which kind of control, which classes, what it is described by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

CHOICE_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True)
class FieldView:
    """Everything that templates/components/field.html needs about one field."""

    bound: BoundField
    kind: str
    control: SafeString
    label: str
    hint: str
    unit: str
    errors: list[str]
    optional: bool

    @property
    def id(self) -> str:
        """The id of the control: where a link of the error summary leads."""
        return self.bound.id_for_label or self.bound.auto_id or self.bound.html_name

    @property
    def options(self) -> Iterable[Any]:
        """The single radios or checkboxes of a choice field."""
        return self.bound.subwidgets


def kind_of(widget: forms.Widget) -> str:
    """Name the kind of control that a widget makes."""
    if isinstance(widget, CHOICE_WIDGETS):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.NumberInput):
        return "number"
    if isinstance(widget, forms.DateInput):
        return "date"
    return "text"


CLASSES = {
    "choices": "",
    "checkbox": "form-check-input",
    "select": "form-select",
    "file": "form-control",
    "textarea": "form-control",
    "number": "form-control num",
    "date": "form-control control-date",
    "text": "form-control",
}


def control_attrs(bound: BoundField, kind: str, hint: str, own: dict[str, Any]) -> dict[str, Any]:
    """Attributes laid over the widget's own: class, description, validity."""
    own_class = bound.field.widget.attrs.get("class", "")
    attrs: dict[str, Any] = {**own, "class": f"{CLASSES[kind]} {own_class}".strip()}
    described = [f"{bound.auto_id}-hint"] if hint else []
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
        attrs["aria-invalid"] = "true"
        attrs["class"] += " is-invalid"
    if described and kind != "choices":
        attrs["aria-describedby"] = " ".join(described)
    return attrs


def field_view(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    unit: str = "",
    **attrs: Any,
) -> FieldView:
    """Prepare one bound field; label, hint and unit override what the form says.

    What else is given (readonly, placeholder, autocomplete …) becomes an attribute of the control.
    """
    widget = bound.field.widget
    kind = kind_of(widget)
    hint = hint or conditional_escape(bound.help_text or "")
    if kind == "choices":
        # The single controls of a group take their class from the widget itself.
        widget.attrs["class"] = "form-check-input"
    if isinstance(widget, forms.DateInput):
        # Browsers read the value of a date control in ISO form whatever the page's language.
        widget.format = "%Y-%m-%d"
        # Not an attribute: Django writes type="text" first, and the first one counts.
        widget.input_type = "date"
    return FieldView(
        bound=bound,
        kind=kind,
        control=bound.as_widget(attrs=control_attrs(bound, kind, hint, attrs)),
        label=label or str(bound.label or ""),
        hint=hint,
        unit=unit or str(widget.attrs.get("data-unit", "")),
        errors=field_errors(bound),
        # A draft may leave gaps in what is needed in the end: not required here, yet not optional.
        optional=not bound.field.required and kind != "checkbox" and "data-needed" not in widget.attrs,
    )


def field_errors(bound: BoundField) -> list[str]:
    """Messages of a field; Django's "this field is required" becomes one that names the field.

    The summary on top of the page uses the same words, where "this field" would name nothing.
    """
    data = bound.form.errors.as_data().get(bound.name, [])
    return [text for error in data for text in messages_of(error, bound)]


def messages_of(error: ValidationError, bound: BoundField) -> list[str]:
    """The words of one validation error at its field."""
    stock = str(forms.Field.default_error_messages["required"])
    if error.code != "required" or error.messages != [stock]:
        return [str(text) for text in error.messages]
    label = str(bound.label or "")
    if kind_of(bound.field.widget) in {"choices", "select", "file"}:
        return [_("Choose: %(label)s") % {"label": label}]
    if kind_of(bound.field.widget) == "checkbox":
        return [_("Confirm: %(label)s") % {"label": label}]
    return [_("Fill in: %(label)s") % {"label": label}]


@dataclass(frozen=True)
class ErrorLine:
    """One line of the error summary and the control it leads to."""

    text: str
    target: str


def error_lines(form: Any) -> list[ErrorLine]:
    """Collect every message of a form, a formset or a list of them, in the order of the page."""
    if form is None or form == "":
        return []
    if isinstance(form, (list, tuple)):
        return [line for one in form for line in error_lines(one)]
    if isinstance(form, forms.BaseFormSet):
        lines = [ErrorLine(str(text), "") for text in form.non_form_errors()]
        return lines + [line for one in form.forms for line in error_lines(one)]
    lines = [ErrorLine(str(text), "") for text in form.non_field_errors()]
    for name in form.errors:
        if name in form.fields:
            bound = form[name]
            target = first_control(bound)
            lines.extend(ErrorLine(text, target) for text in field_errors(bound))
    return lines


def first_control(bound: BoundField) -> str:
    """The id that can take the focus: of a group of radios it is the first one's."""
    if kind_of(bound.field.widget) == "choices":
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id or ""
