"""What the editor's pages share: who gets in, how a draft is found, what stands on every page of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.actors import Actor
from accounts.models import User
from approvals.editing import services
from approvals.editing.controls import plain_number
from approvals.editing.rules import may_edit_catalogue
from approvals.editing.selectors import MATTER, THEME
from approvals.models import CatalogueDraft, Matter, Theme
from common.errors import HallError, Stale

SUBJECTS = {"matters": MATTER, "themes": THEME}
KINDS = {str(subject): kind for kind, subject in SUBJECTS.items()}
View = Callable[..., HttpResponse]


def editors_only(view: View) -> View:
    """Everybody else does not know the page (404); who is not signed in is asked to."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_edit_catalogue.test(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def actor(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    return Actor(request.user)


def thing_or_404(kind: str, code: str) -> Matter | Theme:
    if kind == "matters":
        return get_object_or_404(Matter.objects.select_related("current", "department", "window"), code=code)
    return get_object_or_404(Theme.objects.select_related("current"), code=code)


def draft_page(view: View) -> View:
    """Gives the view the draft for its key. One that is gone is 404, for a form that was still open 409."""

    @editors_only
    @wraps(view)
    def found(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = CatalogueDraft.objects.select_related("updated_by").filter(pk=pk).first()
        if draft is not None:
            return view(request, draft, *args, **kwargs)
        if request.method == "POST":
            return refused(request, Stale(services.GONE), reverse("approvals:catalogue"))
        raise Http404

    return found


def thing_url(subject: str, code: str) -> str:
    return reverse("approvals:catalogue_thing", args=[KINDS[str(subject)], code])


def number_of(text: str | None) -> int:
    """A figure that a form carried along; 404 for anything else."""
    number = plain_number(text, 9)
    if number is None:
        raise Http404
    return number


def refused(request: HttpRequest, error: HallError, back_url: str) -> HttpResponse:
    """A page that says why nothing was done and leads back."""
    context = {"error": error, "back_url": back_url}
    return render(request, "catalogue/refused.html", context, status=error.status)
