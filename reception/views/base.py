"""What the views of this app share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError, NotAllowed
from common.forms import show_error
from reception import rules


class SignedIn(HttpRequest):
    """A request behind login_required."""

    user: User


def acting(request: HttpRequest) -> Actor:
    """The signed-in person; the hall itself for a visitor without an account."""
    return Actor(request.user if isinstance(request.user, User) else None)


def staff_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Signed in, and holding a post: 403 for everybody else."""

    @wraps(view)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.is_staff_in_post(request.user):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return login_required(guarded)


def attempt(request: HttpRequest, act: Callable[[], Any], done: Any, form: forms.BaseForm | None = None) -> bool:
    """Carry out an act; what came of it stands at the fields of ``form``, or without one in a message.

    A refusal because of who asks becomes a 403 page (NotAllowed passes through).
    """
    try:
        act()
    except NotAllowed:
        raise
    except HallError as error:
        if form is None:
            messages.error(request, str(error))
        else:
            show_error(form, error)
        return False
    messages.success(request, str(done))
    return True
