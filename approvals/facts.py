"""What the catalogue asks of a project besides its own fields, and how answers are read.

The definitions stand in approvals/catalogue/facts.yaml, which the loader checks against its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from approvals.catalogue import build
from approvals.catalogue.model import Fact, default_facts
from common.bilingual import pick
from projects import rules
from projects.models import Project

FILE = Path(__file__).resolve().parent / "catalogue" / "facts.yaml"


@cache
def definitions() -> dict[str, Fact]:
    """All facts by name, in the order of the file."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["facts"]
    return build.facts({row["name"]: row for row in rows})


def questions() -> list[Fact]:
    """The facts that are asked besides what the project itself says."""
    return [fact for fact in definitions().values() if fact.source == "question"]


def label(name: str) -> str:
    """What a fact is called in the reader's language; the bare name if the file has dropped it."""
    fact = definitions().get(name)
    if fact is None:
        return name
    return pick(fact.label, fact.label_en)


def unit(fact: Fact) -> str:
    return pick(fact.unit, fact.unit_en)


def choices(fact: Fact) -> list[tuple[str, str]]:
    """Code and label of each choice in the reader's language."""
    return [(code, pick(name, name_en)) for code, name, name_en in fact.choices]


def known(project: Project) -> dict[str, Any]:
    """Facts of a project with the defaults of those that count until somebody says otherwise."""
    return {**default_facts(definitions().values()), **rules.facts(project)}


def read_answers(raw: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values of the questions among ``raw``; None takes an answer back.

    Raises KeyError for a name that is no question and ValueError for a value that does not fit.
    """
    askable = {fact.name: fact for fact in questions()}
    return {name: _read(askable[name], value) for name, value in raw.items()}


def _read(fact: Fact, value: Any) -> Any:
    if value in (None, ""):
        return None
    if fact.type == "boolean":
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise ValueError(fact.name)
    if fact.type == "number":
        return _number(fact, value)
    if value not in {code for code, _name, _name_en in fact.choices}:
        raise ValueError(fact.name)
    return value


def _number(fact: Fact, value: Any) -> int | float:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(fact.name) from error
    if not number.is_finite() or number < 0:
        raise ValueError(fact.name)
    return int(number) if number == number.to_integral_value() else float(number)
