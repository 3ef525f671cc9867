"""An enterprise's own pages: list, details, members."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from common.errors import HallError, NotAllowed
from common.forms import show_error
from enterprises import industries, rules
from enterprises.acting import banner
from enterprises.filters import EnterpriseListFilter
from enterprises.forms import DetailsForm, ReasonForm, StaffDetailsForm
from enterprises.models import Enterprise, Membership
from enterprises.selectors import ANY, actor_for
from enterprises.services import members as service
from enterprises.services.registry import edit_enterprise
from enterprises.views.base import SignedIn, acting_self, attempt, visible_enterprise
from ledger.selectors import timeline

PAGE = 25


@login_required
def index(request: SignedIn) -> HttpResponse:
    """One's own enterprises; for staff of the hall, all of them."""
    if request.user.is_hall_staff:
        rows = Enterprise.objects.visible_to(request.user)
        listed = EnterpriseListFilter(request.GET, queryset=rows)
        page = Paginator(listed.qs, PAGE).get_page(request.GET.get("page"))
        context = {"page_obj": page, "filter": listed, "may_register": rules.can_register(request.user)}
        return render(request, "enterprises/list.html", context)
    mine = Membership.objects.filter(user=request.user).exclude(status=Membership.Status.LEFT)
    context = {"memberships": mine.select_related("enterprise").order_by("-id")}
    return render(request, "enterprises/mine.html", context)


@login_required
def detail(request: SignedIn, pk: int) -> HttpResponse:
    """Details, members, mandates, and what happened, for those who act for the firm and for staff."""
    enterprise = visible_enterprise(request, pk)
    declaring = actor_for(request.user, enterprise)
    actor = declaring or actor_for(request.user, enterprise, ANY)
    context = {
        "enterprise": enterprise,
        "facts": facts(enterprise, request.user.is_hall_staff),
        "members": enterprise.memberships.active().select_related("user"),
        "mandates": enterprise.mandates.select_related("agent")[:10] if actor else [],
        "entries": timeline(enterprise).order_by("-seq")[:20],
        "may_edit": rules.can_edit(request.user, enterprise) or rules.can_set_tier(request.user),
        "may_grant": rules.can_grant_mandate(request.user, enterprise),
        "may_decide": rules.can_decide_members(request.user, enterprise),
        "may_declare": declaring is not None,
        "may_visit": rules.can_make_visits(request.user),
        "pending": enterprise.memberships.pending().count(),
    }
    shown = banner(enterprise, actor)
    if shown and actor and actor.mandate_id:
        context["acting_for"] = shown
    return render(request, "enterprises/detail.html", context)


def facts(enterprise: Enterprise, for_staff: bool) -> list[dict[str, Any]]:
    """Rows of the summary list; what only staff sees comes last."""
    rows: list[dict[str, Any]] = [
        {"label": _("Unified social credit code"), "value": enterprise.credit_code},
        {"label": _("Legal representative"), "value": enterprise.legal_representative},
        {"label": _("Industry"), "value": industries.label(enterprise.industry)},
        {"label": _("Address"), "value": enterprise.address},
        {"label": _("Telephone"), "value": enterprise.phone},
        {"label": _("Foreign-invested"), "value": _("Yes") if enterprise.is_foreign else _("No")},
    ]
    if for_staff:
        rows.append({"label": _("Tier"), "value": enterprise.get_tier_display()})
    return rows


@login_required
def edit(request: SignedIn, pk: int) -> HttpResponse:
    enterprise = visible_enterprise(request, pk)
    tier_too = rules.can_set_tier(request.user)
    if not (tier_too or rules.can_edit(request.user, enterprise)):
        raise NotAllowed(_("Only the owner or the window changes the details of an enterprise."))
    form_class = StaffDetailsForm if tier_too else DetailsForm
    form = form_class(request.POST or None, instance=enterprise)
    if request.method == "POST" and form.is_valid():
        try:
            edit_enterprise(
                actor=acting_self(request),
                enterprise=enterprise,
                details=form.details(),
                tier=form.cleaned_data.get("tier"),
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Your changes are saved."))
            return redirect("enterprises:detail", pk)
    context = {"form": form, "enterprise": Enterprise.objects.get(pk=pk)}
    return render(request, "enterprises/edit.html", context, status=400 if form.errors else 200)


@login_required
def members(request: SignedIn, pk: int) -> HttpResponse:
    """Members and requests to join; the owner and the window decide here, everybody may leave."""
    enterprise = visible_enterprise(request, pk)
    rows = _with_forms(enterprise.memberships.exclude(status=Membership.Status.LEFT).select_related("user"))
    context = {
        "enterprise": enterprise,
        "pending": [row for row in rows if row.status == Membership.Status.PENDING],
        "active": [row for row in rows if row.status == Membership.Status.ACTIVE],
        "may_decide": rules.can_decide_members(request.user, enterprise),
        "mine": next((row for row in rows if row.user_id == request.user.pk and row.status == "active"), None),
    }
    return render(request, "enterprises/members.html", context)


Act = tuple[Callable[..., Membership], Any, bool]

# act: the service, what is said afterwards, whether it needs a reason
ACTS: Mapping[str, Act] = {
    "approve": (service.approve_member, gettext_lazy("%(name)s now acts for the enterprise."), False),
    "reject": (service.reject_member, gettext_lazy("The request of %(name)s is rejected."), True),
    "remove": (service.remove_member, gettext_lazy("%(name)s no longer acts for the enterprise."), True),
    "hand-over": (service.hand_over, gettext_lazy("%(name)s is now the owner."), False),
    "leave": (service.leave_enterprise, gettext_lazy("You have left the enterprise."), False),
}


@login_required
@require_POST
def member_act(request: SignedIn, pk: int, act: str) -> HttpResponse:
    """One decision on one membership; strangers get 404."""
    membership = get_object_or_404(Membership.objects.visible_to(request.user).select_related("user"), pk=pk)
    if act not in ACTS:
        raise Http404
    carry_out, words, with_reason = ACTS[act]
    extra = {"reason": request.POST.get("reason", "")} if with_reason else {}
    actor = acting_self(request)
    done = attempt(
        request, lambda: carry_out(actor=actor, membership=membership, **extra), words % {"name": membership.user}
    )
    if done and act == "leave":
        return redirect("enterprises:index")
    return redirect("enterprises:members", membership.enterprise_id)


@login_required
def requests_to_join(request: SignedIn) -> HttpResponse:
    """For the window: requests to firms without an owner, oldest first."""
    if not rules.can_register(request.user):
        raise NotAllowed(_("Only the window sees this list."))
    rows = Membership.objects.pending().without_owner().select_related("enterprise", "user").order_by("created_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "enterprises/requests.html", {"page_obj": page, "rows": _with_forms(page)})


def _with_forms(rows: Iterable[Membership]) -> list[Membership]:
    """Each row with a form of its own for the reason, so that ids on the page stay unique."""
    found = list(rows)
    for row in found:
        row.reason_form = ReasonForm(auto_id=f"member-{row.pk}-%s")  # type: ignore[attr-defined]
    return found
