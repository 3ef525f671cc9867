"""Bulk reassignment (批量改派): choose, look at what would happen, see row by row what did."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.actors import Actor
from accounts.models import User
from common.errors import InvalidInput
from common.forms import show_error
from deadlines import selectors, services
from deadlines.forms_handover import ReassignFilterForm, ReassignForm
from deadlines.models import Clock
from deadlines.querysets import ClockQuerySet
from deadlines.rules import may_open_reassigning
from deadlines.services.handing_over import MOST_AT_ONCE, Outcome, check_reassignment, counted

ROWS = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reassign(request: HttpRequest) -> HttpResponse:
    """The filters stand in the address; POST ``step`` "preview" shows what would happen, "do" does it."""
    user = request.user
    if not isinstance(user, User) or not may_open_reassigning.test(user):
        raise PermissionDenied
    led = Clock.objects.led_by(user)
    filter_form = ReassignFilterForm(request.GET, holders=selectors.holders(led.open()), scope=led.open())
    filters = filter_form.cleaned_data if filter_form.is_valid() else {}
    clocks = selectors.filtered_clocks(led.open(), filters) if filters.get("held_by") else led.none()
    if request.method == "POST" and filters.get("held_by"):
        return _act(request, user, filter_form, clocks)
    return _choose(request, filter_form, clocks, ReassignForm(clocks=led))


def _choose(
    request: HttpRequest, filter_form: ReassignFilterForm, clocks: ClockQuerySet, form: ReassignForm
) -> HttpResponse:
    """Step 1: the list with checkboxes. What was checked stays checked when something is missing."""
    page = Paginator(clocks.select_related("department", "handler"), ROWS).get_page(request.GET.get("page"))
    total = page.paginator.count
    form.offer(selectors.receivers(clocks) if total else [])
    context = {
        "filter_form": filter_form,
        "holders": filter_form.holders,
        "chosen": filter_form.is_valid() and bool(filter_form.cleaned_data["held_by"]),
        "page_obj": page,
        "total": total,
        "most": MOST_AT_ONCE,
        "form": form,
        "checked": set(request.POST.getlist("clocks")),
    }
    return render(request, "deadlines/reassign.html", context, status=400 if form.errors else 200)


def _act(request: HttpRequest, user: User, filter_form: ReassignFilterForm, clocks: ClockQuerySet) -> HttpResponse:
    """Steps 2 and 3. Rows may have left the filter in the meantime; each then says so itself."""
    form = ReassignForm(request.POST, clocks=Clock.objects.led_by(user))
    if not form.is_valid():
        return _choose(request, filter_form, clocks, form)
    ids = _chosen(form, clocks)
    receiver, note = form.cleaned_data["to_user"], form.cleaned_data["note"]
    try:
        check_reassignment(clock_ids=ids, note=note)
    except InvalidInput as error:
        show_error(form, error)
        return _choose(request, filter_form, clocks, form)
    held_by = filter_form.cleaned_data["held_by"]
    giver = None if held_by == selectors.NOBODY else int(held_by)
    if request.POST.get("step") == "do":
        rows = services.reassign_many(
            actor=Actor(user), clock_ids=ids, to_user_id=receiver.pk, note=note, held_by=giver
        )
        return _show(request, "deadlines/reassign_result.html", rows, receiver, note)
    chosen = Clock.objects.filter(pk__in=ids).select_related("department", "handler").order_by("due_at", "pk")
    rows = selectors.preview(list(chosen), receiver, held_by=giver)
    return _show(request, "deadlines/reassign_preview.html", rows, receiver, note)


def _chosen(form: ReassignForm, clocks: ClockQuerySet) -> list[UUID]:
    if form.cleaned_data["everything"]:
        return list(clocks.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    return list(form.cleaned_data["clocks"].order_by("due_at", "pk").values_list("pk", flat=True))


def _show(request: HttpRequest, template: str, rows: Sequence[Outcome], receiver: User, note: str) -> HttpResponse:
    context = {
        "rows": rows,
        "possible": [row for row in rows if row.result == "possible"],
        "counts": counted(rows),
        "receiver": receiver,
        "note": note,
        "address": request.get_full_path(),
    }
    return render(request, template, context)
