"""A document on the screen, for whoever may see it; to anybody else there is none."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from documents.models import Document
from documents.pictures import count_pages, draw_page
from files.views import serve


def _found(request: HttpRequest, pk: int) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("department", "file", "template_version__template")
    return get_object_or_404(rows, pk=pk)


def _content(document: Document) -> bytes:
    """The bytes of the file; 404 while there is none."""
    if document.file is None:
        raise Http404
    with document.file.file.open("rb") as stream:
        return stream.read()


@login_required
@require_safe
@never_cache
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Its pages as pictures; while the file is being made, a page that looks again by itself."""
    found = _found(request, pk)
    made = found.status == Document.Status.MADE
    if request.headers.get("HX-Request"):  # the waiting page asks
        response = render(request, "documents/_waiting.html", {"document": found})
        if found.status != Document.Status.PENDING:
            response["HX-Refresh"] = "true"
        return response
    pages = range(1, count_pages(_content(found)) + 1) if made else range(0)
    return render(request, "documents/document.html", {"document": found, "pages": pages})


@login_required
@require_safe
@never_cache
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page as a picture."""
    picture = draw_page(_content(_found(request, pk)), number)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/png")


@login_required
@require_safe
@xframe_options_sameorigin
def pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, to look at and print; with ``?download=1`` to save."""
    found = _found(request, pk)
    if found.file is None:
        raise Http404
    return serve(request, found.file, inline=request.GET.get("download") != "1")
