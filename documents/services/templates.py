"""Templates from files into the database, as versions that are never edited."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Max

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
    current = current_versions()
    for entry in template_files(folder):
        template = _template(entry)
        base = current.get(BASE) if entry.code != BASE else None
        latest = current.get(entry.code)
        source = entry.source
        if latest is not None and latest.origin == Origin.EDITED:
            if latest.source != entry.source:
                result.kept.append(entry.code)
            source = latest.source
        if latest is not None and latest.source == source and latest.base_id == (base.pk if base else None):
            continue
        origin = latest.origin if latest is not None and latest.source == source else Origin.FILE
        current[entry.code] = add_version(template, source, base=base, origin=origin)
        result.versions.append(entry.code)
    return result


def _template(entry: TemplateFile) -> Template:
    names = {"name": entry.name, "name_en": entry.name_en}
    template, _made = Template.objects.get_or_create(code=entry.code, defaults=names)
    if (template.name, template.name_en) != (entry.name, entry.name_en):
        template.name, template.name_en = entry.name, entry.name_en
        template.save(update_fields=["name", "name_en"])
    return template


def add_version(template: Template, source: str, **fields: Any) -> TemplateVersion:
    """The next version of ``template``; callers hold its row or are the only ones (loading)."""
    last = template.versions.aggregate(last=Max("number"))["last"] or 0
    return TemplateVersion.objects.create(
        template=template, number=last + 1, source=source, sha256=digest_of(source), made_at=now(), **fields
    )


def file_source(code: str, folder: Path = FOLDER) -> str:
    """What the hall's own file says; "" where there is none."""
    path = folder / f"{code}.typ"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def seed(**_signal: Any) -> None:
    """After every migrate, and after tests empty the tables: papers can be issued in any hall."""
    load_templates()
