"""The guarded way out: every download, picture and page of a file passes the access rules and the virus check."""

from __future__ import annotations

from typing import IO, Any, TypeVar
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from files import kinds, presenting
from files.access import may_read
from files.models import Preview, StoredFile
from files.storing import ContentMissing, StoreUnreachable, open_content

SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
# Browsers refuse to start their PDF viewer inside a sandboxed document, so a PDF goes without
# that word; scripts, forms and every other source stay shut off.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"

# Why a file that one may read is not given out: status, heading, words.
WAITING = (409, _("The file is being checked"), _("It is being scanned for viruses. Try again in a minute."))
UNCHECKED = (
    409,
    _("The file could not be checked"),
    _("The virus scanner could not look at it, so nobody can open it. Please hand in another copy."),
)
INFECTED = (
    410,
    _("The file was removed"),
    _("A virus was found in it. Its content was deleted; please hand in a clean copy."),
)
MISSING = (
    404,
    _("The content is missing"),
    _("The hall knows this file, but the store has lost its content. Tell the administrator, or hand it in again."),
)
UNREACHABLE = (
    503,
    _("The file store cannot be reached"),
    _("Nothing is lost. Try again in a few minutes."),
)
HELD = {
    StoredFile.Scan.WAITING: WAITING,
    StoredFile.Scan.ERROR: UNCHECKED,
    StoredFile.Scan.INFECTED: INFECTED,
}
Answer = HttpResponseBase
Response = TypeVar("Response", bound=HttpResponseBase)


def _readable(request: HttpRequest, pk: UUID) -> StoredFile | HttpResponse:
    """The file; for somebody who is not signed in the way to do so. A stranger gets 404, as for no file at all."""
    stored = StoredFile.objects.filter(pk=pk).first()
    if stored is None or not may_read(request.user, stored):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    return stored


def _unavailable(request: HttpRequest, why: tuple[int, Any, Any]) -> HttpResponse:
    """A page that says why, instead of content."""
    status, heading, text = why
    response = render(
        request, "files/unavailable.html", {"code": status, "heading": heading, "text": text}, status=status
    )
    if status == 503:
        response["Retry-After"] = "60"
    response["Cache-Control"] = "private, no-store"
    return response


def opened(request: HttpRequest, stored: StoredFile) -> IO[Any] | HttpResponse:
    """The content for somebody who has been asked already, or a page that says why there is none."""
    if not stored.is_safe:
        return _unavailable(request, HELD[StoredFile.Scan(stored.scan_state)])
    return _opened(request, stored.file)


def _opened(request: HttpRequest, field: FieldFile) -> IO[Any] | HttpResponse:
    try:
        return open_content(field)
    except ContentMissing:
        return _unavailable(request, MISSING)
    except StoreUnreachable:
        return _unavailable(request, UNREACHABLE)


@require_safe
@xframe_options_sameorigin
def download(request: HttpRequest, pk: UUID) -> Answer:
    """Give a file to whoever may read it: to save, or with ``?inline=1`` pictures and PDF to look at."""
    stored = _readable(request, pk)
    if isinstance(stored, HttpResponse):
        return stored
    return serve(request, stored, inline=request.GET.get("inline") == "1" and presenting.shows_inline(stored))


def serve(request: HttpRequest, stored: StoredFile, *, inline: bool) -> Answer:
    """The content to save or to look at, for somebody who has been asked already."""
    handle = opened(request, stored)
    if isinstance(handle, HttpResponse):
        return handle
    return _respond(stored, handle, inline=inline)


def _respond(stored: StoredFile, handle: IO[Any], *, inline: bool) -> FileResponse:
    """The bytes with headers under which no content can act on the hall's pages."""
    response = FileResponse(handle, as_attachment=not inline, filename=stored.name, content_type=stored.content_type)
    response["Content-Length"] = str(stored.size)
    response["Content-Security-Policy"] = PDF_POLICY if stored.content_type == kinds.PDF.content_type else SANDBOX
    response["Cache-Control"] = "private, no-store"
    return _guarded(response)


def _guarded(response: Response) -> Response:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_safe
def thumbnail(request: HttpRequest, pk: UUID) -> Answer:
    """The small picture of the first page."""
    return _picture(request, pk, Preview.Kind.THUMBNAIL, 1)


@require_safe
def preview(request: HttpRequest, pk: UUID, page: int) -> Answer:
    """The picture of one page."""
    return _picture(request, pk, Preview.Kind.PAGE, page)


def _picture(request: HttpRequest, pk: UUID, kind: str, page: int) -> Answer:
    stored = _readable(request, pk)
    if isinstance(stored, HttpResponse):
        return stored
    if not stored.is_safe:
        raise Http404
    row = get_object_or_404(Preview, file=stored, kind=kind, page=page)
    tag = f'"preview-{row.pk}"'
    if known := unchanged(request, tag):
        return known
    handle = _opened(request, row.image)
    if isinstance(handle, HttpResponse):
        return handle
    return as_picture(FileResponse(handle, content_type=row.content_type, filename=f"{page}.{row.format}"), tag)


def unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    """The answer 304 where the browser has this very picture; ask after the right to see it, not before."""
    return HttpResponseNotModified(headers={"ETag": tag}) if request.headers.get("If-None-Match") == tag else None


def as_picture(response: Response, tag: str) -> Response:
    """Kept by the browser, but asked for each time: whoever loses the right loses the picture too."""
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = SANDBOX
    return _guarded(response)


@require_safe
def view(request: HttpRequest, pk: UUID) -> Answer:
    """The file's pages one under the other; for a dialog only what is inside it."""
    stored = _readable(request, pk)
    if isinstance(stored, HttpResponse):
        return stored
    if not stored.is_safe:
        return _unavailable(request, HELD[StoredFile.Scan(stored.scan_state)])
    context = presenting.viewer(stored, _zoom(request), _waited(request))
    fragment = bool(request.headers.get("HX-Request"))
    context["in_dialog"] = fragment and "alone" not in request.GET
    response = render(request, "files/_viewer.html" if fragment else "files/view.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _zoom(request: HttpRequest) -> int:
    text = request.GET.get("zoom", "")
    return int(text) if text in map(str, presenting.ZOOMS) else 100


def _waited(request: HttpRequest) -> int:
    text = request.GET.get("waited", "")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


@require_safe
def head(request: HttpRequest, pk: UUID) -> Answer:
    """What a list shows of the file now: lists ask while it is checked and its pages are drawn."""
    stored = _readable(request, pk)
    if isinstance(stored, HttpResponse):
        return stored
    return render(request, "files/_head.html", {"file": presenting.item(stored, request.user, _waited(request))})
