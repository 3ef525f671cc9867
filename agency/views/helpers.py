"""Who helps under a mandate (1+1+N)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from agency import rules, services
from agency.forms import HelperForm
from agency.models import MandateHelper
from agency.services.helpers import may_remove
from agency.views.base import SignedIn, frame, visible_mandate
from common.errors import HallError
from common.forms import show_error
from enterprises.forms import ReasonForm
from enterprises.models import ANY, Mandate
from enterprises.selectors import actor_for


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def helpers(request: SignedIn, pk: int) -> HttpResponse:
    """The enterprise sees who is joined; the agent, or his head, joins."""
    mandate = visible_mandate(request, pk)
    may_join = mandate.is_valid and rules.may_join_helpers.test(request.user, mandate)
    if request.method == "POST" and not may_join:
        raise Http404
    form = HelperForm(request.POST or None, mandate=mandate) if may_join else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            services.join_helper(actor=_actor(request, mandate), mandate=mandate, joining=form.joining())
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The helper is joined and the enterprise is told."))
            return redirect("agency:helpers", pk)
    rows = mandate.helpers.select_related("user", "department", "removed_by", "added_by")
    sees = set(rows.in_force().values_list("pk", flat=True))
    context = {
        "mandate": mandate,
        "current": [(row, row.pk in sees, may_remove(request.user, row)) for row in rows if row.is_current],
        "past": [row for row in rows if not row.is_current],
        "form": form,
        "reason_form": ReasonForm(),
        "is_firm": rules.may_open.test(request.user, mandate),
        **frame(request, mandate),
    }
    wrong = form is not None and bool(form.errors)
    return render(request, "agency/helpers.html", context, status=400 if wrong else 200)


def _actor(request: SignedIn, mandate: Mandate) -> Actor:
    """The agent acts under his mandate, so that the enterprise finds it among his acts; the head for himself."""
    if rules.leads.test(request.user, mandate):
        return actor_for(request.user, mandate.enterprise, ANY) or Actor(request.user)
    return Actor(request.user)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def helper_remove(request: SignedIn, pk: int) -> HttpResponse:
    """A page of its own, also where the reason is missing; any side ends the help at once."""
    rows = MandateHelper.objects.visible_to(request.user) | MandateHelper.objects.filter(
        mandate__agent__posts__department__in=request.user.department_ids_as("head")
    )
    helper = get_object_or_404(
        rows.select_related("mandate__enterprise", "mandate__agent", "user", "department").distinct(), pk=pk
    )
    if not may_remove(request.user, helper):
        raise Http404
    form = ReasonForm(request.POST or None)
    sees_mandate = helper.user_id != request.user.pk
    back = reverse("agency:helpers", args=[helper.mandate_id]) if sees_mandate else reverse("agency:orders")
    if request.method == "POST" and form.is_valid():
        actor = _actor(request, helper.mandate)
        try:
            services.remove_helper(actor=actor, helper=helper, reason=form.cleaned_data["reason"])
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The help has ended; nothing of the enterprise is seen any more."))
            return redirect(back)
    context = {"helper": helper, "form": form, "back_url": back, **frame(request, helper.mandate)}
    return render(request, "agency/helper_remove.html", context, status=400 if form.errors else 200)
