"""Acts on the limits of a step: special procedures begin and end, extensions are asked for and decided."""

from collections.abc import Callable

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from approvals import services
from approvals.forms import limits as limit_forms
from approvals.models import Step
from approvals.standing import extension_of
from approvals.views.review import both, handler_of, perform, seen_status, step_to_see
from deadlines.models import Extension


@login_required
@both
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act; what the services refuse is shown on the step's screen with the input kept."""
    user = handler_of(request)
    row = step_to_see(user, pk)
    if request.method != "POST":
        return redirect("approvals:step", pk)
    if act not in ACTS:
        raise Http404
    return ACTS[act](request, user, row)


def _begin(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    form = limit_forms.BeginForm(request.POST, prefix="begin")
    return perform(
        request, row, "begin_form", form,
        lambda: services.begin_special_procedure(
            actor=Actor(user), step=row, seen=seen_status(request), **form.cleaned_data
        ),
        _("The special procedure has begun: the time limit stands still, and the applicant has been told."),
    )  # fmt: skip


def _end(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    form = limit_forms.EndForm(request.POST, prefix="end")
    return perform(
        request, row, "end_form", form,
        lambda: services.end_special_procedure(
            actor=Actor(user), step=row, seen=seen_status(request), **form.cleaned_data
        ),
        _("The special procedure has ended: the time limit goes on, and the applicant has been told."),
    )  # fmt: skip


def _ask(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    form = limit_forms.ExtendForm(request.POST, prefix="extend", clock=row.case.clock)
    return perform(
        request, row, "extend_form", form,
        lambda: services.ask_more_time(actor=Actor(user), step=row, seen=seen_status(request), **form.cleaned_data),
        _("The request is with your department head. The time limit runs on meanwhile."),
    )  # fmt: skip


def _decide(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    approve = request.POST.get("approve") == "yes"
    extension = _extension(request, row)
    form = limit_forms.DecideForm(request.POST, prefix="decide")
    return perform(
        request, row, "decide_form", form,
        lambda: services.decide_more_time(
            actor=Actor(user), extension=extension, approve=approve, remark=form.cleaned_data["remark"]
        ),
        _("The extension was approved; the applicant has been told.") if approve else _("The extension was refused."),
    )  # fmt: skip


def _withdraw(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    extension = _extension(request, row)
    return perform(
        request, row, "withdraw_form", forms.Form(request.POST),
        lambda: services.withdraw_request(actor=Actor(user), extension=extension),
        _("The request was withdrawn."),
    )  # fmt: skip


def _revoke(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    extension = _extension(request, row)
    form = limit_forms.RevokeForm(request.POST, prefix="revoke")
    return perform(
        request, row, "revoke_form", form,
        lambda: services.revoke_more_time(
            actor=Actor(user), extension=extension, remark=form.cleaned_data["remark"]
        ),
        _("The extension was taken back; the old date counts again, and the applicant has been told."),
    )  # fmt: skip


def _extension(request: HttpRequest, row: Step) -> Extension:
    """The request that the page showed."""
    number = request.POST.get("extension", "")
    return extension_of(row.case, int(number) if number.isdecimal() else 0)


ACTS: dict[str, Callable[[HttpRequest, User, Step], HttpResponse]] = {
    "begin": _begin,
    "end": _end,
    "ask": _ask,
    "decide": _decide,
    "withdraw": _withdraw,
    "revoke": _revoke,
}
