"""Which sheets and columns the catalogue has as a spreadsheet, and how a value stands in a cell.

All of it follows from the editor's table of fields. Each sheet begins with two rows: what a column is
called, and its key, by which it is read back whatever the language. A cell that a spreadsheet might
take for a formula begins with an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from approvals.catalogue.build import Registers
from approvals.catalogue.rows import law_row
from approvals.editing.controls import PARTED, options_value
from approvals.editing.fields import Field, Rows, empty_basis
from approvals.editing.sections_matter import MATTER_SECTIONS
from common.display import FORMULA_STARTS

MATTERS, CONDITION, LAWS, ABOUT = "事项", "适用条件", "法律", "说明"
# By path of the list; the sheet's name is not translated, since files go from hall to hall.
LISTS: Mapping[str, str] = {
    "basis": "法律依据",
    "conditions": "办理条件",
    "materials": "材料",
    "steps": "环节",
    "form": "表单",
    "correction_phrases": "补正用语",
    "refusal_phrases": "不予许可用语",
    "questions": "常见问题",
    "sources": "来源",
}
HEAD_ROWS = 2
LANGUAGES = ("zh-hans", "en")
YES, NO = "是", "否"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``part`` tells the two columns of a law apart: "law" and "articles"."""

    field: Field
    part: str = ""

    @property
    def key(self) -> str:
        return ".".join(filter(None, (self.field.path or "value", self.part)))

    @property
    def label(self) -> str:
        name = f"{self.field.group} · {self.field.label}" if self.field.group else str(self.field.label)
        return f"{name} · {_('Articles')}" if self.part == "articles" else name


def columns(fields: tuple[Field, ...]) -> list[Column]:
    return [
        Column(field, part) for field in fields for part in (("law", "articles") if field.kind == "basis" else ("",))
    ]


def matter_columns() -> list[Column]:
    """The single values of a matter, the code first."""
    fields = [field for section in MATTER_SECTIONS for field in section.fields]
    return columns((Field("code", _("Code")), *fields))


def lists() -> Iterator[tuple[str, Rows]]:
    """Name of the sheet and the list on it."""
    for section in MATTER_SECTIONS:
        for rows in section.lists:
            yield LISTS[rows.path], rows


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text


def unguard(text: str) -> str:
    return text.removeprefix("'")


class CellError(ValueError):
    """What stands in a cell is no value of its column."""


@dataclass
class Codec:
    """Values to cells and back; knows departments and laws by code and by name."""

    registers: Registers

    def __post_init__(self) -> None:
        self._choices: dict[str, dict[str, str]] = {}

    def cell(self, column: Column, value: Any) -> str | int:
        """What stands in the cell; "" for nothing."""
        field = column.field
        if column.part:
            return self._basis_cell(column.part, value)
        if field.kind == "count":
            return value or (0 if not field.low else "")
        if field.kind in ("flag", "switch"):
            return YES if value not in (None, False) else NO
        return guard(self._text(field, value))

    def _text(self, field: Field, value: Any) -> str:
        if value in (None, "", []):
            return ""
        if field.kind == "choice":
            return self._named(field, value)
        if field.kind == "choices":
            return "、".join(self._named(field, item) for item in value)
        if field.kind == "options":
            return "\n".join(" | ".join(row) for row in value)
        return str(value)

    def _named(self, field: Field, code: str) -> str:
        with override("zh-hans"):
            return str(dict(field.choices).get(code, code))

    def _basis_cell(self, part: str, value: Any) -> str:
        if not value or not value["law"]:
            return ""
        if part == "articles":
            return "、".join(str(item) for item in value["articles"])
        return law_row(value, self.registers.laws)["code"]

    def value(self, column: Column, cell: str) -> Any:
        """The value of content. Raises CellError."""
        field = column.field
        if field.kind == "count":
            return _whole(cell)
        if field.kind in ("flag", "switch"):
            return _yes(cell)
        if field.kind == "choice":
            return self._code(field, cell)
        if field.kind == "choices":
            return list(dict.fromkeys(self._code(field, part) for part in PARTED.split(cell) if part))
        if field.kind == "options":
            return _options(cell)
        return " ".join(cell.split())

    def basis(self, field: Field, law: str, articles: str) -> dict[str, Any] | None:
        """A law by code or name; None where nothing is given and nothing needed."""
        if not law:
            return empty_basis() if field.needed else None
        row = self.registers.laws.get(law) or next(
            (row for row in self.registers.laws.values() if law in (row["name"], row["name_en"])), None
        )
        if row is None:
            raise CellError(_("%(code)s is unknown") % {"code": law})
        numbers = [_whole(part) for part in PARTED.split(articles) if part]
        return {"law": row["name"], "law_en": row["name_en"], "number": row.get("number", ""), "articles": numbers}

    def _code(self, field: Field, text: str) -> str:
        """A choice by its code or by its name in either language."""
        key = field.path + str(field.label)
        if key not in self._choices:
            self._choices[key] = self._known(field)
        return self._choices[key].get(text, text)

    def _known(self, field: Field) -> dict[str, str]:
        found: dict[str, str] = {}
        for language in LANGUAGES:
            with override(language):
                found |= {str(label): code for code, label in field.choices}
        if field.source in ("departments", "windows"):
            found |= {row.name: code for code, row in self.registers.departments.items()}
        return found


def _whole(cell: str) -> int:
    if not cell:
        return 0
    try:
        number = float(cell)
    except ValueError as error:
        raise CellError(_("“%(value)s” is not a whole number.") % {"value": cell}) from error
    if not number.is_integer() or abs(number) > 10**6:
        raise CellError(_("“%(value)s” is not a whole number.") % {"value": cell})
    return int(number)


def _yes(cell: str) -> bool:
    text = cell.strip().lower()
    if text in (YES, "yes", "true", "1", "√"):
        return True
    if text in (NO, "no", "false", "0", ""):
        return False
    raise CellError(_("“%(value)s” is neither 是 nor 否.") % {"value": cell})


def _options(cell: str) -> list[list[str]]:
    try:
        return options_value(cell)
    except ValidationError as error:
        raise CellError(error.message) from error
