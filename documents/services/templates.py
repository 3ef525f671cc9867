"""Templates from files into the database, as versions that are never edited."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from common.time import now
from documents.models import Template, TemplateVersion

FOLDER = Path(__file__).resolve().parent.parent / "data" / "templates"
BASE = "base"
Origin = TemplateVersion.Origin


@dataclass(slots=True)
class Loaded:
    """Codes of the templates that got a new version, and of those whose edited version was kept."""

    versions: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TemplateFile:
    code: str
    name: str
    name_en: str
    source: str


def digest_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def template_files(folder: Path = FOLDER) -> Iterator[TemplateFile]:
    """What templates.yaml lists; the shared part comes first."""
    for row in yaml.safe_load((folder / "templates.yaml").read_text(encoding="utf-8"))["templates"]:
        source = (folder / f"{row['code']}.typ").read_text(encoding="utf-8")
        yield TemplateFile(row["code"], row["name"], row["name_en"], source)


def current_versions() -> dict[str, TemplateVersion]:
    """The version in force of every template, by code."""
    rows = TemplateVersion.objects.order_by("template_id", "-number").distinct("template_id").select_related("template")
    return {version.template.code: version for version in rows}


@transaction.atomic
def load_templates(*, folder: Path = FOLDER) -> Loaded:
    """New content of a file becomes a new version; loading the same files again changes nothing.

    A template that was edited in the hall keeps its edited version, whatever the file says: the wording is the
    hall's, and the editor offers the file. Documents keep the version they were issued with.
    """
    result = Loaded()
    entries = list(template_files(folder))
    templates = _templates(entries)
    current = current_versions()
    made = []
    for entry in entries:
        version = _next_version(templates[entry.code], entry, current, result)
        if version is None:
            continue
        if entry.code == BASE:
            version.save(force_insert=True)
        else:
            made.append(version)
        current[entry.code] = version
        result.versions.append(entry.code)
    TemplateVersion.objects.bulk_create(made)
    return result


def _templates(entries: list[TemplateFile]) -> dict[str, Template]:
    """The rows of the templates by code, with the names that the files give them."""
    known = {template.code: template for template in Template.objects.all()}
    missing = [Template(code=one.code, name=one.name, name_en=one.name_en) for one in entries if one.code not in known]
    known |= {template.code: template for template in Template.objects.bulk_create(missing)}
    for entry in entries:
        template = known[entry.code]
        if (template.name, template.name_en) != (entry.name, entry.name_en):
            template.name, template.name_en = entry.name, entry.name_en
            template.save(update_fields=["name", "name_en"])
    return known


def _next_version(
    template: Template, entry: TemplateFile, current: dict[str, TemplateVersion], result: Loaded
) -> TemplateVersion | None:
    """What follows from the file, not yet saved; None where nothing is new."""
    base = current.get(BASE) if entry.code != BASE else None
    latest = current.get(entry.code)
    if latest is None:
        return new_version(template, entry.source, None, base=base, origin=Origin.FILE)
    source = entry.source
    if latest.origin == Origin.EDITED and latest.source != source:
        result.kept.append(entry.code)
        source = latest.source
    if latest.source == source and latest.base_id == (base.pk if base else None):
        return None
    origin = latest.origin if latest.source == source else Origin.FILE
    return new_version(template, source, latest, base=base, origin=origin)


def new_version(template: Template, source: str, latest: TemplateVersion | None, **fields: Any) -> TemplateVersion:
    """The version after ``latest``, not yet saved; a number taken meanwhile is refused by the database."""
    number = latest.number + 1 if latest else 1
    values = {"source": source, "sha256": digest_of(source), "made_at": now(), **fields}
    return TemplateVersion(template=template, number=number, **values)


def file_source(code: str, folder: Path = FOLDER) -> str:
    """What the hall's own file says; "" where there is none."""
    path = folder / f"{code}.typ"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def seed(**_signal: Any) -> None:
    """After every migrate, and after tests empty the tables: papers can be issued in any hall."""
    load_templates()
