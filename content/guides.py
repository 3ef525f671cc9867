"""Service guides (办事指南) as pages show them: one version of a matter in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Department
from approvals import blanks
from approvals.catalogue import model
from approvals.models import Matter, MatterVersion
from common.bilingual import pick
from common.charts import Box, Chart, draw
from common.display import listed
from content.catalogue import content_of, offered_themes
from content.search import Hit
from content.wording import FILE_KINDS, FORMS, KINDS, basis_text
from deadlines.wording import amount_text


@dataclass(frozen=True, slots=True)
class StageRows:
    code: str
    label: str
    rows: list[Hit]


def by_stage(hits: Iterable[Hit]) -> list[StageRows]:
    """Grouped by stage in the order in which a project goes through them; empty stages left out."""
    grouped: dict[str, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.matter.stage, []).append(hit)
    return [StageRows(str(code), str(label), grouped[code]) for code, label in Matter.Stage.choices if code in grouped]


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """``comes_from`` are names of matters whose certificate this paper is; ``follows`` how long it may follow."""

    code: str
    name: str
    form: str
    accepts: str
    required: bool
    follows: str
    from_government: bool
    comes_from: str
    spared: bool
    note: str
    reused: str
    has_blank: bool
    has_sample: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    name: str
    department: str
    days: str
    after: str
    parallel: bool
    decides: bool
    silence: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    label: str
    required: bool
    known: bool
    help: str


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the record of versions."""

    number: int
    at: datetime
    note: str
    parts: str
    current: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that a service guide of the hall says about one matter."""

    content: model.Matter
    facts: list[tuple[str, str]]
    limits: list[tuple[str, str, str, str, str]]
    basis: list[str]
    conditions: list[str]
    materials: list[MaterialRow]
    steps: list[StepRow]
    chart: Chart
    fields: list[FieldRow]
    fee: str
    fee_basis: str
    result: str
    validity: str
    questions: list[tuple[str, str]]
    sources: list[str]
    reason: str
    extension: str
    deferral: str
    commitment: str
    commitment_check: str
    notice: str


def guide(version: MatterVersion) -> Guide:
    """Read one version of a matter, with its matter's departments at hand; two queries for names."""
    content = content_of(version)
    matter = version.matter
    names = {row.code: row.label for row in Department.objects.filter(code__in={s.department for s in content.steps})}
    issuers = {code for item in content.materials for code in item.issued_by}
    matters = {row.code: row.label for row in Matter.objects.filter(code__in=issuers)} if issuers else {}
    return Guide(
        content=content,
        facts=_facts(matter, content),
        limits=_limits(content),
        basis=[basis_text(item) for item in content.basis],
        conditions=[pick(item.text, item.text_en) for item in content.conditions],
        materials=_materials(version, content, matters),
        steps=_steps(content, names),
        chart=_chart(content, names),
        fields=[_field(line) for line in content.form],
        fee=pick(content.fee.text, content.fee.text_en),
        fee_basis=basis_text(content.fee.basis) if content.fee.basis else "",
        result=pick(content.result.name, content.result.name_en),
        validity=pick(content.result.validity, content.result.validity_en),
        questions=[(pick(q.question, q.question_en), pick(q.answer, q.answer_en)) for q in content.questions],
        sources=list(content.sources),
        reason=pick(content.reason, content.reason_en),
        extension=_extension(content),
        deferral=_deferral(content),
        commitment=pick(content.commitment.text, content.commitment.text_en) if content.commitment else "",
        commitment_check=_commitment_check(content),
        notice=_notice(content),
    )


def _facts(matter: Matter, content: model.Matter) -> list[tuple[str, str]]:
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


def _limits(content: model.Matter) -> list[tuple[str, str, str, str, str]]:
    budgets = (
        (_("Acceptance"), content.limits.acceptance),
        (_("Decision"), content.limits.decision),
        (_("Delivery"), content.limits.delivery),
    )
    return [
        (
            name,
            amount_text(budget.promised, budget.unit),
            amount_text(budget.lawful, budget.unit),
            basis_text(budget.source),
            pick(budget.note, budget.note_en),
        )
        for name, budget in budgets
    ]


def _extension(content: model.Matter) -> str:
    if not content.limits.extension:
        return ""
    text = _("Once by up to %(limit)s, approved by the head of the department and told to the applicant.") % {
        "limit": amount_text(content.limits.extension, content.limits.decision.unit)
    }
    source = content.limits.extension_source
    return f"{text} {basis_text(source)}" if source else text


def _deferral(content: model.Matter) -> str:
    if content.deferral is None:
        return ""
    limit = amount_text(content.deferral.days, content.deferral.unit)
    text = _("Papers marked so may follow within %(limit)s of acceptance, against a written commitment.") % {
        "limit": limit
    }
    hold = _("The certificate is handed over once they are there.") if content.deferral.hold else ""
    return f"{text} {hold}".strip()


def _commitment_check(content: model.Matter) -> str:
    if content.commitment is None:
        return ""
    return _("Checked within %(limit)s of the decision. %(basis)s") % {
        "limit": amount_text(content.commitment.check_days, content.commitment.check_unit),
        "basis": basis_text(content.commitment.source),
    }


def _notice(content: model.Matter) -> str:
    if content.notice is None:
        return ""
    text = _("On the public site for %(limit)s before acceptance; anybody may object meanwhile. %(basis)s")
    return text % {
        "limit": amount_text(content.notice.days, content.notice.unit),
        "basis": basis_text(content.notice.source),
    }


def _materials(version: MatterVersion, content: model.Matter, matters: Mapping[str, str]) -> list[MaterialRow]:
    entries = {item["code"]: item for item in version.materials}
    spared = content.commitment.spares if content.commitment else ()
    follows = amount_text(content.deferral.days, content.deferral.unit) if content.deferral else ""
    return [
        MaterialRow(
            code=item.code,
            name=pick(item.name, item.name_en),
            form=str(FORMS.get(item.form, item.form)),
            accepts=" · ".join(str(FILE_KINDS.get(kind, kind)) for kind in item.accepts),
            required=item.required,
            follows=follows if item.secondary else "",
            from_government=item.from_government,
            comes_from=listed(matters[code] for code in item.issued_by if code in matters),
            spared=item.code in spared,
            note=pick(item.note, item.note_en),
            reused=_reused(item),
            has_blank=blanks.offers(entries[item.code]),
            has_sample=blanks.offers_sample(entries[item.code]),
        )
        for item in content.materials
    ]


def _reused(item: model.Material) -> str:
    if not item.valid_months:
        return ""
    return ngettext(
        "One in the archive is used again for %(count)s month",
        "One in the archive is used again for %(count)s months",
        item.valid_months,
    ) % {"count": item.valid_months}


def _field(line: model.FormField) -> FieldRow:
    unit = pick(line.unit, line.unit_en)
    label = pick(line.label, line.label_en)
    return FieldRow(
        label=_("%(label)s (%(unit)s)") % {"label": label, "unit": unit} if unit else label,
        required=line.required,
        known=bool(line.source),
        help=pick(line.help, line.help_en),
    )


def _steps(content: model.Matter, departments: Mapping[str, str]) -> list[StepRow]:
    unit = content.limits.decision.unit
    names = {step.code: pick(step.name, step.name_en) for step in content.steps}
    begin = [step.needs for step in content.steps]
    return [
        StepRow(
            name=names[step.code],
            department=departments.get(step.department, step.department),
            days=amount_text(step.days, unit),
            after=listed(names[code] for code in step.needs),
            parallel=begin.count(step.needs) > 1,
            decides=step.kind == "decide",
            silence=basis_text(step.silence_source) if step.silence_source else "",
        )
        for step in content.steps
    ]


def _chart(content: model.Matter, departments: Mapping[str, str]) -> Chart:
    """The whole way: notice and acceptance, the departments' steps, delivery."""
    limits = content.limits
    ends = [amount_text(budget.promised, budget.unit) for budget in (limits.acceptance, limits.delivery)]
    boxes: list[Box] = []
    if content.notice:
        boxes.append(Box("#notice", _("Public notice"), (amount_text(content.notice.days, content.notice.unit),)))
    window = _("Window")
    boxes.append(Box("#acceptance", _("Acceptance"), (window, ends[0]), ("#notice",)))
    for step in content.steps:
        notes = (departments.get(step.department, step.department), amount_text(step.days, limits.decision.unit))
        after = step.needs or ("#acceptance",)
        boxes.append(Box(step.code, pick(step.name, step.name_en), notes, after, strong=step.kind == "decide"))
    boxes.append(Box("#delivery", _("Delivery"), (window, ends[1]), (content.steps[-1].code,)))
    return draw(boxes)


PARTS: Mapping[str, Any] = {
    "name": gettext_lazy("Name"),
    "department": gettext_lazy("Department in charge"),
    "window": gettext_lazy("Window"),
    "kind": gettext_lazy("Kind of matter"),
    "applicant": gettext_lazy("Who may apply"),
    "basis": gettext_lazy("Legal basis"),
    "conditions": gettext_lazy("Conditions"),
    "when": gettext_lazy("When it applies"),
    "materials": gettext_lazy("Materials"),
    "steps": gettext_lazy("How the case runs"),
    "limits": gettext_lazy("Limits"),
    "visits": gettext_lazy("Visits to the hall"),
    "fee": gettext_lazy("Fee"),
    "result": gettext_lazy("Result"),
    "form": gettext_lazy("Lines of the form"),
    "deferral": gettext_lazy("Papers that may follow"),
    "commitment": gettext_lazy("On commitment"),
    "notice": gettext_lazy("Public notice"),
    "questions": gettext_lazy("Questions and answers"),
}


def record_of_versions(matter: Matter) -> list[Change]:
    """What changed from version to version, the newest first; one query."""
    versions = list(matter.versions.order_by("number"))
    found: list[Change] = []
    for index, version in enumerate(versions):
        before = versions[index - 1].content if index else None
        parts = _changed(before, version.content) if before is not None else _("First version")
        found.append(Change(version.number, version.created_at, version.note, parts, version.pk == matter.current_id))
    return found[::-1]


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    # A key that older versions did not know yet says nothing while it is empty.
    parts = [str(label) for key, label in PARTS.items() if (before.get(key) or None) != (after.get(key) or None)]
    return listed(parts) or _("Wording")


@dataclass(frozen=True, slots=True)
class Relatives:
    """Other matters of a theme that a matter belongs to."""

    code: str
    label: str
    matters: Sequence[Matter]


def related(matter: Matter) -> list[Relatives]:
    """By theme: the nearest other matters, those right before and after it. Two queries."""
    neighbours: list[tuple[model.Theme, list[str]]] = []
    for theme in offered_themes().values():
        items = theme.by_code
        if matter.code in items:
            later = [item.code for item in theme.matters if matter.code in item.after]
            neighbours.append((theme, [*items[matter.code].after, *later]))
    wanted = {code for _theme, codes in neighbours for code in codes}
    rows = {row.code: row for row in Matter.objects.filter(code__in=wanted, is_active=True)}
    return [
        Relatives(theme.code, pick(theme.name, theme.name_en), [rows[code] for code in codes if code in rows])
        for theme, codes in neighbours
    ]
