"""Problems: the wall, one problem, raising one, and what each may do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError
from common.forms import show_error
from enterprises.acting import banner
from enterprises.selectors import ANY, actor_for
from ledger.selectors import timeline
from projects import rules_key, services, wall
from projects.filters_key import WallFilter
from projects.forms_key import (
    ConfirmForm,
    HelperForm,
    NoteForm,
    ProblemForm,
    ReasonForm,
    RejectForm,
    SolutionForm,
)
from projects.models import Problem, Project
from projects.selectors import open_problems
from projects.transitions import PROBLEM
from projects.views.common import signed_in

# What each act asks for, what it is called, and what is said when it is done.
FORMS: dict[str, type[forms.Form]] = {
    "note": NoteForm,
    "ask": HelperForm,
    "propose": SolutionForm,
    "climb": ReasonForm,
    "confirm": ConfirmForm,
    "reject": RejectForm,
    "withdraw": ReasonForm,
}
LABELS = {
    "note": gettext_lazy("Note what was done"),
    "ask": gettext_lazy("Let a member work on it"),
    "propose": gettext_lazy("Say that it is cleared"),
    "climb": gettext_lazy("Take it to the next level"),
    "confirm": gettext_lazy("Yes, it is cleared"),
    "reject": gettext_lazy("No, it is not cleared"),
    "withdraw": gettext_lazy("Withdraw"),
}
DONE = {
    "note": gettext_lazy("What was done is on record."),
    "ask": gettext_lazy("The member is told."),
    "propose": gettext_lazy("The firm is asked to confirm it."),
    "climb": gettext_lazy("The problem is on the next level."),
    "confirm": gettext_lazy("Thank you. The problem is closed."),
    "reject": gettext_lazy("The problem is back with its owner, who is told."),
    "withdraw": gettext_lazy("The problem is withdrawn."),
}
RULES: dict[str, Any] = {
    "note": rules_key.may_note,
    "ask": rules_key.owns,
    "propose": rules_key.owns,
    "climb": rules_key.may_climb,
    "confirm": rules_key.may_answer,
    "reject": rules_key.may_answer,
    "withdraw": rules_key.raised_it,
}
SERVICES: dict[str, Callable[..., object]] = {
    "note": services.note_problem,
    "ask": services.ask_helper,
    "propose": services.propose_cleared,
    "climb": services.climb_problem,
    "confirm": services.confirm_cleared,
    "reject": services.reject_cleared,
    "withdraw": services.withdraw_problem,
}
URGENT = {"withdraw", "reject"}


@login_required
@require_safe
def wall_of_problems(request: HttpRequest) -> HttpResponse:
    """What stands in the way anywhere one may look, by level or by state."""
    user = signed_in(request)
    if not user.is_hall_staff:
        raise Http404
    found = WallFilter(request.GET, queryset=open_problems(user=user), request=request)
    by = "state" if request.GET.get("by") == "state" else "level"
    context = {
        "filter": found,
        "columns": wall.columns(found.qs, by),
        "tabs": wall.tabs(request.GET, by),
        "by": by,
        "count": found.qs.count(),
    }
    return render(request, "projects/problems/wall.html", context)


def _problem(request: HttpRequest, pk: int) -> Problem:
    rows = Problem.objects.visible_to(signed_in(request))
    return get_object_or_404(
        rows.select_related("project__enterprise", "project__key", "owner", "helper", "raised_by", "clock"), pk=pk
    )


def _acts(user: User, problem: Problem) -> list[str]:
    """What this person may do with the problem as it stands now, in the order of the page."""
    return [
        act
        for act in FORMS
        if PROBLEM.allows(problem.status, act) and RULES[act].test(user, problem) and _makes_sense(act, problem)
    ]


def _makes_sense(act: str, problem: Problem) -> bool:
    return not (act == "climb" and problem.level == Problem.Level.LEADER)


def _form(act: str, problem: Problem, data: Any = None) -> forms.Form:
    if act == "ask":
        return HelperForm(data, problem=problem, initial={"helper": problem.helper_id})
    return FORMS[act](data)


@login_required
@require_safe
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem with its owner, its light, what was done, and what one may do."""
    user = signed_in(request)
    row = _problem(request, pk)
    acts = _acts(user, row)
    answers = [act for act in acts if act in ("confirm", "reject")]
    context = {
        "problem": row,
        "project": row.project,
        "inside": user.is_hall_staff,
        "notes": row.notes.select_related("author"),
        "acts": [_card(act, row) for act in acts if act not in answers],
        "answers": [_card(act, row) for act in answers],
        "entries": timeline(row).order_by("-seq"),
        "levels": wall.levels(row),
    }
    return render(request, "projects/problems/detail.html", context)


def _card(act: str, row: Problem) -> dict[str, Any]:
    url = reverse("projects:problem_act", args=[row.pk, act])
    return {"act": act, "label": str(LABELS[act]), "url": url, "form": _form(act, row),
            "tone": "red" if act in URGENT else ""}  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def problem_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do one of the acts; a page of its own where words are missing. 404 for whoever may not."""
    user = signed_in(request)
    row = _problem(request, pk)
    if act not in FORMS or not RULES[act].test(user, row):
        raise Http404
    form = _form(act, row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            SERVICES[act](actor=Actor(user), problem=row, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, str(DONE[act]))
            return redirect("projects:problem", pk)
    context = {"form": form, "title": LABELS[act], "back_url": row.get_absolute_url(), "back_text": row.title}
    return render(request, "projects/key/act.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def problem_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a problem of a project on record."""
    user = signed_in(request)
    rows = Project.objects.visible_to(user).filter(status=Project.Status.DECLARED).select_related("enterprise")
    project = get_object_or_404(rows, pk=pk)
    actor = actor_for(user, project.enterprise, ANY)
    if actor is None and not rules_key.may_raise.test(user, project):
        raise Http404
    form = ProblemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.raise_problem(actor=actor or Actor(user), project=project, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The problem is on record. %(name)s answers for it.") % {"name": made.owner})
            return redirect("projects:problem", made.pk)
    context = {
        "form": form,
        "title": _("Raise a problem"),
        "lead": _("The service secretary answers for it from now on. It is closed only when the firm says so."),
        "back_url": project.get_absolute_url(),
        "back_text": str(project),
        "acting_for": banner(project.enterprise, actor) if actor else None,
    }
    return render(request, "projects/key/act.html", context, status=400 if form.errors else 200)
