"""Mandates: list for agent and investor, granting, the document, revoking, working for a firm."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Role
from common.display import local_date, local_moment
from common.errors import HallError, NotAllowed
from common.forms import show_error
from enterprises import acting, papers, rules, scope
from enterprises.forms import MandateForm, ReasonForm
from enterprises.models import ANY, Enterprise, Mandate, Membership
from enterprises.selectors import actor_for
from enterprises.services.mandates import grant_mandate, revoke_mandate
from enterprises.views.base import SignedIn, acting_self, visible_enterprise
from ledger.models import Entry

PAGE = 25
ACTS_SHOWN = 100


@login_required
def mandates(request: SignedIn) -> HttpResponse:
    """An agent's firms; an investor's agents."""
    rows = Mandate.objects.concerning(request.user).select_related("enterprise", "agent", "granted_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    is_agent = request.user.has_role(Role.AGENT)
    owned = Enterprise.objects.none()
    if not is_agent:
        owner = Membership.RoleInFirm.OWNER
        mine = request.user.memberships.active().filter(role=owner).values("enterprise")
        owned = Enterprise.objects.filter(pk__in=mine)
    entered = request.session.get(acting.SESSION_KEY)
    context = {"page_obj": page, "is_agent": is_agent, "owned": owned, "entered": entered}
    return render(request, "enterprises/mandates.html", context)


@login_required
def mandate_new(request: SignedIn, pk: int) -> HttpResponse:
    """The owner gives a mandate."""
    enterprise = visible_enterprise(request, pk)
    if not rules.can_grant_mandate(request.user, enterprise):
        raise NotAllowed(_("Only the owner of the enterprise gives mandates."))
    form = MandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mandate = grant_mandate(actor=acting_self(request), enterprise=enterprise, terms=form.terms())
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The mandate is granted and the agent is told."))
            return redirect("enterprises:mandate", mandate.pk)
    context = {"form": form, "enterprise": enterprise}
    return render(request, "enterprises/mandate_new.html", context, status=400 if form.errors else 200)


@login_required
def mandate(request: SignedIn, pk: int) -> HttpResponse:
    """The written mandate (代办委托书) to print, and what was done under it."""
    shown = _visible(request, pk)
    context = {
        "mandate": shown,
        "number": f"WT{shown.pk:08d}",
        "rows": document_rows(shown),
        "matters": scope.labels(shown.matters),
        "paper": papers.paper_of(shown),
        "entries": Entry.objects.filter(mandate_id=shown.pk).select_related("actor").order_by("-id")[:ACTS_SHOWN],
        "may_revoke": shown.revoked_at is None and rules.can_revoke_mandate(request.user, shown),
        "is_agent": shown.agent_id == request.user.pk,
    }
    if shown.agent_id == request.user.pk:
        context["acting_for"] = acting.banner(shown.enterprise, actor_for(request.user, shown.enterprise, ANY))
    return render(request, "enterprises/mandate.html", context)


def document_rows(mandate: Mandate) -> list[dict[str, object]]:
    """What 民法典 art. 165 asks for: who, for whom, what, how far, how long, signed by whom."""
    period = _("%(start)s to %(end)s") % {"start": local_date(mandate.starts_on), "end": local_date(mandate.ends_on)}
    enterprise = mandate.enterprise
    rows: list[dict[str, object]] = [
        {"label": _("Principal"), "value": enterprise.name},
        {"label": _("Unified social credit code"), "value": enterprise.credit_code},
        {"label": _("Legal representative"), "value": enterprise.legal_representative},
        {"label": _("Agent"), "value": str(mandate.agent)},
        {"label": _("Scope"), "value": _("The matters below") if mandate.matters else _("Every matter of the hall")},
        {"label": _("Declaring projects"), "value": _("Included") if mandate.may_declare else _("Not included")},
        {"label": _("Period"), "value": period},
        {"label": _("Signed by"), "value": f"{mandate.granted_by} · {local_moment(mandate.granted_at)}"},
    ]
    if mandate.note:
        rows.append({"label": _("Note to the agent"), "value": mandate.note})
    return rows


@login_required
def mandate_revoke(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for the reason and end the mandate at once."""
    shown = _visible(request, pk)
    if not rules.can_revoke_mandate(request.user, shown):
        raise NotAllowed(_("Only the enterprise and its agent end a mandate."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_mandate(actor=acting_self(request), mandate=shown, reason=form.cleaned_data["reason"])
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The mandate has ended. Whatever is sent under it from now on is refused."))
            return redirect("enterprises:mandates")
    context = {"form": form, "mandate": shown, "is_agent": shown.agent_id == request.user.pk}
    return render(request, "enterprises/mandate_revoke.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def agent_enter(request: SignedIn, pk: int) -> HttpResponse:
    """The agent works for this firm until he leaves it; every page says so."""
    own = get_object_or_404(Mandate.objects.valid(), agent=request.user, pk=pk)
    acting.enter(request, own)
    return redirect("enterprises:detail", own.enterprise_id)


@login_required
@require_POST
def agent_leave(request: SignedIn) -> HttpResponse:
    acting.leave(request)
    return redirect("enterprises:mandates")


def _visible(request: SignedIn, pk: int) -> Mandate:
    rows = Mandate.objects.visible_to(request.user).select_related("enterprise", "agent", "granted_by", "revoked_by")
    return get_object_or_404(rows, pk=pk)
