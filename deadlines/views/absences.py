"""Absences (请假与顶岗): one's own, those of one's people, and who stands in for whom today."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.models import Absence, User
from accounts.rules import may_enter_absence
from common.errors import HallError, NotAllowed
from common.forms import show_error
from deadlines import selectors, services
from deadlines.forms_handover import AbsenceForm, PersonForm


def _staff(request: HttpRequest) -> User:
    """Whoever holds a post; investors have nothing to be stood in for (403)."""
    user = request.user
    if not isinstance(user, User) or not user.is_hall_staff:
        raise PermissionDenied
    return user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """The lists, and the form for ``?person=`` (oneself without it)."""
    user = _staff(request)
    people = selectors.people_led_by(user)
    person = _person(request, user, people)
    form = AbsenceForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_bound and form.is_valid() and _enter(request, user, person, form):
        return redirect("deadlines:absences")
    context = {
        "form": form,
        "person": person,
        "for_oneself": person.pk == user.pk,
        "person_form": PersonForm({"person": person.pk}, user=user, people=people),
        "people": people,
        "own": selectors.absences_of(user),
        "led": selectors.absences_led_by(user, people),
        "today": selectors.stand_ins_today(user),
    }
    return render(request, "deadlines/absences.html", context, status=400 if form.errors else 200)


def _person(request: HttpRequest, user: User, people: list[User]) -> User:
    """Who is meant; somebody whom one does not lead is nobody (404)."""
    asked = request.GET.get("person", "")
    if asked in ("", str(user.pk)):
        return user
    found = [one for one in people if str(one.pk) == asked]
    return found[0] if found else get_object_or_404(User.objects.none())


def _enter(request: HttpRequest, user: User, person: User, form: AbsenceForm) -> bool:
    try:
        absence = services.enter_absence(actor=Actor(user), user=person, **form.cleaned_data)
    except NotAllowed:
        raise
    except HallError as error:
        show_error(form, error)
        return False
    text = _("%(substitute)s stands in for %(person)s. Duties pass over on the first day, by themselves.")
    messages.success(request, text % {"substitute": absence.substitute, "person": person})
    return True


def _act(request: HttpRequest, pk: int, act: Callable[..., Any], done: str) -> HttpResponse:
    user = _staff(request)
    absence = get_object_or_404(Absence.objects.visible_to(user).select_related("user"), pk=pk)
    if not may_enter_absence.test(user, absence.user):
        raise PermissionDenied
    try:
        act(actor=Actor(user), absence=absence)
        messages.success(request, done)
    except HallError as error:
        messages.error(request, str(error))
    return redirect(reverse("deadlines:absences"))


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an absence back."""
    done = _("The absence is cancelled. What was handed over goes back.")
    return _act(request, pk, services.cancel_absence, done)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Back before the last day."""
    return _act(request, pk, services.end_absence_early, _("The absence has ended. What was handed over goes back."))
