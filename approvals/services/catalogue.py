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

# A matter or theme as files and the editor have it; both kinds are published and retired alike.
Entry = model.Matter | model.Theme


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
    Running cases keep the version they were submitted under. A matter or theme that is gone from the files
    is no longer offered but stays for its cases. Raises CatalogueError and then changes nothing.
    """
    catalogue = read_catalogue(folders)
    departments = _save_departments(catalogue.departments)
    result = Loaded()
    for position, matter in enumerate(catalogue.matters):
        created, published = _bring(Matter, matter, _matter_columns(matter, departments), position)
        result.matters += created
        result.versions += published
    for position, theme in enumerate(catalogue.themes):
        _bring(Theme, theme, _theme_columns(theme), position)
    result.retired = _retire(Matter, [entry.code for entry in catalogue.matters])
    _retire(Theme, [entry.code for entry in catalogue.themes])
    return result


def _bring(kind: Any, entry: Entry, columns: Mapping[str, Any], position: int) -> tuple[bool, bool]:
    """Publish the file's content unless it brought the same last time; whether a thing and a version were made."""
    thing, created = kind.objects.get_or_create(code=entry.code, defaults={**columns, "position": position})
    digest = digest_of(entry.as_content())
    if thing.file_digest == digest:
        # Retired in the hall, it stays so until the file brings something else; but others may stand before it now.
        if thing.position != position:
            thing.position = position
            thing.save(update_fields=["position"])
        return created, False
    known = thing.versions.filter(digest=digest).exists()
    thing.position, thing.file_digest, thing.is_active = position, digest, True
    _publish(thing, entry, columns, origin=Origin.FILE)
    return created, not known


def _retire(kind: Any, codes: Iterable[str]) -> int:
    """What files once brought and no longer do; what was made in the hall stays."""
    edited = kind.objects.filter(versions__origin__in=[Origin.SCREEN, Origin.IMPORT]).values("pk")
    gone = kind.objects.filter(is_active=True).exclude(code__in=codes).exclude(pk__in=edited)
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


def _matter_columns(entry: model.Matter, departments: Mapping[str, Department]) -> dict[str, Any]:
    return {
        "name": entry.name,
        "name_en": entry.name_en,
        "stage": entry.stage,
        "department": departments[entry.department],
        "window": departments[entry.window],
    }


def _theme_columns(entry: model.Theme) -> dict[str, Any]:
    return {"name": entry.name, "name_en": entry.name_en}


def _publish(
    thing: Any,
    entry: Entry,
    columns: Mapping[str, Any],
    *,
    origin: str,
    note: str = "",
    actor: Actor | None = None,
) -> Any:
    """Make ``entry`` the content in force of a matter or theme; whether it is offered stays as it is.

    Content that was in force before comes back as the version it was.
    """
    content = entry.as_content()
    digest = digest_of(content)
    version = thing.versions.filter(digest=digest).first() or thing.versions.create(
        number=thing.versions.count() + 1,
        content=content,
        digest=digest,
        origin=origin,
        note=note,
        created_by=actor.user if actor else None,
        created_at=now(),
    )
    for name, value in columns.items():
        setattr(thing, name, value)
    thing.current = version
    thing.save()
    return version


@transaction.atomic
def publish_matter(*, actor: Actor, entry: model.Matter, origin: str, note: str = "") -> MatterVersion:
    """Make ``entry`` the content in force of its matter, which is created where there is none.

    The caller has checked the content. Running cases keep their version, and what is retired stays so. Raises
    KeyError for an unknown department.
    """
    departments = {row.code: row for row in Department.objects.all()}
    return _publish_in_hall(Matter, entry, _matter_columns(entry, departments), actor=actor, origin=origin, note=note)


@transaction.atomic
def publish_theme(*, actor: Actor, entry: model.Theme, origin: str, note: str = "") -> ThemeVersion:
    """Make ``entry`` the content in force of its theme, which is created where there is none.

    The caller has checked the content. Applications handed in keep their version, and what is retired stays so.
    """
    return _publish_in_hall(Theme, entry, _theme_columns(entry), actor=actor, origin=origin, note=note)


def _publish_in_hall(
    kind: Any, entry: Entry, columns: Mapping[str, Any], *, actor: Actor, origin: str, note: str
) -> Any:
    """Publish what no file brought, new things behind all others, with its row in the ledger."""
    last = kind.objects.order_by("position").last()
    thing, _created = kind.objects.select_for_update().get_or_create(
        code=entry.code, defaults={**columns, "position": last.position + 1 if last else 0}
    )
    before = thing.current.number if thing.current else 0
    version = _publish(thing, entry, columns, origin=origin, note=note, actor=actor)
    data = {"version": version.number, "before": before, "note": note, "origin": str(origin)}
    record(actor=actor, subject=thing, act=f"{kind._meta.model_name}.published", data=data)
    return version
