"""Which question comes next, and which are not worth asking. Pure.

A condition is simplified by what is known; what is left of it says what could still turn it. A
question matters only if two of its answers leave different things behind, so that what changes
nothing is never asked, and whoever stops asking here has the same result as all answers at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from approvals.catalogue.conditions import Condition, Facts, applies, facts_in, leaves
from approvals.catalogue.model import Fact

# The section follows from the division, so only the division is asked.
DIVISION, SECTION = "industry_division", "industry_section"
Left = bool | Condition


def residual(condition: Condition, facts: Facts) -> Left:
    """What is left to be found out of ``condition``: True or False once it is settled."""
    match condition:
        case {"all": parts}:
            return _joined("all", [residual(part, facts) for part in parts], settles=False)
        case {"any": parts}:
            return _joined("any", [residual(part, facts) for part in parts], settles=True)
        case {"not": part}:
            left = residual(part, facts)
            return not left if isinstance(left, bool) else {"not": left}
    answer = applies(condition, facts)
    return condition if answer is None else answer


def _joined(word: str, left: list[Left], *, settles: bool) -> Left:
    """``settles``: the value of one part that decides the whole."""
    if any(part is settles for part in left):
        return settles
    rest = [part for part in left if not isinstance(part, bool)]
    if not rest:
        return not settles
    return rest[0] if len(rest) == 1 else {word: rest}


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody said: values by fact, and what he does not know."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        return name in self.facts or name in self.declined


@dataclass(frozen=True, slots=True)
class Walk:
    """How far the questions are: those asked in turn, the next one or None, how many there can be at most."""

    asked: tuple[str, ...]
    next: str | None
    most_left: int
    answers: Answers


@dataclass(frozen=True)
class Questionnaire:
    """The questions of one beginning.

    ``conditions`` in the order in which they are settled; ``known`` is what the beginning implies,
    ``choices`` which choices of a fact it leaves open, ``sections`` the section of each division.
    """

    conditions: tuple[Condition, ...]
    facts: Mapping[str, Fact]
    known: Mapping[str, Any]
    choices: Mapping[str, tuple[str, ...]]
    sections: Mapping[str, str]

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Questions as the conditions mention them, each once."""
        names = (asked_as(name) for condition in self.conditions for name in facts_in(condition))
        return tuple(name for name in dict.fromkeys(names) if name in self.facts)

    @cached_property
    def _by_question(self) -> dict[str, list[Condition]]:
        return {name: [one for one in self.conditions if name in set(_questions_of(one))] for name in self.order}

    def choices_of(self, fact: Fact) -> list[tuple[str, str, str]]:
        """The choices that this beginning leaves open."""
        allowed = self.choices.get(fact.name)
        return [one for one in fact.choices if allowed is None or one[0] in allowed]

    def assign(self, name: str, value: Any) -> dict[str, Any]:
        """The facts that an answer settles; a division brings its section."""
        return {DIVISION: value, SECTION: self.sections[value]} if name == DIVISION else {name: value}

    def matters(self, name: str, known: Facts) -> bool:
        """Whether some answer to the question leaves something else behind than another."""
        left = [one for one in (residual(one, known) for one in self._by_question[name]) if not isinstance(one, bool)]
        if not left:
            return False
        outcomes = [
            [residual(one, {**known, **self.assign(name, value)}) for one in left]
            for value in self.representatives(name)
        ]
        return any(outcome != outcomes[0] for outcome in outcomes)

    def representatives(self, name: str) -> list[Any]:
        """A value from each stretch in which all conditions answer alike."""
        fact = self.facts[name]
        if name == DIVISION:
            return self._divisions
        if fact.type == "boolean":
            return [True, False]
        if fact.type == "choice":
            return [code for code, _name, _name_en in self.choices_of(fact)]
        marks = {leaf["value"] for one in self._by_question[name] for leaf in leaves(one) if leaf["fact"] == name}
        return sorted({value for mark in marks for value in (mark - 0.5, mark, mark + 0.5) if value >= 0})

    @cached_property
    def _divisions(self) -> list[str]:
        """Each division that a condition names, and one of every section besides."""
        named = {
            code
            for one in self.conditions
            for leaf in leaves(one)
            if leaf["fact"] == DIVISION
            for code in (leaf["value"] if leaf["op"] == "in" else [leaf["value"]])
        }
        others = {section: division for division, section in self.sections.items() if division not in named}
        return sorted({*named, *others.values()} & set(self.sections))

    def walk(self, answers: Answers) -> Walk:
        """Go through the questions with the answers there are; those that no longer matter are left aside."""
        known = dict(self.known)
        asked: list[str] = []
        following: str | None = None
        while name := next((one for one in self.order if one not in asked and self.matters(one, known)), None):
            if not answers.has(name):
                following = name
                break
            asked.append(name)
            if name in answers.facts:
                known |= self.assign(name, answers.facts[name])
        open_ones = [one for one in self.order if one not in asked and self.matters(one, known)] if following else []
        kept = Answers(
            {name: answers.facts[name] for name in asked if name in answers.facts},
            frozenset(name for name in asked if name not in answers.facts),
        )
        return Walk(tuple(asked), following, len(open_ones), kept)

    def facts_of(self, answers: Answers) -> dict[str, Any]:
        """Everything known with these answers, in the form that conditions take; what the beginning implies holds."""
        known: dict[str, Any] = {}
        for name, value in answers.facts.items():
            known |= self.assign(name, value)
        return {**known, **self.known}

    def settled(self, answers: Answers) -> Answers:
        """The answers without those that no longer matter, once all questions are answered; before that, all."""
        walk = self.walk(answers)
        return answers if walk.next else walk.answers


def asked_as(name: str) -> str:
    """The question that settles a fact."""
    return DIVISION if name == SECTION else name


def _questions_of(condition: Condition) -> Iterator[str]:
    return (asked_as(name) for name in facts_in(condition))


def implied(condition: Condition | None) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """What must be so for ``condition`` to hold, as far as that is one value; which values else.

    Only plain comparisons, alone or under ``all``, imply something.
    """
    facts: dict[str, Any] = {}
    choices: dict[str, tuple[str, ...]] = {}
    parts: Iterable[Condition] = () if condition is None else condition.get("all", (condition,))
    for part in parts:
        if part.get("op") == "eq":
            facts[part["fact"]] = part["value"]
        elif part.get("op") == "in":
            choices[part["fact"]] = tuple(part["value"])
    return facts, choices
