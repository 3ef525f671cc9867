"""What happens to a refusal that no view turned into words at a field."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import HallError

PAGES = {403: "403.html", 409: "409.html"}


class RefusalMiddleware:
    """Shows a service's refusal as a page with its words and status: 403, 409, else 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, HallError):
            return None
        page = PAGES.get(error.status, "400.html")
        return render(request, page, {"exception": error.message}, status=error.status)
