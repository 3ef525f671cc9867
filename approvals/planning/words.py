"""What makes the difference between the three ways, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from approvals.planning.critical import codes_on
from approvals.planning.project import ProjectPlan
from approvals.planning.schedule import Schedule, Way
from common.display import local_date
from deadlines.wording import listed


def explain(plan: ProjectPlan) -> list[str]:
    """A few sentences, none where nothing is planned."""
    if not plan.ways:
        return []
    return [_sequential(plan), _parallel(plan), _deferral(plan), _critical(plan)]


def _figures(schedule: Schedule) -> dict[str, object]:
    return {"days": schedule.workdays, "date": local_date(schedule.ends)}


def _sequential(plan: ProjectPlan) -> str:
    return _(
        "One after the other, each matter is handed in when the one before it has been delivered. "
        "Working days: %(days)s, until %(date)s."
    ) % _figures(plan.ways[Way.SEQUENTIAL])


def _parallel(plan: ProjectPlan) -> str:
    parallel = plan.ways[Way.PARALLEL]
    return _(
        "Side by side, a matter begins as soon as what it needs is granted. Working days: %(days)s, until %(date)s. "
        "Up to %(most)s matters go at the same time, and the hall passes certificates on itself: nobody waits "
        "for a delivery in between."
    ) % {**_figures(parallel), "most": most_at_once(parallel)}


def _deferral(plan: ProjectPlan) -> str:
    parallel, deferral = plan.ways[Way.PARALLEL], plan.ways[Way.DEFERRAL]
    early = [one.code for one in deferral.items if one.begins < parallel.by_code[one.code].begins]
    if deferral.ends == parallel.ends:
        return _("Certificates that follow later do not bring the end forward here.")
    return _(
        "With certificates that follow, these begin without waiting: %(matters)s. Each certificate is issued when "
        "its own decision and the certificates before it are there. Working days: %(days)s, until %(date)s."
    ) % {**_figures(deferral), "matters": _named(plan, early)}


def _critical(plan: ProjectPlan) -> str:
    schedule = plan.ways[plan.way]
    return _(
        "In the way shown, the end hangs on %(matters)s. A day lost there is lost for the whole; the others have room."
    ) % {"matters": _named(plan, codes_on(schedule.path))}


def _named(plan: ProjectPlan, codes: Iterable[str]) -> str:
    return listed(plan.names.get(code, code) for code in codes)


def most_at_once(schedule: Schedule) -> int:
    """The most matters that are being handled on one day."""
    return max(
        sum(one.begins <= other.begins < one.certificate or one is other for one in schedule.items)
        for other in schedule.items
    )
