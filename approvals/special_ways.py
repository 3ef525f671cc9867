"""What a matter's version says about its special and short ways, and what follows for a case. Reads only.

公示 (市场主体登记管理条例 art. 33), 告知承诺 (国办发〔2020〕42号), 多证合一.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from approvals import themes
from approvals.models import (
    Application,
    ApplicationMatter,
    Case,
    Deferral,
    DeferralBar,
    Delivery,
    LaterCheck,
    MatterVersion,
)
from enterprises.models import Enterprise

C = Case.Status
# 国办发〔2020〕42号: what is committed is decided on the spot or at once; the hall takes one day of the matter's unit.
COMMITMENT_DAYS = 1


def notice_of(version: MatterVersion) -> Mapping[str, Any] | None:
    """``days``, ``unit`` and ``source`` of the public notice before acceptance; None where there is none."""
    return version.content.get("notice")


def commitment_of(version: MatterVersion) -> Mapping[str, Any] | None:
    """See ``catalogue.model.Commitment``; None where the matter isn't decided on a commitment."""
    return version.content.get("commitment")


def materials_asked(row: ApplicationMatter) -> list[Mapping[str, Any]]:
    """The papers that a chosen matter asks for: on a commitment without those it spares."""
    terms = commitment_of(row.version) if row.by_commitment else None
    spared = set(terms["spares"]) if terms else set()
    return [item for item in row.version.materials if item["code"] not in spared]


def spared_names(version: MatterVersion) -> list[str]:
    """Chinese names of the papers that a commitment spares, as the signed text has them."""
    terms = commitment_of(version)
    return [item["name"] for item in version.materials if terms and item["code"] in terms["spares"]]


def on_commitment(limits: Mapping[str, Any]) -> dict[str, Any]:
    """A version's limits where the matter is decided on a commitment: promised in one day, lawful as ever."""
    decision = limits["decision"]
    return {**limits, "decision": {**decision, "promised": min(COMMITMENT_DAYS, decision["promised"])}}


def limits_of(case: Case) -> dict[str, Any]:
    """The limits that freeze onto the case on acceptance."""
    limits: dict[str, Any] = case.version.limits
    return on_commitment(limits) if case.by_commitment else limits


def commitment_barred(enterprise_id: int) -> bool:
    """Whether the firm may not have anything decided on its word: while a bar is open."""
    return DeferralBar.objects.filter(enterprise=enterprise_id, lifted_at=None).exists()


def firm_checks(enterprise: Enterprise) -> list[LaterCheck]:
    """Later checks of a firm, the newest first."""
    rows = LaterCheck.objects.for_lists().filter(case__enterprise=enterprise)
    return list(rows.order_by("-id")[:20])


def one_result(application: Application) -> list[Case]:
    """The cases whose certificates are issued as one (多证合一), in order; [] where none are."""
    theme = themes.content_of(application.theme_id) if application.theme_id else None
    if theme is None or not theme.one_result:
        return []
    rows = Case.objects.filter(application=application, matter__code__in=theme.by_code).for_lists().order_by("id")
    return list(rows) if len(rows) > 1 else []


def group_of(case: Case) -> list[Case]:
    """The ``one_result`` that the case is part of; [] for a case that is issued by itself."""
    group = one_result(case.application)
    return group if case in group else []


def waits_for_others(case: Case) -> bool:
    """Whether a case being granted will be issued only with others, not all of which are decided."""
    if case.decision != Case.Decision.GRANTED:
        return False
    return any(is_unfinished(other) for other in group_of(case) if other.pk != case.pk)


def is_unfinished(case: Case) -> bool:
    """Neither decided nor come to nothing: the one result still waits for it."""
    return case.status not in (C.DECIDED, C.ISSUED, *Case.ENDED)


def _held(cases: Iterable[Case]) -> set[int]:
    """Those whose certificate waits for papers that were to follow (容缺)."""
    ids = [case.pk for case in cases]
    gaps = Deferral.objects.filter(case__in=ids, status=Deferral.Status.OPEN, hold=True)
    return set(gaps.values_list("case_id", flat=True))


def missing(cases: Sequence[Case]) -> list[Case]:
    """What the one result still waits for: not decided, or held back by a gap of its own."""
    held = _held(cases)
    return [case for case in cases if is_unfinished(case) or (case.pk in held and case.status not in Case.ENDED)]


def ready(cases: Sequence[Case]) -> list[Case]:
    """Those granted, not issued yet, and held back by nothing."""
    granted = [case for case in cases if case.status == C.DECIDED and case.decision == Case.Decision.GRANTED]
    held = _held(granted) if granted else set()
    return [case for case in granted if case.pk not in held]


def collectable(cases: Iterable[Case]) -> list[Case]:
    """Those granted that lie at the counter."""
    return [case for case in cases if case.status == C.ISSUED and case.decision == Case.Decision.GRANTED]


def issued_with_an_earlier() -> Exists:
    """Condition on cases issued in one act with another of their application (多证合一): one of them is asked
    to be rated, the first."""
    earlier = Delivery.objects.filter(
        case__application=OuterRef("application"), issued_at=OuterRef("delivery__issued_at"), case__lt=OuterRef("pk")
    )
    return Exists(earlier)
