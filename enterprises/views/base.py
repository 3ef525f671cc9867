"""What the views of this app share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError, NotAllowed
from enterprises.models import Enterprise


class SignedIn(HttpRequest):
    """A request behind login_required."""

    user: User


def acting_self(request: SignedIn) -> Actor:
    """The signed-in person acting for himself or for his post."""
    return Actor(request.user)


def visible_enterprise(request: SignedIn, pk: int) -> Enterprise:
    """The enterprise, or 404 for whoever may not see it."""
    return get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)


def attempt(request: HttpRequest, act: Callable[[], Any], done: Any) -> bool:
    """Carry out an act that has no form of its own; says in a message what came of it.

    A refusal because of who asks becomes a 403 page (NotAllowed passes through).
    """
    try:
        act()
    except NotAllowed:
        raise
    except HallError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, str(done))
    return True
