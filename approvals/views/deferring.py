"""Gaps that follow later: marking them, handing in, the window's check, and bars."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from approvals import services
from approvals.forms.deferring import BarFilterForm, LaterForm, LiftForm, ReturnForm, TerminateForm
from approvals.models import Application, Case, Deferral, DeferralBar
from approvals.rules import may_lift_bars, may_see_bars
from approvals.services.drafting import add_file
from approvals.views.acting import actor_or_404, application_to_act_on, signed_in
from approvals.views.desk import clerk_of
from approvals.views.desk_case import perform, visible_case
from approvals.views.materials import material_to_act_on, materials_page
from common.errors import HallError
from common.forms import show_error

PAGE = 20


@login_required
@require_POST
def later(request: HttpRequest, pk: int) -> HttpResponse:
    """Promise a paper for a day, or take the promise back."""
    material, actor = material_to_act_on(request, pk)
    form = LaterForm(request.POST)
    taken_back = "take_back" in request.POST
    refused: list[Any] = []
    if not taken_back and not form.is_valid():
        refused = list(form.errors["until"])
    else:
        try:
            until = None if taken_back else form.cleaned_data["until"]
            services.mark_later(actor=actor, material=material, until=until)
        except HallError as error:
            refused = [str(text) for texts in error.errors.values() for text in texts]
    here = reverse("approvals:materials", args=[material.application_id])
    onward = request.POST.get("next", "")
    if refused and onward in ("", here) and material.application.status == Application.Status.DRAFT:
        return materials_page(request, material.application, actor, later_errors={material.pk: refused})
    for text in refused:
        messages.error(request, text)
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        onward = here
    return redirect(f"{onward}#material-{material.pk}")


@login_required
@require_POST
def overlap(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether matters go on side by side while certificates follow."""
    row, actor = application_to_act_on(request, pk)
    try:
        services.choose_overlap(actor=actor, application=row, overlap=request.POST.get("overlap") == "on")
    except HallError as error:
        messages.error(request, str(error))
    name = "approvals:check" if request.POST.get("next") == "check" else "approvals:materials"
    return redirect(f"{reverse(name, args=[row.pk])}#side-by-side")


def _deferral(request: HttpRequest, pk: int) -> Deferral:
    rows = Deferral.objects.select_related("case__matter", "case__enterprise", "material__material")
    visible = Case.objects.visible_to(signed_in(request)).values("pk")
    return get_object_or_404(rows.filter(case__in=visible, material__isnull=False), pk=pk)


@login_required
@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The firm hands in a paper that it promised; ``file`` may come along, as at the window."""
    row = _deferral(request, pk)
    assert row.material is not None
    actor = actor_or_404(signed_in(request), row.case.enterprise)
    try:
        with transaction.atomic():
            for upload in request.FILES.getlist("file"):
                add_file(actor=actor, material=row.material.material, upload=upload)
            services.hand_in_paper(actor=actor, deferral=row)
    except HallError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Handed in. The window looks at it within two working days."))
    return redirect(f"{reverse('approvals:case', args=[row.case.number])}#deferrals")


@login_required
@require_http_methods(["POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The window finds a paper complete."""
    user = clerk_of(request)
    row = _deferral(request, pk)
    case = visible_case(user, row.case.number)
    return perform(
        request, case, "confirm_form", forms.Form(request.POST),
        lambda: services.confirm_paper(actor=Actor(user), deferral=row),
        _("The paper is complete; the gap is closed."),
    )  # fmt: skip


@login_required
@require_http_methods(["POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The window sends a paper back with words."""
    user = clerk_of(request)
    row = _deferral(request, pk)
    case = visible_case(user, row.case.number)
    form = ReturnForm(request.POST, prefix=f"return-{row.pk}")
    return perform(
        request, case, "return_form", form,
        lambda: services.return_paper(actor=Actor(user), deferral=row, remark=form.cleaned_data["remark"]),
        _("The paper was sent back; the applicant has been told why."),
    )  # fmt: skip


@login_required
@require_http_methods(["POST"])
def terminate(request: HttpRequest, number: str) -> HttpResponse:
    """End a case whose missing certificate will not come."""
    user = clerk_of(request)
    case = visible_case(user, number)
    form = TerminateForm(request.POST)
    return perform(
        request, case, "terminate_form", form,
        lambda: services.terminate_case(
            actor=Actor(user), case=case, reason=form.cleaned_data["reason"], seen=request.POST.get("seen")
        ),
        _("The case was terminated; the applicant has been told why."),
    )  # fmt: skip


@login_required
@require_safe
def bars(request: HttpRequest) -> HttpResponse:
    """Firms that may not defer, and those that could not for a while."""
    user = signed_in(request)
    if not may_see_bars(user):
        raise PermissionDenied
    form = BarFilterForm(request.GET)
    form.is_valid()
    rows = DeferralBar.objects.visible_to(user).found(form.cleaned_data.get("q", ""), form.cleaned_data.get("show", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "count": page.paginator.count,
        "may_lift": may_lift_bars(user),
    }
    return render(request, "approvals/deferral/bars.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def bar(request: HttpRequest, pk: int) -> HttpResponse:
    """One bar with its reason; an officer lifts it here."""
    user = signed_in(request)
    row = get_object_or_404(DeferralBar.objects.visible_to(user).for_pages(), pk=pk)
    may_lift = may_lift_bars(user)
    if request.method == "POST" and not may_lift:
        raise Http404
    form = LiftForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.lift_bar(actor=Actor(user), bar=row, reason=form.cleaned_data["reason"])
        except HallError as error:
            show_error(form, error)
            status = error.status
        else:
            messages.success(request, _("The bar was lifted; the enterprise has been told."))
            return redirect("approvals:bar", row.pk)
    status = 400 if form.errors and status == 200 else status
    context = {"bar": row, "form": form, "may_lift": may_lift and row.lifted_at is None}
    return render(request, "approvals/deferral/bar.html", context, status=status)


urlpatterns = [
    path("materials/<int:pk>/later/", later, name="later"),
    path("applications/<int:pk>/side-by-side/", overlap, name="overlap"),
    path("deferrals/<int:pk>/hand-in/", hand_in, name="deferral_hand_in"),
    path("desk/deferrals/<int:pk>/confirm/", check, name="deferral_confirm"),
    path("desk/deferrals/<int:pk>/return/", send_back, name="deferral_return"),
    path("desk/cases/<str:number>/terminate/", terminate, name="desk_terminate"),
    path("deferral-bars/", bars, name="bars"),
    path("deferral-bars/<int:pk>/", bar, name="bar"),
]
