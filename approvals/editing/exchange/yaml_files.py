"""Matters and themes as YAML in the shape of the catalogue's files.

A matter is a file as in ``approvals/catalogue/matters``. Laws, papers and form fields that the hall's
files don't have, or have otherwise, stand under ``definitions``, so that a file is complete.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

import yaml
from django.utils.text import slugify
from django.utils.translation import gettext as _

from approvals.catalogue import build
from approvals.catalogue.build import Registers
from approvals.catalogue.loader import StrictLoader
from approvals.catalogue.rows import Definitions, content_of, row_of
from approvals.editing.exchange.common import MAX_BYTES, Parsed, Place, Read, UnreadableError, Wrong, open_package
from approvals.editing.fields import Content
from approvals.editing.problems import shape_problems, theme_row
from approvals.editing.selectors import MATTER, THEME

DEEPEST = 30
KINDS = (("laws", "law", "code"), ("papers", "paper", "code"), ("fields", "field", "name"))


def matter_document(content: Content, registers: Registers) -> dict[str, Any]:
    """One matter as its file would hold it; ``registers`` are those of the hall's files."""
    row, own = row_of(content, registers)
    defined = {name: list(getattr(own, name).values()) for name, _definition, _key in KINDS if getattr(own, name)}
    return {**row, "definitions": defined} if defined else row


def dump(document: Any) -> str:
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


class _Dumper(yaml.SafeDumper):
    """Without anchors: what is there twice is written twice, as a person would."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def file_name(content: Content) -> str:
    """As the files are named: after the code, then the English name."""
    return f"{content['code'].lower()}-{slugify(content['name_en'])[:40].strip('-') or 'matter'}.yaml"


def archive(matters: Iterable[Content], themes: Iterable[Content], registers: Registers) -> bytes:
    """All matters, a file each, and the themes, as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for content in matters:
            package.writestr(f"matters/{file_name(content)}", dump(matter_document(content, registers)))
        package.writestr("themes.yaml", dump(themes_document(themes)))
    return target.getvalue()


def themes_document(themes: Iterable[Content]) -> dict[str, Any]:
    return {"themes": [theme_row(content) for content in themes]}


def read_archive(data: bytes, registers: Registers) -> Parsed:
    """Every .yaml and .yml of a zip. Raises UnreadableError."""
    parsed = Parsed()
    with open_package(data) as package:
        names = [name for name in package.namelist() if name.lower().endswith((".yaml", ".yml"))]
        if not names:
            raise UnreadableError(_("There is no YAML file in this archive."))
        for name in sorted(names):
            _read_into(parsed, name, package.read(name), registers)
    return parsed


def read_file(name: str, data: bytes, registers: Registers) -> Parsed:
    parsed = Parsed()
    _read_into(parsed, name, data, registers)
    return parsed


def _read_into(parsed: Parsed, name: str, data: bytes, registers: Registers) -> None:
    try:
        document = load(data)
    except UnreadableError as error:
        parsed.wrong.append(Wrong(Place(name), str(error.message)))
        return
    if isinstance(document, dict) and set(document) <= {"themes", "sources"} and "themes" in document:
        _read_themes(parsed, name, document["themes"])
    elif isinstance(document, dict):
        _read_matter(parsed, name, document, registers)
    else:
        parsed.wrong.append(Wrong(Place(name), _("This is neither a matter nor a list of themes.")))


def load(data: bytes) -> Any:
    """One YAML document. Raises UnreadableError for what is no YAML, too much, too deep or uses anchors."""
    if len(data) > MAX_BYTES:
        raise UnreadableError(_("The file is too large."))
    try:
        text = data.decode("utf-8-sig")
        _refuse_tricks(text)
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506 (it is a SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(_("This is not YAML: %(reason)s") % {"reason": str(error)[:300]}) from error


def _refuse_tricks(text: str) -> None:
    """Anchors let a small file stand for a huge one, and depth overflows what reads it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableError(_("Anchors and aliases are not taken."))
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > DEEPEST:
                raise UnreadableError(_("This is nested too deep."))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1


def _read_themes(parsed: Parsed, name: str, rows: Any) -> None:
    if not isinstance(rows, list):
        parsed.wrong.append(Wrong(Place(name), _("This is neither a matter nor a list of themes.")))
        return
    for index, row in enumerate(rows):
        wrong = shape_problems("theme", row)
        parsed.wrong += [Wrong(Place(name, None, f"themes/{index}/{path}"), text) for path, text in wrong]
        if not wrong:
            (theme,) = build.themes({"themes": [row]})
            parsed.things.append(Read(str(THEME), theme.as_content(), Place(name, None, f"themes/{index}")))


def _read_matter(parsed: Parsed, name: str, row: dict[str, Any], registers: Registers) -> None:
    own, wrong = _definitions(row.pop("definitions", {}))
    wrong += shape_problems("matter_file", row)
    wider = own.over(registers)
    if not wrong:
        wrong = _unknown(row, wider)
    if wrong:
        parsed.wrong += [Wrong(Place(name, None, path), text) for path, text in wrong]
        return
    parsed.things.append(Read(str(MATTER), content_of(row, wider), Place(name)))


def _definitions(given: Any) -> tuple[Definitions, list[tuple[str, str]]]:
    own, wrong = Definitions(), []
    if not isinstance(given, dict):
        return own, [("definitions", _("This is not a list of definitions."))]
    for name, definition, key in KINDS:
        rows = given.get(name, [])
        for index, row in enumerate(rows if isinstance(rows, list) else [None]):
            found = shape_problems(definition, row)
            wrong += [(f"definitions/{name}/{index}/{path}", text) for path, text in found]
            if not found:
                getattr(own, name)[row[key]] = row
    return own, wrong


def _unknown(row: dict[str, Any], registers: Registers) -> list[tuple[str, str]]:
    """Codes that can't be written out, since nothing defines them."""
    try:
        content_of(row, registers)
    except KeyError as error:
        return [("", _("%(code)s is unknown") % {"code": error.args[0]})]
    return []
