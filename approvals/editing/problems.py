"""What is still wrong with a draft, told at its page, row and field: the rules are those of the files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from jsonschema.exceptions import ValidationError

from approvals import facts
from approvals.catalogue import build, checks
from approvals.catalogue.build import Registers, Row
from approvals.catalogue.errors import PlacedError
from approvals.catalogue.model import Matter, Theme
from approvals.catalogue.rows import Definitions, row_of
from approvals.catalogue.schema import validator
from approvals.editing.fields import Content, Section
from approvals.editing.sections import section as section_of
from approvals.editing.sections import sections_of
from approvals.editing.words import OPERATORS
from common.bilingual import pick

# Where a row of the files calls things otherwise than content.
RENAMED = (
    (re.compile(r"^applies/"), ""),
    (re.compile(r"^phrases/(correction|refusal)"), r"\1_phrases"),
    (re.compile(r"^limits/extension/days$"), "limits/extension"),
    (re.compile(r"^limits/extension/source"), "limits/extension_source"),
    (re.compile(r"^themes/[a-z0-9-]+(/|$)"), ""),
)
ROW = re.compile(r"^(?P<list>[a-z_]+)/(?P<index>\d+)(?:/(?P<field>.*))?$")
INSIDE_BASIS = re.compile(r"(^|/)(law|articles)(/\d+)?$")


# The shape of a code by what it is of.
SHAPES = {"matter": validator("matter_code"), "theme": validator("code")}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``index`` is the row of ``list``, ``field`` the path of a value; "" is the page."""

    section: str
    list: str
    index: int | None
    field: str
    text: str

    @property
    def missing(self) -> bool:
        """A gap, which a draft may still have, rather than something wrong."""
        return self.text == _("is missing")

    def names(self, subject: str) -> tuple[str, str, str]:
        """What its page, its row and its field are called, "" for what it does not stand at."""
        section = section_of(subject, self.section)
        rows = next(rows for rows in section.lists if rows.path == self.list) if self.list else None
        specs = rows.fields if rows else section.fields
        label = next((str(spec.label) for spec in specs if self.field and spec.path == self.field), "")
        return str(section.title), f"{rows.one} {(self.index or 0) + 1}" if rows else "", label


def say(error: PlacedError, registers: Registers) -> str:
    """A check's message in the reader's language, with names instead of the codes of departments and facts."""
    params = dict(error.params)
    if (office := registers.departments.get(params.get("code", ""))) is not None:
        params["code"] = pick(office.name, office.name_en)
    if "fact" in params:
        params["fact"] = facts.label(str(params["fact"]).partition(" ")[0])
    if "op" in params:
        params["op"] = OPERATORS.get(params["op"], params["op"])
    return _(error.template) % params


def of_matter(content: Content, registers: Registers, codes: Collection[str]) -> tuple[list[Problem], Matter | None]:
    """All problems of a matter's content, and the matter that it is when there are none.

    ``codes`` are those of all matters, which papers may name as theirs.
    """
    row, own = row_of(content, registers)
    wider = own.over(registers)
    wrong = [(path, _shape(error)) for path, error in _shape_errors(row, own)]
    if not wrong:
        found = checks.matter_problems(row, wider) + _issuers(own, codes)
        wrong = [(problem.path, say(problem, registers)) for problem in found]
    if wrong:
        return [_placed("matter", path, text, content) for path, text in _once(wrong)], None
    return [], build.matter(row, wider)


def _shape_errors(row: Row, own: Definitions) -> Iterator[tuple[str, ValidationError]]:
    for error in validator("matter_file").iter_errors(row):
        yield _path(error), error
    place = {item["code"]: f"materials/{index}" for index, item in enumerate(row["materials"])}
    place |= {item["name"]: f"form/{index}" for index, item in enumerate(row.get("form", ()))}
    for definition, rows in (("paper", own.papers), ("field", own.fields), ("law", own.laws)):
        for code, item in rows.items():
            for error in validator(definition).iter_errors(item):
                yield f"{place.get(code, 'basis')}/{_path(error)}".rstrip("/"), error


def _issuers(own: Definitions, codes: Collection[str]) -> list[PlacedError]:
    try:
        checks.check_issuers(own.papers, dict.fromkeys(codes))
    except PlacedError as problem:
        return [problem]
    return []


def of_theme(content: Content, registers: Registers, codes: Collection[str]) -> tuple[list[Problem], Theme | None]:
    """The same for a theme; ``codes`` are those of the matters that there are."""
    row = theme_row(content)
    wrong = [(_path(error), _shape(error)) for error in validator("theme").iter_errors(row)]
    theme = None
    if not wrong:
        (theme,) = build.themes({"themes": [row]})
        wrong = [(problem.path, say(problem, registers)) for problem in _theme_problems(theme, registers, codes)]
    problems = [_placed("theme", path, text, content) for path, text in _once(wrong)]
    return problems, None if problems else theme


def _theme_problems(theme: Theme, registers: Registers, codes: Collection[str]) -> Iterator[PlacedError]:
    try:
        checks.check_theme(theme, dict.fromkeys(codes))
    except PlacedError as problem:
        yield problem
    try:
        if theme.when is not None:
            checks.check_condition(theme.when, registers, "when")
    except PlacedError as problem:
        yield problem


def theme_row(content: Content) -> Row:
    """A theme as hall.yaml has it."""
    keys = ("code", "name", "name_en", "summary", "summary_en")
    row: Row = {key: content[key] for key in keys}
    row |= {"when": content["when"]} if content["when"] else {}
    row |= {"one_result": True} if content["one_result"] else {}
    row["matters"] = [
        {"code": item["code"]} | {key: item[key] for key in ("after", "overlap") if item[key]}
        for item in content["matters"]
    ]
    return row


def shape_problems(definition: str, data: Any) -> list[tuple[str, str]]:
    """Place and reason of everything in which ``data`` breaks a definition of schema.json."""
    return _once((_path(error), _shape(error)) for error in validator(definition).iter_errors(data))


def _path(error: ValidationError) -> str:
    """Where it is wrong, down to the key that is missing."""
    parts = [str(key) for key in error.absolute_path]
    rule: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "required":
        parts += [key for key in rule if key not in instance][:1]
    elif error.validator == "dependentRequired":
        parts += [key for keys in rule.values() for key in keys if key not in instance][:1]
    return "/".join(parts)


MISSING = frozenset({"required", "dependentRequired", "minLength", "minItems", "minProperties"})
EMPTY_IS_MISSING = frozenset({"pattern", "enum", "type"})
# What a breach of the schema is called; %(count)s is the limit, %(value)s what stands there.
BREACHES: Mapping[str, str] = {
    "pattern": gettext_noop("“%(value)s” is not of the right form"),
    "maxLength": gettext_noop("has more than %(count)s characters"),
    "minimum": gettext_noop("must be at least %(count)s"),
    "maximum": gettext_noop("must be at most %(count)s"),
    "uniqueItems": gettext_noop("something is there twice"),
    "enum": gettext_noop("“%(value)s” is not one of the choices"),
    "const": gettext_noop("“%(value)s” is not one of the choices"),
    "oneOf": gettext_noop("is not a complete condition"),
}


def _shape(error: ValidationError) -> str:
    """A breach of the schema in words of a person."""
    kind = str(error.validator)
    if kind in MISSING or (kind in EMPTY_IS_MISSING and error.instance in (None, "")):
        return _("is missing")
    if kind in BREACHES:
        return _(BREACHES[kind]) % {"count": error.validator_value, "value": error.instance}
    if kind == "additionalProperties":
        return _("has something that does not belong here: %(what)s") % {"what": _surplus(error)}
    return _("is not as it should be: %(reason)s") % {"reason": error.message}


def _surplus(error: ValidationError) -> str:
    known: Mapping[str, Any] = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    if isinstance(error.instance, dict):
        return ", ".join(str(key) for key in error.instance if key not in known)
    return str(error.instance)


def _once(wrong: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The first message at each place."""
    found: dict[str, str] = {}
    for path, text in wrong:
        found.setdefault(path, text)
    return list(found.items())


def _placed(subject: str, path: str, text: str, content: Content) -> Problem:
    for pattern, new in RENAMED:
        path = pattern.sub(new, path)
    path = (_theme_place(path, content) or "matters") if subject == "theme" else path
    path = INSIDE_BASIS.sub("", path) if not path.startswith("matters") else path
    row = ROW.match(path)
    name, index, rest = (row["list"], int(row["index"]), row["field"] or "") if row else ("", None, path)
    rest = re.sub(r"/\d+$", "", rest).replace("/", ".")
    for section in sections_of(subject):
        if (found := _in_section(section, name, index, rest)) is not None:
            return Problem(section.slug, name, index, found, text)
    return Problem("basics", "", None, "", f"{path}: {text}")


def _in_section(section: Section, name: str, index: int | None, path: str) -> str | None:
    """The path of the field that the problem stands at, "" for the whole page, None when it is elsewhere."""
    if name:
        rows = next((rows for rows in section.lists if rows.path == name), None)
        if rows is None:
            return None
        return path if any(field.path == path for field in rows.fields) else ""
    if any(field.path == path for field in section.fields):
        return path
    heads = {field.path.split(".", 1)[0] for field in section.fields}
    if path in section.others or any(rows.path == path for rows in section.lists) or path.split(".", 1)[0] in heads:
        return ""
    return None


def _theme_place(path: str, content: Content) -> str:
    """``SG01/after`` names the row by its code."""
    code, _slash, rest = path.partition("/")
    for index, item in enumerate(content["matters"]):
        if item["code"] == code and rest:
            return f"matters/{index}/{rest}"
    return path
