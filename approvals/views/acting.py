"""How the applicant's pages find their rows: a stranger gets 404, everybody else an actor."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.actors import Actor
from accounts.models import User
from approvals.models import Application, Case
from enterprises.models import Enterprise
from enterprises.selectors import ANY, actor_for
from projects.views.common import signed_in

__all__ = ["actor_or_404", "application_to_act_on", "case_to_see", "signed_in"]


def actor_or_404(user: User, enterprise: Enterprise) -> Actor:
    """Who acts for the firm here; the scope of a mandate is looked at by each act itself."""
    actor = actor_for(user, enterprise, ANY)
    if actor is None:
        raise Http404
    return actor


def application_to_act_on(request: HttpRequest, pk: int) -> tuple[Application, Actor]:
    """An application and who acts on it; 404 for whoever may not see it or not act for its firm."""
    user = signed_in(request)
    rows = Application.objects.visible_to(user).select_related("project", "enterprise", "submitted_by")
    application = get_object_or_404(rows, pk=pk)
    return application, actor_or_404(user, application.enterprise)


def case_to_see(request: HttpRequest, number: str) -> tuple[Case, Actor | None]:
    """A case one may see, and who acts on it for the firm; None for staff who only look."""
    user = signed_in(request)
    rows = (
        Case.objects.visible_to(user)
        .for_lists()
        .select_related("version", "application", "window", "clerk", "joint__clock")
    )
    case = get_object_or_404(rows, number=number)
    return case, actor_for(user, case.enterprise, ANY)
