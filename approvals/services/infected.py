"""What follows for applications and cases when the virus check finds something in one of their files."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.actors import Actor
from approvals.models import Application, Case, CaseMaterial, Delivery, MaterialFile, Opinion
from approvals.services.duties import case_link
from approvals.services.locking import lock_case
from approvals.services.telling import window_people
from enterprises.selectors import people_to_tell
from files import scanning
from files.models import StoredFile
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many


@transaction.atomic
def take_out_infected(stored: StoredFile) -> None:
    """An infected file counts as not handed in: its materials are missing it again, on record, and people are told.

    A case that is still at the window is to be checked again there. What was attached to an opinion or a
    receipt stays named in it. Done by the hall itself, in the transaction that marks the file.
    """
    handed_in = list(MaterialFile.objects.filter(file=stored).select_related("material"))
    wanted = {row.material.application_id for row in handed_in}
    applications = list(
        Application.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk")
    )
    materials = [row.material_id for row in handed_in]
    cases = _lock_cases(stored, materials)
    MaterialFile.objects.filter(file=stored, is_current=True).update(is_current=False)
    # Judged while the file was there; what is marked wrong stays so.
    CaseMaterial.objects.filter(
        material__in=materials, case__status=Case.Status.RECEIVED, verdict=CaseMaterial.Verdict.COMPLETE
    ).update(verdict="", checked_by=None, checked_at=None)
    names = ", ".join(dict.fromkeys(row.material.name for row in handed_in))
    _record(stored, [*applications, *cases], names)
    _tell(stored, handed_in, applications, cases)


def _lock_cases(stored: StoredFile, materials: Sequence[int]) -> list[Case]:
    """All cases that use the file in any way, locked in order."""
    users = (
        Q(materials__material__in=materials)
        | Q(pk__in=Opinion.objects.filter(files=stored).values("step__case"))
        | Q(pk__in=Delivery.objects.filter(signature=stored).values("case"))
    )
    return [lock_case(pk) for pk in Case.objects.filter(users).order_by("pk").values_list("pk", flat=True).distinct()]


def _record(stored: StoredFile, subjects: Sequence[Application | Case], materials: str) -> None:
    data = {
        "file": stored.name,
        "sha256": stored.sha256,
        "virus": stored.scan_result,
        "materials": materials,
        "note": " · ".join(part for part in (materials, stored.name, stored.scan_result) if part),
    }
    record_many(actor=Actor.system(), records=[Record(one, "file.infected", data) for one in subjects])


def _tell(
    stored: StoredFile, handed_in: Sequence[MaterialFile], applications: Sequence[Application], cases: Sequence[Case]
) -> None:
    """Who handed it in and the firm's people; and whoever at the window works on a case that it belongs to."""
    key = f"infected-{stored.pk}"
    params = {"file": stored.name, "virus": stored.scan_result}
    firm = {row.added_by_id for row in handed_in} | ({stored.uploaded_by_id} if stored.uploaded_by_id else set())
    for application in applications:
        codes = list(application.chosen.values_list("matter__code", flat=True))
        firm |= set(people_to_tell(application.enterprise_id, codes))
    notices = [Notice(sorted(firm), "approvals.infected", params, _link(applications, cases), dedupe_key=key)]
    for case in cases:
        if case.status not in Case.ENDED:
            told = [pk for pk in window_people(case) if pk not in firm]
            more = {**params, "number": case.number}
            notices.append(
                Notice(told, "approvals.infected_window", more, case_link(case.number), dedupe_key=f"{key}-{case.pk}")
            )
    notify_many(notices)


def _link(applications: Sequence[Application], cases: Sequence[Case]) -> str:
    """Where a clean copy is handed in, or at least where the file is seen to be missing."""
    for case in cases:
        if case.status == Case.Status.CORRECTING:
            return reverse("approvals:correct", args=[case.number])
    if cases:
        return case_link(cases[0].number)
    drafts = [one for one in applications if one.status == Application.Status.DRAFT]
    return reverse("approvals:materials", args=[drafts[0].pk]) if drafts else ""


def register_infected() -> None:
    """Called from AppConfig.ready."""
    scanning.on_infected(take_out_infected)
