"""Templates: for administrators only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.rules import is_administrator
from common.errors import InvalidInput, Stale
from documents import editing, services
from documents.failures import failure_text
from documents.forms import TemplateForm
from documents.models import Document, Template, TemplateVersion
from documents.services.templates import file_source

FAILED_SHOWN = 100


def _for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    @login_required
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_administrator.test(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return allowed


def _actor(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    return Actor(request.user)


@_for_administrators
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """All templates, and how many papers wait for somebody to look at them."""
    failed = Document.objects.filter(status=Document.Status.FAILED).count()
    return render(request, "documents/templates.html", {"lines": editing.template_lines(), "failed": failed})


@_for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, code: str) -> HttpResponse:
    """The source with its preview; a POST previews or publishes."""
    found = get_object_or_404(Template, code=code)
    versions = list(found.versions.select_related("made_by").defer("source"))
    samples = editing.sample_choices(code)
    if request.method == "POST":
        form = TemplateForm(request.POST, samples=samples)
        if form.is_valid() and request.POST.get("act") == "publish" and _publish(request, form, found):
            return redirect("documents:template", code=code)
    else:
        initial = {"source": _opened_source(request, found), "seen": versions[0].number}
        form = TemplateForm(initial=initial, samples=samples)
    context = {
        "template": found,
        "versions": versions,
        "form": form,
        "preview": _preview(request, form, code),
        "has_file": bool(file_source(code)),
    }
    return render(request, "documents/template.html", context)


def _opened_source(request: HttpRequest, found: Template) -> str:
    """The version in force, an older one (``?from=3``) or the file (``?from=file``) to go on from."""
    wanted = request.GET.get("from", "")
    if wanted == "file":
        return file_source(found.code)
    versions = found.versions.order_by("-number")
    version = versions.filter(number=wanted).first() if wanted.isdecimal() and len(wanted) < 9 else None
    chosen = version or versions.first()
    return chosen.source if chosen else ""


def _preview(request: HttpRequest, form: TemplateForm, code: str) -> editing.Preview | None:
    if not form.is_bound:
        return editing.preview(code, str(form.initial["source"]), request.GET.get("sample", ""))
    if "source" not in form.cleaned_data:
        return None
    source = form.cleaned_data["source"].replace("\r\n", "\n")
    return editing.preview(code, source, form.cleaned_data.get("sample", ""))


def _publish(request: HttpRequest, form: TemplateForm, found: Template) -> bool:
    data = form.cleaned_data
    try:
        made = services.publish_template(
            actor=_actor(request), template=found, source=data["source"], note=data["note"], seen=data["seen"]
        )
    except InvalidInput as error:
        for text in error.errors.get("source", []):
            form.add_error(None, text)
        return False
    except Stale as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Version %(number)s is in force from now on.") % {"number": made.number})
    return True


@_for_administrators
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version and what it changed against the one before it."""
    found = get_object_or_404(
        TemplateVersion.objects.select_related("template", "made_by"), template__code=code, number=number
    )
    before = TemplateVersion.objects.filter(template=found.template_id, number=number - 1).first()
    context = {
        "version": found,
        "before": before,
        "lines": editing.difference(before.source if before else "", found.source),
    }
    return render(request, "documents/version.html", context)


@_for_administrators
@require_safe
def failed(request: HttpRequest) -> HttpResponse:
    """Papers that are issued and have no file, each with its reason."""
    rows = Document.objects.filter(status=Document.Status.FAILED).select_related("department").order_by("issued_at")
    lines = [{"document": one, "reason": failure_text(one.error)} for one in rows[:FAILED_SHOWN]]
    return render(request, "documents/failed.html", {"lines": lines, "count": rows.count()})


@_for_administrators
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Let all of them be tried anew."""
    count = services.retry_failed(actor=_actor(request))
    text = ngettext("%(count)s document is tried again.", "%(count)s documents are tried again.", count)
    messages.success(request, text % {"count": count})
    return redirect("documents:failed")
