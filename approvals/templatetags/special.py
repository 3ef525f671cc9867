"""What pages show of the special and short ways of a case and of a firm; tags, so that every page says the same."""

from typing import Any

from django import template

from accounts.models import User
from approvals.models import Application, Case, LaterCheck, PublicNotice
from approvals.services.committing import barred_words, commitment_for, to_sign, unsigned
from approvals.special_ways import (
    collectable,
    commitment_barred,
    commitment_of,
    firm_checks,
    group_of,
    missing,
    ready,
    spared_names,
)
from common.time import now
from deadlines.models import Clock
from enterprises.models import Enterprise

register = template.Library()


def _is_staff(user: Any) -> bool:
    return isinstance(user, User) and user.is_hall_staff


@register.inclusion_tag("approvals/special/_panel.html")
def special_ways(case: Case, user: Any, at_desk: bool = False) -> dict[str, Any]:
    """Public notice with its objections, commitment with its later check, and the group of certificates issued as one.

    Who objects is shown to staff only; the firm sees how many and what came of them.
    """
    notice = PublicNotice.objects.filter(case=case).select_related("clock", "document").first()
    check = LaterCheck.objects.filter(case=case).select_related("clock", "department").first()
    group = group_of(case)
    return {
        "case": case,
        "staff": _is_staff(user),
        "at_desk": at_desk,
        "notice": notice,
        "notice_open": notice is not None and notice.is_open(now()),
        "objections": list(notice.objections.select_related("clock")) if notice else [],
        "commitment": commitment_for(case),
        "check": check,
        "group": group,
        "missing": missing(group) if group else [],
        "ready": ready(group),
        "collectable": collectable(group),
    }


@register.inclusion_tag("approvals/special/_firm.html")
def firm_special_ways(enterprise: Enterprise, user: Any) -> dict[str, Any]:
    """Later checks of a firm, and whether its word is good; for staff only."""
    if not _is_staff(user):
        return {}
    return {"checks": firm_checks(enterprise), "barred": commitment_barred(enterprise.pk)}


@register.inclusion_tag("approvals/applying/_conditions_choice.html")
def commitment_choice(need: Any, application: Application) -> dict[str, Any]:
    """The choice between the ordinary way and a decision on a commitment, under a matter that offers it."""
    current = need.matter.current
    terms = commitment_of(current) if current else None
    if terms is None:
        return {}
    return {
        "need": need,
        "terms": terms,
        "unit": Clock.Unit(terms["check_unit"]).label,
        "spared": spared_names(current),
        "barred": commitment_barred(application.enterprise_id),
        "barred_words": barred_words(),
        "chosen": application.chosen.filter(matter=need.matter, by_commitment=True).exists(),
    }


@register.inclusion_tag("approvals/applying/_conditions.html")
def conditions_to_sign(application: Application, form: Any) -> dict[str, Any]:
    """The full text of every commitment of a draft, with the place to sign where it is not signed yet."""
    open_rows = {row.pk for row, _text in unsigned(application)}
    return {
        "texts": [(row.matter, text.splitlines(), text, row.pk in open_rows) for row, text in to_sign(application)],
        "form": form if open_rows else None,
    }
