"""How every page of a project finds its rows: a stranger gets 404."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.actors import Actor
from accounts.models import User
from enterprises.selectors import ANY, actor_for
from projects.models import Project


def signed_in(request: HttpRequest) -> User:
    """The user of a page behind login_required."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def project_to_act_on(request: HttpRequest, pk: int) -> tuple[Project, Actor]:
    """The project and who acts on it here; 404 for whoever may not see it or not act for its firm."""
    user = signed_in(request)
    project = get_object_or_404(Project.objects.visible_to(user).select_related("enterprise"), pk=pk)
    actor = actor_for(user, project.enterprise, ANY)
    if actor is None:
        raise Http404
    return project, actor
