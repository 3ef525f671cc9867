"""Why a case waits: which certificates it needs, where each stands, and what the applicant can do. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.models import Case, Matter


@dataclass(frozen=True, slots=True)
class Blocker:
    """One certificate that a waiting case needs. ``case`` is the project's latest case for it, if any.

    ``state`` is ``there``, ``running``, ``held`` (granted, but a gap of its own is still open) or ``failed``.
    """

    code: str
    name: str
    case: Case | None
    state: str

    @property
    def sentence(self) -> str:
        """One line for page and print."""
        number = self.case.number if self.case else ""
        wording = {
            "there": _("“%(matter)s” is there (case %(number)s)."),
            "running": _("“%(matter)s” is being handled (case %(number)s)."),
            "held": _("“%(matter)s” is granted (case %(number)s), but papers that were to follow are still missing."),
            "failed": _(
                "“%(matter)s” has come to nothing. Apply for it again, or withdraw the case that waits for it."
            ),
        }
        return wording[self.state] % {"matter": self.name, "number": number}


def blockers_of(cases: Iterable[Case]) -> dict[int, list[Blocker]]:
    """By id of each waiting case among ``cases``; three queries, however many."""
    return blockers([(case, case.waits_for) for case in cases if case.status == Case.Status.WAITING])


def blockers(wanted: Sequence[tuple[Case, Sequence[str]]]) -> dict[int, list[Blocker]]:
    """By id of each case where the certificates stand that it wants; three queries, however many."""
    if not wanted:
        return {}
    waiting = [case for case, _codes in wanted]
    codes = {code for _case, some in wanted for code in some}
    names = {row.code: row.label for row in Matter.objects.filter(code__in=codes)}
    projects = {case.project_id for case in waiting}
    rows = Case.objects.filter(project__in=projects, matter__code__in=codes).select_related("matter", "clock")
    latest = {(row.project_id, row.matter.code): row for row in rows.order_by("id")}
    certified = set(Case.objects.certified().filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return {
        case.pk: [_blocker(code, names, latest.get((case.project_id, code)), certified) for code in some]
        for case, some in wanted
    }


def _blocker(code: str, names: dict[str, str], case: Case | None, certified: set[int]) -> Blocker:
    return Blocker(code, names.get(code, code), case, _state(case, certified))


def _state(case: Case | None, certified: set[int]) -> str:
    if case is None or case.status in Case.CAME_TO_NOTHING or case.decision == Case.Decision.REFUSED:
        return "failed"
    if case.pk in certified:
        return "there"
    return "held" if case.decision == Case.Decision.GRANTED else "running"
