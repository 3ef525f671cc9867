"""What every page needs, whoever it belongs to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from common import gallery as samples

YEAR = 365 * 24 * 60 * 60


@require_POST
def print_size(request: HttpRequest) -> HttpResponse:
    """Keep large or normal print in a cookie and go back; scripts do the same without a request."""
    following = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        following, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(following if safe else "/")
    size = "large" if request.POST.get("size") == "large" else "normal"
    response.set_cookie("hall_print", size, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_POST
def session(request: HttpRequest) -> JsonResponse:
    """Renew the session of whoever is signed in and say how many seconds it lasts; 401 for others."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "signed out"}, status=401)
    request.session.modified = True
    return JsonResponse({"seconds": request.session.get_expiry_age()})


def gallery(request: HttpRequest) -> HttpResponse:
    """All components with sample data, for developers and staff; nobody else knows the page."""
    is_staff = bool(getattr(request.user, "is_staff", False))
    if not (settings.DEBUG or is_staff):
        raise Http404
    context: dict[str, Any] = samples.context(invalid=bool(request.GET.get("invalid")))
    return render(request, "common/gallery.html", context)
