"""Putting the catalogue's files into the database: new content becomes a new version, nothing is edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Department
from approvals.catalogue import model
from approvals.catalogue.loader import DEFAULT_FOLDERS, Folders, read_catalogue
from approvals.models import Matter, MatterVersion
from common.time import now


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
    """Read all files and publish what is new; loading the same files again changes nothing.

    Running cases keep the version they were submitted under. A matter whose file is gone is no
    longer offered but stays for its cases. Raises CatalogueError and then changes nothing.
    """
    catalogue = read_catalogue(folders)
    departments = _save_departments(catalogue.departments)
    result = Loaded()
    for position, entry in enumerate(catalogue.matters):
        _publish(entry, position, departments, result)
    codes = [entry.code for entry in catalogue.matters]
    result.retired = Matter.objects.filter(is_active=True).exclude(code__in=codes).update(is_active=False)
    return result


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


def _publish(entry: model.Matter, position: int, departments: dict[str, Department], result: Loaded) -> None:
    matter, created = Matter.objects.update_or_create(
        code=entry.code,
        defaults={
            "name": entry.name,
            "name_en": entry.name_en,
            "stage": entry.stage,
            "department": departments[entry.department],
            "window": departments[entry.window],
            "position": position,
            "is_active": True,
        },
    )
    result.matters += created
    content = entry.as_content()
    digest = digest_of(content)
    version = matter.versions.filter(digest=digest).first()
    if version is None:
        version = MatterVersion.objects.create(
            matter=matter, number=matter.versions.count() + 1, content=content, digest=digest, created_at=now()
        )
        result.versions += 1
    if matter.current_id != version.pk:
        matter.current = version
        matter.save(update_fields=["current"])
