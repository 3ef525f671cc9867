"""Papers that the hall has already become files of a material: chosen by the applicant, or attached by the hall."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals import reuse
from approvals.application_form import chosen_rows
from approvals.models import Application, ArchivePaper, Material, MaterialFile
from approvals.reuse import EXPIRED, MAKING, REVOKED, Offer, Stock
from approvals.services.drafting import lock_material
from common.errors import InvalidInput
from common.time import now
from documents.models import Document
from files import kinds
from ledger.services import record

Origin = MaterialFile.Origin
Paper = ArchivePaper | MaterialFile | Document

REFUSED = {
    EXPIRED: _("This paper has expired; it can no longer be used."),
    REVOKED: _("This paper has been revoked; it cannot be used."),
    MAKING: _("The file of this paper is still being made. Try again in a minute."),
}
ORIGINS = {ArchivePaper: Origin.ARCHIVE, MaterialFile: Origin.EARLIER, Document: Origin.CERTIFICATE}


@transaction.atomic
def reuse_paper(*, actor: Actor, material: Material, paper: Paper) -> MaterialFile:
    """Hand in for ``material`` what the firm's archive, an earlier application or the hall itself has; the same
    stored file, once.

    Allowed when a file could be handed in. Raises InvalidInput at "paper" for one that expired, was
    revoked, is of another firm or for another material; TransitionNotAllowed, NotAllowed.
    """
    locked = lock_material(actor, material)
    offer = _offer(locked, paper)
    if offer is None or offer.code != locked.code:
        raise InvalidInput({"paper": _("This paper is not offered for “%(name)s”.") % {"name": locked.label}})
    if not offer.usable or offer.file is None:
        raise InvalidInput({"paper": REFUSED[offer.state]})
    kind = kinds.by_content_type(offer.file.content_type)
    if locked.accepts and (kind is None or kind.group not in locked.accepts):
        types = kinds.labels([group for group in locked.accepts if group in kinds.ALL_GROUPS])
        raise InvalidInput({"paper": _("This material is taken as %(types)s only.") % {"types": types}})
    there = MaterialFile.objects.current().filter(material=locked, file=offer.file).first()
    if there is not None:
        return there
    assert actor.user is not None
    added = MaterialFile.objects.create(
        material=locked, file=offer.file, origin=ORIGINS[type(paper)], document=offer.document, added_by=actor.user,
        on_behalf_of=actor.on_behalf_of, added_at=now(),
    )  # fmt: skip
    if locked.application.status == Application.Status.SUBMITTED:
        data = {"material": locked.code, "name": locked.name, "file": offer.file.name, "sha256": offer.file.sha256}
        record(actor=actor, subject=locked.application, act="material.added", data={**data, "from": offer.number})
    return added


def _offer(material: Material, paper: Paper) -> Offer | None:
    """The paper as it stands now, if it is of the same firm and may be offered for this material."""
    application = material.application
    rows = chosen_rows(application)
    wanted = reuse.wanted_papers(rows)
    if material.code not in wanted:
        return None
    stock = reuse.stock_of(application, rows)
    key = {ArchivePaper: "archive", MaterialFile: "earlier", Document: "certificate"}[type(paper)]
    named = f"{key}-{paper.pk}"
    # Not only those that the page lists: the same file may stand there under another name.
    every = [*stock.certificates.get(material.code, ()), *stock.archive.get(material.code, ())]
    return next((one for one in [*every, *stock.earlier.get(material.code, ())] if one.key == named), None)


def attach_on_submission(
    application: Application, materials: Iterable[Material], stock: Stock, *, actor: Actor, at: datetime
) -> set[str]:
    """Codes of papers that need no handing in; the hall's own certificates are attached to a locked draft.

    Where a certificate is still to come the material remembers from which matters. Two statements at
    most. What the applicant handed in stays as it is.
    """
    supplied = reuse.supplies(stock)
    there = MaterialFile.objects.current().filter(material__application=application)
    filled = set(there.values_list("material__code", flat=True))
    added: list[MaterialFile] = []
    waiting: list[Material] = []
    assert actor.user is not None
    for material in materials:
        supply = supplied.get(material.code)
        if supply is None or supply.kind == "form" or material.code in filled:
            continue
        offer = stock.fetched(material.code)
        if offer is not None and offer.file is not None:
            added.append(
                MaterialFile(
                    material=material, file=offer.file, document=offer.document, origin=Origin.CERTIFICATE,
                    added_by=actor.user, on_behalf_of=actor.on_behalf_of, added_at=at,
                )
            )  # fmt: skip
        else:
            wanted = stock.wanted[material.code]
            material.awaits = stock.awaited(material.code) or list(wanted.issued_by)
            waiting.append(material)
    MaterialFile.objects.bulk_create(added)
    Material.objects.bulk_update(waiting, ["awaits"])
    return set(supplied)


def attach_awaited(*, application_id: int | None = None) -> int:
    """Attach certificates that were awaited and are there now, for one application or for all; how many.

    Safe to repeat and to run twice at once. Called when a waiting case is received and by beat, since
    the file of a certificate follows its number by some seconds.
    """
    rows = Application.objects.filter(status=Application.Status.SUBMITTED, pk__in=_waiting(application_id))
    applications = rows.select_related("project", "enterprise", "submitted_by").order_by("pk")
    return sum(_attach_for(application) for application in applications)


def _waiting(application_id: int | None) -> list[int]:
    rows = Material.objects.exclude(awaits=[])
    if application_id is not None:
        rows = rows.filter(application=application_id)
    return list(rows.values_list("application", flat=True).distinct())


@transaction.atomic
def _attach_for(application: Application) -> int:
    materials = list(
        Material.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(application=application)
        .exclude(awaits=[])
        .order_by("pk")
    )
    wanted = {row.code: reuse.Wanted(row.code, (), tuple(row.awaits)) for row in materials}
    found = reuse.certificates_of(application, wanted)
    attached = 0
    for material in materials:
        offer = next((one for one in found.get(material.code, ()) if one.usable), None)
        if offer is None or offer.file is None or application.submitted_by is None:
            continue
        material.awaits = []
        material.save(update_fields=["awaits"])
        MaterialFile.objects.create(
            material=material, file=offer.file, document=offer.document, origin=Origin.CERTIFICATE,
            added_by=application.submitted_by, added_at=now(),
        )  # fmt: skip
        data = {"material": material.code, "name": material.name, "from": offer.number, "file": offer.file.name}
        record(actor=Actor.system(), subject=application, act="material.fetched", data=data)
        attached += 1
    return attached
