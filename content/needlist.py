"""The personal list: which matters, why, with which papers, in which order, how long, at which window. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department
from approvals import blanks
from approvals import facts as catalogue_facts
from approvals.catalogue import model
from approvals.catalogue.build import place
from approvals.catalogue.conditions import facts_in
from approvals.catalogue.ordering import in_theme_order, waits
from approvals.models import Matter
from common.bilingual import pick
from common.display import listed
from content.asking import Answers, asked_as
from content.catalogue import Offer
from content.starts import Start
from content.timing import Timing, duration, timing
from deadlines.wording import amount_text


@dataclass(frozen=True, slots=True)
class NeededMatter:
    """A matter of the list.

    ``open_questions`` are facts that would settle one that is not confirmed. ``waits_for`` are names of matters
    whose certificates come first, ``follows`` of those whose certificates may follow. ``days`` is the whole way
    in working days, ``begins`` the working day after the beginning on which it can be handed in.
    """

    matter: Matter
    content: model.Matter
    confirmed: bool
    open_questions: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    days: int = 0
    begins: int = 0
    critical: bool = False

    @property
    def reason(self) -> str:
        return pick(self.content.reason, self.content.reason_en)

    @property
    def promised(self) -> str:
        decision = self.content.limits.decision
        return amount_text(decision.promised, decision.unit)

    @property
    def depends_on(self) -> str:
        return listed(catalogue_facts.label(name) for name in self.open_questions)

    @property
    def after(self) -> str:
        return listed(self.waits_for)

    @property
    def beside(self) -> str:
        return listed(self.follows)

    @property
    def fee(self) -> str:
        return pick(self.content.fee.text, self.content.fee.text_en)

    @property
    def charged(self) -> bool:
        return self.content.fee.charged


@dataclass(slots=True)
class Paper:
    """A material of the list, once; ``form_of`` is the matter whose blank form is offered."""

    code: str
    name: str
    needed_by: list[str] = field(default_factory=list)
    required: bool = False
    # Only papers that every matter which insists on them lets follow may follow.
    may_follow: bool = True
    fetched_from: tuple[str, ...] = ()
    from_list: bool = False
    form_of: list[str] = field(default_factory=list)
    sample_of: list[str] = field(default_factory=list)
    spared: list[str] = field(default_factory=list)

    @property
    def needed_for(self) -> str:
        return listed(self.needed_by)

    @property
    def comes_from(self) -> str:
        return listed(self.fetched_from)


@dataclass(frozen=True, slots=True)
class Counter:
    """A window with the matters of the list that are handed in there."""

    window: Department
    matters: tuple[str, ...]

    @property
    def names(self) -> str:
        return listed(self.matters)


@dataclass(frozen=True, slots=True)
class PersonalList:
    start: Start
    theme: model.Theme | None
    answers: Answers
    confirmed: tuple[NeededMatter, ...]
    possible: tuple[NeededMatter, ...]
    papers: tuple[Paper, ...]
    counters: tuple[Counter, ...]
    timing: Timing

    @property
    def codes(self) -> list[str]:
        return [item.matter.code for item in self.confirmed]

    @property
    def fees(self) -> list[NeededMatter]:
        return [item for item in self.confirmed if item.charged]

    @property
    def own_papers(self) -> list[Paper]:
        """Papers that the applicant brings; the others are fetched by the hall or results of this very list."""
        return [paper for paper in self.papers if not paper.fetched_from]

    @property
    def fetched_papers(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.fetched_from]


def personal_list(start: Start, answers: Answers, extra: Collection[str] = ()) -> PersonalList:
    """The list for these answers; ``extra`` are codes of matters wanted besides. No query."""
    facts = start.questionnaire.facts_of(answers)
    by_code = {offer.content.code: offer for offer in start.offers}
    found = model.needs([offer.content for offer in start.offers], facts, defaults={})
    sure = {need.matter.code for need in found if need.confirmed} | (set(extra) & set(by_code))
    theme = start.theme_for(facts)
    codes = _in_order(sure, theme)
    graph = waits(theme, codes, codes)
    durations = {code: duration(by_code[code].content) for code in codes}
    times = timing(graph, durations)
    confirmed = tuple(
        NeededMatter(
            matter=by_code[code].matter,
            content=by_code[code].content,
            confirmed=True,
            waits_for=tuple(by_code[one].matter.label for one in graph[code].strict),
            follows=tuple(by_code[one].matter.label for one in graph[code].overlap),
            days=durations[code].whole,
            begins=times.starts[code],
            critical=code in times.critical,
        )
        for code in codes
    )
    possible = tuple(
        NeededMatter(
            matter=by_code[need.matter.code].matter,
            content=need.matter,
            confirmed=False,
            open_questions=_open(need.matter, facts),
            days=duration(need.matter).whole,
        )
        for need in found
        if not need.confirmed and need.matter.code not in sure
    )
    return PersonalList(
        start=start,
        theme=theme,
        answers=answers,
        confirmed=confirmed,
        possible=possible,
        papers=_papers(
            [by_code[code] for code in codes], {code: offer.matter.label for code, offer in by_code.items()}
        ),
        counters=_counters([by_code[code] for code in codes]),
        timing=times,
    )


def _in_order(codes: Iterable[str], theme: model.Theme | None) -> list[str]:
    """As the theme lists them, else as a project goes through them."""
    usual = sorted(codes, key=place)
    return in_theme_order(theme, usual) if theme else usual


def _open(matter: model.Matter, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Questions that would settle the matter, each once."""
    names = (asked_as(name) for name in facts_in(matter.when) if facts.get(name) in (None, ""))
    return tuple(dict.fromkeys(names))


def _papers(offers: Sequence[Offer], names: Mapping[str, str]) -> tuple[Paper, ...]:
    papers: dict[str, Paper] = {}
    chosen = {offer.content.code for offer in offers}
    for offer in offers:
        entries = {item["code"]: item for item in offer.version.materials}
        for item in offer.content.materials:
            paper = papers.setdefault(item.code, Paper(item.code, pick(item.name, item.name_en)))
            _add_use(paper, offer, item, entries[item.code])
            if item.from_government:
                from_list = [code for code in item.issued_by if code in chosen]
                sources = [names[code] for code in from_list or item.issued_by if code in names]
                paper.fetched_from = tuple(sources) or (_("the authority that issued it"),)
                paper.from_list = bool(from_list)
    return tuple(papers.values())


def _add_use(paper: Paper, offer: Offer, item: model.Material, entry: Mapping[str, Any]) -> None:
    paper.needed_by.append(offer.matter.label)
    paper.required = paper.required or item.required
    if item.required and not item.secondary:
        paper.may_follow = False
    commitment = offer.content.commitment
    if commitment and item.code in commitment.spares:
        paper.spared.append(offer.matter.label)
    # An application form is another in each matter; a statement has one text for all.
    if blanks.offers(entry) and (entry["template"] == "form" or not paper.form_of):
        paper.form_of.append(offer.matter.code)
        if blanks.offers_sample(entry):
            paper.sample_of.append(offer.matter.code)


def _counters(offers: Iterable[Offer]) -> tuple[Counter, ...]:
    windows: dict[int, tuple[Department, list[str]]] = {}
    for offer in offers:
        windows.setdefault(offer.matter.window_id, (offer.matter.window, []))[1].append(offer.matter.label)
    return tuple(Counter(window, tuple(names)) for window, names in windows.values())
