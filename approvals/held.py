"""What a case still lacks and what follows from it, in words for everybody who may see the case. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.blocking import Blocker, blockers
from approvals.models import Case, Deferral
from approvals.transitions import CASE
from common.display import listed, local_date

OPEN = Deferral.Status.OPEN


@dataclass(frozen=True, slots=True)
class Gap:
    """One open gap of a case; ``blocker`` says where its certificate stands."""

    deferral: Deferral
    blocker: Blocker | None = None

    @property
    def name(self) -> str:
        if self.blocker is not None:
            return self.blocker.name
        return self.deferral.material.material.label if self.deferral.material else self.deferral.prerequisite

    @property
    def state(self) -> str:
        """``promised``, ``handed_in``, or for a certificate ``coming`` or ``failed``."""
        if self.blocker is not None:
            return "failed" if self.blocker.state == "failed" else "coming"
        return "handed_in" if self.deferral.handed_in_at else "promised"

    @property
    def due(self) -> str:
        return local_date(self.deferral.promised_on) if self.deferral.promised_on else ""

    @property
    def short(self) -> str:
        """Name and day, for one line."""
        if self.state == "promised":
            return _("%(name)s, due %(date)s") % {"name": self.name, "date": self.due}
        if self.state == "handed_in":
            return _("%(name)s, handed in and being checked") % {"name": self.name}
        if self.state == "failed":
            return _("%(name)s, which has come to nothing") % {"name": self.name}
        return _("%(name)s, still being handled") % {"name": self.name}

    @property
    def may_hand_in(self) -> bool:
        return self.state == "promised" and self.deferral.clock_id is not None


def gaps_of(cases: Iterable[Case]) -> dict[int, list[Gap]]:
    """Open gaps by id of the case; one statement, and three more where certificates are among them."""
    by_id = {case.pk: case for case in cases}
    rows = list(
        Deferral.objects.filter(case__in=by_id, status=OPEN)
        .select_related("material__material", "clock", "commitment__document")
        .order_by("id")
    )
    codes: dict[int, list[str]] = {}
    for row in rows:
        if row.prerequisite:
            codes.setdefault(row.case_id, []).append(row.prerequisite)
    found_blockers = blockers([(by_id[pk], wanted) for pk, wanted in codes.items()])
    found: dict[int, list[Gap]] = {}
    for row in rows:
        of_case = {blocker.code: blocker for blocker in found_blockers.get(row.case_id, ())}
        found.setdefault(row.case_id, []).append(Gap(row, of_case.get(row.prerequisite)))
    return found


def held_back(case: Case, gaps: Iterable[Gap]) -> str:
    """Why the granted certificate is not issued, in one sentence; "" where nothing holds it."""
    holding = [gap.short for gap in gaps if gap.deferral.hold]
    if not holding or case.status != Case.Status.DECIDED or case.decision != Case.Decision.GRANTED:
        return ""
    return _("Certificate held back: %(gaps)s") % {"gaps": listed(holding)}


def held_sentences(cases: Iterable[Case]) -> dict[int, str]:
    """``held_back`` by id, for lists."""
    decided = [case for case in cases if case.status == Case.Status.DECIDED]
    if not decided:
        return {}
    gaps = gaps_of(decided)
    sentences = {case.pk: held_back(case, gaps.get(case.pk, ())) for case in decided}
    return {pk: text for pk, text in sentences.items() if text}


def failed_certificates(case: Case) -> list[Gap]:
    """Gaps whose certificate has come to nothing: they can be filled only by applying for it anew."""
    return [gap for gap in gaps_of([case]).get(case.pk, ()) if gap.state == "failed"]


def may_withdraw(case: Case) -> bool:
    """Until the decision; after it only where the certificate is held back for one that has come to nothing."""
    if CASE.allows(case.status, "withdraw"):
        return True
    return case.status == Case.Status.DECIDED and bool(failed_certificates(case))
