"""Key projects: the list with its sums, deciding on it, one project's page, the list as a file."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from common.display import money, safe_cell
from common.errors import HallError, NotAllowed
from common.forms import show_error
from common.time import today
from enterprises.selectors import ANY, actor_for
from ledger.selectors import timeline
from projects import keypage, rules_key, selectors, services
from projects.filters_key import KeyFilter
from projects.forms_key import MaybeReasonForm, ReasonForm
from projects.models import KeyProject, Milestone, Project
from projects.views.common import signed_in

PAGE = 25
STATES = {
    "confirmed": gettext_lazy("Key projects"),
    "proposed": gettext_lazy("Proposed"),
    "off": gettext_lazy("Not on the list"),
}


def key_or_404(request: HttpRequest, pk: int) -> KeyProject:
    """The key project of a project; 404 for whoever may not see it."""
    rows = KeyProject.objects.visible_to(signed_in(request)).select_related("project__enterprise")
    return get_object_or_404(rows, project=pk)


def staff_key_or_404(request: HttpRequest, pk: int) -> KeyProject:
    """The same for people of the hall only: what the firm does not see."""
    if not signed_in(request).is_hall_staff:
        raise Http404
    return key_or_404(request, pk)


def _in_state(user: User, state: str) -> QuerySet[KeyProject]:
    rows = KeyProject.objects.visible_to(user)
    if state == "off":
        return rows.filter(status__in=["declined", "removed"])
    return rows.filter(status=state)


def _listed(request: HttpRequest) -> tuple[KeyFilter, str]:
    user = signed_in(request)
    state = request.GET.get("state", "")
    state = state if state in STATES and rules_key.decides_on_list.test(user) else "confirmed"
    rows = _in_state(user, state).select_related("project__enterprise")
    return KeyFilter(request.GET, queryset=rows, request=request), state


@login_required
@require_safe
def key_projects(request: HttpRequest) -> HttpResponse:
    """Key projects one may see, filtered by address, with sums over what the filter leaves."""
    user = signed_in(request)
    found, state = _listed(request)
    rows = selectors.with_money(found.qs).prefetch_related(Prefetch("milestones", Milestone.objects.order_by("point")))
    page = Paginator(rows.order_by("-project__total_investment", "-id"), PAGE).get_page(request.GET.get("page"))
    keys = list(page.object_list)
    context = {
        "filter": found,
        "state": state,
        "page_obj": page,
        "rows": keypage.list_rows(keys),
        "count": page.paginator.count,
        "stats": _sums(found.qs) if state == "confirmed" and user.is_hall_staff else [],
        "tabs": _tabs(request, user, state),
        "decides": rules_key.decides_on_list.test(user),
        "confirm_form": MaybeReasonForm(),
        "decline_form": ReasonForm(),
        "query": request.GET.urlencode(),
    }
    return render(request, "projects/key/list.html", context)


def _tabs(request: HttpRequest, user: User, state: str) -> list[dict[str, Any]]:
    """For those who decide: what is on the list, what is proposed, what is off it."""
    if not rules_key.decides_on_list.test(user):
        return []
    groups = dict(KeyProject.objects.values_list("status").annotate(n=Count("pk")).order_by())
    counts = {"confirmed": groups.get("confirmed", 0), "proposed": groups.get("proposed", 0),
              "off": groups.get("declined", 0) + groups.get("removed", 0)}  # fmt: skip
    tones = {"proposed": "yellow" if counts["proposed"] else ""}
    return [
        {"label": label, "url": f"?state={name}", "active": name == state, "count": counts[name],
         "tone": tones.get(name, "")}
        for name, label in STATES.items()
    ]  # fmt: skip


def _sums(rows: QuerySet[KeyProject]) -> list[dict[str, Any]]:
    """Number, investment, money arrived; one statement."""
    plain = KeyProject.objects.filter(pk__in=rows.values("pk"))
    found = selectors.with_money(plain).aggregate(
        n=Count("pk"), investment=Sum("project__total_investment"), domestic_sum=Sum("domestic"),
        foreign_sum=Sum("foreign"), arrived_sum=Sum("arrived"),
    )  # fmt: skip
    share = keypage.share(found["arrived_sum"], found["investment"])
    return [
        {"label": _("Key projects"), "value": found["n"]},
        {"label": _("Total investment"), "value": money(found["investment"] or 0)},
        {"label": _("Money arrived"), "value": money(found["arrived_sum"] or 0), "note": share},
        {"label": _("Of it domestic"), "value": money(found["domestic_sum"] or 0)},
        {"label": _("Of it foreign"), "value": keypage.dollars(found["foreign_sum"] or 0)},
    ]


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list as the filter leaves it, for a spreadsheet; people of the hall only."""
    if not signed_in(request).is_hall_staff:
        raise Http404
    found, _state = _listed(request)
    keys = list(selectors.with_money(found.qs).prefetch_related("milestones").order_by("-project__total_investment"))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="key-projects-{today():%Y%m%d}.csv"'
    # Spreadsheets take a file without this mark for one in the machine's own code page.
    response.write("\ufeff")
    writer = csv.writer(response)
    for row in keypage.table(keys):
        writer.writerow([safe_cell(cell) for cell in row])
    return response


@login_required
@require_safe
def key_project(request: HttpRequest, pk: int) -> HttpResponse:
    """One key project: milestones, team, problems; for the hall also progress, money and what is on record."""
    user = signed_in(request)
    key = key_or_404(request, pk)
    inside = user.is_hall_staff
    context = {
        "key": key,
        "project": key.project,
        "inside": inside,
        "milestones": keypage.milestone_steps(key),
        "team": selectors.team_of(key),
        "problems": list(selectors.open_problems(projects=[key.project_id], user=user)),
        "closed": key.project.problems.exclude(status__in=["open", "proposed"]).count(),
        "keeps_books": rules_key.keeps_books.test(user, key) and key.is_confirmed,
        "decides": rules_key.decides_on_list.test(user),
        "leads_team": rules_key.leads_team.test(user, key) and key.is_confirmed,
        "may_raise": actor_for(user, key.project.enterprise, ANY) is not None
        or rules_key.may_raise.test(user, key.project),
        "remove_form": ReasonForm(),
        "confirm_form": MaybeReasonForm(),
        "waiting": next(
            (one for one in selectors.team_of(key) if one.waits_for_receipt and one.user_id == user.pk), None
        ),
    }
    if inside:
        context |= keypage.inside(key) | {"entries": timeline(key).order_by("-seq")[:30]}
    return render(request, "projects/key/detail.html", context)


DONE = {
    "confirm": gettext_lazy("The project is on the list of key projects."),
    "decline": gettext_lazy("The project was not taken as a key project."),
    "remove": gettext_lazy("The project is off the list of key projects."),
}


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Confirm, decline or remove; a page of its own where the reason is missing."""
    user = signed_in(request)
    if not rules_key.decides_on_list.test(user):
        raise Http404
    project = get_object_or_404(Project.objects.visible_to(user).declared(), pk=pk)
    form = (MaybeReasonForm if act == "confirm" else ReasonForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(Actor(user), project, act, form.cleaned_data["reason"])
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, str(DONE[act]))
            onward = reverse("projects:key_project", args=[pk])
            return redirect(f"{reverse('projects:key_projects')}?state=proposed" if act == "decline" else onward)
    titles = {
        "confirm": _("Put on the list of key projects"),
        "decline": _("Not take as a key project"),
        "remove": _("Take off the list of key projects"),
    }
    context = {"form": form, "title": titles[act], "back_url": project.get_absolute_url(), "back_text": str(project)}
    return render(request, "projects/key/act.html", context, status=400 if form.errors else 200)


def _decide(actor: Actor, project: Project, act: str, reason: str) -> None:
    if act == "confirm":
        services.confirm_key_project(actor=actor, project=project, reason=reason)
        return
    key = KeyProject.objects.filter(project=project).first()
    if key is None:
        raise NotAllowed(_("The project is not on the list of key projects."))
    act_on = services.decline_key_project if act == "decline" else services.remove_key_project
    act_on(actor=actor, key=key, reason=reason)
