"""Orders: the list by light, one order, asking for one, ending it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from agency import rules, services
from agency.forms import ChangesForm, OrderFilter, StartForm, SuccessorForm, WishForm
from agency.load import absences_of
from agency.models import AgencyOrder
from agency.progress import by_light, progress_of
from agency.services.orders import Wish
from agency.views.base import SignedIn, acting_self, attempt, frame, own_mandate, visible_order
from agency.words import impossible
from approvals.models import Case
from approvals.planning.project import WAYS
from approvals.planning.schedule import Way
from common.errors import HallError
from common.forms import show_error
from enterprises.forms import ReasonForm
from enterprises.models import Enterprise, Membership
from enterprises.rules import can_grant_mandate
from ledger.selectors import timeline
from projects.models import Project

PAGE = 25
MOST = 500


@login_required
@require_safe
def orders(request: SignedIn) -> HttpResponse:
    """What one sees of orders, the worst light first."""
    form = OrderFilter(request.GET)
    words, ended = (form.cleaned_data["q"], form.cleaned_data["state"]) if form.is_valid() else ("", "")
    rows = AgencyOrder.objects.visible_to(request.user).for_lists()
    rows = rows.exclude(status__in=AgencyOrder.LIVE) if ended else rows.live()
    if words := words.strip():
        named = Q(project__name__icontains=words) | Q(intention__icontains=words)
        rows = rows.filter(named | Q(mandate__enterprise__name__icontains=words))
    # The light follows from cases and calendar, so it is sorted here and not by the database.
    found = list(rows.order_by("-id")[:MOST])
    shown = progress_of(found) if ended else by_light(progress_of(found))
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "form": form,
        "count": page.paginator.count,
        "filtered": bool(words or ended),
        "ended": bool(ended),
        "may_see_load": rules.may_see_load.test(request.user),
        "is_staff": request.user.is_hall_staff,
        "askable": _askable(request.user),
    }
    return render(request, "agency/orders.html", context)


def _askable(user: User) -> list[Project]:
    """Projects of one's firms for which no agent goes the way yet."""
    if user.is_hall_staff:
        return []
    firms = user.memberships.active().values("enterprise")
    live = AgencyOrder.objects.live().filter(project__isnull=False).values("project")
    rows = Project.objects.filter(enterprise__in=firms).exclude(status=Project.Status.WITHDRAWN).exclude(pk__in=live)
    return list(rows.order_by("-id")[:10])


@login_required
@require_safe
def order(request: SignedIn, pk: int) -> HttpResponse:
    """One order: its plan against what happened, for the enterprise, the agent and whoever helps."""
    return order_page(request, visible_order(request, pk))


def order_page(request: SignedIn, row: AgencyOrder, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of an order; ``forms`` are those that were refused."""
    user = request.user
    progress = progress_of([row])[0]
    is_firm = rules.belongs_to_firm.test(user, row)
    numbers = [one.number for one in progress.rows if one.number]
    context = {
        "order": row,
        "mandate": row.mandate,
        "progress": progress,
        "plan": progress.plan,
        "ways": ways_of(progress.plan.content) if progress.plan else [],
        "hindrance": impossible(progress.plan.content, progress.plan.wanted_start) if progress.plan else [],
        "past": row.plans.filter(agreed=False).select_related("answered_by"),
        "readable": set(Case.objects.visible_to(user).filter(number__in=numbers).values_list("number", flat=True)),
        "helpers": row.mandate.helpers.in_force().select_related("user", "department"),
        "absence": absences_of([row.mandate.agent_id]).get(row.mandate.agent_id),
        "is_firm": is_firm,
        "may_plan": row.status == AgencyOrder.Status.OPEN and rules.planner_of(user, row) is not None,
        "may_end": row.is_live and rules.worker_of(user, row) is not None,
        "may_name": row.is_live and rules.may_name_successor.test(user, row),
        "may_move": row.is_live and row.successor_id is not None and can_grant_mandate.test(user, row.mandate),
        "sees_acts": is_firm or rules.leads.test(user, row.mandate) or rules.heads_order.test(user, row),
        "changes_form": ChangesForm(),
        "reason_form": ReasonForm(),
        "successor_form": SuccessorForm(),
        "entries": timeline(row).order_by("-seq"),
        **frame(request, row.mandate),
        **forms,
    }
    return render(request, "agency/order.html", context, status=status)


def ways_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The three ways with their earliest days, for the page."""
    chosen, days = content["way"], content["earliest"]
    return [
        {"label": WAYS[way], "earliest": date.fromisoformat(days[way]), "chosen": way == chosen}
        for way in Way
        if way in days
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: SignedIn, pk: int) -> HttpResponse:
    """A member asks the agent of a mandate to go the whole way."""
    mandate = own_mandate(request, pk)
    named = request.GET.get("project", "")
    form = WishForm(request.POST or None, enterprise=mandate.enterprise, initial={"project": named})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.open_order(actor=acting_self(request), mandate=mandate, wish=form.wish())
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The agent is told. He owes you the list of matters and the plan."))
            return redirect(made)
    context = {"form": form, "mandate": mandate}
    return render(request, "agency/order_new.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SignedIn, pk: int) -> HttpResponse:
    """The owner asks for full agency for a project: mandate and order in one act."""
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("enterprise"), pk=pk)
    if not request.user.memberships.active().filter(enterprise=project.enterprise).exists():
        raise Http404
    live = AgencyOrder.objects.live().filter(project=project).first()
    if live is not None:
        return redirect(live)
    if not _owns(request.user, project.enterprise):
        return _with_mandate(request, project)
    form = StartForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wish = Wish(data["wanted_start"], project, note=data["note"])
        try:
            made = services.start_agency(
                actor=acting_self(request), project=project, agent=data["agent"], ends_on=data["ends_on"], wish=wish
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The agent is told. He owes you the list of matters and the plan."))
            return redirect(made)
    context = {"form": form, "project": project}
    return render(request, "agency/start.html", context, status=400 if form.errors else 200)


def _with_mandate(request: SignedIn, project: Project) -> HttpResponse:
    """Who does not own the firm's account gives no mandate, but may ask the agent that the firm has."""
    mandate = project.enterprise.mandates.valid().first()
    if mandate is not None:
        return redirect(f"{reverse('agency:order_new', args=[mandate.pk])}?project={project.pk}")
    messages.info(request, _("Only the owner of the enterprise gives mandates."))
    return redirect("enterprises:mandates")


def _owns(user: User, enterprise: Enterprise) -> bool:
    owner = Membership.RoleInFirm.OWNER
    return user.memberships.active().filter(enterprise=enterprise, role=owner).exists()


@login_required
@require_POST
def close(request: SignedIn, pk: int) -> HttpResponse:
    """The enterprise or the agent ends the order, with a reason."""
    row = visible_order(request, pk)
    actor = rules.worker_of(request.user, row)
    if actor is None:
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.close_order(actor=actor, order=row, reason=form.cleaned_data["reason"])
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The order is closed. The mandate goes on."))
            return redirect(row)
    return order_page(request, row, status=400, reason_form=form)


@login_required
@require_POST
def finish(request: SignedIn, pk: int) -> HttpResponse:
    row = visible_order(request, pk)
    actor = rules.worker_of(request.user, row)
    if actor is None:
        raise Http404
    attempt(request, lambda: services.finish_order(actor=actor, order=row), _("The order is done."))
    return redirect(row)


@login_required
@require_POST
def name_successor(request: SignedIn, pk: int) -> HttpResponse:
    """The head proposes another agent."""
    row = visible_order(request, pk)
    if not rules.may_name_successor.test(request.user, row):
        raise Http404
    form = SuccessorForm(request.POST)
    if form.is_valid():
        try:
            services.name_successor(actor=acting_self(request), order=row, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The enterprise is asked to give the new mandate. Until then nothing changes."))
            return redirect(row)
    return order_page(request, row, status=400, successor_form=form)


@login_required
@require_POST
def move(request: SignedIn, pk: int) -> HttpResponse:
    """The owner gives the proposed agent the mandate; the order goes over with it."""
    row = visible_order(request, pk)
    if not can_grant_mandate.test(request.user, row.mandate):
        raise Http404
    sent = request.POST.get("agent", "")
    agent_id = int(sent) if sent.isdecimal() and len(sent) < 19 else 0
    attempt(
        request,
        lambda: services.move_to_successor(actor=acting_self(request), order=row, agent_id=agent_id),
        _("The mandate is given and the order has gone over."),
    )
    return redirect(row)
