"""What a person may read of folders: list, index of one, papers that may be used again. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from approvals.access import READS_OPINIONS
from approvals.archive import contents
from approvals.archive.completeness import missing_text
from approvals.archive.contents import Item
from approvals.archive.querysets import ArchivePaperQuerySet
from approvals.archive.retention import source_text
from approvals.models import ArchiveFolder, ArchivePaper
from common.bilingual import pick
from common.display import local_date, short_date
from common.time import today
from documents.models import Document
from files.models import StoredFile

KINDS: dict[str, str | Promise] = {
    contents.FORM: pgettext_lazy("archive item", "Application form"),
    contents.MATERIAL: pgettext_lazy("archive item", "Material"),
    contents.CORRECTION: pgettext_lazy("archive item", "Correction notice"),
    contents.OPINION: pgettext_lazy("archive item", "Annex to an opinion"),
    contents.DOCUMENT: pgettext_lazy("archive item", "Document"),
    contents.COMMITMENT: pgettext_lazy("archive item", "Document of the application"),
    contents.SESSION: pgettext_lazy("archive item", "Opinion of a joint review"),
    contents.SIGNATURE: pgettext_lazy("archive item", "Signature of delivery"),
}
SHORT = 12


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a folder as somebody may read it, with the file that it names where that is still known."""

    # Place in the folder's own index, from 1: what is left out for this reader leaves a gap.
    position: int
    item: Item
    file: StoredFile | None

    @property
    def title(self) -> str:
        return str(self.item["title"])

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.item["kind"]])

    @property
    def detail(self) -> str:
        """Number of a document, or name and version of what was handed in."""
        parts = [self.item.get("number") or self.item.get("name") or ""]
        if not self.is_current:
            parts.append(_("version %(number)s, replaced") % {"number": self.item.get("version", 1)})
        return " · ".join(part for part in parts if part)

    @property
    def is_current(self) -> bool:
        return bool(self.item.get("current", True))

    @property
    def sha256(self) -> str:
        return str(self.item["sha256"])

    @property
    def short_digest(self) -> str:
        return self.sha256[:SHORT]

    @property
    def size(self) -> int:
        return int(self.item["size"])

    @property
    def url(self) -> str:
        """The page of the document or file, which asks again who may see it; "" where there is nothing to open."""
        if self.item["document"]:
            return reverse("documents:document", args=[self.item["document"]])
        return self.file.view_url if self.file is not None and self.file.is_safe else ""


def lines_of(folder: ArchiveFolder, user: User) -> list[Line]:
    """What ``user``, who sees the folder, may read of its index; two queries.

    Annexes to opinions are the departments' own; documents follow their own rules; everything else is for
    whoever sees the case.
    """
    inside = user.has_role(*READS_OPINIONS)
    documents = {item["document"] for item in folder.items if item["document"]}
    readable = set(Document.objects.visible_to(user).filter(pk__in=documents).values_list("pk", flat=True))
    files = StoredFile.objects.in_bulk({item["file"] for item in folder.items if item["file"]})
    by_id = {str(pk): stored for pk, stored in files.items()}
    found = []
    for position, item in enumerate(folder.items, 1):
        if item["kind"] in contents.INSIDE and not inside:
            continue
        if item["document"] and item["document"] not in readable:
            continue
        found.append(Line(position, item, by_id.get(item["file"] or "")))
    return found


def missing_texts(folder: ArchiveFolder) -> list[str]:
    """In the reader's language."""
    return [missing_text(one) for one in folder.missing]


def keep_text(folder: ArchiveFolder) -> str:
    """「永久」 or 「30年」."""
    if folder.keep_years is None:
        return str(pgettext_lazy("retention", "Permanent"))
    return _("%(years)s years") % {"years": folder.keep_years}


def rule_text(folder: ArchiveFolder) -> str:
    """Which rule of keeping holds, and its source."""
    name = pick(folder.rule.get("name", ""), folder.rule.get("name_en", ""))
    return _("%(rule)s (%(source)s)") % {"rule": name, "source": source_text(folder.rule)} if name else ""


@dataclass(frozen=True, slots=True)
class UsablePaper:
    """A paper of the archive with what became of its validity."""

    paper: ArchivePaper

    @property
    def state(self) -> str:
        until = self.paper.valid_until
        return "expired" if until is not None and until < today() else "valid"

    @property
    def url(self) -> str:
        if self.paper.document_id:
            return reverse("documents:document", args=[self.paper.document_id])
        stored = self.paper.file
        return stored.view_url if stored is not None and stored.is_safe else ""

    @property
    def valid_until(self) -> date | None:
        return self.paper.valid_until


def usable(rows: ArchivePaperQuerySet | Iterable[ArchivePaper]) -> list[UsablePaper]:
    """Rows with ``file``, ``document`` and ``case`` as pages show them."""
    return [UsablePaper(paper) for paper in rows]


def summary_rows(folder: ArchiveFolder) -> list[dict[str, Any]]:
    """Particulars of a folder for a summary list and for the export."""
    case = folder.case
    until = [{"label": _("Kept until"), "value": short_date(folder.keep_until)}] if folder.keep_until else []
    return [
        {"label": _("Archive number"), "value": folder.number},
        {"label": _("Case number"), "value": case.number},
        {"label": _("Matter"), "value": case.matter.label},
        {"label": _("Enterprise"), "value": case.enterprise.name},
        {"label": _("Unified social credit code"), "value": case.enterprise.credit_code},
        {"label": _("Project"), "value": case.project.name},
        {"label": _("Department"), "value": case.department.label},
        {"label": _("Outcome"), "value": outcome_text(folder)},
        {"label": _("Closed on"), "value": local_date(folder.closed_at)},
        {"label": _("Retention period"), "value": keep_text(folder)},
        *until,
        {"label": _("Rule of retention"), "value": rule_text(folder)},
    ]


def outcome_text(folder: ArchiveFolder) -> str:
    """How the case ended."""
    case = folder.case
    if case.decision and case.status == case.Status.DELIVERED:
        return str(case.get_decision_display())
    return str(case.get_status_display())
