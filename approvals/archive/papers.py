"""Papers of a closed case that new applications may use: what the window found complete, and certificates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from approvals.archive.contents import Contents, is_certificate
from approvals.models import ArchivePaper, Case, CaseMaterial, MaterialFile, Matter
from approvals.models.application import FORM_PAPER
from common.time import months_after
from documents.models import Document


def keep_papers(found: Contents, *, at: datetime) -> int:
    """Write the papers of a case, under its lock; says how many are new.

    A newer file of the same case and code ends the older one; papers of other cases, and so of other
    projects, stay.
    """
    wanted = [*_from_materials(found, at), *_from_certificates(found, at)]
    kept = list(ArchivePaper.objects.filter(case=found.case, ended_at=None))
    keys = {_key(paper) for paper in wanted}
    gone = [paper.pk for paper in kept if _key(paper) not in keys]
    if gone:
        ArchivePaper.objects.filter(pk__in=gone).update(ended_at=at)
    known = {_key(paper) for paper in ArchivePaper.objects.filter(case=found.case)}
    new = [paper for paper in wanted if _key(paper) not in known]
    ArchivePaper.objects.bulk_create(new)
    return len(new)


def _key(paper: ArchivePaper) -> tuple[str, object, int | None]:
    return paper.code, paper.file_id, paper.document_id


def _from_materials(found: Contents, at: datetime) -> Iterator[ArchivePaper]:
    months = {row["code"]: int(row.get("valid_months") or 0) for row in found.case.version.materials}
    for row in found.materials:
        if row.verdict != CaseMaterial.Verdict.COMPLETE or row.material.code == FORM_PAPER:
            continue
        for file in found.files.get(row.material_id, ()):
            if _counts(file):
                until = None
                if months.get(row.material.code):
                    handed_in = timezone.localtime(file.added_at).date()
                    until = months_after(handed_in, months[row.material.code])
                yield ArchivePaper(
                    enterprise_id=found.case.enterprise_id, code=row.material.code, name=row.material.name,
                    file=file.file, case=found.case, valid_until=until, added_at=at,
                )  # fmt: skip


def _counts(file: MaterialFile) -> bool:
    """Handed in and sound. What the hall fetched itself is a certificate, kept with the case that ended in it."""
    return file.is_current and not file.file.is_infected and getattr(file, "document_id", None) is None


def _from_certificates(found: Contents, at: datetime) -> Iterator[ArchivePaper]:
    case = found.case
    if case.status != Case.Status.DELIVERED:
        return
    own = [paper for paper in found.papers if is_certificate(paper)]
    # Where several were issued as one (多证合一), that one stands for each of them.
    shared = [paper for paper in found.shared_papers if is_certificate(paper)]
    held = [paper for paper in own or shared if paper.revoked_at is None]
    for document in held:
        for code, name in certificate_codes(case.matter.code).items():
            yield _of_certificate(found, document, code, name, at)


def _of_certificate(found: Contents, document: Document, code: str, name: str, at: datetime) -> ArchivePaper:
    return ArchivePaper(
        enterprise_id=found.case.enterprise_id, code=code, name=name, document=document, case=found.case,
        valid_until=document.valid_until, added_at=at,
    )  # fmt: skip


def certificate_codes(matter: str) -> dict[str, str]:
    """Code and name of the materials that the certificate of ``matter`` is, by the versions in force."""
    asking = Matter.objects.filter(
        is_active=True, current__content__materials__contains=[{"issued_by": [matter]}]
    ).annotate(materials=F("current__content__materials"))
    rows = [row for materials in asking.values_list("materials", flat=True) for row in materials]
    return {row["code"]: row["name"] for row in rows if matter in row.get("issued_by", ())}
