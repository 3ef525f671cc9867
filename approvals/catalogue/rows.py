"""The way back from a matter's content to a row as the files have it, so that both are checked by the same rules.

Content is complete in itself: it spells laws, papers and form fields out. A row names them by code,
and ``Definitions`` holds those that the registers don't know, or know otherwise. ``content_of`` turns
both into the same content again. Pure.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from approvals.catalogue import build
from approvals.catalogue.build import Registers, Row
from approvals.catalogue.model import Department

Content = dict[str, Any]

PAPER_KEYS = ("name", "name_en", "form", "accepts", "from_government")
# Keys of content that a row leaves out where they say nothing.
PAPER_EXTRAS: Mapping[str, Any] = {"issued_by": [], "valid_months": 0, "template": "", "sample": False}
FIELD_KEYS = ("label", "label_en", "type")
FIELD_EXTRAS: Mapping[str, Any] = {
    "unit": "",
    "unit_en": "",
    "source": "",
    "sample": "",
    "choices": [],
    "topic": "matter",
}


@dataclass
class Definitions:
    """Laws, papers and fields of one matter that stand in no register, by code; rows as the files have them."""

    laws: dict[str, Row] = field(default_factory=dict)
    papers: dict[str, Row] = field(default_factory=dict)
    fields: dict[str, Row] = field(default_factory=dict)

    def over(self, registers: Registers) -> Registers:
        """``registers`` with these definitions, which go first."""
        return replace(
            registers,
            laws={**registers.laws, **self.laws},
            papers={**registers.papers, **self.papers},
            fields={**registers.fields, **self.fields},
        )


def law_row(basis: Row, laws: Mapping[str, Row]) -> Row:
    """A law of content as a register has it; the code of one that nobody knows is made from its text."""
    text = (basis["law"], basis["law_en"], basis.get("number", ""))
    for row in laws.values():
        if (row["name"], row["name_en"], row.get("number", "")) == text:
            return row
    digest = hashlib.sha256("|".join(text).encode()).hexdigest()[:10]
    made = {"code": f"law-{digest}", "name": text[0], "name_en": text[1]}
    return {**made, "number": text[2]} if text[2] else made


def paper_row(material: Row) -> Row:
    """What a material says of the paper itself, whichever matter wants it."""
    row = {"code": material["code"], **{key: material[key] for key in PAPER_KEYS}}
    return row | {key: material[key] for key, empty in PAPER_EXTRAS.items() if material.get(key, empty) != empty}


def field_row(item: Row) -> Row:
    """What a line of the form says whichever matter asks for it."""
    row = {"name": item["name"], **{key: item[key] for key in FIELD_KEYS}}
    extras = {key: item[key] for key, empty in FIELD_EXTRAS.items() if item.get(key, empty) != empty}
    if "choices" in extras:
        extras["choices"] = [dict(zip(("code", "name", "name_en"), row, strict=True)) for row in extras["choices"]]
    return row | extras


def row_of(content: Content, registers: Registers) -> tuple[Row, Definitions]:
    """The row that the files would have for ``content``, and what it needs besides the registers.

    ``content`` has the keys of ``Matter.as_content``; values may still be empty, then the row breaks
    the schema where they are.
    """
    own = Definitions()
    writer = _Writer(registers, own)
    row: Row = {key: content[key] for key in ("code", "name", "name_en")}
    row |= _given({"national_name": content["national_name"]})
    row |= {key: content[key] for key in ("stage", "department", "window", "kind", "applicant")}
    row["basis"] = [writer.basis(item) for item in content["basis"]]
    row["conditions"] = content["conditions"]
    row["limits"] = writer.limits(content["limits"])
    row["visits"] = content["visits"]
    row["fee"] = writer.with_basis(content["fee"], "basis")
    row["result"] = _given(content["result"], keep=("name", "name_en"))
    row["needs_project_code"] = content["needs_project_code"]
    row["applies"] = {key: content[key] for key in ("when", "reason", "reason_en")}
    row |= writer.ways(content)
    row["materials"] = [writer.material(item) for item in content["materials"]]
    row["steps"] = [writer.step(item) for item in content["steps"]]
    row["phrases"] = {"correction": content["correction_phrases"], "refusal": content["refusal_phrases"]}
    if content["questions"]:
        row["questions"] = content["questions"]
    row["sources"] = content["sources"]
    return row, own


@dataclass
class _Writer:
    registers: Registers
    own: Definitions

    def basis(self, basis: Row | None) -> Row:
        if not basis or not basis["law"]:
            return {}
        row = law_row(basis, self.registers.laws)
        if row["code"] not in self.registers.laws:
            self.own.laws[row["code"]] = row
        return {"law": row["code"], **_given({"articles": basis.get("articles", [])})}

    def with_basis(self, row: Row, key: str) -> Row:
        rest = {name: value for name, value in row.items() if name != key}
        return {**rest, key: self.basis(row[key])} if row.get(key) else rest

    def budget(self, budget: Row) -> Row:
        row = _given(budget, keep=("lawful", "promised", "unit"))
        return {**row, "source": self.basis(budget["source"])}

    def limits(self, limits: Row) -> Row:
        """Without what is the hall's usual limit, as the files have it."""
        row = {name: self.budget(limits[name]) for name in ("acceptance", "decision", "delivery")}
        row = {name: value for name, value in row.items() if value != self.registers.budgets.get(name)}
        if limits["extension"] or limits["extension_source"]:
            row["extension"] = {"days": limits["extension"], "source": self.basis(limits["extension_source"])}
        return row

    def ways(self, content: Content) -> Row:
        row: Row = {}
        if content.get("form"):
            row["form"] = [self.field(item) for item in content["form"]]
        if content.get("notice"):
            row["notice"] = self.with_basis(content["notice"], "source")
        if content.get("commitment"):
            row["commitment"] = self.with_basis(content["commitment"], "source")
        if content.get("deferral") and any(item["secondary"] for item in content["materials"]):
            full = self.with_basis(content["deferral"], "source")
            changed = {key: value for key, value in full.items() if value != self.registers.deferral[key]}
            row |= {"deferral": changed} if changed else {}
        return row

    def field(self, item: Row) -> Row:
        known = self.registers.fields.get(item["name"])
        if known is None or field_row(item) != _said(known, FIELD_EXTRAS, ("help", "help_en")):
            self.own.fields[item["name"]] = field_row(item)
            known = self.own.fields[item["name"]]
        row = {"name": item["name"]} | ({} if item["required"] else {"required": False})
        if (item["help"], item["help_en"]) != (known.get("help", ""), known.get("help_en", "")):
            row |= _given({"help": item["help"], "help_en": item["help_en"]})
            if "help" in known and "help" not in row:
                # Taken away here, though the register explains it: the field is this matter's own.
                self.own.fields[item["name"]] = field_row(item)
        return row

    def material(self, item: Row) -> Row:
        known, paper = self.registers.papers.get(item["code"]), paper_row(item)
        form = {}
        if known is not None and {**_said(known, PAPER_EXTRAS), "form": paper["form"]} == paper:
            form = {"form": item["form"]} if item["form"] != known["form"] else {}
        else:
            self.own.papers[item["code"]] = paper
        flags = {} if item["required"] else {"required": False}
        flags |= {flag: True for flag in ("secondary", "statutory") if item.get(flag)}
        return {"code": item["code"], **form, **flags, **_given({"note": item["note"], "note_en": item["note_en"]})}

    def step(self, item: Row) -> Row:
        row = {key: item[key] for key in ("code", "name", "name_en", "department", "kind", "days", "needs")}
        if item.get("silence"):
            row |= {"silence": item["silence"], "silence_source": self.basis(item.get("silence_source"))}
        return row


def content_of(row: Row, registers: Registers) -> Content:
    """Complete content of a checked row."""
    return build.matter(row, registers).as_content()


def extended(registers: Registers, contents: Iterable[Content], departments: Iterable[Department]) -> Registers:
    """``registers`` with the departments given and with laws, papers and fields that ``contents`` brought in.

    Where content and register say different things under one code, the register stays.
    """
    laws, papers, fields = dict(registers.laws), dict(registers.papers), dict(registers.fields)
    wider = replace(
        registers,
        departments={row.code: row for row in departments},
        laws=laws,
        papers=papers,
        fields=fields,
    )
    for content in contents:
        _row, own = row_of(content, wider)
        for known, found in ((laws, own.laws), (papers, own.papers), (fields, own.fields)):
            known.update({code: item for code, item in found.items() if code and code not in known})
    return wider


def _said(row: Row, extras: Mapping[str, Any], without: Iterable[str] = ()) -> Row:
    """A register's row without what goes without saying, to be compared with what content makes."""
    return {key: value for key, value in row.items() if key not in without and extras.get(key, ...) != value}


def _given(row: Row, keep: Iterable[str] = ()) -> Row:
    """Without empty values, except of keys to ``keep``; nested laws are left to the caller."""
    kept = set(keep)
    return {key: value for key, value in row.items() if key in kept or (value not in ("", []) and key != "source")}
