"""What may follow later (容缺): which papers and certificates, by which day, and who may not ask for it. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import themes
from approvals.commitment_text import CertificatePromise, PaperPromise, deferral_text, digest_of
from approvals.deviations import eased
from approvals.models import (
    Application,
    Case,
    CaseMaterial,
    Deferral,
    DeferralBar,
    Material,
    MaterialFile,
    Matter,
    MatterVersion,
)
from approvals.needs import MaterialCard, in_language
from common.display import listed
from common.time import now
from deadlines import calendars
from deadlines.models import Clock

OPEN = Deferral.Status.OPEN


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a paper may follow: until ``last``, which is ``days`` after the expected acceptance ``expected``.

    Of the matters that need it the one with the earliest last day decides.
    """

    last: date
    days: int
    unit: str
    expected: date
    matters: tuple[str, ...]

    @property
    def unit_text(self) -> str:
        return str(Clock.Unit(self.unit).label)


def expected_acceptance(content: Mapping[str, Any], at: datetime) -> date:
    """The day by which the window promises to have accepted what comes in at ``at``."""
    budget = content["limits"]["acceptance"]
    return calendars.current().due(timezone.localtime(at).date(), budget["promised"], budget["unit"])


def rules_of(contents: Iterable[Mapping[str, Any]], at: datetime | None = None) -> dict[str, Rule]:
    """By material code the rule for each paper that every matter requiring it lets follow; no query."""
    moment = at or now()
    found: dict[str, Rule] = {}
    never: set[str] = set()
    for content in contents:
        deferral = content.get("deferral")
        for item in content["materials"]:
            if not item.get("required", True):
                continue
            code = item["code"]
            if not item.get("secondary") or (deferral is None and "until" not in item):
                never.add(code)
                continue
            expected = expected_acceptance(content, moment)
            rule = _rule(item, deferral, expected, content["name"])
            known = found.get(code)
            names = (known.matters if known else ()) + rule.matters
            found[code] = replace(min(known or rule, rule, key=lambda one: one.last), matters=names)
    return {code: rule for code, rule in found.items() if code not in never}


def _rule(item: Mapping[str, Any], deferral: Mapping[str, Any] | None, expected: date, matter: str) -> Rule:
    """By the matter's own rule, or until the day that a leader has approved (特事特办), whichever is later."""
    calendar = calendars.current()
    until: date | None = item.get("until")
    if deferral is not None:
        last = calendar.due(expected, deferral["days"], deferral["unit"])
        if until is None or until <= last:
            return Rule(last, deferral["days"], deferral["unit"], expected, (matter,))
    assert until is not None
    last = until if calendar.is_workday(until) else calendar.add(until, -1)
    return Rule(last, calendar.distance(expected, last, "workday"), "workday", expected, (matter,))


@dataclass(frozen=True, slots=True)
class Later:
    """What the page of a paper offers: a day, the reason why not, or to take the promise back."""

    material: Material
    rule: Rule
    bar: DeferralBar | None = None

    @property
    def until(self) -> date | None:
        """The day that the applicant chose."""
        return self.material.deferred_until

    @property
    def input_id(self) -> str:
        return f"until-{self.material.pk}"


def open_bar(enterprise_id: int) -> DeferralBar | None:
    """The bar from deferral that the firm is under, with the window to ask."""
    bars = DeferralBar.objects.filter(enterprise=enterprise_id, lifted_at=None)
    return bars.select_related("case__window", "case__matter").first()


def bar_text(bar: DeferralBar) -> str:
    """Why the firm may not defer, and whom to ask."""
    window = bar.case.window
    return _(
        "Your enterprise may not hand in papers later at present: in case %(number)s a commitment was not kept."
        " Ask %(window)s, %(phone)s, to lift the bar."
    ) % {"number": bar.case.number, "window": window.label, "phone": window.phone or "—"}


def with_laters(application: Application, cards: list[MaterialCard]) -> list[MaterialCard]:
    """Cards of a draft, each missing secondary paper with what may be promised for it; two statements."""
    contents = [row.version.content for row in application.chosen.select_related("version")]
    return _attach(application.enterprise_id, eased(contents, application.project_id), cards)


def with_laters_of_case(case: Case, cards: list[MaterialCard]) -> list[MaterialCard]:
    """The same for the papers of one case; one statement."""
    return _attach(case.enterprise_id, eased([case.version.content], case.project_id), cards)


def _attach(firm: int, contents: list[Mapping[str, Any]], cards: list[MaterialCard]) -> list[MaterialCard]:
    rules = rules_of(contents)
    gaps = {card.material.pk for card in cards if not card.current and card.material.code in rules}
    bar = open_bar(firm) if gaps else None
    return [
        replace(card, later=Later(card.material, rules[card.material.code], bar)) if card.material.pk in gaps else card
        for card in cards
    ]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A chosen matter that may be handled while its ``prerequisites`` still are; ``saved`` working days at best."""

    matter: str
    prerequisites: str
    saved: int


def side_by_side(application: Application) -> list[SideBySide]:
    """The chosen matters whose certificates may follow in the application's theme, whether or not it is wished."""
    if application.theme_id is None:
        return []
    versions = {row.matter.code: row.version for row in application.chosen.select_related("version", "matter")}
    wished = Application(pk=application.pk, project_id=application.project_id, theme_id=application.theme_id)
    wished.overlap = True
    before = {code: found.overlap for code, found in themes.prerequisites(wished, versions).items() if found.overlap}
    names = _names(code for codes in before.values() for code in codes)
    return [
        SideBySide(
            in_language(versions[code].content, "name"),
            listed(names[one] for one in codes if one in names),
            max(_promised(versions[one]) for one in codes if one in versions) if set(codes) & set(versions) else 0,
        )
        for code, codes in before.items()
    ]


def _names(codes: Iterable[str]) -> dict[str, str]:
    return {row.code: row.label for row in Matter.objects.filter(code__in=set(codes))}


def _promised(version: MatterVersion) -> int:
    """Working days until a decision, as promised; 0 where they are counted otherwise."""
    limits = version.content["limits"]
    both = (limits["acceptance"], limits["decision"])
    return sum(int(one["promised"]) for one in both) if all(one["unit"] == "workday" for one in both) else 0


@dataclass(frozen=True, slots=True)
class Promise:
    """Everything that one commitment promises, and the words of it."""

    papers: tuple[PaperPromise, ...]
    certificates: tuple[CertificatePromise, ...]
    lines: tuple[str, ...]
    # Papers by id of the material.
    days: Mapping[int, date] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def digest(self) -> str:
        """Of the words: what was signed must be what the page showed."""
        return digest_of(self.text)


def promise_of(application: Application, at: datetime | None = None) -> Promise | None:
    """What a draft leaves open with the applicant's will; None where nothing.

    Raises nothing: a day that the rules do not allow (any more) is left out, so its paper is simply missing.
    """
    moment = at or now()
    marked = list(
        application.materials.filter(secondary=True, required=True, deferred_until__isnull=False).exclude(
            pk__in=_with_a_file()
        )
    )
    if not marked and not (application.overlap and application.theme_id):
        return None
    chosen = list(application.chosen.select_related("version", "matter"))
    contents = eased([row.version.content for row in chosen], application.project_id)
    papers = _papers(marked, contents, moment)
    certificates: list[CertificatePromise] = []
    if application.overlap and application.theme_id:
        before = themes.prerequisites(application, [row.matter.code for row in chosen])
        certificates = _certificates({code: found.overlap for code, found in before.items() if found.overlap})
    return _promise(application, papers, certificates)


def promise_of_case(case: Case, materials: Iterable[Material], at: datetime | None = None) -> Promise | None:
    """What the applicant wants to hand in later instead of correcting it now."""
    marked = [row for row in materials if row.deferred_until]
    contents = eased([case.version.content], case.project_id)
    return _promise(case.application, _papers(marked, contents, at or now()), [])


def _promise(
    application: Application, papers: Mapping[int, PaperPromise], certificates: list[CertificatePromise]
) -> Promise | None:
    if not papers and not certificates:
        return None
    lines = deferral_text(
        holder=application.enterprise.name,
        project=application.project.name,
        papers=papers.values(),
        certificates=certificates,
    )
    days = {pk: paper.until for pk, paper in papers.items()}
    return Promise(tuple(papers.values()), tuple(certificates), tuple(lines), days)


def _papers(marked: Iterable[Material], contents: list[Mapping[str, Any]], moment: datetime) -> dict[int, PaperPromise]:
    rules = rules_of(contents, moment)
    today = timezone.localtime(moment).date()
    found = {}
    for row in marked:
        rule = rules.get(row.code)
        if rule is None or row.deferred_until is None or not today < row.deferred_until <= rule.last:
            continue
        days = max(1, calendars.current().distance(rule.expected, row.deferred_until, rule.unit))
        found[row.pk] = PaperPromise(row.name, rule.matters, row.deferred_until, days, rule.unit)
    return found


def _with_a_file() -> QuerySet[MaterialFile, int]:
    """Ids of materials that have one: a file that the virus check has taken out is none."""
    return MaterialFile.objects.current().values_list("material_id", flat=True)


def _certificates(before: Mapping[str, tuple[str, ...]]) -> list[CertificatePromise]:
    codes = {*before, *(code for codes in before.values() for code in codes)}
    names = dict(Matter.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        CertificatePromise(code, names[code], one, names.get(one, one))
        for code, codes in before.items()
        for one in codes
    ]


def deferrable(case: Case) -> list[CaseMaterial]:
    """Papers of a case under correction that may be promised instead of handed in: secondary, required, no file."""
    rules = rules_of(eased([case.version.content], case.project_id))
    rows = case.materials.filter(secondary=True, required=True).exclude(material__in=_with_a_file())
    return [row for row in rows.select_related("material") if row.material.code in rules]


def holding(case: Case) -> list[Deferral]:
    """Gaps of one case that hold its certificate back; one statement."""
    return list(case.deferrals.filter(status=OPEN, hold=True).select_related("material__material"))


def is_held(case: Case) -> bool:
    return case.deferrals.filter(status=OPEN, hold=True).exists()
