"""Papers that the hall has already and a material could use: archive, earlier files, certificates. Reads only.

Also what needs no handing in at all: the application form that the hall makes, certificates it fetches itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.application_form import chosen_rows
from approvals.models import Application, ArchivePaper, Case, MaterialFile, Matter
from approvals.models.application import FORM_PAPER
from common.display import short_date
from common.time import months_after, today
from documents import kinds as document_kinds
from documents.models import Document, DocumentQuerySet
from files.models import StoredFile

VALID, EXPIRED, REVOKED, MAKING = "valid", "expired", "revoked", "making"
# Of earlier files the newest few of each material; the archive itself has one current paper for each code.
EARLIER_SHOWN = 3
EARLIER_READ = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper as the chosen matters together want it."""

    code: str
    askers: tuple[str, ...]
    issued_by: tuple[str, ...] = ()
    valid_months: int = 0
    # Matters that ask for it and have a form, so that the hall can make the paper itself.
    formed: tuple[str, ...] = ()


def wanted_papers(rows: Iterable[Any]) -> dict[str, Wanted]:
    """By code, from rows of ``application.chosen`` that carry ``application_form.ASKED``."""
    found: dict[str, Wanted] = {}
    for row in rows:
        for paper in row.papers or ():
            known = found.get(paper["code"]) or Wanted(paper["code"], ())
            found[paper["code"]] = Wanted(
                known.code,
                (*known.askers, row.matter.code),
                known.issued_by or tuple(paper.get("issued_by", ())),
                known.valid_months or int(paper.get("valid_months", 0)),
                (*known.formed, row.matter.code) if row.form else known.formed,
            )
    return found


@dataclass(frozen=True, slots=True)
class Offer:
    """One paper of the archive, of an earlier application or of the hall itself."""

    # "archive-12", "earlier-34", "certificate-56": what a page posts.
    key: str
    code: str
    name: str
    state: str
    file: StoredFile | None
    valid_until: date | None
    # Number of the case or application that it comes from.
    number: str
    project: str = ""
    document: Document | None = None

    @property
    def usable(self) -> bool:
        return self.state == VALID and self.file is not None

    @property
    def url(self) -> str:
        return self.file.get_absolute_url() if self.file is not None else ""

    @property
    def where(self) -> str:
        """What the line begins with."""
        return {
            "archive": _("In the enterprise's archive:"),
            "earlier": _("Handed in with an earlier application:"),
            "certificate": _("Issued by the hall:"),
        }[self.key.partition("-")[0]]

    @property
    def sentence(self) -> str:
        """One line for the page."""
        words = {"name": self.name, "number": self.number, "date": short_date(self.valid_until)}
        if self.state == REVOKED:
            return _("%(name)s, from %(number)s: revoked") % words
        if self.state == EXPIRED:
            return _("%(name)s, expired on %(date)s, from %(number)s") % words
        if self.state == MAKING:
            return _("%(name)s, from %(number)s: the file is being made") % words
        if self.valid_until:
            return _("%(name)s, valid until %(date)s, from %(number)s") % words
        return _("%(name)s, from %(number)s") % words


def document_state(document: Document | None, valid_until: date | None, file: StoredFile | None) -> str:
    """Revoked before expired before not made yet."""
    if document is not None and document.revoked_at is not None:
        return REVOKED
    last = valid_until or (document.valid_until if document else None)
    if last is not None and last < today():
        return EXPIRED
    return VALID if file is not None else MAKING


def offer_of_paper(paper: ArchivePaper) -> Offer:
    """From a row with ``file``, ``document__file`` and ``case``."""
    document = paper.document
    file = paper.file or (document.file if document else None)
    state = document_state(document, paper.valid_until, file)
    until = paper.valid_until or (document.valid_until if document else None)
    return Offer(f"archive-{paper.pk}", paper.code, paper.name, state, file, until, paper.case.number, "", document)


def offer_of_file(row: MaterialFile, valid_months: int) -> Offer:
    """From a row with ``file``, ``document`` and ``material__application__project``."""
    application = row.material.application
    until = None
    if valid_months:
        until = months_after(timezone.localtime(row.added_at).date(), valid_months)
    state = document_state(row.document, until, row.file)
    number = application.number or ""
    return Offer(
        f"earlier-{row.pk}", row.material.code, row.material.label, state, row.file, until, number,
        application.project.name, row.document,
    )  # fmt: skip


def offer_of_certificate(document: Document, code: str, number: str) -> Offer:
    state = document_state(document, document.valid_until, document.file)
    return Offer(
        f"certificate-{document.pk}", code, document.label, state, document.file, document.valid_until, number, "",
        document,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stock:
    """All that the hall has for an application, by code of the material."""

    wanted: Mapping[str, Wanted]
    certificates: Mapping[str, list[Offer]]
    # By code of a matter that will issue its certificate: its name.
    in_play: Mapping[str, str] = field(default_factory=dict)
    archive: Mapping[str, list[Offer]] = field(default_factory=dict)
    earlier: Mapping[str, list[Offer]] = field(default_factory=dict)

    def offers(self, code: str) -> list[Offer]:
        """What the page lists: the hall's own first, the same file once."""
        found: dict[Any, Offer] = {}
        for offer in [*self.certificates.get(code, ()), *self.archive.get(code, ()), *self.earlier.get(code, ())]:
            found.setdefault(_identity(offer), offer)
        return list(found.values())

    def fetched(self, code: str) -> Offer | None:
        """The valid certificate of the hall's own that is this paper, whether its file is made yet or not."""
        rows = [offer for offer in self.certificates.get(code, ()) if offer.state in (VALID, MAKING)]
        return rows[0] if rows else None

    def awaited(self, code: str) -> list[str]:
        """Codes of matters in play whose certificate this paper will be.

        Not where the matter itself asks for the paper: then it means the one that is there already.
        """
        wanted = self.wanted.get(code)
        if wanted is None or set(wanted.issued_by) & set(wanted.askers):
            return []
        return [issuer for issuer in wanted.issued_by if issuer in self.in_play]


def _identity(offer: Offer) -> Any:
    if offer.document is not None:
        return ("document", offer.document.pk)
    return ("file", offer.file.pk) if offer.file is not None else offer.key


def offers(application: Application) -> dict[str, list[Offer]]:
    """Papers that each material of the application could use, by its code; a constant number of queries."""
    stock = stock_of(application)
    return {code: stock.offers(code) for code in stock.wanted}


def stock_of(application: Application, rows: Iterable[Any] | None = None) -> Stock:
    """Five queries, however many materials; ``rows`` are chosen matters with ``ASKED``."""
    chosen = chosen_rows(application) if rows is None else list(rows)
    wanted = wanted_papers(chosen)
    return replace(
        own_stock(application, chosen),
        archive=_archive(application, wanted),
        earlier=_earlier(application, wanted),
    )


def own_stock(application: Application, chosen: Sequence[Any]) -> Stock:
    """What the hall itself supplies, without what the firm could use again; three queries."""
    wanted = wanted_papers(chosen)
    return Stock(wanted, certificates_of(application, wanted), _in_play(application, chosen, wanted))


def _grouped(found: Iterable[Offer]) -> dict[str, list[Offer]]:
    groups: dict[str, list[Offer]] = {}
    for offer in found:
        groups.setdefault(offer.code, []).append(offer)
    return groups


def _archive(application: Application, codes: Collection[str]) -> dict[str, list[Offer]]:
    rows = ArchivePaper.objects.filter(enterprise=application.enterprise_id, code__in=codes, ended_at=None)
    # A virus may have been found in a file since.
    rows = rows.exclude(file__scan_state=StoredFile.Scan.INFECTED)
    found = rows.select_related("file", "document__file", "case").order_by("code", "-id")
    return _grouped(offer_of_paper(paper) for paper in found)


def _earlier(application: Application, wanted: Mapping[str, Wanted]) -> dict[str, list[Offer]]:
    """Files of other applications of the firm, those of the same project first.

    The form and what belongs to one case are left out: they say something else each time.
    """
    rows = (
        MaterialFile.objects.current()
        .filter(
            material__application__enterprise=application.enterprise_id,
            material__application__status=Application.Status.SUBMITTED,
            material__code__in=set(wanted) - {FORM_PAPER},
            case=None,
        )
        .exclude(material__application=application.pk)
        .select_related("file", "document", "material__application__project")
        .order_by("-id")[:EARLIER_READ]
    )
    mine = sorted(rows, key=lambda row: row.material.application.project_id != application.project_id)
    groups: dict[str, list[Offer]] = {}
    seen: set[Any] = set()
    for row in mine:
        code = row.material.code
        group = groups.setdefault(code, [])
        if row.file_id not in seen and len(group) < EARLIER_SHOWN:
            seen.add(row.file_id)
            group.append(offer_of_file(row, wanted[code].valid_months))
    return groups


def _certificates() -> DocumentQuerySet:
    """Those on cases, whatever became of them."""
    known = [kind.code for kind in document_kinds.all_kinds() if kind.certificate]
    return Document.objects.filter(subject_type=Case._meta.label_lower, kind__in=known)


def certificates_of(application: Application, wanted: Mapping[str, Wanted]) -> dict[str, list[Offer]]:
    """Certificates that the hall issued: of the project's granted cases, and of the firm's registration."""
    issuers: dict[str, list[str]] = {}
    for paper in wanted.values():
        for issuer in paper.issued_by:
            issuers.setdefault(issuer, []).append(paper.code)
    cases = (
        Case.objects.certified()
        .filter(
            Q(project=application.project_id) | Q(matter__stage=Matter.Stage.BUSINESS),
            enterprise=application.enterprise_id,
            matter__code__in=issuers,
        )
        .values_list("pk", "number", "matter__code")
    )
    by_id = {pk: (number, code) for pk, number, code in cases}
    rows = _certificates().filter(subject_id__in=by_id)
    found = []
    for document in rows.select_related("file").order_by("-issued_at", "-pk"):
        number, issuer = by_id[document.subject_id]
        found += [offer_of_certificate(document, code, number) for code in issuers[issuer]]
    return _grouped(found)


def _in_play(application: Application, chosen: Iterable[Any], wanted: Mapping[str, Wanted]) -> dict[str, str]:
    """Matters of this application, and of the project's cases whose certificate is still to come."""
    issued = _certificates().filter(subject_id=OuterRef("pk"))
    issuers = {issuer for paper in wanted.values() for issuer in paper.issued_by}
    running = (
        Case.objects.filter(project=application.project_id, matter__code__in=issuers)
        .exclude(status__in=Case.ENDED)
        .exclude(decision=Case.Decision.REFUSED)
        .exclude(Exists(issued))
        .select_related("matter")
    )
    names = {case.matter.code: case.matter.label for case in running}
    return names | {row.matter.code: row.matter.label for row in chosen if row.matter.code in issuers}


@dataclass(frozen=True, slots=True)
class Supply:
    """Why a material needs no handing in: the hall makes it, has it, or will have it."""

    # "form", "fetched" or "awaited".
    kind: str
    text: str
    url: str = ""
    # Codes of the matters for which a form can be looked at before submission.
    previews: tuple[str, ...] = ()


def supplies(stock: Stock) -> dict[str, Supply]:
    """By code of the material; only those that the hall supplies."""
    found: dict[str, Supply] = {}
    for code, wanted in stock.wanted.items():
        if code == FORM_PAPER and wanted.formed == wanted.askers:
            text = _("Made by the hall from what you filled in; nothing has to be uploaded.")
            found[code] = Supply("form", text, previews=wanted.formed)
        elif offer := stock.fetched(code):
            text = _("Fetched within the hall, need not be handed in: %(paper)s") % {"paper": offer.sentence}
            found[code] = Supply("fetched", text, offer.url)
        elif awaited := stock.awaited(code):
            names = pgettext("between names", ", ").join(stock.in_play[issuer] for issuer in awaited)
            text = _("Need not be handed in: fetched by the hall when “%(matter)s” is granted") % {"matter": names}
            found[code] = Supply("awaited", text)
    return found
