"""The guarded way out: every download passes the access rules."""

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from files import kinds
from files.access import may_read
from files.models import StoredFile

SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
# Browsers refuse to start their PDF viewer inside a sandboxed document, so a PDF goes without
# that word; scripts, forms and every other source stay shut off.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@require_safe
@xframe_options_sameorigin
def download(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """Give a file to whoever may read it: pictures and PDF to look at, the rest to save.

    A stranger gets 404, as if there were no such file; who is not signed in is asked to.
    """
    stored = StoredFile.objects.filter(pk=pk).first()
    if stored is None or not may_read(request.user, stored):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    return respond(stored, as_attachment="save" in request.GET)


def respond(stored: StoredFile, *, as_attachment: bool = False) -> HttpResponse | FileResponse:
    """The bytes with headers under which no content can act on the hall's pages."""
    inline = stored.is_image or stored.content_type == kinds.PDF.content_type
    try:
        handle = stored.file.open("rb")
    except FileNotFoundError:
        return HttpResponseNotFound(_("The content of this file is missing from the store."))
    response = FileResponse(
        handle,
        as_attachment=as_attachment or not inline,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["Content-Security-Policy"] = PDF_POLICY if stored.content_type == kinds.PDF.content_type else SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
