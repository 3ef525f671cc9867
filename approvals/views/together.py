"""The clerk's page of certificates that are issued as one: what is ready, what is missing, one act, one signature."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import User
from approvals import services
from approvals.forms.desk import SignForm
from approvals.forms.special import TogetherForm
from approvals.models import Application, Case
from approvals.papers.together import one_result_rows
from approvals.special_ways import collectable, missing, one_result, ready
from approvals.views.desk import clerk_of
from approvals.views.signing import stored_signature
from common.errors import HallError
from common.forms import show_error


def _group(user: User, pk: int) -> tuple[Application, list[Case]]:
    application = get_object_or_404(
        Application.objects.visible_to(user).select_related("enterprise", "project", "theme"), pk=pk
    )
    group = one_result(application)
    if not group:
        raise Http404
    rows = Case.objects.filter(pk__in=[case.pk for case in group]).for_lists()
    return application, list(rows.select_related("version", "delivery").order_by("id"))


def _draw(
    request: HttpRequest, application: Application, cases: list[Case], *, status: int = 200, **bound: forms.Form
) -> HttpResponse:
    late = missing(cases)
    issuable, waiting = ready(cases), collectable(cases)
    context: dict[str, Any] = {
        "application": application,
        "cases": cases,
        "missing": late,
        "ready": issuable,
        "collectable": waiting,
        "rows": one_result_rows(cases),
        "issue_form": TogetherForm(missing=bool(late)) if issuable else None,
        "sign_form": SignForm() if waiting else None,
        **bound,
        "form_list": list(bound.values()),
    }
    return render(request, "approvals/special/together.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest, pk: int) -> HttpResponse:
    """The group as it stands; ``act`` issues what is ready, or hands over what lies at the counter."""
    user = clerk_of(request)
    application, cases = _group(user, pk)
    if request.method != "POST":
        return _draw(request, application, cases)
    if request.POST.get("act") == "sign":
        return _sign(request, user, application, cases)
    form = TogetherForm(request.POST, missing=bool(missing(cases)))
    if not form.is_valid():
        return _draw(request, application, cases, status=400, issue_form=form)
    try:
        issued = services.issue_together(
            actor=Actor(user),
            application=application,
            way=form.cleaned_data["way"],
            reason=form.cleaned_data.get("reason", ""),
            seen=[int(one) for one in request.POST.getlist("seen") if one.isdecimal()],
        )
    except HallError as error:
        show_error(form, error)
        return _draw(request, application, _group(user, pk)[1], status=error.status, issue_form=form)
    messages.success(request, _("%(count)s certificates were issued as one.") % {"count": len(issued)})
    return redirect("approvals:together", pk)


def _sign(request: HttpRequest, user: User, application: Application, cases: list[Case]) -> HttpResponse:
    form = SignForm(request.POST, request.FILES)
    if not form.is_valid():
        return _draw(request, application, cases, status=400, sign_form=form)
    try:
        with transaction.atomic():
            upload = form.upload()
            services.sign_together(
                actor=Actor(user),
                application=application,
                signed_name=form.cleaned_data["signed_name"],
                signature=stored_signature(Actor(user), upload, at="signature_file"),
            )
    except HallError as error:
        show_error(form, error)
        return _draw(request, application, cases, status=error.status, sign_form=form)
    messages.success(request, _("Delivered: one receipt is signed for all."))
    return redirect("approvals:together", application.pk)


urlpatterns = [path("desk/applications/<int:pk>/together/", together, name="together")]
