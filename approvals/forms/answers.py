"""The lines of an application form as form fields: one control each, checked by ``form_values``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from approvals import form_values
from approvals.application_form import Answer
from approvals.catalogue.model import FormField

# More choices than this are a list that folds, not radios.
RADIOS = 6
AUTOCOMPLETE = {"contact_name": "name", "contact_phone": "tel", "contact_email": "email"}


class AnswerField(forms.Field):
    """One line; its cleaned value is what is kept, None for nothing."""

    def __init__(self, line: FormField, *, needed: bool, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(
            required=False,
            label=form_values.label(line),
            help_text=help_text or form_values.help_text(line),
            widget=_widget(line, needed),
            **kwargs,
        )
        self.line = line

    def clean(self, value: Any) -> Any:
        return form_values.read(self.line, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)


def _widget(line: FormField, needed: bool) -> forms.Widget:
    # A draft may leave gaps in what is needed in the end: not required here, yet not optional.
    attrs: dict[str, Any] = {"data-needed": "yes"} if needed else {}
    if line.type == "boolean":
        return forms.RadioSelect(attrs=attrs, choices=[("true", _("Yes")), ("false", _("No"))])
    if line.type == "choice":
        options = form_values.choices(line)
        if len(options) <= RADIOS:
            return forms.RadioSelect(attrs=attrs, choices=options)
        return forms.Select(attrs=attrs, choices=[("", _("Please choose")), *options])
    if line.type == "longtext":
        return forms.Textarea(attrs={**attrs, "rows": 3, "maxlength": form_values.LENGTHS["longtext"]})
    if line.type == "date":
        return forms.DateInput(attrs=attrs)
    if line.type == "number":
        unit = form_values.unit(line)
        more = {"data-unit": unit} if unit else {}
        # Not type=number, which drops what it does not understand instead of letting us say what is wrong.
        return forms.TextInput(attrs={**attrs, **more, "inputmode": "decimal", "class": "num", "autocomplete": "off"})
    more = {"autocomplete": AUTOCOMPLETE[line.name]} if line.name in AUTOCOMPLETE else {}
    return forms.TextInput(attrs={**attrs, **more, "maxlength": form_values.LENGTHS["text"]})


def as_initial(value: Any) -> Any:
    """A kept value as its control shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


class AnswersForm(forms.Form):
    """Some lines of the application form. Gaps are allowed on the way; wrong values are told."""

    def __init__(self, *args: Any, answers: Iterable[Answer], names: Mapping[str, str], **kwargs: Any) -> None:
        """``names`` are those of matters by code, to say who asks."""
        super().__init__(*args, **kwargs)
        for answer in answers:
            self.fields[answer.name] = AnswerField(
                answer.line.field, needed=answer.line.required, help_text=_hint(answer, names)
            )
            self.initial[answer.name] = as_initial(answer.value)

    def kept(self) -> dict[str, Any]:
        """The valid values, also of a form that is wrong elsewhere: what autosave keeps."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.fields}


def _hint(answer: Answer, names: Mapping[str, str]) -> str:
    """The field's own help, where an offered value comes from, and who asks besides the page's own matter."""
    parts = [form_values.help_text(answer.line.field)]
    if answer.origin == "earlier":
        parts.append(_("Taken over from application %(number)s; look at it and save.") % {"number": answer.earlier})
    elif answer.origin == "enterprise":
        parts.append(_("From the enterprise's registration."))
    if answer.line.field.topic == "matter" and len(answer.line.asked_by) > 1:
        listed = _(", ").join(names[code] for code in answer.line.asked_by if code in names)
        parts.append(_("Asked once for: %(list)s") % {"list": listed})
    return " ".join(part for part in parts if part)


class CorrectionAnswersForm(forms.Form):
    """The fields that a correction notice marks, each with "it is right as it stands"."""

    def __init__(self, *args: Any, lines: Iterable[FormField], values: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[f"field-{line.name}"] = AnswerField(
                line, needed=line.required, initial=as_initial(values.get(line.name))
            )
            self.fields[f"confirm-{line.name}"] = forms.BooleanField(
                required=False, label=_("It is right as it stands")
            )

    @property
    def answers(self) -> dict[str, Any]:
        return {line.name: self.cleaned_data.get(f"field-{line.name}") for line in self.lines}

    @property
    def confirmed(self) -> list[str]:
        return [line.name for line in self.lines if self.cleaned_data.get(f"confirm-{line.name}")]
