"""Duties that somebody must look at: nobody to remind, no substitute, dates that disagree."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from deadlines.models import Clock
from deadlines.rules import may_see_alarms
from deadlines.selectors import NOBODY

ROWS = 50


@login_required
@require_safe
def alarms(request: HttpRequest) -> HttpResponse:
    """The list for administrators and the director, the longest waiting first; each row leads to reassigning."""
    if not may_see_alarms.test(request.user):
        raise PermissionDenied
    clocks = Clock.objects.visible_inside_to(request.user).alarmed().select_related("department", "handler")
    page = Paginator(clocks, ROWS).get_page(request.GET.get("page"))
    rows = [(clock, _reassigning(clock)) for clock in page.object_list]
    return render(request, "deadlines/alarms.html", {"rows": rows, "page_obj": page, "total": page.paginator.count})


def _reassigning(clock: Clock) -> str:
    """Where the duties of the same holder, kind and department are handed on."""
    chosen = {"held_by": clock.handler_id or NOBODY, "kind": clock.kind, "department": clock.department_id or ""}
    return f"{reverse('deadlines:reassign')}?{urlencode(chosen)}"
