"""Reading a workbook back. What it doesn't hold stays as it is in force; what is wrong is told by cell."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import python_calamine
from django.utils.translation import gettext as _
from django.utils.translation import override

from approvals import facts
from approvals.catalogue.build import Registers
from approvals.editing import conditions, fields
from approvals.editing.conditions import RowError
from approvals.editing.contents import blank_matter
from approvals.editing.controls import plain_number
from approvals.editing.exchange import sheets
from approvals.editing.exchange.common import Parsed, Place, Read, UnreadableError, Wrong, open_package
from approvals.editing.exchange.sheets import CellError, Codec, Column, unguard
from approvals.editing.fields import Content, Field, Rows
from approvals.editing.selectors import MATTER
from approvals.editing.words import OPERATORS, condition_message, fact_choices

MAX_ROWS = 20_000


@dataclass
class Sheet:
    """A sheet's rows by key of the column; the number of a row is the one that a spreadsheet shows."""

    name: str
    labels: Mapping[str, str]
    rows: list[tuple[int, dict[str, str]]]

    def place(self, row: int, key: str = "") -> Place:
        return Place(self.name, row, self.labels.get(key, key))


def read_workbook(data: bytes, registers: Registers, in_force: Mapping[str, Content]) -> Parsed:
    """Matters of the workbook over those ``in_force`` by code. Raises UnreadableError."""
    book = _open(data)
    found = {name: _sheet(book, name) for name in book.sheet_names}
    if sheets.MATTERS not in found:
        raise UnreadableError(_("There is no sheet named %(name)s.") % {"name": sheets.MATTERS})
    registers = _with_laws(registers, found.get(sheets.LAWS))
    reader = _Reader(Codec(registers), Parsed())
    reader.matters(found[sheets.MATTERS], in_force)
    for name, rows in sheets.lists():
        if name in found:
            reader.rows(found[name], rows)
    if sheets.CONDITION in found:
        reader.conditions(found[sheets.CONDITION])
    reader.parsed.things = [read for code, read in reader.reads.items() if code not in reader.broken]
    return reader.parsed


def _open(data: bytes) -> Any:
    open_package(data).close()
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (python_calamine.CalamineError, python_calamine.XmlError, python_calamine.ZipError, OSError) as error:
        raise UnreadableError(_("This is not a workbook that can be read.")) from error


def _sheet(book: Any, name: str) -> Sheet:
    try:
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MAX_ROWS + 1)
    except (python_calamine.CalamineError, python_calamine.XmlError) as error:
        raise UnreadableError(_("This is not a workbook that can be read.")) from error
    if len(lines) > MAX_ROWS:
        raise UnreadableError(_("Sheet %(name)s has too many rows.") % {"name": name})
    if len(lines) < sheets.HEAD_ROWS:
        return Sheet(name, {}, [])
    keys = [_text(cell).strip() for cell in lines[1]]
    labels = {key: _text(cell) for key, cell in zip(keys, lines[0], strict=False) if key}
    rows = []
    for number, line in enumerate(lines[sheets.HEAD_ROWS :], sheets.HEAD_ROWS + 1):
        row = {key: unguard(_text(cell).strip()) for key, cell in zip(keys, line, strict=False) if key}
        if any(row.values()):
            rows.append((number, row))
    return Sheet(name, labels, rows)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _with_laws(registers: Registers, sheet: Sheet | None) -> Registers:
    """Laws that the workbook brings are known, those that the hall has keep their wording."""
    laws = dict(registers.laws)
    for _number, row in sheet.rows if sheet else ():
        code = row.get("code", "")
        if code and row.get("name") and code not in laws:
            made = {"code": code, "name": row["name"], "name_en": row.get("name_en", "")}
            laws[code] = {**made, "number": row["number"]} if row.get("number") else made
    return replace(registers, laws=laws)


class _Reader:
    def __init__(self, codec: Codec, parsed: Parsed) -> None:
        self.codec, self.parsed = codec, parsed
        self.reads: dict[str, Read] = {}
        self.broken: set[str] = set()

    def _wrong(self, code: str, place: Place, reason: str) -> None:
        self.broken.add(code)
        self.parsed.wrong.append(Wrong(place, reason))

    def matters(self, sheet: Sheet, in_force: Mapping[str, Content]) -> None:
        columns = [column for column in sheets.matter_columns() if column.key in sheet.labels]
        if "code" not in sheet.labels:
            raise UnreadableError(_("The second row of sheet %(name)s does not hold the keys.") % {"name": sheet.name})
        for number, row in sheet.rows:
            code = row["code"].strip().upper()
            if code in self.reads:
                self._wrong(code, sheet.place(number, "code"), _("%(code)s is there twice") % {"code": code})
                continue
            content = copy.deepcopy(in_force.get(code)) or blank_matter(code, "")
            content["code"] = code
            self.reads[code] = Read(str(MATTER), content, sheet.place(number))
            self._fill(code, content, columns[1:] if columns[0].key == "code" else columns, sheet, (number, row))

    def _fill(
        self, code: str, content: Content, columns: Iterable[Column], sheet: Sheet, line: tuple[int, dict[str, str]]
    ) -> None:
        number, row = line
        off: set[str] = set()
        for column in columns:
            field = column.field
            if column.part == "articles" or field.path.split(".", 1)[0] in off:
                continue
            try:
                value = self._value(column, row)
            except CellError as error:
                self._wrong(code, sheet.place(number, column.key), str(error))
                continue
            if field.kind == "switch":
                if not value:
                    off.add(field.path)
                    content[field.path] = None
                elif not isinstance(content.get(field.path), dict):
                    content[field.path] = {}
            else:
                _put(content, field, value)

    def _value(self, column: Column, row: Mapping[str, str]) -> Any:
        if not column.part:
            return self.codec.value(column, row.get(column.key, ""))
        articles = row.get(replace(column, part="articles").key, "")
        return self.codec.basis(column.field, row.get(column.key, ""), articles)

    def rows(self, sheet: Sheet, rows: Rows) -> None:
        """The rows of every matter on the sheet of matters; one without rows here has none."""
        columns = [column for column in sheets.columns(rows.fields) if column.key in sheet.labels]
        before = {code: _by_key(rows, read.content) for code, read in self.reads.items()}
        for each in self.reads.values():
            each.content[rows.path] = []
        for number, row in sheet.rows:
            code = row.get("matter", "").upper()
            if (read := self.reads.get(code)) is None:
                reason = _("%(code)s is not on sheet %(name)s.") % {"code": code or "—", "name": sheets.MATTERS}
                self._wrong(code, sheet.place(number, "matter"), reason)
                continue
            read.rows[rows.path, len(read.content[rows.path])] = sheet.place(number)
            read.content[rows.path].append(self._item(code, rows, columns, sheet, (number, row), before[code]))

    def _item(
        self,
        code: str,
        rows: Rows,
        columns: list[Column],
        sheet: Sheet,
        line: tuple[int, dict[str, str]],
        before: Mapping[str, Any],
    ) -> Any:
        number, row = line
        key = row.get(rows.key, "")
        single = len(rows.fields) == 1 and not rows.fields[0].path
        item: Content = copy.deepcopy(before[key]) if key in before else _blank(rows)
        for column in columns:
            if column.part == "articles":
                continue
            try:
                value = self._value(column, row)
            except CellError as error:
                self._wrong(code, sheet.place(number, column.key), str(error))
                continue
            if single:
                return value
            fields.put(item, column.field.path, value)
        return "" if single else item

    def conditions(self, sheet: Sheet) -> None:
        """A matter without rows keeps the condition that it has: one without would never be needed."""
        found: dict[str, list[tuple[int, conditions.Row]]] = {}
        for number, row in sheet.rows:
            code = row.get("code", "").upper()
            if code not in self.reads:
                reason = _("%(code)s is not on sheet %(name)s.") % {"code": code or "—", "name": sheets.MATTERS}
                self._wrong(code, sheet.place(number, "code"), reason)
                continue
            found.setdefault(code, []).append((number, condition_row(row)))
        for code, numbered in found.items():
            try:
                tree = conditions.tree_of([row for _number, row in numbered], facts.definitions())
            except RowError as error:
                self._wrong(code, sheet.place(numbered[error.index][0]), str(condition_message(error)))
                continue
            self.reads[code].content["when"] = tree


def condition_row(row: Mapping[str, str]) -> conditions.Row:
    """A line of the sheet of conditions, names in either language back to codes."""
    names, operators = _names()
    fact = names.get(row.get("fact", ""), row.get("fact", ""))
    op = operators.get(row.get("op", ""), row.get("op", ""))
    return conditions.Row(
        depth=plain_number(row.get("depth"), 2) or 0,
        kind=row.get("kind", "leaf"),
        fact=fact,
        op=op,
        values=tuple(_codes(fact, [part.strip() for part in row.get("value", "").split(" | ")])),
    )


@cache
def _names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Facts and operators by their names in either language."""
    names: dict[str, str] = {}
    operators: dict[str, str] = {}
    for language in sheets.LANGUAGES:
        with override(language):
            names |= {facts.label(name): name for name in facts.definitions()}
            operators |= {str(label): code for code, label in OPERATORS.items()}
    return names, operators


def _codes(fact: str, values: Iterable[str]) -> Iterable[str]:
    definition = facts.definitions().get(fact)
    known: dict[str, str] = {}
    for language in sheets.LANGUAGES:
        with override(language):
            known |= {name: code for code, name in fact_choices(definition)} if definition else {}
    return [known.get(value, value) for value in values if value]


def _by_key(rows: Rows, content: Content) -> dict[str, Any]:
    if rows.plain or not any(field.path == rows.key for field in rows.fields):
        return {}
    return {fields.get(item, rows.key): item for item in content.get(rows.path) or []}


def _blank(rows: Rows) -> Content:
    return {field.path: _nothing(field) for field in rows.fields}


def _nothing(field: Field) -> Any:
    return {"count": 0, "flag": False, "choices": [], "options": [], "basis": None}.get(field.kind, "")


def _put(content: Content, field: Field, value: Any) -> None:
    """Write a value unless it is part of a group that the matter doesn't have and says nothing."""
    head, _dot, rest = field.path.partition(".")
    if rest and head in content and content[head] is None and not value:
        return
    fields.put(content, field.path, value)
