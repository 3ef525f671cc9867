"""Tasks: the list of one's own, one task with all its acts, giving tasks."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import HallError, NotAllowed
from common.forms import show_error
from ledger.selectors import timeline
from office import rules, services
from office.forms import TaskFilterForm, TaskForm
from office.models import Task
from office.selectors import BOXES, box_counts, filtered, in_box
from office.views.base import PAGE, SignedIn, acting_self, shown_files, staff_only, tabs_of
from office.views.panels import panels


@login_required
@require_safe
def tasks(request: SignedIn) -> HttpResponse:
    """Tasks by whose they are: mine, my department's untaken, to look at, given by me."""
    user = staff_only(request)
    box = request.GET.get("box", "")
    counts = box_counts(user)
    box = box if box in BOXES else next((one for one in BOXES if counts[one]), "mine")
    form = TaskFilterForm(request.GET)
    rows = filtered(in_box(user, box), form.cleaned_data if form.is_valid() else {}, box)
    page = Paginator(rows.for_lists(), PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "form": form,
        "box": box,
        "tabs": tabs_of(BOXES, box, counts),
        "may_give": rules.may_give(user),
        "narrowed": any(form.data.get(name) for name in ("q", "status", "light", "department")),
    }
    return render(request, "office/tasks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: SignedIn, pk: int) -> HttpResponse:
    """One task: what is to be done, what was answered, and what the person who looks may do with it."""
    shown = _visible(request, pk)
    offered = panels(request.user, shown, request.POST.get("act", ""), request)
    if request.method == "POST":
        panel = offered.get(request.POST.get("act", ""))
        if panel is None:
            raise NotAllowed(_("This cannot be done any more: the task has changed. Look at it again."))
        if panel.carry_out(request, shown):
            return redirect("office:task", pk)
    answers = list(shown.answers.select_related("answered_by", "decided_by").prefetch_related("files"))
    together = Task.objects.visible_to(request.user).filter(batch=shown.batch).exclude(pk=pk)
    context = {
        "task": shown,
        "panels": offered,
        "answers": [(one, shown_files(one.files.all(), request.user)) for one in answers],
        "files": shown_files(shown.files.all(), request.user),
        "together": together.for_lists().order_by("-role_in", "id"),
        "extensions": shown.extensions.select_related("asked_by", "decided_by"),
        "entries": timeline(shown).order_by("-seq"),
    }
    wrong = any(panel.form is not None and panel.form.errors for panel in offered.values())
    return render(request, "office/task.html", context, status=400 if wrong else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def task_new(request: SignedIn) -> HttpResponse:
    """Give a task."""
    if not rules.may_give(staff_only(request)):
        raise NotAllowed(_("Tasks are given by heads of departments, the director, leaders and secretaries."))
    form = TaskForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = services.assign_tasks(
                actor=acting_self(request), tasks=specs(form.cleaned_data), uploads=form.cleaned_data["attachments"]
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The task is given. Whoever it concerns has been told."))
            return redirect("office:task", given[0].pk)
    return render(request, "office/task_new.html", {"form": form}, status=400 if form.errors else 200)


def specs(data: dict[str, Any]) -> list[services.TaskSpec]:
    """The lead task and one for each department that assists."""
    common = {"title": data["title"], "text": data["text"], "days": data["days"]}
    department, handler = data["department"], data["handler"]
    lead = services.TaskSpec(
        **common, department_id=department.pk if department else None, handler_id=handler.pk if handler else None
    )
    assisting = [
        services.TaskSpec(**common, department_id=one.pk, role_in=Task.Part.ASSIST) for one in data["assisting"]
    ]
    return [lead, *assisting]


def _visible(request: SignedIn, pk: int) -> Task:
    rows: QuerySet[Task] = Task.objects.visible_to(request.user)
    return get_object_or_404(
        rows.filter(Q(pk=pk)).select_related("department", "handler", "assigned_by", "checker", "clock", "check_clock")
    )
