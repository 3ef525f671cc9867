"""The agent makes the plan; the enterprise answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agency import rules, services
from agency.candidates import Candidate, candidates
from agency.forms import ChangesForm, PlanForm
from agency.models import AgencyOrder
from agency.views.base import SignedIn, acting_self, attempt, frame, visible_order
from agency.views.orders import order_page
from agency.words import impossible
from agency.working_out import Choice, as_json, suggestion, work_out
from approvals.planning.project import WAYS
from approvals.planning.schedule import Way
from common.errors import HallError, InvalidInput
from common.forms import show_error


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedIn, pk: int) -> HttpResponse:
    """List of matters and plan: "look" lays it out and keeps nothing, "propose" sends it to the enterprise."""
    row = visible_order(request, pk)
    actor = rules.planner_of(request.user, row)
    if actor is None:
        raise Http404
    if row.status != AgencyOrder.Status.OPEN:
        messages.info(request, _("The plan has been proposed already."))
        return redirect(row)
    rows = candidates(row)
    first = suggestion(rows)
    initial = {"matters": list(first.codes), "way": str(first.way)}
    form = PlanForm(request.POST or None, rows=rows, initial=initial)
    choice = form.choice() if form.is_bound and form.is_valid() else first
    if form.is_bound and form.is_valid() and "propose" in request.POST:
        try:
            services.propose_plan(actor=actor, order=row, choice=choice, remark=form.cleaned_data["remark"])
        except HallError as error:
            show_error(form, error)
            if error.status == 403:
                raise
        else:
            messages.success(request, _("The plan is with the enterprise."))
            return redirect(row)
    context = {
        "order": row,
        "mandate": row.mandate,
        "form": form,
        **_lines(form, rows, choice),
        **_preview(row, rows, choice),
        **frame(request, row.mandate),
    }
    return render(request, "agency/plan.html", context, status=400 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate with its checkbox and the field for a reason."""

    row: Candidate
    id: str
    checked: bool
    reason: BoundField


def _lines(form: PlanForm, rows: Sequence[Candidate], choice: Choice) -> dict[str, Any]:
    """Candidates with their checkboxes: what the catalogue suggests, what it leaves open, the rest, what runs."""
    open_rows = [row for row in rows if row.running is None]
    lines = [
        Line(row, f"id_matters_{place}", row.code in choice.codes, form[f"reason-{row.code}"])
        for place, row in enumerate(open_rows)
    ]
    return {
        "suggested": [line for line in lines if line.row.suggested],
        "unclear": [line for line in lines if line.row.needed is None],
        "others": [line for line in lines if not line.row.suggested and line.row.needed is not None],
        "running": [row for row in rows if row.running is not None],
    }


def _preview(order: AgencyOrder, rows: Sequence[Candidate], choice: Choice) -> dict[str, Any]:
    """What the choice comes to; nothing where nothing can be laid out."""
    try:
        worked = work_out(order, rows, choice, checked=False)
    except InvalidInput:
        return {"worked": None}
    items = worked.plan.by_code
    return {
        "worked": worked,
        "table": [(row, items[row.code]) for row in worked.chosen],
        "ways": [
            {"label": WAYS[way], "earliest": worked.earliest[way], "chosen": way == worked.plan.way} for way in Way
        ],
        "hindrance": impossible(as_json(worked, rows), order.wanted_start),
    }


@login_required
@require_POST
def agree(request: SignedIn, pk: int) -> HttpResponse:
    """The enterprise agrees to the plan that it has read."""
    row = visible_order(request, pk)
    if not rules.may_answer.test(request.user, row):
        raise Http404
    sent = request.POST.get("number", "")
    number = int(sent) if sent.isdecimal() and len(sent) < 6 else 0
    attempt(
        request,
        lambda: services.agree_to_plan(actor=acting_self(request), order=row, number=number),
        _("The plan is fixed. You see here how far each matter is."),
    )
    return redirect(row)


@login_required
@require_POST
def change(request: SignedIn, pk: int) -> HttpResponse:
    """The enterprise asks for another plan, in words."""
    row = visible_order(request, pk)
    if not rules.may_answer.test(request.user, row):
        raise Http404
    form = ChangesForm(request.POST)
    if form.is_valid():
        try:
            services.ask_for_changes(actor=acting_self(request), order=row, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The agent is told and owes you a new plan."))
            return redirect(row)
    return order_page(request, row, status=400, changes_form=form)
