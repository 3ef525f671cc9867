"""The first page, and what belongs to no app."""

from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from content.forms import QueryForm
from content.starts import starts
from dashboards.public import public_figures
from portal.navigation import first_page


def home(request: HttpRequest) -> HttpResponse:
    """The first page: the public one for visitors, one's own work after signing in."""
    start = first_page(request.user)
    if start:
        return redirect(start)
    context = {"public": public_figures(), "query_form": QueryForm(), "themes": starts()}
    return render(request, "portal/home.html", context)


def api_docs(view: Callable[..., Any]) -> Callable[..., Any]:
    """The API's reading page: its script sets styles of its own, on this page only."""
    return csp_update({"style-src": [SELF, "'unsafe-inline'"]})(view)
