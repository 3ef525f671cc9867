"""For which firm an agent works just now: kept in the session, looked at again on every request."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Role, User
from common.time import now, today
from enterprises.models import ANY, Enterprise, Mandate
from enterprises.selectors import explain_mandate

SESSION_KEY = "acting_mandate"
# For how long a page that an agent can no longer see explains itself by a mandate that has ended.
REMEMBERED = timedelta(days=30)
# What is posted here concerns the person alone.
NOT_FOR_A_FIRM = ("/accounts/", "/i18n/", "/session/", "/preferences/", "/agent/", "/notices/", "/deadlines/feeds/")


def enter(request: HttpRequest, mandate: Mandate) -> None:
    """From now on this session works for the mandate's enterprise."""
    request.session[SESSION_KEY] = mandate.pk


def leave(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def banner(enterprise: Enterprise, actor: Actor | None) -> dict[str, Any] | None:
    """The ``acting_for`` that base.html shows; None for whoever acts for himself."""
    if actor is None or not actor.on_behalf_of:
        return None
    mandate = Mandate.objects.filter(pk=actor.mandate_id).first() if actor.mandate_id else None
    return {
        "name": enterprise.name,
        "until": mandate.ends_on if mandate else None,
        "url": reverse("enterprises:mandates") if mandate else "",
    }


def acting_for(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the banner of the firm the session works for.

    A page about one firm says ``acting_for`` itself, with ``banner``.
    """
    mandate = getattr(request, "acting_mandate", None)
    if not mandate:
        return {}
    return {
        "acting_for": {
            "name": mandate.enterprise.name,
            "until": mandate.ends_on,
            "url": reverse("enterprises:mandates"),
        }
    }


class ActingMiddleware:
    """Gives ``request.acting_mandate`` (or something false) and explains what a lost mandate took away.

    A page opened under a mandate and posted after its revocation is answered by 403 with the
    reason, also where the row itself has become invisible and would be a bare 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting_mandate = None  # type: ignore[attr-defined]
        if request.user.is_authenticated and SESSION_KEY in request.session:
            refused = self._look_again(request)
            if refused is not None:
                return refused
        response = self.get_response(request)
        if response.status_code == 404 and request.user.is_authenticated and not _is_api(request):
            return _explain_missing(request, request.user) or response
        return response

    def _look_again(self, request: HttpRequest) -> HttpResponse | None:
        mandates = Mandate.objects.select_related("enterprise").filter(agent=request.user.pk)
        mandate = mandates.filter(pk=request.session[SESSION_KEY]).first()
        if mandate is not None and mandate.is_valid:
            request.acting_mandate = mandate  # type: ignore[attr-defined]
            return None
        leave(request)
        if mandate is None:
            return None
        reason = explain_mandate(mandate, ANY)
        if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith(NOT_FOR_A_FIRM):
            messages.warning(request, str(reason))
            return None
        return render(request, "403.html", {"exception": reason.message}, status=403)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _explain_missing(request: HttpRequest, user: User) -> HttpResponse | None:
    if not user.has_role(Role.AGENT):
        return None
    recently = Q(revoked_at__gte=now() - REMEMBERED) | Q(
        revoked_at=None, ends_on__lt=today(), ends_on__gte=today() - REMEMBERED
    )
    lost = list(Mandate.objects.filter(recently, agent=user).select_related("enterprise"))
    if not lost:
        return None
    return render(request, "enterprises/mandate_lost.html", {"lost": lost}, status=403)
