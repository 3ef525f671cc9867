"""The number beside the bell."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notifications.models import Message


def unread(request: HttpRequest) -> dict[str, object]:
    """``unread_notices``: how many in-app messages wait; counted only when a page shows it."""

    def count() -> int:
        user = getattr(request, "user", None)
        return Message.objects.visible_to(user).unread().count() if user and user.is_authenticated else 0

    return {"unread_notices": SimpleLazyObject(count)}
