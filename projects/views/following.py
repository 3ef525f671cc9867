"""Milestones and monthly progress of a key project."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from common.errors import HallError, InvalidInput
from common.forms import show_error
from common.time import today
from files.presenting import item
from projects import rules_key, services
from projects.forms_key import NotedProblems, PlanForm, ProgressForm, ReachedForm, noted
from projects.models import KeyProject, Milestone, Progress, ProgressPhoto
from projects.services.reporting import correctable_until
from projects.views.common import signed_in
from projects.views.key import staff_key_or_404


def _keeping(request: HttpRequest, pk: int) -> KeyProject:
    """The key project for who keeps its plans and reports; 404 for everybody else."""
    key = staff_key_or_404(request, pk)
    if not rules_key.keeps_books.test(signed_in(request), key):
        raise Http404
    return key


def _act_page(request: HttpRequest, form: Any, key: KeyProject, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back_url": reverse("projects:key_project", args=[key.project_id]),
        "back_text": str(key.project),
    }
    return render(request, "projects/key/act.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Planned days of what lies ahead."""
    key = _keeping(request, pk)
    form = PlanForm(request.POST or None, rows=list(key.milestones.order_by("point")))
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_milestones(
                actor=Actor(signed_in(request)), key=key, dates=form.dates(), reason=form.cleaned_data["reason"]
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The milestones are planned."))
            return redirect("projects:key_project", pk)
    return _act_page(request, form, key, _("Plan the milestones"))


@login_required
@require_http_methods(["GET", "POST"])
def reached(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    """The day on which a point was reached."""
    key = _keeping(request, pk)
    row = get_object_or_404(Milestone, key=key, point=point)
    form = ReachedForm(request.POST or None, initial={"reached_on": row.reached_on or today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.reach_milestone(actor=Actor(signed_in(request)), key=key, point=point, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The milestone is on record."))
            return redirect("projects:key_project", pk)
    return _act_page(request, form, key, _("Milestone reached: %(name)s") % {"name": row.get_point_display()})


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  (a month has no zone)
    except ValueError:
        raise Http404 from None


@login_required
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """A month's report: filled in, corrected with a reason, or just read; photos are added once it stands."""
    key = staff_key_or_404(request, pk)
    first = _month(month)
    row = Progress.objects.filter(key=key, month=first).select_related("clock", "reported_by").first()
    corrects = row is not None and row.reported_at is not None
    writes = rules_key.keeps_books.test(signed_in(request), key) and key.is_confirmed
    writes = writes and (not corrects or today() <= correctable_until(first))
    if not writes and (row is None or request.method == "POST"):
        raise Http404
    sent = request.POST if request.method == "POST" and "add_row" not in request.POST else None
    more = _one_more(request)
    form = ProgressForm(sent, initial=_typed(more, row), corrects=corrects)
    rows = NotedProblems(sent if sent is not None else more, prefix="problems")
    if sent is not None and form.is_valid() and rows.is_valid() and _report(request, key, first, form, noted(rows)):
        return redirect("projects:progress", pk, month)
    wrong = sent is not None and bool(form.errors or rows.total_error_count())
    context = {
        "key": key,
        "project": key.project,
        "month": first,
        "report": row,
        "form": form,
        "rows": rows,
        "checked": sent is not None,
        "opened": request.method == "POST",
        "writes": writes,
        "corrects": corrects,
        "until": correctable_until(first),
        "versions": row.versions.select_related("reported_by") if row else [],
        "photos": _photos(request, row) if row else [],
    }
    return render(request, "projects/key/progress.html", context, status=400 if wrong else 200)


def _one_more(request: HttpRequest) -> Any:
    """The posted form with one more line for a problem, where the button for that was pressed."""
    if "add_row" not in request.POST:
        return None
    more = request.POST.copy()
    more["problems-TOTAL_FORMS"] = str(min(int(more.get("problems-TOTAL_FORMS") or 0) + 1, 10))
    return more


def _typed(more: Any, row: Progress | None) -> dict[str, Any]:
    names = ("works", "domestic", "foreign")
    if more is not None:
        return {name: more.get(name, "") for name in (*names, "reason")}
    if row is None or row.reported_at is None:
        return {}
    return {name: getattr(row, name) for name in names}


def _report(request: HttpRequest, key: KeyProject, month: date, form: ProgressForm, problems: Any) -> bool:
    try:
        services.report_progress(
            actor=Actor(signed_in(request)), key=key, month=month, report=form.report(problems),
            reason=form.cleaned_data.get("reason", ""),
        )  # fmt: skip
    except HallError as error:
        show_error(form, error)
        return False
    messages.success(request, _("The progress of the month is reported. You can add photos now."))
    return True


def _photos(request: HttpRequest, row: Progress) -> list[dict[str, Any]]:
    user = signed_in(request)
    photos = row.photos.select_related("file", "added_by")
    return [
        {"pk": one.pk, "file": item(one.file, user) | {"uploaded_by": one.added_by, "at": one.added_at}}
        for one in photos
    ]


@login_required
@require_POST
def photo_add(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """Photos for a report; good ones are kept though others are refused."""
    key = _keeping(request, pk)
    row = get_object_or_404(Progress, key=key, month=_month(month), reported_at__isnull=False)
    refused: list[str] = [] if request.FILES.getlist("file") else [_("Choose a file.")]
    for upload in request.FILES.getlist("file"):
        try:
            services.add_photo(actor=Actor(signed_in(request)), progress=row, upload=upload)
        except InvalidInput as error:
            refused += [str(text) for texts in error.errors.values() for text in texts]
        except HallError as error:
            refused.append(str(error))
    if request.headers.get("HX-Request") == "true":
        if refused:
            return JsonResponse({"errors": {"file": refused}}, status=400)
        context = {"photos": _photos(request, row), "writes": True}
        return render(request, "projects/key/_photos.html", context)
    for text in refused:
        messages.error(request, text)
    return redirect("projects:progress", pk, month)


@login_required
@require_POST
def photo_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a photo out of the report."""
    photo = get_object_or_404(ProgressPhoto.objects.select_related("progress__key", "file"), pk=pk)
    _keeping(request, photo.progress.key.project_id)
    try:
        services.remove_photo(actor=Actor(signed_in(request)), photo=photo)
    except HallError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The photo is out of the report."))
    return redirect("projects:progress", photo.progress.key.project_id, str(photo.progress))
