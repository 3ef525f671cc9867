"""Service guides (办事指南) as pages show them: the catalogue's content in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Department
from approvals.catalogue import model as catalogue
from approvals.catalogue.model import matter_from_content
from approvals.models import Matter
from common.bilingual import pick, reads_english

PLACE = Path(__file__).resolve().parent / "data" / "place.yaml"

KINDS: Mapping[str, Any] = {
    "permit": gettext_lazy("Administrative licence"),
    "confirmation": gettext_lazy("Administrative confirmation"),
    "filing": gettext_lazy("Filing"),
    "other": gettext_lazy("Public service"),
}
FORMS: Mapping[str, Any] = {
    "original": gettext_lazy("Original"),
    "copy": gettext_lazy("Copy"),
    "electronic": gettext_lazy("Electronic"),
}
FILE_KINDS: Mapping[str, Any] = {
    "pdf": "PDF",
    "image": gettext_lazy("image"),
    "docx": "docx",
    "xlsx": "xlsx",
    "dwg": "dwg",
}


def limit_text(days: int, unit: str) -> str:
    """A limit with its unit: "10 working days"."""
    if unit == "calendar":
        return ngettext("%(count)s calendar day", "%(count)s calendar days", days) % {"count": days}
    return ngettext("%(count)s working day", "%(count)s working days", days) % {"count": days}


def basis_text(basis: catalogue.Basis) -> str:
    """A law as it is cited, with number and articles: 《行政许可法》（2019年修正）第四十二条 or in English."""
    articles = basis.articles
    if reads_english():
        cited = ", ".join(str(article) for article in articles)
        return f"{basis.law_en}, art. {cited}" if cited else basis.law_en
    cited = "、".join(f"第{article}条" for article in articles)
    name = basis.law if basis.law.startswith("《") or "本大厅" in basis.law else f"《{basis.law}》"
    return f"{name}{f'（{basis.number}）' if basis.number else ''}{cited}"


@cache
def _places() -> dict[str, Any]:
    return yaml.safe_load(PLACE.read_text(encoding="utf-8"))


def place() -> dict[str, str]:
    """Where and when the hall is open, whom to ask, where to complain."""
    rows = _places()
    return {key: pick(rows[key], rows.get(f"{key}_en", "")) for key in ("address", "hours", "hotline", "complaints")}


def offered() -> QuerySet[Matter]:
    """Matters that one can apply for, with their content in force."""
    return Matter.objects.filter(is_active=True, current__isnull=False).select_related(
        "current", "department", "window"
    )


def matching(words: str) -> QuerySet[Matter]:
    """Offered matters whose name, code or department contains every one of ``words``."""
    found = offered()
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(name_en__icontains=word)
            | Q(code__icontains=word)
            | Q(department__name__icontains=word)
            | Q(department__name_en__icontains=word)
        )
    return found


@dataclass(frozen=True, slots=True)
class GuideRow:
    """A matter in a list."""

    matter: Matter
    promised: str
    lawful: str
    visits: int
    materials: int
    charged: bool


def row(matter: Matter) -> GuideRow:
    assert matter.current is not None
    content = matter.current.content
    decision = content["limits"]["decision"]
    return GuideRow(
        matter=matter,
        promised=limit_text(decision["promised"], decision["unit"]),
        lawful=limit_text(decision["lawful"], decision["unit"]),
        visits=content["visits"],
        materials=len(content["materials"]),
        charged=content["fee"]["charged"],
    )


@dataclass(frozen=True, slots=True)
class StageRows:
    code: str
    label: str
    rows: list[GuideRow]


def by_stage(matters: Iterable[Matter]) -> list[StageRows]:
    """Rows grouped by stage in the order in which a project goes through them; empty stages left out."""
    grouped: dict[str, list[GuideRow]] = {}
    for matter in matters:
        grouped.setdefault(matter.stage, []).append(row(matter))
    return [StageRows(str(code), str(label), grouped[code]) for code, label in Matter.Stage.choices if code in grouped]


@dataclass(frozen=True, slots=True)
class MaterialRow:
    name: str
    form: str
    accepts: str
    required: bool
    secondary: bool
    from_government: bool
    note: str


@dataclass(frozen=True, slots=True)
class StepRow:
    name: str
    department: str
    days: str
    after: list[str]
    parallel: bool
    decides: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything of ux.md 1 and 2 about one matter."""

    facts: list[tuple[str, str]]
    limits: list[tuple[str, str, str, str, str]]
    basis: list[str]
    conditions: list[str]
    materials: list[MaterialRow]
    steps: list[StepRow]
    fee: str
    fee_basis: str
    result: str
    validity: str
    questions: list[tuple[str, str]]
    sources: list[str]
    reason: str
    extension: str


def guide(matter: Matter) -> Guide:
    """Read one matter's content in force; one query for the names of departments."""
    assert matter.current is not None
    content = matter_from_content(matter.current.content)
    names = {row.code: row.label for row in Department.objects.filter(code__in={s.department for s in content.steps})}
    return Guide(
        facts=_facts(matter, content),
        limits=_limits(content),
        basis=[basis_text(item) for item in content.basis],
        conditions=[pick(item.text, item.text_en) for item in content.conditions],
        materials=[_material(item) for item in content.materials],
        steps=_steps(content, names),
        fee=pick(content.fee.text, content.fee.text_en),
        fee_basis=basis_text(content.fee.basis) if content.fee.basis else "",
        result=pick(content.result.name, content.result.name_en),
        validity=pick(content.result.validity, content.result.validity_en),
        questions=[(pick(q.question, q.question_en), pick(q.answer, q.answer_en)) for q in content.questions],
        sources=list(content.sources),
        reason=pick(content.reason, content.reason_en),
        extension=_extension(content),
    )


def _facts(matter: Matter, content: catalogue.Matter) -> list[tuple[str, str]]:
    rows = [
        (_("Matter code"), matter.code),
        (_("Kind of matter"), str(KINDS.get(content.kind, content.kind))),
        (_("Stage"), matter.get_stage_display()),
        (_("Department in charge"), matter.department.label),
        (_("Window"), matter.window.label),
        (_("Who may apply"), pick(content.applicant.text, content.applicant.text_en)),
        (_("Visits to the hall"), _visits(content.visits)),
        (_("National project code"), _("Needed before acceptance") if content.needs_project_code else _("Not needed")),
    ]
    if content.national_name and content.national_name != matter.name:
        rows.insert(1, (_("National name"), content.national_name))
    return rows


def _visits(count: int) -> str:
    if count == 0:
        return _("None: everything can be done online")
    return ngettext("%(count)s visit at most", "%(count)s visits at most", count) % {"count": count}


def _limits(content: catalogue.Matter) -> list[tuple[str, str, str, str, str]]:
    budgets = (
        (_("Acceptance"), content.limits.acceptance),
        (_("Decision"), content.limits.decision),
        (_("Delivery"), content.limits.delivery),
    )
    return [
        (
            name,
            limit_text(budget.promised, budget.unit),
            limit_text(budget.lawful, budget.unit),
            basis_text(budget.source),
            pick(budget.note, budget.note_en),
        )
        for name, budget in budgets
    ]


def _extension(content: catalogue.Matter) -> str:
    if not content.limits.extension:
        return ""
    return _("Once by up to %(limit)s, approved by the head of the department and told to the applicant.") % {
        "limit": limit_text(content.limits.extension, content.limits.decision.unit)
    }


def _material(item: catalogue.Material) -> MaterialRow:
    return MaterialRow(
        name=pick(item.name, item.name_en),
        form=str(FORMS.get(item.form, item.form)),
        accepts=" · ".join(str(FILE_KINDS.get(kind, kind)) for kind in item.accepts),
        required=item.required,
        secondary=item.secondary,
        from_government=item.from_government,
        note=pick(item.note, item.note_en),
    )


def _steps(content: catalogue.Matter, departments: Mapping[str, str]) -> list[StepRow]:
    unit = content.limits.decision.unit
    names = {step.code: pick(step.name, step.name_en) for step in content.steps}
    begin = [step.needs for step in content.steps]
    return [
        StepRow(
            name=names[step.code],
            department=departments.get(step.department, step.department),
            days=limit_text(step.days, unit),
            after=[names[code] for code in step.needs],
            parallel=begin.count(step.needs) > 1,
            decides=step.kind == "decide",
        )
        for step in content.steps
    ]
