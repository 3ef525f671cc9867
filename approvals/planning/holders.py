"""Who holds each case of a plan now, in words. One statement, however many cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from approvals.holding import APPLICANT, LABELS, SPECIAL
from approvals.models import Case, Step
from approvals.planning.actual import CaseFact
from common.bilingual import pick
from deadlines.wording import listed

S = Case.Status


def holders_of(cases: Iterable[CaseFact], names: Mapping[str, str]) -> dict[int, str]:
    """By id of the case; "" for one that has ended. ``names`` are those of matters by code."""
    rows = list(cases)
    reviewing = [fact.pk for fact in rows if fact.status == S.REVIEWING]
    departments = _departments(reviewing) if reviewing else {}
    return {fact.pk: _holder(fact, names, departments.get(fact.pk, [])) for fact in rows}


def _departments(cases: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Step.objects.to_do().filter(case__in=cases).order_by("case_id", "position")
    for case, name, name_en in rows.values_list("case_id", "department__name", "department__name_en"):
        found[case].append(pick(name, name_en))
    return found


def _holder(fact: CaseFact, names: Mapping[str, str], departments: list[str]) -> str:
    if fact.status in Case.ENDED:
        return ""
    if fact.status == S.WAITING:
        return _waiting_for(fact.waits_for, names)
    if fact.stopped:
        return str(LABELS[SPECIAL])
    if fact.status == S.CORRECTING:
        return str(LABELS[APPLICANT])
    if fact.status == S.REVIEWING:
        return listed(dict.fromkeys(departments))
    gaps = [gap.prerequisite for gap in fact.open_gaps if gap.prerequisite]
    if fact.status == S.DECIDED and gaps:
        return _waiting_for(gaps, names)
    if fact.status == S.DECIDED and fact.open_gaps:
        return str(LABELS[APPLICANT])
    return pick(fact.window, fact.window_en)


def _waiting_for(codes: Iterable[str], names: Mapping[str, str]) -> str:
    return _("Waits for %(matters)s") % {"matters": listed(names.get(code, code) for code in codes)}
