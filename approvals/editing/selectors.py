"""Reads for the pages of the catalogue's editors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from approvals.catalogue.build import Registers
from approvals.catalogue.rows import paper_row
from approvals.editing import registers, words
from approvals.editing.contents import blank, complete, complete_theme
from approvals.editing.fields import Content
from approvals.editing.problems import Problem, of_matter, of_theme
from approvals.models import (
    Application,
    ApplicationMatter,
    Case,
    CatalogueDraft,
    Matter,
    MatterVersion,
    Theme,
    ThemeVersion,
)

MATTER, THEME = CatalogueDraft.Subject.MATTER, CatalogueDraft.Subject.THEME
Filters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A matter or theme in the list; ``running`` are pairs of version number and running cases."""

    thing: Matter | Theme
    draft: CatalogueDraft | None
    versions: int
    running: list[tuple[int, int]] = field(default_factory=list)

    @property
    def running_total(self) -> int:
        return sum(count for _number, count in self.running)


def model_of(subject: str) -> Any:
    """The model of what is edited."""
    return Matter if subject == MATTER else Theme


def matters(filters: Filters) -> QuerySet[Matter]:
    """Cleaned ``q``, ``stage``, ``department`` and ``state`` (in_force, draft, retired), any missing."""
    found = Matter.objects.select_related("department", "current")
    if stage := filters.get("stage"):
        found = found.filter(stage=stage)
    if department := filters.get("department"):
        found = found.filter(department=department)
    return _stated(_named(found, filters), MATTER, filters)


def themes(filters: Filters) -> QuerySet[Theme]:
    return _stated(_named(Theme.objects.select_related("current"), filters), THEME, filters)


def _named(found: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    for word in (filters.get("q") or "").split():
        found = found.filter(Q(name__icontains=word) | Q(name_en__icontains=word) | Q(code__icontains=word))
    return found


def _stated(found: QuerySet[Any], subject: str, filters: Filters) -> QuerySet[Any]:
    match filters.get("state"):
        case "in_force":
            return found.filter(is_active=True)
        case "retired":
            return found.filter(is_active=False)
        case "draft":
            return found.filter(code__in=CatalogueDraft.objects.filter(subject=subject).values("code"))
    return found


def rows(found: QuerySet[Any], subject: str) -> list[CatalogueRow]:
    """Four queries, however many there are."""
    things = list(found)
    drafts = drafts_of(subject)
    kept: Any = MatterVersion if subject == MATTER else ThemeVersion
    owner = str(subject)
    counted = kept.objects.values_list(owner).annotate(count=Count("pk"))
    versions = dict(counted.order_by())
    running = _running_by_matter() if subject == MATTER else _running_by_theme()
    return [
        CatalogueRow(thing, drafts.get(thing.code), versions.get(thing.pk, 0), running.get(thing.pk, []))
        for thing in things
    ]


def _running_by_matter() -> dict[int, list[tuple[int, int]]]:
    counted = Case.objects.unfinished().order_by("version__number").values_list("matter_id", "version__number")
    return _grouped(counted.annotate(count=Count("pk")))


def _running_by_theme() -> dict[int, list[tuple[int, int]]]:
    """Applications with running cases that follow a theme."""
    running = Application.objects.filter(pk__in=Case.objects.unfinished().values("application"), theme__isnull=False)
    counted = running.order_by("theme__number").values_list("theme__theme_id", "theme__number")
    return _grouped(counted.annotate(count=Count("pk")))


def _grouped(counted: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for owner, number, count in counted:
        found.setdefault(owner, []).append((number, count))
    return found


def drafts_of(subject: str) -> dict[str, CatalogueDraft]:
    """Open drafts by code."""
    drafts = CatalogueDraft.objects.filter(subject=subject).select_related("updated_by")
    return {draft.code: draft for draft in drafts}


def new_drafts(subject: str) -> list[CatalogueDraft]:
    """Drafts of what is not in force yet."""
    known = set(model_of(subject).objects.values_list("code", flat=True))
    return [draft for code, draft in drafts_of(subject).items() if code not in known]


def versions_of(thing: Matter | Theme) -> list[Any]:
    """All versions, newest first, each with ``running`` cases (of a theme: applications); two queries."""
    if isinstance(thing, Matter):
        running = dict(_running_by_matter().get(thing.pk, []))
    else:
        running = dict(_running_by_theme().get(thing.pk, []))
    versions = list(thing.versions.select_related("created_by").order_by("-number"))
    for version in versions:
        version.running = running.get(version.number, 0)  # type: ignore[attr-defined]
    return versions


def drafts_of_applications(code: str) -> int:
    """Applications not yet submitted that have chosen this matter."""
    return ApplicationMatter.objects.filter(matter__code=code, application__status=Application.Status.DRAFT).count()


def content_of(version: Any) -> Content:
    """A version's content with the keys of later rules."""
    return completed(MATTER if isinstance(version, MatterVersion) else THEME, version.content)


def in_force(subject: str, code: str) -> tuple[Matter | Theme | None, Content]:
    """What is in force under a code, and its content; a blank one where there is none yet."""
    thing = model_of(subject).objects.select_related("current").filter(code=code).first()
    if thing is None or thing.current is None:
        return thing, blank(subject, code)
    return thing, content_of(thing.current)


def completed(subject: str, content: Content) -> Content:
    """Content with the keys of later rules."""
    return complete(content) if subject == MATTER else complete_theme(content)


def numbered_in_force(subject: str) -> dict[str, tuple[int, Content]]:
    """By code the number and content of the version in force, in the catalogue's order; one query."""
    rows = model_of(subject).objects.filter(current__isnull=False).select_related("current")
    return {row.code: (row.current.number, completed(subject, row.current.content)) for row in rows}


def contents_in_force(subject: str) -> dict[str, Content]:
    """By code the content of what is in force, retired ones too."""
    return {code: content for code, (_number, content) in numbered_in_force(subject).items()}


def all_matters() -> dict[str, Matter]:
    """Every matter by code, retired ones too."""
    return {matter.code: matter for matter in Matter.objects.all()}


@dataclass(frozen=True)
class Desk:
    """What a page of the editor needs to know besides the draft; three queries."""

    registers: Registers
    matters: Mapping[str, str]

    @property
    def names(self) -> words.Names:
        return words.names(self.registers, self.matters)

    def check(self, subject: str, content: Content) -> tuple[list[Problem], Any]:
        """All problems, and the matter or theme when there are none."""
        if subject == MATTER:
            return of_matter(content, self.registers, {*self.matters, content["code"]})
        return of_theme(content, self.registers, self.matters)


def desk() -> Desk:
    labels = {code: _labelled(matter) for code, matter in all_matters().items()}
    return Desk(registers.known(), labels)


def _labelled(matter: Matter) -> str:
    return matter.label if matter.is_active else _("%(name)s (retired)") % {"name": matter.label}


def differing_papers(content: Content) -> dict[str, list[str]]:
    """By code of a paper the other matters in force in which it stands otherwise."""
    mine = {item["code"]: paper_row({**item, "form": ""}) for item in content["materials"] if item["code"]}
    found: dict[str, list[str]] = {}
    others = Matter.objects.offered().exclude(code=content["code"])
    for matter in others.select_related("current"):
        assert matter.current is not None
        for item in complete(matter.current.content)["materials"]:
            if item["code"] in mine and paper_row({**item, "form": ""}) != mine[item["code"]]:
                found.setdefault(item["code"], []).append(matter.code)
    return found
