"""What the views of this app share."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError, NotAllowed
from common.forms import show_error
from files.models import StoredFile
from files.presenting import item

PAGE = 25


class SignedIn(HttpRequest):
    """A request behind login_required."""

    user: User


def acting_self(request: SignedIn) -> Actor:
    """The signed-in person acting for his post."""
    return Actor(request.user)


def staff_only(request: SignedIn) -> User:
    """The person of the hall who asks; for investors the office does not exist."""
    if not request.user.is_hall_staff:
        raise Http404
    return request.user


def attempt(request: HttpRequest, act: Callable[[], Any], done: Any, form: Any = None) -> bool:
    """Carry out an act; says in a message what came of it. A refused form shows why at its fields."""
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


def shown_files(files: Iterable[StoredFile], user: User) -> list[dict[str, Any]]:
    """Files as ``components/file_list.html`` takes them."""
    return [item(stored, user) for stored in files]


def tabs_of(boxes: Mapping[str, Any], box: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Boxes as ``components/tabs.html`` takes them."""
    return [
        {"label": label, "url": f"?box={key}", "active": key == box, "count": counts.get(key)}
        for key, label in boxes.items()
    ]
