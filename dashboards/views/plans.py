"""Projects against their plans, for leaders: the furthest behind first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.planning.delays import MOST, delays
from dashboards.scope import Scope
from dashboards.views.access import needs_scope

PAGE = 50


@needs_scope
@require_safe
def plans(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Applications under way with planned and expected end. Projects are everybody's in the hall, so is this list."""
    page = Paginator(delays(), PAGE).get_page(request.GET.get("page"))
    return render(request, "dashboards/plans.html", {"page_obj": page, "most": MOST})
