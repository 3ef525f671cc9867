"""The cases behind the figures: list, export, and one case to read."""

import codecs
import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_safe

from approvals import holding
from approvals.held import gaps_of, held_back
from approvals.models import Case, CorrectionNotice, Delivery, Opinion, Step
from approvals.presenting import standstill
from approvals.standing import staff_entries, standing_of
from common.time import now, today
from dashboards import caselist
from dashboards.scope import Scope
from dashboards.views.access import needs_scope
from supervision.models import Rating

STEP_STATES = {"waiting": "waiting", "open": "open", "proposed": "open", "done": "done", "cancelled": "skipped"}


@needs_scope
@require_safe
def cases(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Cases that fit the filter; the address is the filter, so it can be shared."""
    at = now()
    form = caselist.CaseFilterForm(request.GET, scope=scope)
    values = form.values
    found = caselist.filtered(scope, values, at)
    after = request.GET.get("after", "")
    listed = caselist.page(found, due_first=caselist.by_due(values), after=after)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form,
        "rows": listed.rows,
        "next_after": listed.next_after,
        "first_page_link": bool(after),
        "count": found.count(),
        "filtered": bool(values),
        "export_query": query.urlencode(),
        "at": at,
    }
    return render(request, "dashboards/cases.html", context)


class _Echo:
    """A file that hands back what is written, for csv."""

    def write(self, text: str) -> str:
        return text


@needs_scope
@require_safe
def export(request: HttpRequest, scope: Scope) -> StreamingHttpResponse:
    """The filtered list as CSV in UTF-8 with a mark, so that spreadsheets read Chinese; sent as it is read."""
    at = now()
    values = caselist.CaseFilterForm(request.GET, scope=scope).values
    found = caselist.filtered(scope, values, at)
    language = translation.get_language()

    def lines() -> Iterator[bytes]:
        # The response is read after the middleware has put the language back.
        with translation.override(language):
            writer = csv.writer(_Echo())
            yield codecs.BOM_UTF8 + writer.writerow(caselist.export_head()).encode()
            for cells in caselist.export_rows(found, at):
                yield writer.writerow(cells).encode()

    headers = {"Content-Disposition": f'attachment; filename="cases-{today():%Y%m%d}.csv"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


@needs_scope
@require_safe
def case(request: HttpRequest, scope: Scope, number: str) -> HttpResponse:
    """One case to read: facts, limits, steps, notices, what happened."""
    visible = Case.objects.all() if scope.whole_hall else Case.objects.visible_to(request.user)
    deemed = Opinion.objects.filter(step=OuterRef("pk"), kind=Opinion.Kind.DEEMED)
    steps = Step.objects.select_related("department", "handler", "clock", "proposed_by", "approved_by").annotate(
        deemed=Exists(deemed)
    )
    notices = CorrectionNotice.objects.select_related("issued_by")
    found = get_object_or_404(
        visible.select_related(
            "matter",
            "department",
            "window",
            "enterprise",
            "project",
            "clock",
            "clerk",
            "application",
            "decided_by",
            "joint__clock",
        ).prefetch_related(Prefetch("steps", steps), Prefetch("notices", notices)),
        number=number,
    )
    at = now()
    clocks = holding.clocks_of(found)
    gaps = gaps_of([found]).get(found.pk, [])
    context = {
        "case": found,
        "clocks": clocks,
        "holding": holding.view_of(found, clocks, at),
        "gaps": gaps,
        "held_back": held_back(found, gaps),
        "standing": standing_of(found),
        "steps": [_step(step) for step in found.steps.all()],
        "delivery": Delivery.objects.filter(case=found).select_related("read_by").first(),
        "rating": Rating.objects.filter(case=found).select_related("clock").first(),
        "entries": staff_entries(found),
        "at": at,
    }
    return render(request, "dashboards/case.html", context)


def _step(step: Step) -> dict[str, Any]:
    people = step.approved_by or step.handler or step.proposed_by
    return {
        "title": step.label,
        "state": STEP_STATES[step.status],
        "who": " · ".join(str(part) for part in (step.department, people) if part),
        "note": str(Opinion.Kind.DEEMED.label) if getattr(step, "deemed", False) else standstill(step),
        "clock": step.clock,
    }
