"""What the views of this app share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError, NotAllowed
from common.forms import show_error

PAGE = 25


class SignedIn(HttpRequest):
    """A request behind login_required."""

    user: User


def acting(request: SignedIn) -> Actor:
    """The signed-in person acting for his post."""
    return Actor(request.user)


def saved(request: HttpRequest, form: BaseForm, act: Callable[[], Any], done: Any) -> bool:
    """Carry out an act with its form; a refusal stands at the fields, a confirmation in a message."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except HallError as error:
        show_error(form, error)
        return False
    messages.success(request, str(done))
    return True


def attempt(request: HttpRequest, act: Callable[[], Any], done: Any) -> bool:
    """Carry out an act without fields; NotAllowed becomes a 403 page."""
    try:
        act()
    except NotAllowed:
        raise
    except HallError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, str(done))
    return True


def status_of(form: BaseForm) -> int:
    """400 for a page that comes back with errors."""
    return 400 if form.errors else 200
