"""From a field of the table to controls of a form, and from what was posted back to a value of content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.catalogue.rows import law_row, row_of
from approvals.editing.fields import Content, Field, empty_basis
from approvals.editing.selectors import MATTER, Desk
from common.bilingual import pick

NEW = "new"
# Codes and figures in one line may be parted by what a Chinese or an English keyboard has.
PARTED = re.compile(r"[\s,，、;；]+")
Choices = list[tuple[str, Any]]


def plain_number(text: str | None, digits: int = 3) -> int | None:
    """A figure that a form carried along; None for anything else, also for "²", which counts as a digit too."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= digits else None


class LineField(forms.CharField):
    """Text without line breaks: what is pasted with some becomes one line."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


@dataclass
class Options:
    """What controls offer for a draft: the hall's registers and the draft's own laws and rows."""

    desk: Desk
    content: Content
    subject: str

    def __post_init__(self) -> None:
        self.laws: Mapping[str, Any] = self.desk.registers.laws
        if self.subject == MATTER:
            _row, own = row_of(self.content, self.desk.registers)
            self.laws = {**self.laws, **own.laws}
        self.steps: Choices = []

    def of(self, field: Field) -> Choices:
        if field.choices:
            return list(field.choices)
        found: Mapping[str, Any] = {
            "departments": self._departments,
            "windows": self._windows,
            "matters": lambda: [(code, f"{code} {name}") for code, name in self.desk.matters.items()],
            "papers": lambda: [(item["code"], pick(item["name"], item["name_en"])) for item in self._materials],
            "steps": lambda: self.steps,
            "theme": lambda: self.steps,
        }
        return found[field.source]()

    @property
    def _materials(self) -> list[Any]:
        return self.content.get("materials", [])

    def _departments(self) -> Choices:
        return [(code, pick(row.name, row.name_en)) for code, row in self.desk.registers.departments.items()]

    def _windows(self) -> Choices:
        rows = self.desk.registers.departments
        return [(code, label) for code, label in self._departments() if rows[code].kind == "window"]

    def of_laws(self) -> Choices:
        named = [(code, pick(row["name"], row["name_en"])) for code, row in self.laws.items()]
        return sorted(named, key=lambda item: item[1])


def is_code_line(field: Field) -> bool:
    """Codes of matters are typed: a list of all would be longer than the page."""
    return field.kind == "choices" and field.source == "matters"


def controls(field: Field, options: Options) -> dict[str, forms.Field]:
    """Form fields by name; nothing is required, since a draft may have gaps."""
    made = _CONTROLS.get(field.kind, _line)(field, options)
    if field.needed and field.kind not in ("flag", "switch"):
        for control in made.values():
            control.widget.attrs.setdefault("data-needed", "")
    return made


def _line(field: Field, options: Options) -> dict[str, forms.Field]:
    control = LineField(label=field.label, help_text=field.hint, max_length=field.most, required=False)
    return {field.name: control}


def _text(field: Field, options: Options) -> dict[str, forms.Field]:
    widget = forms.Textarea(attrs={"rows": 3})
    control = LineField(label=field.label, help_text=field.hint, max_length=field.most, required=False, widget=widget)
    return {field.name: control}


def _count(field: Field, options: Options) -> dict[str, forms.Field]:
    control = forms.IntegerField(
        label=field.label,
        help_text=field.hint,
        required=False,
        min_value=0,
        max_value=field.high,
        widget=forms.NumberInput(attrs={"class": "control-short"}),
    )
    return {field.name: control}


def _flag(field: Field, options: Options) -> dict[str, forms.Field]:
    return {field.name: forms.BooleanField(label=field.label, help_text=field.hint, required=False)}


def _choice(field: Field, options: Options) -> dict[str, forms.Field]:
    choices = options.of(field)
    if "" not in dict(choices):
        choices = [("", "—"), *choices]
    return {field.name: forms.ChoiceField(label=field.label, help_text=field.hint, required=False, choices=choices)}


def _choices(field: Field, options: Options) -> dict[str, forms.Field]:
    if is_code_line(field):
        hint = field.hint or gettext_lazy("Codes of matters, for example LX01、LX02.")
        return {field.name: LineField(label=field.label, help_text=hint, max_length=500, required=False)}
    control = forms.MultipleChoiceField(
        label=field.label,
        help_text=field.hint,
        required=False,
        choices=options.of(field),
        widget=forms.CheckboxSelectMultiple,
    )
    return {field.name: control}


def _basis(field: Field, options: Options) -> dict[str, forms.Field]:
    choices = [("", "—"), *options.of_laws()]
    if not field.path:
        choices.append((NEW, _("A law that is not in the list")))
    made: dict[str, forms.Field] = {
        f"{field.name}__law": forms.ChoiceField(label=field.label, required=False, choices=choices),
        f"{field.name}__articles": LineField(
            label=gettext_lazy("Articles"), help_text=gettext_lazy("Figures, for example 7、8."), required=False
        ),
    }
    made[f"{field.name}__articles"].widget.attrs["data-optional"] = ""
    if not field.path:
        made |= {
            f"{field.name}__name": LineField(label=gettext_lazy("Name of the new law"), required=False, max_length=300),
            f"{field.name}__name_en": LineField(label=gettext_lazy("Its English name"), required=False, max_length=300),
            f"{field.name}__number": LineField(
                label=gettext_lazy("Its number of announcement"), required=False, max_length=120
            ),
        }
    return made


def _options(field: Field, options: Options) -> dict[str, forms.Field]:
    widget = forms.Textarea(attrs={"rows": 3})
    control = forms.CharField(
        label=field.label, help_text=field.hint, max_length=field.most, required=False, widget=widget
    )
    return {field.name: control}


_CONTROLS: Mapping[str, Any] = {
    "text": _text,
    "count": _count,
    "flag": _flag,
    "switch": _flag,
    "choice": _choice,
    "choices": _choices,
    "basis": _basis,
    "options": _options,
}


def initial(field: Field, value: Any, options: Options) -> dict[str, Any]:
    """What the controls of a field show for a value of content."""
    match field.kind:
        case "basis":
            code = law_row(value, options.laws)["code"] if value and value["law"] else ""
            articles = "、".join(str(item) for item in value["articles"]) if value else ""
            return {f"{field.name}__law": code, f"{field.name}__articles": articles}
        case "options":
            return {field.name: "\n".join(" | ".join(row) for row in value or ())}
        case "switch":
            return {field.name: value is not None}
        case "count":
            return {field.name: value if value or not field.low else None}
    if is_code_line(field):
        return {field.name: "、".join(value or ())}
    return {field.name: value}


def value(field: Field, data: Mapping[str, Any], options: Options) -> Any:
    """The value of content that valid data of the controls mean. Raises forms.ValidationError."""
    given = data.get(field.name)
    match field.kind:
        case "basis":
            return _basis_value(field, data, options)
        case "options":
            return options_value(given or "")
        case "count":
            return given or 0
        case "flag" | "switch":
            return bool(given)
    if is_code_line(field):
        return list(dict.fromkeys(part.upper() for part in PARTED.split(given or "") if part))
    return list(given or []) if field.kind == "choices" else given or ""


def _basis_value(field: Field, data: Mapping[str, Any], options: Options) -> dict[str, Any] | None:
    code = data.get(f"{field.name}__law") or ""
    articles = _articles(data.get(f"{field.name}__articles") or "")
    if code == NEW:
        keys = {"law": "name", "law_en": "name_en", "number": "number"}
        named = {key: data.get(f"{field.name}__{name}") or "" for key, name in keys.items()}
        if not named["law"] or not named["law_en"]:
            raise forms.ValidationError(_("Give the new law its name in both languages."))
        return {**named, "articles": articles}
    if not code:
        return empty_basis() if field.needed else None
    row = options.laws[code]
    return {"law": row["name"], "law_en": row["name_en"], "number": row.get("number", ""), "articles": articles}


def _articles(text: str) -> list[int]:
    parts = [part for part in PARTED.split(re.sub(r"[第条]", " ", text)) if part]
    if not all(plain_number(part, 4) is not None for part in parts):
        raise forms.ValidationError(_("Articles are figures, for example 7、8."))
    return list(dict.fromkeys(int(part) for part in parts))


def options_value(text: str) -> list[list[str]]:
    """Choices of a field, one a line. Raises forms.ValidationError."""
    rows = [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]
    if any(len(row) != 3 or not all(row) for row in rows):
        raise forms.ValidationError(_("Each line needs a code, a name and an English name, parted by |."))
    return rows
