"""Finding guides by words and by what one can filter, with the place where the words stand.

The text of every guide is put together once for each version and kept in memory: a hall has some
hundred matters, and Chinese needs no dictionary for "contains". Hits in the name come first, then
code and department, then the inside of the guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from approvals.catalogue import model
from content.catalogue import Offer
from deadlines.wording import amount_text

MOST_WORDS, LONGEST = 8, 60
AROUND = 24
WEIGHTS: Mapping[str, int] = {"name": 100, "code": 80, "department": 40}
PARTS: Mapping[str, Any] = {
    "basis": _("Legal basis"),
    "applicant": _("Who may apply"),
    "condition": _("Conditions"),
    "material": _("Materials"),
    "result": _("Result"),
    "question": _("Questions and answers"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A guide that fits. ``snippet`` shows where, when the words are not in the name."""

    offer: Offer
    score: int
    name: SafeString
    part: str
    snippet: SafeString

    @property
    def matter(self) -> Any:
        return self.offer.matter

    @property
    def promised(self) -> str:
        decision = self.offer.content.limits.decision
        return amount_text(decision.promised, decision.unit)

    @property
    def lawful(self) -> str:
        decision = self.offer.content.limits.decision
        return amount_text(decision.lawful, decision.unit)

    @property
    def visits(self) -> int:
        return self.offer.content.visits

    @property
    def materials(self) -> int:
        return len(self.offer.content.materials)

    @property
    def charged(self) -> bool:
        return self.offer.content.fee.charged


def words_of(text: str) -> list[str]:
    """What is searched for: at most eight words, full-width blanks count too."""
    return list(dict.fromkeys(text[:LONGEST].lower().split()))[:MOST_WORDS]


def search(offers: Iterable[Offer], words: Sequence[str]) -> list[Hit]:
    """Offers that have every word somewhere; the best first, ties in the order given."""
    found = [hit for one in offers if (hit := _hit(one, words)) is not None]
    return sorted(found, key=lambda hit: -hit.score) if words else found


def _hit(one: Offer, words: Sequence[str]) -> Hit | None:
    texts = [*_outside(one), *_inside(one.content)]
    score, places = 0, []
    for word in words:
        hits = [(part, text) for part, text in texts if word in text.lower()]
        if not hits:
            return None
        score += max(WEIGHTS.get(part, 10) for part, _text in hits)
        places += [hit for hit in hits if hit[0] in PARTS]
    label = one.matter.label
    in_name = all(word in f"{label} {one.matter.code}".lower() for word in words)
    part, text = places[0] if places and not in_name else ("", "")
    return Hit(one, score, mark(label, words), str(PARTS.get(part, "")), mark(_around(text, words), words))


def _outside(one: Offer) -> Iterator[tuple[str, str]]:
    matter = one.matter
    yield "name", f"{matter.name} {matter.name_en} {one.content.national_name}"
    yield "code", matter.code
    yield "department", f"{matter.department.name} {matter.department.name_en}"


# By identity of the content, which ``content.catalogue`` keeps once for each version.
_texts: dict[int, tuple[model.Matter, list[tuple[str, str]]]] = {}
_KEPT = 2000


def _inside(content: model.Matter) -> list[tuple[str, str]]:
    known = _texts.get(id(content))
    if known is None or known[0] is not content:
        if len(_texts) >= _KEPT:
            _texts.clear()
        known = _texts[id(content)] = (content, list(_parts(content)))
    return known[1]


def _parts(content: model.Matter) -> Iterator[tuple[str, str]]:
    """Every text of a guide with its part, Chinese and English each on its own, so that a snippet is one language."""
    for basis in content.basis:
        yield from (("basis", basis.law), ("basis", basis.law_en))
    yield from (("applicant", content.applicant.text), ("applicant", content.applicant.text_en))
    for text in content.conditions:
        yield from (("condition", text.text), ("condition", text.text_en))
    for item in content.materials:
        yield from (("material", item.name), ("material", item.name_en))
    yield from (("result", content.result.name), ("result", content.result.name_en))
    for one in content.questions:
        yield from (("question", one.question), ("question", one.question_en))
        yield from (("question", one.answer), ("question", one.answer_en))


def _around(text: str, words: Sequence[str]) -> str:
    """The neighbourhood of the first word found."""
    spots = [spot for word in words if (spot := text.lower().find(word)) >= 0]
    if not spots:
        return text[: 2 * AROUND]
    begin = max(min(spots) - AROUND, 0)
    end = min(spots) + 2 * AROUND
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


def mark(text: str, words: Sequence[str]) -> SafeString:
    """The text, escaped, with every word inside ``<mark>``."""
    if not words or not text:
        return mark_safe(escape(text))  # noqa: S308
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    parts: list[str] = []
    at = 0
    for found in pattern.finditer(text):
        parts += [escape(text[at : found.start()]), f"<mark>{escape(found.group())}</mark>"]
        at = found.end()
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308  (every piece is escaped above)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed down to; empty and False narrow nothing."""

    stage: str = ""
    department: str = ""
    kind: str = ""
    online: bool = False
    deferrable: bool = False
    on_commitment: bool = False
    theme: frozenset[str] | None = None

    def takes(self, one: Offer) -> bool:
        content = one.content
        return all(
            (
                self.stage in ("", one.matter.stage),
                self.department in ("", one.matter.department.code),
                self.kind in ("", content.kind),
                not self.online or content.visits == 0,
                not self.deferrable or bool(content.secondary_materials),
                not self.on_commitment or content.commitment is not None,
                self.theme is None or content.code in self.theme,
            )
        )
