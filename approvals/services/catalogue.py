"""Putting the catalogue into the database: new content becomes a new version, nothing is edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.actors import Actor
from accounts.models import Department
from approvals.catalogue import model
from approvals.catalogue.loader import DEFAULT_FOLDERS, Folders, read_catalogue
from approvals.models import Matter, MatterVersion, Origin, Theme, ThemeVersion
from common.time import now
from ledger.services import record


@dataclass(slots=True)
class Loaded:
    """What a load changed."""

    matters: int = 0
    versions: int = 0
    retired: int = 0


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content in one canonical form, so that the order of keys means nothing."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def load_catalogue(*, folders: Folders = DEFAULT_FOLDERS) -> Loaded:
    """Read all files and publish what is new in them; loading the same files again changes nothing.

    What was edited in the hall stays in force until a file brings something else than last time.
    Running cases keep the version they were submitted under. A matter whose file is gone is no longer
    offered but stays for its cases. Raises CatalogueError and then changes nothing.
    """
    catalogue = read_catalogue(folders)
    departments = _save_departments(catalogue.departments)
    result = Loaded()
    for position, entry in enumerate(catalogue.matters):
        matter, created = Matter.objects.get_or_create(
            code=entry.code, defaults={**_columns(entry, departments), "position": position}
        )
        result.matters += created
        result.versions += _bring(matter, entry, departments, position)
    result.retired = _retire_matters([entry.code for entry in catalogue.matters])
    for position, theme in enumerate(catalogue.themes):
        _bring_theme(theme, position)
    return result


def _bring(matter: Matter, entry: model.Matter, departments: Mapping[str, Department], position: int) -> bool:
    """Publish the file's content unless it brought the same last time; whether a version was made."""
    digest = digest_of(entry.as_content())
    if matter.file_digest == digest:
        # Retired in the hall, it stays so until the file brings something else.
        return False
    known = matter.versions.filter(digest=digest).exists()
    matter.position, matter.file_digest = position, digest
    _publish(matter, entry, departments, origin=Origin.FILE)
    return not known


def _retire_matters(codes: Iterable[str]) -> int:
    """Matters that files once brought and no longer do; what was made in the hall stays."""
    edited = MatterVersion.objects.exclude(origin=Origin.FILE).values("matter")
    gone = Matter.objects.filter(is_active=True).exclude(code__in=codes).exclude(pk__in=edited)
    # Without the digest a file that comes back, even the same, is offered again.
    return gone.update(is_active=False, file_digest="")


def _save_departments(rows: Iterable[model.Department]) -> dict[str, Department]:
    """Departments by code; names and telephone numbers follow the file, a mark only where there is none yet."""
    return {row.code: _save_department(row) for row in rows}


def _save_department(row: model.Department) -> Department:
    values = {"name": row.name, "name_en": row.name_en, "kind": row.kind, "phone": row.phone}
    department, _made = Department.objects.update_or_create(code=row.code, defaults=values)
    # The mark stands in numbers already given: an administrator's own is not overwritten, nor taken from another.
    if row.mark and not department.mark and not Department.objects.filter(mark=row.mark).exists():
        department.mark = row.mark
        department.save(update_fields=["mark"])
    return department


def _columns(entry: model.Matter, departments: Mapping[str, Department]) -> dict[str, Any]:
    return {
        "name": entry.name,
        "name_en": entry.name_en,
        "stage": entry.stage,
        "department": departments[entry.department],
        "window": departments[entry.window],
    }


def _publish(
    matter: Matter,
    entry: model.Matter,
    departments: Mapping[str, Department],
    *,
    origin: str,
    note: str = "",
    actor: Actor | None = None,
) -> MatterVersion:
    """Make ``entry`` the content in force. Content that was in force before comes back as the version it was."""
    content = entry.as_content()
    digest = digest_of(content)
    version = matter.versions.filter(digest=digest).first() or MatterVersion.objects.create(
        matter=matter,
        number=matter.versions.count() + 1,
        content=content,
        digest=digest,
        origin=origin,
        note=note,
        created_by=actor.user if actor else None,
        created_at=now(),
    )
    for name, value in _columns(entry, departments).items():
        setattr(matter, name, value)
    matter.current, matter.is_active = version, True
    matter.save()
    return version


@transaction.atomic
def publish_matter(*, actor: Actor, entry: model.Matter, origin: str, note: str = "") -> MatterVersion:
    """Make ``entry`` the content in force of its matter, which is created where there is none.

    The caller has checked the content. Running cases keep their version. Raises KeyError for an
    unknown department.
    """
    departments = {row.code: row for row in Department.objects.all()}
    last = Matter.objects.order_by("position").last()
    matter, _created = Matter.objects.select_for_update().get_or_create(
        code=entry.code,
        defaults={**_columns(entry, departments), "position": last.position + 1 if last else 0},
    )
    before = matter.current.number if matter.current else 0
    version = _publish(matter, entry, departments, origin=origin, note=note, actor=actor)
    data = {"version": version.number, "before": before, "note": note, "origin": str(origin)}
    record(actor=actor, subject=matter, act="matter.published", data=data)
    return version


def _bring_theme(entry: model.Theme, position: int) -> None:
    theme, _created = Theme.objects.get_or_create(
        code=entry.code, defaults={"name": entry.name, "name_en": entry.name_en, "position": position}
    )
    digest = digest_of(entry.as_content())
    if theme.file_digest != digest:
        theme.position, theme.file_digest = position, digest
        _publish_theme(theme, entry, origin=Origin.FILE)


def _publish_theme(
    theme: Theme, entry: model.Theme, *, origin: str, note: str = "", actor: Actor | None = None
) -> ThemeVersion:
    content = entry.as_content()
    digest = digest_of(content)
    version = theme.versions.filter(digest=digest).first() or ThemeVersion.objects.create(
        theme=theme,
        number=theme.versions.count() + 1,
        content=content,
        digest=digest,
        origin=origin,
        note=note,
        created_by=actor.user if actor else None,
        created_at=now(),
    )
    theme.name, theme.name_en, theme.current, theme.is_active = entry.name, entry.name_en, version, True
    theme.save()
    return version


@transaction.atomic
def publish_theme(*, actor: Actor, entry: model.Theme, origin: str, note: str = "") -> ThemeVersion:
    """Make ``entry`` the content in force of its theme, which is created where there is none.

    The caller has checked the content. Applications handed in keep their version.
    """
    last = Theme.objects.order_by("position").last()
    theme, _created = Theme.objects.select_for_update().get_or_create(
        code=entry.code,
        defaults={"name": entry.name, "name_en": entry.name_en, "position": last.position + 1 if last else 0},
    )
    before = theme.current.number if theme.current else 0
    version = _publish_theme(theme, entry, origin=origin, note=note, actor=actor)
    data = {"version": version.number, "before": before, "note": note, "origin": str(origin)}
    record(actor=actor, subject=theme, act="theme.published", data=data)
    return version
