"""Values of the catalogue in words of a person, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals import facts
from approvals.catalogue.build import Registers
from approvals.catalogue.conditions import Condition
from approvals.catalogue.model import Fact
from approvals.editing.conditions import RowError
from approvals.editing.fields import Field
from common.bilingual import pick, reads_english
from deadlines.wording import amount_text
from projects.industries import sections as industry_sections

OPERATORS: Mapping[str, Any] = {
    "eq": pgettext_lazy("comparison", "is"),
    "ne": pgettext_lazy("comparison", "is not"),
    "in": pgettext_lazy("comparison", "is one of"),
    "gt": pgettext_lazy("comparison", "is more than"),
    "gte": pgettext_lazy("comparison", "is at least"),
    "lt": pgettext_lazy("comparison", "is less than"),
    "lte": pgettext_lazy("comparison", "is at most"),
}
YES_NO: Mapping[bool, Any] = {True: gettext_lazy("yes"), False: gettext_lazy("no")}


# Why a row of the builder or a line of a spreadsheet can't be part of a condition, by ``RowError.code``.
ROW_MESSAGES: Mapping[str, Any] = {
    "fact": gettext_lazy("Choose what is asked about the project."),
    "operator": gettext_lazy("Choose how it is compared."),
    "value": gettext_lazy("Give a value."),
    "number": gettext_lazy("Give a number."),
    "empty": gettext_lazy("This group is empty: add a comparison or remove it."),
    "one": gettext_lazy("“Not” takes exactly one comparison or group."),
    "deep": gettext_lazy("Groups can't be nested deeper than three."),
    "outside": gettext_lazy("This stands outside of the first group."),
}


def condition_message(error: RowError) -> Any:
    return ROW_MESSAGES[error.code]


def labelled(what: Any, value: Any) -> str:
    """A value under its label, in one line."""
    return _("%(what)s: %(value)s") % {"what": what, "value": value}


def basis_text(basis: Mapping[str, Any] | None) -> str:
    """A law as it is cited; "" for none."""
    if not basis or not basis["law"]:
        return ""
    articles = basis.get("articles", [])
    if reads_english() and basis["law_en"]:
        cited = ", ".join(str(article) for article in articles)
        return f"{basis['law_en']}, art. {cited}" if cited else basis["law_en"]
    number = basis.get("number", "")
    return f"《{basis['law']}》{f'（{number}）' if number else ''}{'、'.join(f'第{item}条' for item in articles)}"


@dataclass(frozen=True)
class Names:
    """Names by code, to show codes of a content by name."""

    departments: Mapping[str, str]
    matters: Mapping[str, str]
    papers: Mapping[str, str]

    def of(self, source: str, code: str) -> str:
        rows: Mapping[str, str] = {
            "departments": self.departments,
            "windows": self.departments,
            "matters": self.matters,
            "theme": self.matters,
            "papers": self.papers,
        }.get(source, {})
        name = rows.get(code, "")
        return f"{code} {name}" if name and source in ("matters", "theme") else name or code


def names(registers: Registers, matters: Mapping[str, str]) -> Names:
    return Names(
        departments={code: pick(row.name, row.name_en) for code, row in registers.departments.items()},
        matters=matters,
        papers={code: pick(row["name"], row["name_en"]) for code, row in registers.papers.items()},
    )


def value_text(field: Field, value: Any, names: Names, unit: str = "") -> str:
    """One value as a person reads it; "" where there is none. ``unit`` turns a count of days into a limit."""
    if value is None or value in ("", []):
        return ""
    if field.kind == "count":
        return amount_text(value, unit) if unit else str(value)
    known = dict(field.choices)
    say: Mapping[str, Callable[[], str]] = {
        "flag": lambda: str(YES_NO[bool(value)]),
        "switch": lambda: str(YES_NO[True]),
        "basis": lambda: basis_text(value),
        "choice": lambda: str(known.get(value) or names.of(field.source, value)),
        "choices": lambda: _list([str(known.get(item) or names.of(field.source, item)) for item in value]),
        "options": lambda: _list([pick(row[1], row[2]) for row in value]),
    }
    return say[field.kind]() if field.kind in say else str(value)


def _list(items: list[str]) -> str:
    return (", " if reads_english() else "、").join(items)


def condition_text(condition: Condition | None) -> str:
    """A condition as a sentence: 总建筑面积大于 300 平方米，且总投资大于 30 万元."""
    return _tree(condition, inside=False) if condition else ""


def _tree(condition: Condition, *, inside: bool) -> str:
    if "fact" in condition:
        return leaf_text(condition)
    if "not" in condition:
        return _("not (%(what)s)") % {"what": _tree(condition["not"], inside=False)}
    word, parts = (_(" and "), condition["all"]) if "all" in condition else (_(" or "), condition["any"])
    text = word.join(_tree(part, inside=True) for part in parts)
    return _("(%(what)s)") % {"what": text} if inside and len(parts) > 1 else text


def leaf_text(leaf: Condition) -> str:
    fact = facts.definitions().get(leaf["fact"])
    values = leaf["value"] if isinstance(leaf["value"], list) else [leaf["value"]]
    return _("%(fact)s %(operator)s %(value)s") % {
        "fact": facts.label(leaf["fact"]),
        "operator": OPERATORS.get(leaf["op"], leaf["op"]),
        "value": _list([fact_value(fact, value) for value in values]),
    }


def fact_value(fact: Fact | None, value: Any) -> str:
    """A fact's value with unit or name."""
    if isinstance(value, bool):
        return str(YES_NO[value])
    if fact is None:
        return str(value)
    if fact.type == "number":
        return f"{value} {facts.unit(fact)}".strip() if reads_english() else f"{value}{facts.unit(fact)}"
    return dict(fact_choices(fact)).get(str(value), str(value))


def fact_choices(fact: Fact) -> list[tuple[str, str]]:
    """Code and name of every value that a fact can have; none for numbers."""
    match fact.type:
        case "boolean":
            return [("true", str(YES_NO[True])), ("false", str(YES_NO[False]))]
        case "choice":
            return facts.choices(fact)
        case "section":
            return [(part.code, part.label) for part in industry_sections()]
        case "division":
            return [(item.code, item.label) for part in industry_sections() for item in part.divisions]
    return []
