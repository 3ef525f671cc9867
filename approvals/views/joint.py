"""Joint handling: starting it at the window, its page, asking for more time and deciding on that."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from approvals import jointly, presenting, services
from approvals.forms import joint as joint_forms
from approvals.models import Application, JointHandling
from approvals.views.acting import signed_in
from approvals.views.desk import clerk_of
from approvals.views.pages import kept_input
from common.errors import HallError, Stale, TransitionNotAllowed
from common.forms import show_error
from deadlines.models import Extension
from deadlines.rules import may_ask_extension, may_decide_extension


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose cases of one application, who leads and how many days are promised."""
    user = clerk_of(request)
    rows = Application.objects.visible_to(user).select_related("project", "enterprise")
    application = get_object_or_404(rows, pk=pk, status=Application.Status.SUBMITTED)
    cases = jointly.eligible_cases(application)
    form = joint_forms.StartForm(
        request.POST or None, cases=cases, departments=jointly.concerned_departments(cases) if cases else []
    )
    if request.method == "POST" and form.is_valid():
        try:
            joint = services.start_joint_handling(
                actor=Actor(user),
                application=application,
                cases=form.chosen,
                lead_department=form.cleaned_data["lead_department"],
                promised_days=form.cleaned_data["promised_days"],
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Joint handling has started; the applicant and the lead department are told."))
            return redirect(joint)
    context = {"application": application, "cases": cases, "form": form}
    return render(request, "approvals/joint/start.html", context, status=400 if form.errors else 200)


def _joint(user: User, pk: int) -> JointHandling:
    return get_object_or_404(JointHandling.objects.visible_to(user).for_pages(), pk=pk)


def _show(
    request: HttpRequest,
    joint: JointHandling,
    *,
    status: int = 200,
    conflict: HallError | None = None,
    bound: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    user, bound = signed_in(request), bound or {}
    extensions = jointly.extensions_of(joint)
    waiting = next((one for one in extensions if one.status == Extension.Status.ASKED), None)
    context: dict[str, Any] = {
        "joint": joint,
        "conflict": conflict,
        "kept": [line for form in bound.values() for line in kept_input(form)] if conflict else [],
        "limit_rows": presenting.limit_rows(joint),
        "rows": jointly.case_rows(joint, user),
        "stops": jointly.stops_of(joint),
        "extensions": extensions,
        "waiting": waiting,
        "may_ask": _may_ask(user, joint, extensions),
        "may_decide": waiting is not None and may_decide_extension.test(user, waiting),
        "entries": jointly.told_entries(joint),
        "ask_form": joint_forms.AskForm(),
        "decide_form": joint_forms.DecideForm(initial={"extension": waiting.pk if waiting else None}),
        **({} if conflict else bound),
    }
    context["form_list"] = [] if conflict else list(bound.values())
    return render(request, "approvals/joint/page.html", context, status=status)


def _may_ask(user: User, joint: JointHandling, extensions: list[Extension]) -> bool:
    """One request at a time, one approval in the clock's life, and none once the limit has run out."""
    spent = {Extension.Status.ASKED, Extension.Status.APPROVED, Extension.Status.REVOKED}
    if not joint.is_open or joint.clock.is_lawfully_overdue() or any(one.status in spent for one in extensions):
        return False
    return may_ask_extension.test(user, joint.clock)


@login_required
@require_safe
def joint(request: HttpRequest, pk: int) -> HttpResponse:
    """The joint limit, the cases inside it and who holds them; a stranger finds nothing (404)."""
    return _show(request, _joint(signed_in(request), pk))


def _perform(
    request: HttpRequest, row: JointHandling, name: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Do ``act``; what the services refuse is shown on the page with the input kept."""
    if not form.is_valid():
        return _show(request, row, status=400, bound={name: form})
    try:
        act()
    except (Stale, TransitionNotAllowed) as error:
        fresh = _joint(signed_in(request), row.pk)
        return _show(request, fresh, status=error.status, conflict=error, bound={name: form})
    except HallError as error:
        show_error(form, error)
        return _show(request, row, status=error.status, bound={name: form})
    messages.success(request, done)
    return redirect(row)


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The lead department asks for more time."""
    user = signed_in(request)
    row = _joint(user, pk)
    form = joint_forms.AskForm(request.POST)
    return _perform(
        request, row, "ask_form", form,
        lambda: services.ask_joint_extension(
            actor=Actor(user), joint=row, days=form.cleaned_data["amount"], reason=form.cleaned_data["reason"]
        ),
        _("The extension was asked for; the head of the government decides."),
    )  # fmt: skip


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the government decides on it."""
    user = signed_in(request)
    row = _joint(user, pk)
    form = joint_forms.DecideForm(request.POST)
    approve = request.POST.get("decision") == "yes"
    return _perform(
        request, row, "decide_form", form,
        lambda: services.decide_joint_extension(
            actor=Actor(user), joint=row, extension_id=form.cleaned_data["extension"], approve=approve,
            remark=form.cleaned_data["remark"],
        ),
        _("The limit was extended; the applicant is told the reason.") if approve else _("The extension was refused."),
    )  # fmt: skip


urlpatterns = [
    path("desk/applications/<int:pk>/joint/", start, name="joint_start"),
    path("joint/<int:pk>/", joint, name="joint"),
    path("joint/<int:pk>/ask/", ask, name="joint_ask"),
    path("joint/<int:pk>/decide/", decide, name="joint_decide"),
]
