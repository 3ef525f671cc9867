"""Figures for the public front page; cached, since anybody may ask at any rate."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, Q

from approvals.models import Case, Matter
from common.time import today
from dashboards.periods import period
from deadlines.models import Clock

KEY = "dashboards:public"
SECONDS = 300


@dataclass(frozen=True, slots=True)
class PublicFigures:
    """What everybody may know of how the hall works."""

    matters: int
    accepted_this_month: int
    delivered_this_year: int
    # Per cent; None where nothing has been finished this year.
    on_time_rate: Decimal | None


def public_figures() -> PublicFigures:
    """At most five minutes old."""
    found = cache.get(KEY)
    if not isinstance(found, PublicFigures):
        found = count_public_figures()
        cache.set(KEY, found, SECONDS)
    return found


def count_public_figures() -> PublicFigures:
    """Counted now, in four statements."""
    month_start, month_end = period("month", today()).span
    year_start, year_end = period("year", today()).span
    clocks = Clock.objects.filter(
        subject_type="approvals.case",
        finished_at__gte=year_start,
        finished_at__lt=year_end,
        outcome__in=["met", "late"],
    ).aggregate(met=Count("outcome", filter=Q(outcome="met")), all=Count("*"))
    return PublicFigures(
        matters=Matter.objects.offered().count(),
        accepted_this_month=Case.objects.filter(accepted_at__gte=month_start, accepted_at__lt=month_end).count(),
        delivered_this_year=Case.objects.filter(delivered_at__gte=year_start, delivered_at__lt=year_end).count(),
        on_time_rate=Decimal(100 * clocks["met"]) / clocks["all"] if clocks["all"] else None,
    )
