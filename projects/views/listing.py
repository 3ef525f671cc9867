"""The list of projects: an investor's own, or all declared ones for the staff."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.filters import ProjectFilter
from projects.models import Project
from projects.views.common import signed_in

PAGE = 20


@login_required
def projects(request: HttpRequest) -> HttpResponse:
    """Filtered by address, so that a list can be kept and shared."""
    rows = Project.objects.visible_to(signed_in(request)).exclude(status=Project.Status.WITHDRAWN)
    found = ProjectFilter(request.GET, queryset=rows.select_related("enterprise"))
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page, "count": page.paginator.count}
    return render(request, "projects/list.html", context)
