"""Who gets at the overview."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dashboards.scope import Scope, scope_of


def needs_scope(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Hand the viewer's scope to ``view``; 403 for whoever has none."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        scope: Scope | None = scope_of(request.user)
        if scope is None:
            raise PermissionDenied
        return view(request, scope, *args, **kwargs)

    return login_required(guarded)
