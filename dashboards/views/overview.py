"""The first page of leaders, supervision and heads: figures of the hall or of one's departments."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from approvals import jointly
from common.display import light_view, money
from common.time import now, today
from dashboards import figures, overdue, special
from dashboards.periods import LABELS, Period, period
from dashboards.scope import Scope
from dashboards.views.access import needs_scope

TOP = 6


def cases_url(**values: Any) -> str:
    """Address of the list behind a figure."""
    return f"{reverse('dashboards:cases')}?{urlencode({key: value for key, value in values.items() if value})}"


@needs_scope
@require_safe
def overview(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All figures of the chosen period in a fixed number of statements."""
    at, day = now(), today()
    chosen = period(request.GET.get("period", "month"), day)
    names = scope.names()
    lights = figures.cases_by_light(scope, names, at)
    timely = figures.on_time(scope, names, chosen)
    stages = figures.projects_by_stage(scope)
    handlers = figures.overdue_by_handler(scope, names, at)
    months = figures.trend(scope, day)
    context = {
        "at": at,
        "period": chosen,
        "periods": _period_tabs(chosen),
        "heads": [] if scope.whole_hall else [row.label for row in names.values()],
        "lights": lights,
        "timely": timely,
        "stages": stages,
        "requests": jointly.waiting_requests(request.user),  # type: ignore[arg-type]
        "handlers": handlers[:TOP],
        "overdue_count": sum(row.count for row in handlers),
        "overdue": overdue.rows(figures.overdue_duties(scope, at)[:TOP], at),  # type: ignore[index]
        "ratings": figures.ratings(scope, chosen, at),
        "trend": months,
        "special": special.stats(scope, at),
        "stats": _stats(lights.total, timely.total, stages, chosen, figures.open_deferrals(scope)),
        "charts": {"lights": _light_chart(lights), "trend": _trend_chart(months)},
    }
    return render(request, "dashboards/overview.html", context)


def _period_tabs(chosen: Period) -> list[dict[str, Any]]:
    return [{"label": label, "url": f"?period={code}", "active": code == chosen.code} for code, label in LABELS.items()]


def _stats(
    lights: figures.LightRow, timely: figures.Timeliness, stages: figures.StageTable, chosen: Period, deferrals: int
) -> list[dict[str, Any]]:
    rate = "—" if timely.rate is None else f"{timely.rate:.1f}%"
    return [
        {"label": _("Unfinished cases"), "value": f"{lights.total:,}", "url": cases_url(state="open")},
        {"label": _("Overdue"), "value": f"{lights.red:,}", "tone": "red" if lights.red else "",
         "url": cases_url(light="red")},
        {"label": _("Due soon"), "value": f"{lights.yellow:,}", "tone": "yellow" if lights.yellow else "",
         "url": cases_url(light="yellow")},
        {"label": _("Papers to follow"), "value": f"{deferrals:,}", "url": cases_url(deferral="open")},
        {"label": _("On-time rate"), "value": rate, "note": chosen.label},
        {"label": _("Projects"), "value": f"{stages.projects:,}"},
        {"label": _("Total investment"), "value": money(stages.investment)},
    ]  # fmt: skip


def _light_chart(table: figures.LightTable) -> dict[str, Any]:
    """Stacked bars: departments by light, the worst on top."""
    rows = table.rows[:12]
    return {
        "labels": [row.department.label if row.department else "" for row in rows],
        "series": [
            {"key": key, "name": light_view(key).text, "values": [getattr(row, key) for row in rows]}
            for key in ("red", "yellow", "stopped", "green")
        ],
    }


def _trend_chart(months: figures.Trend) -> dict[str, Any]:
    return {
        "labels": [f"{row.month:%Y-%m}" for row in months.rows],
        "series": [
            {"key": key, "name": str(name), "values": [getattr(row, key) for row in months.rows]}
            for key, name in (("received", _("Received")), ("accepted", _("Accepted")), ("decided", _("Decided")))
        ],
    }


@needs_scope
@require_safe
def overdue_list(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Everything that is overdue, and whose: duties of all kinds, by department and handler."""
    at = now()
    form = overdue.OverdueFilterForm(request.GET, scope=scope)
    found = overdue.filtered(scope, form.values, at)
    page = overdue.page(found, request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": overdue.rows(page.object_list, at),
        "count": page.paginator.count,
        "at": at,
    }
    return render(request, "dashboards/overdue.html", context)
