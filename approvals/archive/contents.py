"""What belongs into the folder of a closed case, in the order in which it is read. Reads only.

Form, materials with what was replaced, correction notices, files of opinions, papers of the case, commitments and
opinions of joint reviews of its application, the signature of whoever collected the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from approvals.labels import APPLICATION_LABEL, CASE_LABEL
from approvals.models import (
    Case,
    CaseForm,
    CaseMaterial,
    Commitment,
    Delivery,
    MaterialFile,
    Opinion,
    ReviewSession,
)
from approvals.models.application import FORM_PAPER
from approvals.papers.outcome import RECEIPT
from approvals.special_ways import group_of
from documents import kinds
from documents.models import Document
from files.models import StoredFile

CORRECTION_KIND = "approvals.correction"

FORM, MATERIAL, CORRECTION, OPINION, DOCUMENT = "form", "material", "correction", "opinion", "document"
COMMITMENT, SESSION, SIGNATURE = "commitment", "session", "signature"
# Departments' own papers, which firms don't read (approvals.access.READS_OPINIONS).
INSIDE = (OPINION,)

Item = dict[str, Any]


@dataclass(slots=True)
class Contents:
    """All that was found of one closed case."""

    case: Case
    materials: Sequence[CaseMaterial]
    # By id of the material, the current ones first.
    files: dict[int, list[MaterialFile]]
    opinions: Sequence[Opinion]
    # Papers of the case, and what its granted group shares (多证合一).
    papers: Sequence[Document]
    application_papers: Sequence[Document]
    shared_papers: Sequence[Document]
    sessions: Sequence[ReviewSession]
    commitments: Sequence[Commitment]
    delivery: Delivery | None
    # The state of the last deferral of each material of the case (容缺), by its id.
    deferrals: dict[int, str] = field(default_factory=dict)

    @property
    def all_papers(self) -> list[Document]:
        return [*self.papers, *self.application_papers, *self.shared_papers]


def is_certificate(document: Document) -> bool:
    kind = kinds.find(document.kind)
    return kind is not None and kind.certificate


def pending_documents(case: Case) -> bool:
    """Whether a paper of the case, its application or its group is still being made."""
    if CaseForm.objects.filter(case=case, next_try_at__isnull=False).exists():
        return True
    return Document.objects.filter(_subjects(case, _siblings(case)), status=Document.Status.PENDING).exists()


def unmade(case_id: str = "pk", application_id: str = "application") -> Q:
    """Condition on cases: a paper of the case or of its application is still being made."""
    rows = Document.objects.filter(status=Document.Status.PENDING)
    on_case = rows.filter(subject_type=CASE_LABEL, subject_id=OuterRef(case_id))
    on_application = rows.filter(subject_type=APPLICATION_LABEL, subject_id=OuterRef(application_id))
    forms = CaseForm.objects.filter(case=OuterRef(case_id), next_try_at__isnull=False)
    return Q(Exists(on_case)) | Q(Exists(on_application)) | Q(Exists(forms))


def _siblings(case: Case) -> list[Case]:
    """Others whose certificates were issued with this one as one; their paper counts for all."""
    if case.decision != Case.Decision.GRANTED:
        return []
    return [other for other in group_of(case) if other.pk != case.pk]


def _subjects(case: Case, siblings: Iterable[Case]) -> Q:
    cases = [case.pk, *(other.pk for other in siblings)]
    on_application = Q(subject_type=APPLICATION_LABEL, subject_id=case.application_id)
    return Q(subject_type=CASE_LABEL, subject_id__in=cases) | on_application


def contents_of(case: Case) -> Contents:
    """Everything of a case with ``matter``, ``version`` and ``application``; a constant number of queries."""
    materials = list(case.materials.select_related("material").order_by("material__position", "id"))
    papers = list(Document.objects.filter(_subjects(case, _siblings(case))).select_related("file").in_order())
    own = [paper for paper in papers if paper.subject == (CASE_LABEL, case.pk)]
    sessions = ReviewSession.objects.filter(cases=case, status=ReviewSession.Status.CLOSED)
    opinions = Opinion.objects.filter(step__case=case, files__isnull=False).distinct()
    deferrals = case.deferrals.exclude(material=None).order_by("id").values_list("material", "status")
    return Contents(
        case=case,
        materials=materials,
        files=_files(case, materials),
        opinions=list(
            opinions.select_related("step__department").prefetch_related("files").order_by("step__position", "id")
        ),
        papers=own,
        application_papers=[paper for paper in papers if paper.subject_type == APPLICATION_LABEL],
        shared_papers=[
            paper
            for paper in papers
            if paper.subject_type == CASE_LABEL and paper not in own and (is_certificate(paper) or _is_receipt(paper))
        ],
        sessions=list(sessions.prefetch_related("opinions__files", "opinions__department").order_by("id")),
        commitments=list(Commitment.objects.filter(application=case.application_id).order_by("id")),
        delivery=Delivery.objects.select_related("signature").filter(case=case).first(),
        deferrals=dict(deferrals),
    )


def _is_receipt(document: Document) -> bool:
    return document.kind == RECEIPT


def _files(case: Case, materials: Iterable[CaseMaterial]) -> dict[int, list[MaterialFile]]:
    rows = MaterialFile.objects.filter(material__in=[row.material_id for row in materials]).select_related("file")
    found: dict[int, list[MaterialFile]] = {}
    for row in sorted(rows.order_by("id"), key=lambda row: (not row.is_current, row.pk)):
        # Some files of a material belong to one case of the application only.
        if getattr(row, "case_id", None) in (None, case.pk):
            found.setdefault(row.material_id, []).append(row)
    return found


def items_of(found: Contents) -> list[Item]:
    """The index; the same file is listed once under each heading that it belongs to."""
    sessions = {session.document_id for session in found.sessions if session.document_id}
    of_no_session = ReviewSession.objects.filter(application=found.case.application_id).exclude(document=None)
    strange = set(of_no_session.values_list("document", flat=True)) - sessions
    application_papers = [paper for paper in found.application_papers if paper.pk not in strange]
    return [
        *_materials(found, form=True),
        *_materials(found, form=False),
        *(_document(paper, CORRECTION) for paper in found.papers if paper.kind == CORRECTION_KIND),
        *_opinions(found),
        *(_document(paper, DOCUMENT) for paper in found.papers if paper.kind != CORRECTION_KIND),
        *(_document(paper, DOCUMENT) for paper in found.shared_papers),
        *(_of_application(paper, sessions) for paper in application_papers),
        *_signature(found),
    ]


def _of_application(paper: Document, sessions: set[int]) -> Item:
    return _document(paper, SESSION if paper.pk in sessions else COMMITMENT)


def _item(title: str, kind: str, stored: StoredFile | None, **more: Any) -> Item:
    return {
        "title": title,
        "kind": kind,
        "file": str(stored.pk) if stored else None,
        "document": None,
        "sha256": stored.sha256 if stored else "",
        "size": stored.size if stored else 0,
        **more,
    }


def _document(paper: Document, kind: str) -> Item:
    item = _item(paper.title, kind, paper.file, document=paper.pk, number=paper.number)
    return {**item, "sha256": paper.sha256 or item["sha256"]}


def _materials(found: Contents, *, form: bool) -> Iterator[Item]:
    for row in found.materials:
        if (row.material.code == FORM_PAPER) is not form:
            continue
        for file in found.files.get(row.material_id, ()):
            more = {"name": file.file.name, "version": file.version, "current": file.is_current}
            yield _item(row.material.name, FORM if form else MATERIAL, file.file, **more)


def _opinions(found: Contents) -> Iterator[Item]:
    """Of steps and of joint reviews; closing a joint review gives its files to the steps too, so each stands once."""
    seen: set[object] = set()
    for title, stored in _opinion_files(found):
        if stored.pk not in seen:
            seen.add(stored.pk)
            yield _item(title, OPINION, stored, name=stored.name)


def _opinion_files(found: Contents) -> Iterator[tuple[str, StoredFile]]:
    for opinion in found.opinions:
        step = opinion.step
        yield from ((f"{step.department.name}：{step.name}", stored) for stored in opinion.files.all())
    for session in found.sessions:
        for said in session.opinions.all():
            yield from ((f"{session.name}：{said.department.name}", stored) for stored in said.files.all())


def _signature(found: Contents) -> Iterator[Item]:
    delivery = found.delivery
    if delivery is not None and delivery.signature is not None:
        yield _item(f"送达签收：{delivery.signed_name}", SIGNATURE, delivery.signature, name=delivery.signature.name)
