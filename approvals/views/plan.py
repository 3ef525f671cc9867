"""The plan of a project: three ways, a drawing, and what became of it. For whoever sees the project."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals.models import Case
from approvals.planning.project import WAYS, ProjectPlan, plan_of
from approvals.planning.rows import csv_rows, drawing_of
from approvals.planning.schedule import Way
from approvals.planning.words import explain
from approvals.views.acting import signed_in
from common.display import local_date
from common.time import today
from enterprises.acting import banner
from enterprises.selectors import ANY, actor_for
from projects.models import Project


def _plan(request: HttpRequest, pk: int) -> ProjectPlan:
    user = signed_in(request)
    row = get_object_or_404(Project.objects.visible_to(user).select_related("enterprise"), pk=pk)
    return plan_of(row, user, key=request.GET.get("of", ""), way=request.GET.get("way", ""))


@login_required
@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the three ways in full, the others in figures."""
    found = _plan(request, pk)
    user = signed_in(request)
    schedule = found.schedule
    here = reverse("approvals:plan", args=[pk])
    context = {
        "plan": found,
        "project": found.project,
        "schedule": schedule,
        "drawing": drawing_of(found, schedule) if schedule else None,
        "subject_tabs": [_tab(here, found, of=one.key, label=one.label) for one in found.subjects],
        "way_tabs": [_tab(here, found, way=way, label=str(WAYS[way])) for way in Way],
        "stats": [_stat(here, found, way) for way in Way] if found.ways else [],
        "sentences": explain(found),
        "wish": _wish(found),
        "readable": set(Case.objects.visible_to(user).filter(project=found.project).values_list("number", flat=True)),
        "export_url": f"{reverse('approvals:plan_export', args=[pk])}?{urlencode({'of': found.subject.key})}",
        "acting_for": banner(found.project.enterprise, actor_for(user, found.project.enterprise, ANY)),
    }
    return render(request, "approvals/plan/plan.html", context)


def _tab(here: str, found: ProjectPlan, *, label: str, of: str = "", way: Way | None = None) -> dict[str, Any]:
    """A link that changes the one and keeps the other."""
    chosen = {"of": of or found.subject.key} | ({"way": way} if way else {})
    active = found.way == way if way else found.subject.key == of
    return {"label": label, "url": f"{here}?{urlencode(chosen)}", "active": active}


def _stat(here: str, found: ProjectPlan, way: Way) -> dict[str, Any]:
    schedule, saved = found.ways[way], found.saved(way)
    note = _("Until %(date)s; by the limits of the law %(lawful)s working days") % {
        "date": local_date(schedule.ends),
        "lawful": found.lawful[way],
    }
    if saved.workdays or saved.days:
        saving = _("saves %(workdays)s working days (%(days)s calendar days)") % {
            "workdays": saved.workdays,
            "days": saved.days,
        }
        note = f"{note} · {saving}"
    return {
        "label": WAYS[way],
        "value": schedule.workdays,
        "unit": _("working days"),
        "note": note,
        "url": f"{here}?{urlencode({'of': found.subject.key, 'way': way})}",
        "tone": "green" if way == found.way else "",
    }


def _wish(found: ProjectPlan) -> dict[str, str]:
    """The wanted start of construction against the earliest one."""
    earliest, days = found.start_to_compare, found.wish_days
    if earliest is None:
        return {"tone": "accent", "title": _("There is no construction permit in this plan"), "text": ""}
    title = _("Construction can start on %(date)s at the earliest") % {"date": local_date(earliest)}
    if days is None or found.project.planned_start is None:
        return {"tone": "accent", "title": title, "text": ""}
    wish = {"date": local_date(found.project.planned_start), "days": abs(days)}
    if days < 0:
        text = _("Your wish, %(date)s, is %(days)s days earlier: it cannot be met with the promised days.") % wish
        return {"tone": "yellow", "title": title, "text": text}
    if days == 0:
        return {"tone": "green", "title": title, "text": _("That is the day you wish for.")}
    text = _("Your wish, %(date)s, is %(days)s days later: there is time to spare.") % wish
    return {"tone": "green", "title": title, "text": text}


@login_required
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """All three ways as a spreadsheet reads them."""
    found = _plan(request, pk)
    text = StringIO()
    csv.writer(text).writerows(csv_rows(found))
    headers = {
        "Content-Disposition": f'attachment; filename="plan-{pk}-{today():%Y%m%d}.csv"',
        "Cache-Control": "no-store",
    }
    # With a mark, without which spreadsheets take it for another encoding.
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


urlpatterns = [
    path("projects/<int:pk>/plan/", plan, name="plan"),
    path("projects/<int:pk>/plan/export/", export, name="plan_export"),
]
