"""What each agent carries: for the head of the centre, the director and those who supervise."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agency import rules
from agency.load import loads_for
from agency.views.base import SignedIn


@login_required
@require_safe
def load(request: SignedIn) -> HttpResponse:
    if not rules.may_see_load.test(request.user):
        raise Http404
    rows = loads_for(request.user)
    return render(request, "agency/load.html", {"loads": rows})
