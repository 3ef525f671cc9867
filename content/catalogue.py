"""The catalogue in force as the public pages read it: matters and themes with their content as values. Two queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from approvals.catalogue import model
from approvals.models import Matter, MatterVersion, Theme

# By digest: content never changes under its digest, so it is read from JSON once in a process.
_read: dict[str, Any] = {}
_KEPT = 2000


def _once(digest: str, read: Callable[[], Any]) -> Any:
    if digest not in _read:
        if len(_read) >= _KEPT:
            _read.clear()
        _read[digest] = read()
    return _read[digest]


def content_of(version: MatterVersion) -> model.Matter:
    content: model.Matter = _once(f"matter:{version.digest}", lambda: model.matter_from_content(version.content))
    return content


def offered_matters() -> QuerySet[Matter]:
    """Matters that one can apply for, with their content in force."""
    return Matter.objects.offered().select_related("current", "department", "window")


@dataclass(frozen=True, slots=True)
class Offer:
    """A matter with what its version in force says."""

    matter: Matter
    version: MatterVersion
    content: model.Matter


@dataclass(frozen=True, slots=True)
class Offered:
    """Everything offered now, by code, in the catalogue's order."""

    matters: Mapping[str, Offer]
    themes: Mapping[str, model.Theme]


def offer(matter: Matter) -> Offer:
    """Of a matter from ``offered_matters``."""
    assert matter.current is not None
    return Offer(matter, matter.current, content_of(matter.current))


def offered_themes() -> dict[str, model.Theme]:
    """Themes in force by code, in order."""
    found: dict[str, model.Theme] = {}
    for theme in Theme.objects.offered().select_related("current"):
        version = theme.current
        assert version is not None
        found[theme.code] = _once(f"theme:{version.digest}", lambda: model.theme_from_content(version.content))  # noqa: B023
    return found


def offered() -> Offered:
    return Offered({matter.code: offer(matter) for matter in offered_matters()}, offered_themes())
