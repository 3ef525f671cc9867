"""The board of an application, and joint reviews: list, calling, one page for every department, closing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import User
from approvals import board, services, stages
from approvals.forms import sessions as session_forms
from approvals.models import Application, Case, ReviewSession, SessionOpinion, Step
from approvals.rules import leads_session, speaks_in_session, works_inside
from approvals.views.acting import signed_in
from common.errors import HallError, Stale, TransitionNotAllowed
from common.forms import show_error

OPEN = ReviewSession.Status.OPEN


def _inside(request: HttpRequest) -> User:
    """Somebody who works on cases in the hall; anybody else is refused (403)."""
    user = signed_in(request)
    if not works_inside.test(user):
        raise PermissionDenied
    return user


def _application(user: User, pk: int) -> tuple[Application, list[Case]]:
    """An application with those of its cases that the person sees; none seen is none at all (404)."""
    cases = list(Case.objects.visible_to(user).filter(application=pk).for_lists().order_by("matter__position", "pk"))
    if not cases:
        raise Http404
    return get_object_or_404(Application.objects.select_related("project", "enterprise", "theme"), pk=pk), cases


@login_required
@require_safe
def show_board(request: HttpRequest, pk: int) -> HttpResponse:
    """Every case of an application with its departments, lights, and what it waits for."""
    user = _inside(request)
    application, cases = _application(user, pk)
    context = {
        "application": application,
        "stages": board.board_of(cases),
        "sessions": ReviewSession.objects.visible_to(user).filter(application=application),
        "ready": board.ready_sessions(application, user),
    }
    return render(request, "approvals/sessions/board.html", context)


@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Joint reviews that concern the person's departments, open ones first."""
    user = _inside(request)
    rows = ReviewSession.objects.visible_to(user).select_related("application__project", "department")
    found = list(rows.prefetch_related("opinions").order_by("-status", "-pk")[:100])
    open_first = sorted(found, key=lambda row: (row.status != OPEN, -row.pk))
    context = {"rows": [(row, _count(row)) for row in open_first]}
    return render(request, "approvals/sessions/list.html", context)


def _count(session: ReviewSession) -> dict[str, int]:
    opinions = list(session.opinions.all())
    return {"given": sum(one.agrees is not None for one in opinions), "all": len(opinions)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Call a joint review on the cases that are ready for it."""
    user = _inside(request)
    application, _cases = _application(user, pk)
    if code not in stages.sessions():
        raise Http404
    form = session_forms.CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            session = services.call_session(
                actor=Actor(user), application=application, code=code,
                meets_at=form.cleaned_data["meets_at"], place=form.cleaned_data["place"],
            )  # fmt: skip
        except Stale as error:
            messages.error(request, str(error))
            return redirect("approvals:board", application.pk)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The joint review has been called; the departments are told."))
            return redirect(session)
    ready = next((one for one in board.ready_sessions(application, user) if one.code == code), None)
    if ready is None and request.method != "POST":
        raise Http404
    context = {"application": application, "kind": stages.sessions()[code], "ready": ready, "form": form}
    return render(request, "approvals/sessions/call.html", context, status=400 if form.errors else 200)


def _session(user: User, pk: int) -> ReviewSession:
    rows = ReviewSession.objects.visible_to(user).select_related(
        "application__project", "application__enterprise", "department", "called_by", "closed_by", "document"
    )
    return get_object_or_404(rows, pk=pk)


def _show(
    request: HttpRequest, session: ReviewSession, *, status: int = 200, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    user, bound = signed_in(request), bound or {}
    opinions = list(session.opinions.select_related("department", "author").order_by("pk"))
    cases = list(session.cases.select_related("matter", "department", "clock").order_by("pk"))
    steps = Step.objects.filter(case__in=cases, kind=Step.Kind.REVIEW).select_related("department", "clock")
    mine = _own(user, session, opinions)
    leads = session.status == OPEN and leads_session.test(user, session)
    context = {
        "session": session,
        "opinions": opinions,
        "cases": [(case, [step for step in steps if step.case_id == case.pk]) for case in cases],
        "mine": [(one, _opinion_form(one, bound)) for one in mine],
        "may_close": leads,
        "silent": [one.department.label for one in opinions if one.agrees is None],
        "close_form": session_forms.CloseForm(),
        "cancel_form": session_forms.CancelForm(),
        "earliest": min((step.clock.due_at for step in steps if step.clock and step.clock.is_open), default=None),
        **bound,
    }
    context["form_list"] = list(bound.values())
    return render(request, "approvals/sessions/session.html", context, status=status)


def _own(user: User, session: ReviewSession, opinions: list[SessionOpinion]) -> list[SessionOpinion]:
    """Opinions that this person may give now."""
    if session.status != OPEN:
        return []
    return [one for one in opinions if speaks_in_session.test(user, one.department)]


def _opinion_form(opinion: SessionOpinion, bound: dict[str, forms.Form]) -> forms.Form:
    prefix = f"opinion-{opinion.department_id}"
    if prefix in bound:
        return bound[prefix]
    said = {True: "yes", False: "no", None: None}[opinion.agrees]
    return session_forms.SessionOpinionForm(prefix=prefix, initial={"agrees": said, "text": opinion.text})


@login_required
@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: its cases, what each department says, what is to be done."""
    return _show(request, _session(_inside(request), pk))


def _perform(
    request: HttpRequest, row: ReviewSession, name: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    if not form.is_valid():
        return _show(request, row, status=400, bound={name: form})
    try:
        act()
    except (Stale, TransitionNotAllowed) as error:
        messages.error(request, str(error))
        return redirect(row)
    except HallError as error:
        show_error(form, error)
        return _show(request, row, status=error.status, bound={name: form})
    messages.success(request, done)
    return redirect(row)


@login_required
@require_POST
def speak(request: HttpRequest, pk: int, department: int) -> HttpResponse:
    """Give a department's opinion."""
    user = _inside(request)
    row = _session(user, pk)
    opinion = get_object_or_404(row.opinions.select_related("department"), department=department)
    prefix = f"opinion-{department}"
    form = session_forms.SessionOpinionForm(request.POST, prefix=prefix)
    return _perform(
        request, row, prefix, form,
        lambda: services.give_opinion(
            actor=Actor(user), session=row, department=opinion.department,
            agrees=form.cleaned_data["agrees"] == "yes", text=form.cleaned_data["text"],
        ),
        _("Your department's opinion is on record. It can be changed until the session closes."),
    )  # fmt: skip


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close with the joint opinion."""
    user = _inside(request)
    row = _session(user, pk)
    form = session_forms.CloseForm(request.POST)
    return _perform(
        request, row, "close_form", form,
        lambda: services.close_session(actor=Actor(user), session=row, summary=form.cleaned_data["summary"]),
        _("The session is closed; the reviews of all departments are done."),
    )  # fmt: skip


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the session off."""
    user = _inside(request)
    row = _session(user, pk)
    form = session_forms.CancelForm(request.POST)
    return _perform(
        request, row, "cancel_form", form,
        lambda: services.cancel_session(actor=Actor(user), session=row, reason=form.cleaned_data["reason"]),
        _("The session was called off; every step is reviewed by itself again."),
    )  # fmt: skip


urlpatterns = [
    path("applications/<int:pk>/board/", show_board, name="board"),
    path("applications/<int:pk>/sessions/<slug:code>/", call, name="session_call"),
    path("sessions/", sessions, name="sessions"),
    path("sessions/<int:pk>/", session, name="session"),
    path("sessions/<int:pk>/opinions/<int:department>/", speak, name="session_speak"),
    path("sessions/<int:pk>/close/", close, name="session_close"),
    path("sessions/<int:pk>/cancel/", cancel, name="session_cancel"),
]
