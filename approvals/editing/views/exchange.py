"""Taking the catalogue out and bringing it in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.editing import importing, registers, selectors
from approvals.editing.exchange import xlsx_out, yaml_files
from approvals.editing.exchange.common import MAX_BYTES, Parsed, UnreadableError
from approvals.editing.forms import NoteForm
from approvals.editing.selectors import MATTER, THEME
from approvals.editing.views.common import SUBJECTS, actor, editors_only, thing_or_404
from common.errors import HallError, InvalidInput
from common.forms import show_error
from common.time import today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _download(data: bytes | str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@editors_only
@require_safe
def export_xlsx(request: HttpRequest) -> HttpResponse:
    """Every matter as it is in force, as one workbook."""
    contents = list(selectors.contents_in_force(MATTER).values())
    return _download(xlsx_out.workbook(contents, registers.known()), XLSX, f"catalogue-{today():%Y%m%d}.xlsx")


@editors_only
@require_safe
def export_zip(request: HttpRequest) -> HttpResponse:
    """Every matter and the themes as YAML."""
    contents = [selectors.contents_in_force(subject).values() for subject in (MATTER, THEME)]
    data = yaml_files.archive(contents[0], contents[1], registers.of_files())
    return _download(data, "application/zip", f"catalogue-{today():%Y%m%d}.zip")


@editors_only
@require_safe
def export_yaml(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One matter or theme as it is in force."""
    thing = thing_or_404(kind, code)
    _thing, content = selectors.in_force(SUBJECTS[kind], thing.code)
    if kind == "matters":
        text = yaml_files.dump(yaml_files.matter_document(content, registers.of_files()))
        return _download(text, "application/yaml; charset=utf-8", yaml_files.file_name(content))
    text = yaml_files.dump(yaml_files.themes_document([content]))
    return _download(text, "application/yaml; charset=utf-8", f"{thing.code}.yaml")


class UploadForm(forms.Form):
    """The file to bring in."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A workbook (.xlsx), one matter or themes (.yaml), or many of them (.zip); 5 MB at most."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.yaml,.yml,.zip"}),
    )

    def read(self) -> Parsed:
        """What the file holds. Raises InvalidInput at ``file``."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise InvalidInput({"file": _("The file is too large.")})
        try:
            return importing.read(upload.name, upload.read())
        except UnreadableError as error:
            raise InvalidInput({"file": error.message}) from error


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; what it would change is shown before anything happens."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                found = importing.preview(form.read())
            except HallError as error:
                show_error(form, error)
            else:
                return _preview(request, found, NoteForm())
    return render(request, "catalogue/import.html", {"form": form, "not_carried": xlsx_out.not_carried(0)[2:]})


def _preview(request: HttpRequest, found: importing.Preview, form: NoteForm) -> HttpResponse:
    sealed = importing.sealed(found, actor(request)) if found.may_be_done else ""
    return render(request, "catalogue/import_preview.html", {"found": found, "form": form, "sealed": sealed})


@editors_only
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Do what the preview showed, all or nothing."""
    form = NoteForm(request.POST)
    sealed = request.POST.get("sealed", "")
    status = 200
    if form.is_valid():
        try:
            entries = importing.unsealed(sealed, actor(request))
            count = importing.import_catalogue(actor=actor(request), entries=entries, note=form.cleaned_data["note"])
        except HallError as error:
            show_error(form, error)
            status = error.status
        else:
            words = ngettext("%(count)s version is in force.", "%(count)s versions are in force.", count)
            messages.success(request, words % {"count": count})
            return redirect("approvals:catalogue")
    return render(request, "catalogue/import_note.html", {"form": form, "sealed": sealed}, status=status)
