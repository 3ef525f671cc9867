"""Does a condition hold for a project? Three answers: yes, no, and not known yet.

A condition is plain data, a tree of ``all`` / ``any`` / ``not`` over leaves such as
``{"fact": "building_area", "op": "gt", "value": 300}``. Unknown facts follow Kleene's strong
three-valued logic: they leave the answer open only where they could still turn it.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Condition = Mapping[str, Any]
Facts = Mapping[str, Any]


class ConditionError(ValueError):
    """The tree is not of the form described above, or compares things that have no order."""


def _one_of(value: Any, among: Any) -> bool:
    return value in among


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "in": _one_of,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def applies(condition: Condition, facts: Facts) -> bool | None:
    """Whether ``condition`` holds for ``facts``; ``None`` while a missing fact could decide it.

    A fact is missing when its key is absent, its value is ``None`` or an empty string. Raises
    ConditionError for a malformed tree or for a value that can't be compared.
    """
    match condition:
        case {"all": parts}:
            return _all([applies(part, facts) for part in parts])
        case {"any": parts}:
            return _any([applies(part, facts) for part in parts])
        case {"not": part}:
            answer = applies(part, facts)
            return None if answer is None else not answer
        case {"fact": name, "op": op, "value": value}:
            return _compare(name, op, value, facts)
    raise ConditionError(f"not a condition: {condition!r}")


def facts_in(condition: Condition) -> Iterator[str]:
    """Names of all facts that the tree asks for, in order, with repetitions."""
    for leaf in leaves(condition):
        yield leaf["fact"]


def leaves(condition: Condition) -> Iterator[Condition]:
    """All comparisons of the tree, from left to right."""
    if "fact" in condition:
        yield condition
        return
    parts: Sequence[Condition] = condition.get("all") or condition.get("any") or [condition["not"]]
    for part in parts:
        yield from leaves(part)


def _all(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _any(answers: list[bool | None]) -> bool | None:
    if True in answers:
        return True
    return None if None in answers else False


def _compare(name: str, op: str, value: Any, facts: Facts) -> bool | None:
    known = facts.get(name)
    if known is None or known == "":
        return None
    try:
        return OPERATORS[op](known, value)
    except KeyError:
        raise ConditionError(f"{name}: unknown operator {op!r}") from None
    except TypeError:
        raise ConditionError(f"{name}: {known!r} can't be compared with {value!r}") from None
