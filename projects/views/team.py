"""The service team of a key project: offices, members, hand-over, receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from common.errors import HallError
from common.forms import show_error
from projects import rules_key, selectors, services
from projects.forms_key import HandOverForm, MaybeReasonForm, MemberForm, ReasonForm, SeatForm, seat_forms
from projects.models import KeyProject, Seat, TeamMember
from projects.views.common import signed_in
from projects.views.key import staff_key_or_404


@login_required
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in the team and was; those who may appoint do it here, one office at a time."""
    key = staff_key_or_404(request, pk)
    user = signed_in(request)
    sent = request.POST.get("office", "")
    rows = selectors.team_of(key)
    held = {row.seat: row for row in rows}
    appoints = rules_key.appoints.test(user) and key.is_confirmed
    if request.method == "POST" and not appoints:
        raise Http404
    forms = seat_forms(held, request.POST or None, sent) if appoints else []
    bound = next((one for one in forms if one.is_bound), None)
    if bound is not None and bound.is_valid() and _appoint(request, key, sent, bound):
        return redirect("projects:team", pk)
    return _page(request, key, rows, forms, MemberForm())


def _appoint(request: HttpRequest, key: KeyProject, seat: str, form: SeatForm) -> bool:
    data = form.cleaned_data
    try:
        services.appoint(actor=Actor(signed_in(request)), key=key, seat=seat, user=data["user"])
    except HallError as error:
        show_error(form, error)
        return False
    messages.success(request, _("%(name)s is in office.") % {"name": data["user"]})
    return True


def _page(
    request: HttpRequest, key: KeyProject, rows: list[TeamMember], forms: list[SeatForm], member_form: MemberForm
) -> HttpResponse:
    user = signed_in(request)
    wrong = any(form.errors for form in forms) or bool(member_form.errors)
    appoints = rules_key.appoints.test(user)
    context = {
        "key": key,
        "project": key.project,
        "team": rows,
        "former": selectors.former_team(key)[:50],
        "forms": forms,
        "member_form": member_form,
        "leads_team": rules_key.leads_team.test(user, key) and key.is_confirmed,
        "appoints": appoints,
        "may_act": {row.pk: appoints or row.user_id == user.pk for row in rows},
        "vacate_form": ReasonForm(),
        "leave_form": MaybeReasonForm(),
        "me": user.pk,
    }
    return render(request, "projects/key/team.html", context, status=400 if wrong else 200)


@login_required
@require_POST
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody into the team."""
    key = staff_key_or_404(request, pk)
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            services.add_member(actor=Actor(signed_in(request)), key=key, user=form.cleaned_data["user"])
        except HallError as error:
            _refuse(error)
            show_error(form, error)
        else:
            messages.success(request, _("%(name)s is in the team.") % {"name": form.cleaned_data["user"]})
            return redirect("projects:team", pk)
    rows = selectors.team_of(key)
    appoints = rules_key.appoints.test(signed_in(request))
    return _page(request, key, rows, seat_forms({row.seat: row for row in rows}) if appoints else [], form)


def _refuse(error: HallError) -> None:
    """Whoever may not act here does not learn that there is something to act on."""
    if error.status == 403:
        raise Http404 from error


def _member(request: HttpRequest, pk: int) -> TeamMember:
    keys = KeyProject.objects.visible_to(signed_in(request))
    if not signed_in(request).is_hall_staff:
        raise Http404
    rows = TeamMember.objects.current().filter(key__in=keys).select_related("key__project", "user")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The office to a successor, with a note."""
    member = _member(request, pk)
    user = signed_in(request)
    if member.seat == Seat.MEMBER or not (member.user_id == user.pk or rules_key.appoints.test(user)):
        raise Http404
    form = HandOverForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_over_seat(actor=Actor(user), member=member, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The office and its open duties are with your successor now."))
            return redirect("projects:team", member.key.project_id)
    return _act_page(request, form, member, _("Hand over: %(seat)s") % {"seat": member.get_seat_display()})


def _act_page(request: HttpRequest, form: Any, member: TeamMember, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back_url": reverse("projects:team", args=[member.key.project_id]),
        "back_text": str(member.key.project),
    }
    return render(request, "projects/key/act.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Vacate an office, or let a member go."""
    member = _member(request, pk)
    is_member = member.seat == Seat.MEMBER
    form = (MaybeReasonForm if is_member else ReasonForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act: Callable[..., TeamMember] = services.remove_member if is_member else services.vacate
        try:
            act(actor=Actor(signed_in(request)), member=member, reason=form.cleaned_data["reason"])
        except HallError as error:
            _refuse(error)
            show_error(form, error)
        else:
            messages.success(request, _("%(name)s has left the team.") % {"name": member.user})
            return redirect("projects:team", member.key.project_id)
    return _act_page(request, form, member, _("Leave the team: %(name)s") % {"name": member.user})


@login_required
@require_POST
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """The successor says that he has it."""
    member = _member(request, pk)
    try:
        services.receive_seat(actor=Actor(signed_in(request)), member=member)
    except HallError as error:
        _refuse(error)
        messages.error(request, str(error))
    else:
        messages.success(request, _("The receipt is on record."))
    return redirect("projects:team", member.key.project_id)
