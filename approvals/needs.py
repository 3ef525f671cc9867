"""Which matters a project needs and why, and what they ask for. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from approvals import facts
from approvals.catalogue.conditions import applies, facts_in
from approvals.models import Application, ApplicationMatter, Case, Material, MaterialFile, Matter, MatterVersion
from approvals.reuse import Offer, Stock, Supply, supplies
from approvals.special_ways import materials_asked
from common.bilingual import reads_english
from common.display import listed
from files import kinds
from projects.models import Project, Stage


def in_language(data: Mapping[str, Any], key: str) -> str:
    """``key`` or ``key_en`` of catalogue content, whichever the reader understands."""
    english = reads_english()
    return str(data.get(f"{key}_en" if english else key) or data.get(key) or "")


@dataclass(frozen=True, slots=True)
class Need:
    """One matter of the catalogue as it concerns one project."""

    matter: Matter
    content: Mapping[str, Any]
    # True needed, False not needed, None to be confirmed.
    answer: bool | None
    chosen: bool
    # The case that is running or was granted already; then it can't be chosen again.
    running: Case | None
    open_facts: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        return in_language(self.content, "reason")

    @property
    def promised(self) -> int:
        return int(self.content["limits"]["decision"]["promised"])

    @property
    def lawful(self) -> int:
        return int(self.content["limits"]["decision"]["lawful"])

    @property
    def calendar_days(self) -> bool:
        return bool(self.content["limits"]["decision"]["unit"] == "calendar")

    @property
    def needs_project_code(self) -> bool:
        return bool(self.content.get("needs_project_code"))

    @property
    def result(self) -> str:
        return in_language(self.content["result"], "name")

    @property
    def open_labels(self) -> list[str]:
        return [facts.label(name) for name in self.open_facts]

    @property
    def depends_on(self) -> str:
        return listed(self.open_labels)


@dataclass(slots=True)
class StageNeeds:
    """The matters of one stage, by how sure it is that they are needed."""

    label: str
    # Whether it lies further ahead; then nothing of it is preselected.
    later: bool = False
    needed: list[Need] = field(default_factory=list)
    unclear: list[Need] = field(default_factory=list)
    unneeded: list[Need] = field(default_factory=list)

    def add(self, need: Need) -> None:
        {True: self.needed, None: self.unclear, False: self.unneeded}[need.answer].append(need)


def evaluate(project: Project, chosen: Iterable[str] | None = None) -> list[Need]:
    """Every offered matter in the order of the catalogue; two queries.

    ``chosen`` are codes chosen before; None preselects what is needed and not applied for yet, but
    for stages that lie further ahead.
    """
    known = facts.known(project)
    running, later = running_cases(project), later_stages(project)
    picked = None if chosen is None else set(chosen)
    needs = []
    for matter in Matter.objects.offered().select_related("current", "department"):
        assert matter.current is not None
        content = matter.current.content
        answer = applies(content["when"], known)
        case = running.get(matter.pk)
        due_now = answer is True and case is None and matter.stage not in later
        preselected = due_now if picked is None else matter.code in picked
        missing = tuple(dict.fromkeys(name for name in facts_in(content["when"]) if name not in known))
        needs.append(Need(matter, content, answer, preselected, case, missing if answer is None else ()))
    return needs


def later_stages(project: Project) -> frozenset[str]:
    """Stages beyond the next one: papers for them can hardly exist yet.

    The stage after the present one counts as near, since its matters are handled in parallel
    with the present ones (并联审批).
    """
    order = [str(stage) for stage in Stage.values]
    return frozenset(order[order.index(project.stage) + 2 :])


def running_cases(project: Project) -> dict[int, Case]:
    """By matter: the case of this project that bars a further application."""
    cases = Case.objects.alive().filter(project=project).order_by("id")
    return {case.matter_id: case for case in cases}


def by_stage(needs: Iterable[Need], project: Project) -> list[StageNeeds]:
    """Grouped by stage, in the order in which a project goes through them."""
    later = later_stages(project)
    stages = {stage: StageNeeds(str(label), stage in later) for stage, label in Matter.Stage.choices}
    for need in needs:
        stages[need.matter.stage].add(need)
    return [stage for stage in stages.values() if stage.needed or stage.unclear or stage.unneeded]


def unanswered(needs: Iterable[Need]) -> list[str]:
    """Names of the questions that keep a matter from being settled, each once."""
    askable = {fact.name for fact in facts.questions()}
    return [name for name in dict.fromkeys(n for need in needs for n in need.open_facts) if name in askable]


@dataclass(frozen=True, slots=True)
class MaterialCard:
    """A material with its files and the matters that need it."""

    material: Material
    current: list[MaterialFile]
    history: list[MaterialFile]
    needed_by: list[str]
    notes: list[str]
    form: str
    # Why it needs no handing in, and what the hall has already that could be used; see approvals.reuse.
    supply: Supply | None = None
    offers: Sequence[Offer] = ()
    # What may be promised for it instead (容缺): a ``gaps.Later``.
    later: Any = None

    @property
    def needed_for(self) -> str:
        return listed(self.needed_by)

    @property
    def missing(self) -> bool:
        """Stops the submission: required, nothing handed in or supplied, and not marked as following later."""
        marked = self.material.secondary and self.material.deferred_until
        return self.material.required and not marked and not self.current and self.supply is None

    @property
    def infected(self) -> MaterialFile | None:
        """The file that was removed for a virus last, as long as nothing has been handed in since."""
        last = max(self.history, key=lambda file: file.pk, default=None)
        return last if last is not None and not self.current and last.file.is_infected else None

    @property
    def types(self) -> str:
        return kinds.labels(self.groups)

    @property
    def endings(self) -> str:
        return kinds.endings(self.groups)

    @property
    def limits(self) -> str:
        """The sentence told before anything is chosen."""
        size = filesizeformat(settings.HALL_UPLOAD_MAX_BYTES)
        return _("%(types)s; each file up to %(size)s. Several may be chosen at once.") % {
            "types": self.types,
            "size": size,
        }

    @property
    def box(self) -> str:
        return str(self.material.pk)

    @property
    def upload_id(self) -> str:
        return f"upload-{self.material.pk}"

    @property
    def groups(self) -> list[str]:
        return [group for group in self.material.accepts if group in kinds.ALL_GROUPS] or list(kinds.ALL_GROUPS)


def material_cards(
    application: Application, codes: Iterable[str] | None = None, *, stock: Stock | None = None
) -> list[MaterialCard]:
    """Cards of the materials that the chosen matters ask for, in order; three queries however many.

    ``stock`` is what the hall has already for a draft.
    """
    wanted = uses_by(application.chosen.select_related("version", "matter"))
    materials = application.materials.prefetch_related("files__file", "files__added_by")
    only = set(wanted) if codes is None else set(codes)
    cards = [card(material, wanted.get(material.code, [])) for material in materials if material.code in only]
    return cards if stock is None else [stocked(one, stock) for one in cards]


def stocked(card: MaterialCard, stock: Stock, *, asked_for: bool = False) -> MaterialCard:
    """The card with what the hall can supply or offer; what stands there already is not offered again.

    ``asked_for``: the window asks for it in a correction, so that the hall supplies nothing by itself.
    """
    code, there = card.material.code, {file.file_id for file in card.current}
    offers = [offer for offer in stock.offers(code) if offer.file is None or offer.file.pk not in there]
    supply = None if card.current or asked_for else supplies(stock).get(code)
    shown = [] if supply is not None and supply.kind == "fetched" else offers
    return replace(card, supply=supply, offers=tuple(shown))


Uses = dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]]


def uses_of(versions: Iterable[MatterVersion]) -> Uses:
    """By material code: the contents of the matters that want it, each with its entry."""
    return _uses((version.content, version.materials) for version in versions)


def uses_by(rows: Iterable[ApplicationMatter]) -> Uses:
    """The same for chosen matters: on a commitment without the papers that it spares."""
    return _uses((row.version.content, materials_asked(row)) for row in rows)


def _uses(lists: Iterable[tuple[Mapping[str, Any], Iterable[Mapping[str, Any]]]]) -> Uses:
    uses: Uses = {}
    for content, items in lists:
        for item in items:
            uses.setdefault(item["code"], []).append((content, item))
    return uses


def card(material: Material, uses: list[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> MaterialCard:
    """One card; expects ``files`` prefetched."""
    files = list(material.files.all())
    notes = dict.fromkeys(in_language(item, "note") for _content, item in uses)
    return MaterialCard(
        material=material,
        current=[file for file in files if file.is_current],
        history=[file for file in files if not file.is_current],
        needed_by=[in_language(content, "name") for content, _item in uses],
        notes=[note for note in notes if note],
        form=str(uses[0][1].get("form", "")) if uses else "",
    )
