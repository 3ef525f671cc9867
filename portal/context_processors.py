"""What every page knows."""

from typing import Any

from django.http import HttpRequest

from portal.navigation import menu
from portal.opening import opening_hours


def hall(request: HttpRequest) -> dict[str, Any]:
    """The menu of the person who asks, the posts that the account menu shows, the opening hours.

    The hours are a function: templates call it, and a fragment without the foot asks nothing.
    """
    user = getattr(request, "user", None)
    if user is None:
        return {}
    posts = user.current_posts if user.is_authenticated else []
    return {
        "nav_items": menu(user, request.path),
        "account_posts": [f"{post.department} · {post.get_role_display()}" for post in posts],
        "opening_hours": opening_hours,
    }
