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
from files.views import as_picture, opened, serve, unchanged


def _found(request: HttpRequest, pk: int) -> Document:
    rows = Document.objects.visible_to(request.user).select_related("department", "file", "template_version__template")
    return get_object_or_404(rows, pk=pk)


def _content(request: HttpRequest, document: Document) -> bytes | HttpResponse:
    """The bytes of the file, or a page that says why they can't be had; 404 while there is no file."""
    if document.file is None:
        raise Http404
    handle = opened(request, document.file)
    if isinstance(handle, HttpResponse):
        return handle
    with handle as stream:
        return bytes(stream.read())


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
    content = _content(request, found) if made else b""
    if isinstance(content, HttpResponse):
        return content
    pages = range(1, count_pages(content) + 1) if content else range(0)
    return render(request, "documents/document.html", {"document": found, "pages": pages})


@login_required
@require_safe
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page as a picture, drawn anew unless the browser has it: the file's digest tells."""
    found = _found(request, pk)
    tag = f'"document-{found.sha256}-{number}"'
    if found.file is not None and found.file.is_safe and (known := unchanged(request, tag)):
        return known
    content = _content(request, found)
    if isinstance(content, HttpResponse):
        return content
    drawn = draw_page(content, number)
    if drawn is None:
        raise Http404
    return as_picture(HttpResponse(drawn, content_type="image/png"), tag)


@login_required
@require_safe
@xframe_options_sameorigin
def pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, to look at and print; with ``?download=1`` to save."""
    found = _found(request, pk)
    if found.file is None:
        raise Http404
    return serve(request, found.file, inline=request.GET.get("download") != "1")
