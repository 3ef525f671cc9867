"""The archive: search for staff, one folder, a firm's folders and papers, and taking them out as a zip."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from approvals.archive import fetching, reading
from approvals.archive.exporting import Export, file_name
from approvals.forms.archive import ArchiveFilterForm, LateSignatureForm
from approvals.models import ArchiveFolder, ArchivePaper
from approvals.rules import may_export_archive, may_search_archive, may_work_at_window
from approvals.services.archiving import add_signature, check_folder, note_export
from approvals.views.acting import signed_in
from approvals.views.routing import case_home
from common.errors import HallError
from common.forms import show_error
from enterprises.models import Enterprise
from files.services import store

ROWS, PAPERS = 25, 200


@login_required
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Folders for staff of the archive, newest first; a constant number of statements."""
    user = signed_in(request)
    if not may_search_archive.test(user):
        raise PermissionDenied
    rows = ArchiveFolder.objects.visible_to(user)
    form = ArchiveFilterForm(request.GET, years=_years())
    found = form.narrow(rows)
    page = Paginator(found.for_lists().order_by("-id"), ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "count": page.paginator.count,
        "incomplete": rows.incomplete().count(),
        "filtered": form.filters,
        "keep_texts": {folder.pk: reading.keep_text(folder) for folder in page},
        "outcomes": {folder.pk: reading.outcome_text(folder) for folder in page},
    }
    return render(request, "approvals/archive/list.html", context)


def _years() -> list[int]:
    """Years in which folders were closed, the newest first."""
    ends = ArchiveFolder.objects.aggregate(first=Min("closed_at"), last=Max("closed_at"))
    if ends["first"] is None:
        return []
    first, last = (timezone.localtime(ends[name]).year for name in ("first", "last"))
    return list(range(last, first - 1, -1))


def _folder_of(request: HttpRequest, number: str) -> tuple[ArchiveFolder, User]:
    user = signed_in(request)
    rows = ArchiveFolder.objects.visible_to(user).select_related(
        "enterprise", "case__matter", "case__department", "case__project", "case__enterprise"
    )
    return get_object_or_404(rows, number=number), user


@login_required
@require_safe
def folder(request: HttpRequest, number: str) -> HttpResponse:
    """The index of one folder, to read and to print."""
    row, user = _folder_of(request, number)
    return _folder_page(request, row, user, {})


@login_required
@require_POST
def signature(request: HttpRequest, number: str) -> HttpResponse:
    """A clerk scans in the signature that the folder lacks."""
    row, user = _folder_of(request, number)
    if not may_work_at_window.test(user):
        raise Http404
    form = LateSignatureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with transaction.atomic():
                stored = store(actor=Actor(user), upload=form.cleaned_data["file"], accepts=("image", "pdf"))
                add_signature(actor=Actor(user), folder=row, signature=stored)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The signature is in the folder."))
            return redirect(row)
    return _folder_page(request, row, user, {}, form=form)


@login_required
@require_POST
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Read every file of the folder again and compare it with its digest; goes on record."""
    row, user = _folder_of(request, number)
    if not may_search_archive.test(user):
        raise Http404
    states = {line.position: fetching.compare(line.item, line.file) for line in reading.lines_of(row, user)}
    check_folder(actor=Actor(user), folder=row, states=states)
    return _folder_page(request, row, user, states)


def _folder_page(
    request: HttpRequest,
    row: ArchiveFolder,
    user: User,
    states: dict[int, str],
    *,
    form: LateSignatureForm | None = None,
) -> HttpResponse:
    lines = reading.lines_of(row, user)
    checked = {
        place: {"label": fetching.LABELS[state], "tone": fetching.TONES.get(state, "yellow")}
        for place, state in states.items()
    }
    counts = Counter(states.values())
    context = {
        "folder": row,
        "case_url": case_home(user, row.case),
        "rows": reading.summary_rows(row),
        "lines": lines,
        "missing": reading.missing_texts(row),
        "size": sum(line.size for line in lines),
        "checked": checked,
        "good": counts[fetching.UNALTERED],
        "bad": sum(counts.values()) - counts[fetching.UNALTERED],
        "signature_form": (form or LateSignatureForm()) if _may_sign(row, user) or form else None,
        "may_search": may_search_archive.test(user),
        "may_export": may_export_archive.test(user, row.enterprise),
    }
    return render(request, "approvals/archive/folder.html", context, status=400 if form else 200)


def _may_sign(row: ArchiveFolder, user: User) -> bool:
    return may_work_at_window.test(user) and any(one["what"] == "signature" for one in row.missing)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def folder_zip(request: HttpRequest, number: str) -> HttpResponseBase:
    """One folder as a zip; GET asks first, since it goes on record."""
    row, user = _folder_of(request, number)
    return _export(request, row.enterprise, [row], user, number=row.number)


def _firm_of(request: HttpRequest, pk: int) -> tuple[Enterprise, User]:
    user = signed_in(request)
    return get_object_or_404(Enterprise.objects.visible_to(user), pk=pk), user


@login_required
@require_safe
def firm(request: HttpRequest, pk: int) -> HttpResponse:
    """A firm's folders that one may see, and its papers that may be used again."""
    row, user = _firm_of(request, pk)
    folders = ArchiveFolder.objects.visible_to(user).filter(enterprise=row)
    papers = ArchivePaper.objects.visible_to(user).current().filter(enterprise=row)
    page = Paginator(folders.for_lists().order_by("-id"), ROWS).get_page(request.GET.get("page"))
    context = {
        "enterprise": row,
        "page_obj": page,
        "count": page.paginator.count,
        "keep_texts": {folder.pk: reading.keep_text(folder) for folder in page},
        "outcomes": {folder.pk: reading.outcome_text(folder) for folder in page},
        "papers": reading.usable(papers.select_related("file", "document", "case").order_by("code", "-id")[:PAPERS]),
        "may_export": may_export_archive.test(user, row) and page.paginator.count > 0,
    }
    return render(request, "approvals/archive/firm.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def firm_zip(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All folders of a firm that one may see as a zip; GET asks first, since it goes on record."""
    row, user = _firm_of(request, pk)
    folders = ArchiveFolder.objects.visible_to(user).filter(enterprise=row).for_lists().order_by("id")
    return _export(request, row, list(folders), user)


def _export(
    request: HttpRequest, enterprise: Enterprise, folders: list[ArchiveFolder], user: User, *, number: str = ""
) -> HttpResponseBase:
    if not may_export_archive.test(user, enterprise) or not folders:
        raise Http404
    if request.method != "POST":
        context = {"enterprise": enterprise, "folders": folders, "number": number, "action": request.path}
        return render(request, "approvals/archive/export.html", context)
    note_export(actor=Actor(user), enterprise=enterprise, folders=folders, whole=not number)
    export = Export(enterprise, [one.pk for one in folders], user, get_language() or "zh-hans")
    name = file_name(enterprise, number, export.made_at)
    response = StreamingHttpResponse(export.stream(), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [
    path("archive/", archive, name="archive"),
    path("archive/<str:number>.zip", folder_zip, name="archive_folder_zip"),
    path("archive/<str:number>/", folder, name="archive_folder"),
    path("archive/<str:number>/signature/", signature, name="archive_signature"),
    path("archive/<str:number>/check/", check, name="archive_check"),
    path("enterprises/<int:pk>/archive/", firm, name="firm_archive"),
    path("enterprises/<int:pk>/archive.zip", firm_zip, name="firm_archive_zip"),
]
