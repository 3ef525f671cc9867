"""One clock to read: why this date, and what happened on the way."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common.time import now
from deadlines import clockpage, wording
from deadlines.explaining import explain_clock
from deadlines.labels import alarm_label, unknown_year
from deadlines.models import Clock
from deadlines.workdays import UnknownYearError


@login_required
@require_safe
def clock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page for staff; whoever does not see the duty from inside gets 404. Writes nothing."""
    visible = Clock.objects.visible_inside_to(request.user)
    row = get_object_or_404(visible.select_related("department", "handler", "parent"), pk=pk)
    context = {
        "clock": row,
        **_days(row),
        "stops": clockpage.stops_with_inner(row),
        "extensions": clockpage.extensions_of(row),
        "shortenings": clockpage.shortenings_of(row),
        "rungs": clockpage.rung_rows(row),
        "handovers": clockpage.handovers_of(row),
        "alarm": alarm_label(row.alarm),
        # An administrator looks after the clock, yet the matter itself is not open to him.
        "matter_url": row.link if Clock.objects.concerning(request.user).filter(pk=pk).exists() else "",
    }
    return render(request, "deadlines/clock.html", context)


def _days(row: Clock) -> dict[str, Any]:
    """The days of both limits, or the words for why there are none."""
    try:
        explanation = explain_clock(row)
    except UnknownYearError as error:
        return {"at": now(), "beyond": unknown_year(error)}
    return {
        "at": explanation.at,
        "explanation": explanation,
        "limits": wording.limit_rows(explanation),
        "months": wording.months(explanation),
        "sources": wording.sources(explanation),
    }
