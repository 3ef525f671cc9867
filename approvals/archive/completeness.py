"""What a complete folder has, by how the case ended. Pure: takes what ``contents`` found."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from approvals.archive.contents import Contents, is_certificate
from approvals.models import Case, CaseMaterial, Deferral, Delivery
from approvals.papers.listing import DECISIONS
from approvals.papers.outcome import RECEIPT
from common.bilingual import pick
from documents.models import Document

C = Case.Status
ACCEPTANCE, NOT_ACCEPTING = "approvals.acceptance", "approvals.not_accepting"
# What may be missing; a material and a paper that could not be made are named besides.
LABELS: dict[str, str | Promise] = {
    "acceptance": pgettext_lazy("archive", "Notice of acceptance"),
    "not_accepting": pgettext_lazy("archive", "Notice of non-acceptance"),
    "decision": pgettext_lazy("archive", "Decision"),
    "certificate": pgettext_lazy("archive", "Certificate"),
    "receipt": pgettext_lazy("archive", "Receipt of delivery"),
    "signature": pgettext_lazy("archive", "Signature of the recipient"),
    "material": pgettext_lazy("archive", "Material"),
    "unmade": pgettext_lazy("archive", "File of a document that could not be made"),
}
Missing = dict[str, str]


def missing_of(found: Contents) -> list[Missing]:
    """``{"what": key of LABELS, "name": which one, "name_en"}`` for everything that is not there."""
    return [
        *({"what": what, "name": "", "name_en": ""} for what in _papers(found)),
        *_materials(found),
        *(
            {"what": "unmade", "name": f"{paper.title} {paper.number}", "name_en": ""}
            for paper in found.all_papers
            if paper.status != Document.Status.MADE
        ),
    ]


def _papers(found: Contents) -> Iterator[str]:
    case, kinds = found.case, {paper.kind for paper in found.all_papers}
    if case.accepted_at is not None and ACCEPTANCE not in kinds:
        yield "acceptance"
    if case.status == C.NOT_ACCEPTED and NOT_ACCEPTING not in kinds:
        yield "not_accepting"
    if case.decided_at is not None and not kinds.intersection(DECISIONS):
        yield "decision"
    if case.status == C.DELIVERED:
        yield from _of_delivery(found, kinds)


def _of_delivery(found: Contents, kinds: set[str]) -> Iterator[str]:
    case = found.case
    result = case.decision == Case.Decision.GRANTED and case.version.content.get("result")
    if result and not any(is_certificate(paper) for paper in found.all_papers):
        yield "certificate"
    if RECEIPT not in kinds:
        yield "receipt"
    if found.delivery is not None and lacks_signature(found.delivery):
        yield "signature"


def lacks_signature(delivery: Delivery) -> bool:
    """Collected at the counter, and the signature is not there or was infected."""
    signature = delivery.signature
    return delivery.way == Delivery.Way.COUNTER and (signature is None or signature.is_infected)


def _materials(found: Contents) -> Iterator[Missing]:
    """A case that was never accepted may well have ended for what it lacked."""
    if found.case.accepted_at is None:
        return
    for row in found.materials:
        files = found.files.get(row.material_id, ())
        there = any(file.is_current and not file.file.is_infected for file in files)
        if not there and _is_due(row, found.deferrals.get(row.pk)):
            yield {"what": "material", "name": row.material.name, "name_en": row.material.name_en}


def _is_due(row: CaseMaterial, deferral: str | None) -> bool:
    """A paper that follows later (容缺) is waited for while its deferral is open, and then no more if it never came."""
    if deferral is not None:
        return deferral in (Deferral.Status.OPEN, Deferral.Status.FILLED)
    return row.required and not (row.secondary and row.material.deferred_until)


def missing_text(one: Missing) -> str:
    """In the reader's language."""
    label, name = str(LABELS[one["what"]]), pick(one["name"], one["name_en"] or one["name"])
    return _("%(what)s: %(name)s") % {"what": label, "name": name} if name else label
