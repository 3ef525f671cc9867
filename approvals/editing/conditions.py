"""A condition as rows that a form can show, and back: nothing gets lost either way. Pure.

Rows stand in the order of the tree. A group is a row of kind ``all``, ``any`` or ``not``; what belongs
to it follows with a greater ``depth``. A comparison is a row of kind ``leaf``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from approvals.catalogue.conditions import Condition
from approvals.catalogue.model import Fact

GROUPS = ("all", "any", "not")
# Groups inside groups; what is nested deeper nobody can read on a screen.
DEEPEST = 3
BY_TYPE: Mapping[str, tuple[str, ...]] = {
    "number": ("gt", "gte", "lt", "lte"),
    "boolean": ("eq", "ne"),
}
OTHER = ("eq", "ne", "in")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the builder; ``values`` are as a form posts them."""

    depth: int
    kind: str
    fact: str = ""
    op: str = ""
    values: tuple[str, ...] = ()

    @property
    def is_group(self) -> bool:
        return self.kind in GROUPS


class RowError(ValueError):
    """Row number ``index`` can't become part of a condition; ``code`` says why."""

    def __init__(self, index: int, code: str) -> None:
        super().__init__(f"{index}: {code}")
        self.index = index
        self.code = code


def operators(fact: Fact) -> tuple[str, ...]:
    """How a fact may be compared, as ``checks.check_condition`` allows it."""
    return BY_TYPE.get(fact.type, OTHER)


def rows_of(condition: Condition | None) -> list[Row]:
    """The tree as rows; none for no condition."""
    return list(_rows(condition, 0)) if condition else []


def _rows(condition: Condition, depth: int) -> Iterator[Row]:
    if "fact" in condition:
        value = condition["value"]
        values = tuple(_text(item) for item in (value if isinstance(value, list) else [value]))
        yield Row(depth, "leaf", condition["fact"], condition["op"], values)
        return
    kind = next(key for key in GROUPS if key in condition)
    yield Row(depth, kind)
    for part in [condition["not"]] if kind == "not" else condition[kind]:
        yield from _rows(part, depth + 1)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def tree_of(rows: Sequence[Row], facts: Mapping[str, Fact]) -> dict[str, Any] | None:
    """The condition of these rows, None for none. Raises RowError at the first row that is not complete."""
    if not rows:
        return None
    tree, end = _tree(rows, 0, facts)
    if end != len(rows):
        raise RowError(end, "outside")
    return tree


def _tree(rows: Sequence[Row], start: int, facts: Mapping[str, Fact]) -> tuple[dict[str, Any], int]:
    row = rows[start]
    if not row.is_group:
        return _leaf(start, row, facts), start + 1
    parts, place = [], start + 1
    while place < len(rows) and rows[place].depth > row.depth:
        part, place = _tree(rows, place, facts)
        parts.append(part)
    if not parts:
        raise RowError(start, "empty")
    if row.kind == "not" and len(parts) > 1:
        raise RowError(start, "one")
    return {row.kind: parts[0] if row.kind == "not" else parts}, place


def _leaf(index: int, row: Row, facts: Mapping[str, Fact]) -> dict[str, Any]:
    fact = facts.get(row.fact)
    if fact is None:
        raise RowError(index, "fact")
    if row.op not in operators(fact):
        raise RowError(index, "operator")
    values = [value for value in row.values if value != ""]
    if not values:
        raise RowError(index, "value")
    if row.op == "in":
        return {"fact": row.fact, "op": "in", "value": values}
    return {"fact": row.fact, "op": row.op, "value": _value(index, values[0], fact)}


def _value(index: int, text: str, fact: Fact) -> Any:
    if fact.type == "boolean":
        return text == "true"
    if fact.type != "number":
        return text
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise RowError(index, "number") from error
    if not number.is_finite() or abs(number) > 10**12:
        raise RowError(index, "number")
    return int(number) if number == number.to_integral_value() else float(number)


def end_of(rows: Sequence[Row], index: int) -> int:
    """Where what belongs to row ``index`` ends."""
    end = index + 1
    while end < len(rows) and rows[end].depth > rows[index].depth:
        end += 1
    return end


def add(rows: Sequence[Row], index: int | None, kind: str) -> list[Row]:
    """A new row at the end of group ``index``; None makes the first row. Raises RowError where it is too deep."""
    if index is None or not rows:
        return [Row(0, kind), *([Row(1, "leaf")] if kind in GROUPS else [])] if not rows else list(rows)
    depth = rows[index].depth + 1
    if kind in GROUPS and depth >= DEEPEST:
        raise RowError(index, "deep")
    new = [Row(depth, kind), *([Row(depth + 1, "leaf")] if kind in GROUPS else [])]
    end = end_of(rows, index)
    return [*rows[:end], *new, *rows[end:]]


def remove(rows: Sequence[Row], index: int) -> list[Row]:
    """Without row ``index`` and what belongs to it."""
    return [*rows[:index], *rows[end_of(rows, index) :]]


def wrap(rows: Sequence[Row], index: int) -> list[Row]:
    """Row ``index`` and what belongs to it inside a group of their own. Raises RowError where it is too deep."""
    end = end_of(rows, index)
    deepest = max((row.depth for row in rows[index:end] if row.is_group), default=rows[index].depth - 1)
    if max(deepest + 1, rows[index].depth) >= DEEPEST:
        raise RowError(index, "deep")
    inner = [replace(row, depth=row.depth + 1) for row in rows[index:end]]
    return [*rows[:index], Row(rows[index].depth, "all"), *inner, *rows[end:]]
