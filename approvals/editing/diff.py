"""What is different between two contents, value by value, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.editing import fields
from approvals.editing.fields import Content, Field, Rows, Section
from approvals.editing.sections import sections_of
from approvals.editing.words import Names, condition_text, value_text
from common.bilingual import pick
from deadlines.wording import amount_text

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``of`` names the row of a list, "" for a value of the thing itself."""

    section: str
    label: str
    kind: str
    before: str = ""
    after: str = ""
    of: str = ""

    @property
    def title(self) -> str:
        return f"{self.of} · {self.label}" if self.of else self.label

    @property
    def words(self) -> str:
        """In one line: "Promised limit 10 → 8 working days"."""
        match self.kind:
            case "added":
                return _("%(what)s added: %(value)s") % {"what": self.label, "value": self.after}
            case "removed":
                return _("%(what)s removed: %(value)s") % {"what": self.label, "value": self.before}
            case "moved":
                return _("%(what)s: order changed") % {"what": self.label}
        none = _("nothing")
        return f"{self.title} {self.before or none} → {self.after or none}"


def compare(subject: str, old: Content, new: Content, names: Names) -> list[Change]:
    """Every difference in the order of the editor's pages; ``old`` may be blank. Empty when both are equal."""
    found: list[Change] = []
    for section in sections_of(subject):
        found += _values(section, old, new, names)
        for rows in section.lists:
            found += _rows(section, rows, old, new, names)
        if "when" in section.others and old["when"] != new["when"]:
            before, after = condition_text(old["when"]), condition_text(new["when"])
            found.append(Change(section.slug, _("Condition"), CHANGED, before, after))
    return found


def _values(section: Section, old: Content, new: Content, names: Names) -> Iterator[Change]:
    for field in section.fields:
        before, after = fields.get(old, field.path), fields.get(new, field.path)
        if field.kind == "switch":
            before, after = before is not None or None, after is not None or None
        elif _same(field, before, after):
            continue
        if before != after or field.kind != "switch":
            words = _pair(field, before, after, fields.get(old, field.unit), fields.get(new, field.unit), names)
            if words[0] != words[1]:
                label = f"{field.group} · {field.label}" if field.group else str(field.label)
                yield Change(section.slug, label, CHANGED, *words)


def _same(field: Field, before: Any, after: Any) -> bool:
    empty: tuple[Any, ...] = (None, "", [], 0, False)
    return before == after or (before in empty and after in empty and not isinstance(before, bool))


def _pair(field: Field, before: Any, after: Any, old_unit: Any, new_unit: Any, names: Names) -> tuple[str, str]:
    """Both values in words; of two counts in one unit only the second names it."""
    if field.unit and before and after and old_unit == new_unit:
        return str(before), amount_text(after, new_unit)
    units = (old_unit or "workday", new_unit or "workday") if field.unit else ("", "")
    first, second = value_text(field, before, names, units[0]), value_text(field, after, names, units[1])
    if first == second and first:
        # What differs is not in this language's words: say both languages.
        return f"{first} [{before}]", f"{second} [{after}]"
    return first, second


def _rows(section: Section, rows: Rows, old: Content, new: Content, names: Names) -> Iterator[Change]:
    before = _by_key(rows, old.get(rows.path) or [])
    after = _by_key(rows, new.get(rows.path) or [])
    one = str(rows.one)
    for key, item in before.items():
        if key not in after:
            yield Change(section.slug, one, REMOVED, before=_row_name(rows, item, names))
    for key, item in after.items():
        if key not in before:
            yield Change(section.slug, one, ADDED, after=_row_name(rows, item, names))
        elif not rows.plain:
            yield from _row(section, rows, before[key], item, (old, new), names)
    kept = [key for key in before if key in after]
    if kept != [key for key in after if key in before]:
        yield Change(section.slug, str(rows.title), MOVED)


def _by_key(rows: Rows, items: list[Any]) -> dict[Any, Any]:
    """Entries by what makes them the same; a second one with the same key counts for itself."""
    found: dict[Any, Any] = {}
    for item in items:
        key = item if rows.plain else item[rows.key]
        count = 0
        while (key, count) in found:
            count += 1
        found[key, count] = item
    return found


def _row(
    section: Section, rows: Rows, old: Any, new: Any, whole: tuple[Content, Content], names: Names
) -> Iterator[Change]:
    for field in rows.fields:
        before, after = fields.get(old, field.path), fields.get(new, field.path)
        if _same(field, before, after):
            continue
        units = [fields.get(content, field.unit) for content in whole]
        words = _pair(field, before, after, units[0], units[1], names)
        yield Change(section.slug, str(field.label), CHANGED, *words, of=_row_name(rows, new, names))


def _row_name(rows: Rows, item: Any, names: Names) -> str:
    """What a row is called: its name, its law, its text."""
    by_path = {field.path: field for field in rows.fields}
    path = rows.label or ("" if "" in by_path else rows.key)
    field = by_path[path]
    english = by_path.get(f"{path}_en")
    value = fields.get(item, path)
    text = value_text(field, value, names)
    other = fields.get(item, english.path) if english else ""
    return pick(text, other or "")


def by_section(subject: str, changes: list[Change]) -> list[tuple[Any, list[Change]]]:
    """Changes under the titles of the editor's pages, which they keep the order of."""
    titles = [
        (section.title, [one for one in changes if one.section == section.slug]) for section in sections_of(subject)
    ]
    return [(title, found) for title, found in titles if found]
