"""What the views of this app share: how they find their rows, and for whom a page is seen."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from agency import rules
from agency.models import AgencyOrder
from enterprises.acting import banner
from enterprises.models import ANY, Mandate
from enterprises.selectors import actor_for
from enterprises.views.base import SignedIn, acting_self, attempt

__all__ = ["SignedIn", "acting_self", "attempt", "frame", "own_mandate", "visible_mandate", "visible_order"]


def visible_order(request: SignedIn, pk: int) -> AgencyOrder:
    """The order, or 404 for whoever may not see it."""
    rows = AgencyOrder.objects.visible_to(request.user).for_lists().select_related("successor", "opened_by")
    return get_object_or_404(rows, pk=pk)


def visible_mandate(request: SignedIn, pk: int) -> Mandate:
    rows = Mandate.objects.visible_to(request.user) | Mandate.objects.filter(
        agent__posts__department__in=request.user.department_ids_as("head")
    )
    return get_object_or_404(rows.select_related("enterprise", "agent").distinct(), pk=pk)


def own_mandate(request: SignedIn, pk: int) -> Mandate:
    """A mandate of the firm that one belongs to; 404 for everybody else."""
    mandate = visible_mandate(request, pk)
    if not rules.may_open.test(request.user, mandate):
        raise Http404
    return mandate


def frame(request: SignedIn, mandate: Mandate) -> dict[str, Any]:
    """The banner of whoever acts for the firm, on every page about its mandate."""
    actor = actor_for(request.user, mandate.enterprise, ANY)
    shown = banner(mandate.enterprise, actor if actor and not actor.at_window else None)
    return {"acting_for": shown} if shown else {}
