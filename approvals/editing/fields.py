"""How the table of all values of a matter and a theme is written; it stands in sections_matter and sections_theme.

Forms, differences in words and spreadsheets are all made from this table, so that a value which one of
them knows none of the others forgets. ``path`` leads into ``Matter.as_content`` (or of a list's item),
keys joined by dots.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

Content = dict[str, Any]

# English takes more room than Chinese; as the columns of the database and schema.json have it.
ENGLISH_LONGEST = {80: 120, 120: 200}
ENGLISH = _("in English")


@dataclass(frozen=True)
class Field:
    """One value. ``kind``: line, text, count, flag, switch, choice, choices, basis or options.

    ``source`` names choices that depend on the hall (departments, windows, papers, matters, steps,
    theme). ``unit`` is the path of the unit in which a count of days is meant.
    """

    path: str
    label: Any
    kind: str = "line"
    choices: tuple[tuple[str, Any], ...] = ()
    source: str = ""
    needed: bool = True
    low: int = 0
    high: int = 365
    unit: str = ""
    most: int = 2000
    hint: Any = ""
    group: Any = ""

    @property
    def name(self) -> str:
        """The name of its control in a form."""
        return self.path.replace(".", "__") or "value"


@dataclass(frozen=True)
class Rows:
    """A list inside a content. ``key`` is the field by which an entry is the same one in two versions."""

    path: str
    title: Any
    one: Any
    fields: tuple[Field, ...]
    key: str
    label: str = ""
    most: int = 40
    # Rows of one plain value, and rows so long that each folds away.
    plain: bool = False
    folded: bool = False
    # Rows with so many choices that one is open at a time.
    one_open: bool = False


@dataclass(frozen=True)
class Section:
    """One page of the editor."""

    slug: str
    title: Any
    lead: Any = ""
    fields: tuple[Field, ...] = ()
    lists: tuple[Rows, ...] = ()
    others: tuple[str, ...] = field(default=())


def empty_basis() -> Content:
    """A law that is still to be named; a new one each time, since its articles are a list."""
    return {"law": "", "law_en": "", "number": "", "articles": []}


def days(path: str, label: Any, unit: str, **more: Any) -> Field:
    return Field(path, label, "count", low=1, unit=unit, **more)


def both(path: str, label: Any, kind: str = "line", **more: Any) -> tuple[Field, Field]:
    """A text in both languages."""
    longest = more.get("most", 2000)
    english = {**more, "most": ENGLISH_LONGEST.get(longest, longest)}
    return Field(path, label, kind, **more), Field(f"{path}_en", _english(label), kind, **english)


def _english(label: Any) -> Any:
    return lazy(lambda: f"{label} ({ENGLISH})", str)()


def get(content: Any, path: str) -> Any:
    """The value at ``path``, None where something on the way is missing."""
    for key in path.split(".") if path else ():
        if not isinstance(content, dict):
            return None
        content = content.get(key)
    return content


def put(content: Content, path: str, value: Any) -> None:
    """Write at ``path``, making what is missing on the way."""
    *way, last = path.split(".")
    for key in way:
        if not isinstance(content.get(key), dict):
            content[key] = {}
        content = content[key]
    content[last] = value
