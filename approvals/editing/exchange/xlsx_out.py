"""The catalogue as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from approvals import facts
from approvals.catalogue.build import Registers
from approvals.catalogue.rows import extended
from approvals.editing import conditions, fields
from approvals.editing.exchange import sheets
from approvals.editing.exchange.sheets import Codec, guard
from approvals.editing.fields import Content
from approvals.editing.words import OPERATORS, fact_choices

WIDTH = 16
CONDITION_KEYS = ("code", "depth", "kind", "fact", "op", "value")


def workbook(contents: Sequence[Content], registers: Registers) -> bytes:
    """All of ``contents``. Numbers are numbers, everything else text; nothing is a formula."""
    registers = extended(registers, contents, registers.departments.values())
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        writer = _Writer(book, Codec(registers))
        writer.about(len(contents))
        writer.matters(contents)
        for name, rows in sheets.lists():
            writer.rows(name, rows, contents)
        writer.conditions(contents)
        writer.laws(registers)
    return target.getvalue()


class _Writer:
    def __init__(self, book: Any, codec: Codec) -> None:
        self.book, self.codec = book, codec
        self.head = book.add_format({"bold": True, "bg_color": "#e8eef4", "text_wrap": True, "valign": "top"})
        self.keys = book.add_format({"font_color": "#6b7680", "font_size": 8})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def _sheet(self, name: str, labels: Iterable[str], keys: Sequence[str]) -> Any:
        sheet = self.book.add_worksheet(name)
        for place, label in enumerate(labels):
            sheet.write_string(0, place, str(label), self.head)
            sheet.write_string(1, place, keys[place], self.keys)
        sheet.set_column(0, len(keys), WIDTH)
        sheet.freeze_panes(sheets.HEAD_ROWS, 1)
        return sheet

    def _line(self, sheet: Any, row: int, cells: Iterable[str | int]) -> None:
        for place, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(row, place, cell, self.wrap)
            elif cell:
                sheet.write_string(row, place, cell, self.wrap)

    def about(self, count: int) -> None:
        sheet = self.book.add_worksheet(sheets.ABOUT)
        sheet.set_column(0, 0, 100, self.wrap)
        for row, text in enumerate(not_carried(count)):
            sheet.write_string(row, 0, guard(text), self.wrap)

    def matters(self, contents: Sequence[Content]) -> None:
        columns = sheets.matter_columns()
        sheet = self._sheet(sheets.MATTERS, (c.label for c in columns), [c.key for c in columns])
        for row, content in enumerate(contents, sheets.HEAD_ROWS):
            values = (fields.get(content, column.field.path) for column in columns)
            self._line(sheet, row, (self.codec.cell(c, v) for c, v in zip(columns, values, strict=True)))

    def rows(self, name: str, rows: fields.Rows, contents: Sequence[Content]) -> None:
        columns = sheets.columns(rows.fields)
        labels = [_("Matter code"), *(column.label for column in columns)]
        sheet = self._sheet(name, labels, ["matter", *(column.key for column in columns)])
        line = sheets.HEAD_ROWS
        for content in contents:
            for item in content.get(rows.path) or []:
                cells = (self.codec.cell(column, fields.get(item, column.field.path)) for column in columns)
                self._line(sheet, line, (content["code"], *cells))
                line += 1

    def conditions(self, contents: Sequence[Content]) -> None:
        labels = (_("Matter code"), _("Level"), _("Kind"), _("Fact"), _("Comparison"), _("Value"))
        sheet = self._sheet(sheets.CONDITION, labels, CONDITION_KEYS)
        known, line = facts.definitions(), sheets.HEAD_ROWS
        for content in contents:
            for row in conditions.rows_of(content["when"]):
                names = dict(fact_choices(known[row.fact])) if row.fact in known else {}
                value = " | ".join(names.get(item, item) for item in row.values)
                label = facts.label(row.fact) if row.fact else ""
                op = str(OPERATORS[row.op]) if row.op else ""
                self._line(sheet, line, (content["code"], row.depth, row.kind, guard(label), op, guard(value)))
                line += 1

    def laws(self, registers: Registers) -> None:
        sheet = self._sheet(
            sheets.LAWS,
            (_("Code"), _("Name"), _("English name"), _("Number of announcement")),
            ("code", "name", "name_en", "number"),
        )
        for row, law in enumerate(registers.laws.values(), sheets.HEAD_ROWS):
            self._line(sheet, row, (guard(law.get(key, "")) for key in ("code", "name", "name_en", "number")))


def not_carried(count: int) -> list[str]:
    """What the workbook is and what it leaves out."""
    return [
        _("%(count)s matters of the catalogue as they are in force.") % {"count": count},
        _("The second row of each sheet holds the keys by which it is read back: leave it as it is."),
        _("A sheet or a column that is taken out leaves that part of the matters as it is."),
        _("The rows of a matter on a sheet replace all its rows: to remove one, delete its row."),
        _(
            "Not carried: themes, the order of matters in the list, which matters are retired, versions and their "
            "notes. These stay as they are."
        ),
    ]
