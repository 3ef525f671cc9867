"""Themes (一件事): the list, and one with its order."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from content import themes
from content.catalogue import offered
from content.qr import qr_of
from content.starts import starts


@require_safe
def theme_list(request: HttpRequest) -> HttpResponse:
    return render(request, "content/themes.html", {"themes": themes.rows(offered())})


@require_safe
def theme(request: HttpRequest, code: str) -> HttpResponse:
    """What belongs to a theme, in which order, how long it takes, and where to begin."""
    catalogue = offered()
    if code not in catalogue.themes:
        raise Http404
    page = themes.page(catalogue.themes[code], catalogue)
    start = next((one for one in starts(catalogue) if one.theme and one.theme.code == code), None)
    address = reverse("content:theme", args=[code])
    context = {
        "page": page,
        "start_url": reverse("content:which_start", args=[start.code]) if start else reverse("content:which"),
        "qr": qr_of(request, address),
        "address": request.build_absolute_uri(address),
    }
    return render(request, "content/theme.html", context)
