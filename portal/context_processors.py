"""What every page knows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from office.selectors import unread_count
from portal.navigation import folded, menu


def hall(request: HttpRequest) -> dict[str, Any]:
    """The menu of the person who asks, and the posts that the account menu shows."""
    user = getattr(request, "user", None)
    if user is None:
        return {}
    posts = user.current_posts if user.is_authenticated else []
    return {
        "nav_items": folded(menu(user, request.path, _badges(user) if posts else None)),
        "account_posts": [f"{post.department} · {post.get_role_display()}" for post in posts],
    }


def _badges(user: Any) -> dict[str, Any]:
    """Notices to staff that wait to be read; counted only when a page shows it."""
    return {"office:notices": SimpleLazyObject(lambda: unread_count(user))}
