"""Visits: the list by light, planning ahead, one visit, recording it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import HallError, NotAllowed
from common.forms import show_error
from common.time import today
from deadlines.calendars import current
from enterprises import rules
from enterprises.filters import VisitFilter
from enterprises.forms import ReasonForm, RecordForm, RequestFormSet, VisitForm, notes
from enterprises.models import Visit
from enterprises.selectors import VISIT_STATES, light_counts, turns_ahead
from enterprises.services import visits as service
from enterprises.views.base import SignedIn, acting_self, visible_enterprise
from ledger.selectors import timeline

PAGE = 25
TONES = {"red": "red", "yellow": "yellow"}


@login_required
def visits(request: SignedIn) -> HttpResponse:
    """Visits by light and due date, with counts that follow the same filters."""
    _may_look(request)
    listed = VisitFilter(request.GET, queryset=Visit.objects.visible_to(request.user))
    state = request.GET.get("state", "open")
    state = state if state in VISIT_STATES else "open"
    counts = light_counts(listed.qs)
    rows = listed.qs.in_state(state).select_related("enterprise", "officer", "clock")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "filter": listed,
        "state": state,
        "tabs": _tabs(request, state, counts),
        "may_make": rules.can_make_visits(request.user),
    }
    return render(request, "enterprises/visits.html", context)


def _tabs(request: SignedIn, state: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for key, label in VISIT_STATES.items():
        query["state"] = key
        tone = TONES.get(key, "") if counts[key] else ""
        address = f"?{query.urlencode()}"
        tabs.append({"label": label, "url": address, "active": key == state, "count": counts[key], "tone": tone})
    return tabs


@login_required
def visits_ahead(request: SignedIn) -> HttpResponse:
    """Whose turn comes in the next quarter, before beat plans it."""
    _may_look(request)
    page = Paginator(turns_ahead(days=92), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "enterprises/visits_ahead.html", {"page_obj": page, "may_make": rules.can_make_visits(request.user)}
    )


@login_required
def visit_new(request: SignedIn, pk: int) -> HttpResponse:
    """A visit besides the regular ones."""
    enterprise = visible_enterprise(request, pk)
    _may_make(request)
    form = VisitForm(request.POST or None, initial={"officer": request.user, "planned_on": current().add(today(), 1)})
    if request.method == "POST" and form.is_valid():
        try:
            made = service.add_visit(actor=acting_self(request), enterprise=enterprise, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The visit is planned."))
            return redirect("enterprises:visit", made.pk)
    context = {"form": form, "enterprise": enterprise}
    return render(request, "enterprises/visit_new.html", context, status=400 if form.errors else 200)


@login_required
def visit(request: SignedIn, pk: int) -> HttpResponse:
    """One visit: the firm, the light, what was asked, and the visits before it."""
    shown = _visible(request, pk)
    past = Visit.objects.visible_to(request.user).filter(enterprise=shown.enterprise, status=Visit.Status.DONE)
    context = {
        "visit": shown,
        "requests": shown.requests.all(),
        "past": past.exclude(pk=shown.pk).select_related("officer").order_by("-visited_on")[:5],
        "entries": timeline(shown).order_by("-seq"),
        "may_act": rules.can_make_visits(request.user) and shown.status == Visit.Status.PLANNED,
        "cancel_form": ReasonForm(),
    }
    return render(request, "enterprises/visit.html", context)


@login_required
def visit_plan(request: SignedIn, pk: int) -> HttpResponse:
    """Another officer, another day."""
    shown = _visible(request, pk)
    _may_make(request)
    form = VisitForm(request.POST or None, initial={"officer": shown.officer_id, "planned_on": shown.planned_on})
    if request.method == "POST" and form.is_valid():
        try:
            service.change_plan(actor=acting_self(request), visit=shown, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The plan is changed."))
            return redirect("enterprises:visit", pk)
    context = {"form": form, "visit": shown}
    return render(request, "enterprises/visit_plan.html", context, status=400 if form.errors else 200)


@login_required
def visit_record(request: SignedIn, pk: int) -> HttpResponse:
    """Write down what the visit brought; "add_row" brings one more line for a request and keeps the rest."""
    shown = _visible(request, pk)
    _may_make(request)
    more = request.POST.copy() if "add_row" in request.POST else None
    if more is not None:
        more["requests-TOTAL_FORMS"] = str(min(int(more.get("requests-TOTAL_FORMS") or 0) + 1, 30))
    sent = request.POST if request.method == "POST" and more is None else None
    form = RecordForm(sent, initial=_typed(more, RecordForm))
    rows = RequestFormSet(sent or more, prefix="requests")
    if sent is not None and form.is_valid() and rows.is_valid():
        try:
            service.record_visit(actor=acting_self(request), visit=shown, report=form.report(notes(rows)))
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The visit is recorded."))
            return redirect("enterprises:visit", pk)
    wrong = sent is not None and bool(form.errors or rows.total_error_count())
    context = {"form": form, "rows": rows, "visit": shown, "checked": sent is not None}
    return render(request, "enterprises/visit_record.html", context, status=400 if wrong else 200)


def _typed(data: Any, form_class: type[RecordForm]) -> dict[str, Any]:
    return {name: data.get(name, "") for name in form_class.base_fields} if data is not None else {}


@login_required
def visit_cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Call a visit off; a page of its own when the reason is missing."""
    shown = _visible(request, pk)
    _may_make(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.cancel_visit(actor=acting_self(request), visit=shown, reason=form.cleaned_data["reason"])
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The visit is called off."))
            return redirect("enterprises:visits")
    context = {"form": form, "visit": shown, "back_url": reverse("enterprises:visit", args=[pk])}
    return render(request, "enterprises/visit_cancel.html", context, status=400 if form.errors else 200)


def _may_look(request: SignedIn) -> None:
    if not Visit.objects.seen_by(request.user):
        raise NotAllowed(_("Visits are the business of service officers and leaders."))


def _may_make(request: SignedIn) -> None:
    if not rules.can_make_visits(request.user):
        raise NotAllowed(_("Only service officers make visits."))


def _visible(request: SignedIn, pk: int) -> Visit:
    rows: QuerySet[Visit] = Visit.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("enterprise", "officer", "clock", "recorded_by"), pk=pk)
