"""What every page knows."""

from typing import Any

from django.http import HttpRequest


def hall(request: HttpRequest) -> dict[str, Any]:
    """Navigation for the person who asks: ``nav_items`` is a list of label, address, current."""
    return {"nav_items": []}
