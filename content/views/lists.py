"""Lists that were kept: looking at one, my lists, deleting one, turning one into a project or an application."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.models import Anyone
from approvals.models import Matter
from common.errors import HallError
from common.forms import show_error
from content import services
from content.asking import Answers
from content.forms import ApplyForm
from content.lists import list_of
from content.models import NeedList
from content.questionnaire import address
from content.starts import SINGLE, start_of
from content.views.guides import offered_matter_or_404
from content.views.which import list_context
from enterprises.models import Enterprise
from enterprises.selectors import require_actor
from projects.models import Project
from projects.views.common import signed_in


def _alive(code: str) -> NeedList:
    return get_object_or_404(NeedList.objects.alive().select_related("project"), code=code)


def _mine(user: Anyone, row: NeedList | None) -> bool:
    return row is not None and row.owner_id is not None and row.owner_id == user.pk


@require_safe
def need_list(request: HttpRequest, code: str) -> HttpResponse:
    """A kept list, for whoever has its address; made anew from the answers each time."""
    row = _alive(code)
    found = list_of(row)
    context: dict[str, Any] = {"row": row, "mine": _mine(request.user, row)}
    if found is not None:
        context |= list_context(request, found)
        context["answers_url"] = address(found.start, found.answers, "which_answers")
        context["project"] = _own_project(request, row)
    response = render(request, "content/list.html" if found else "content/list_gone.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _own_project(request: HttpRequest, row: NeedList) -> Project | None:
    """What the list was turned into, for those who may see that."""
    if row.project_id is None or not request.user.is_authenticated:
        return None
    return Project.objects.visible_to(request.user).filter(pk=row.project_id).first()


@login_required
@require_safe
def my_lists(request: HttpRequest) -> HttpResponse:
    """Lists of one's own, the newest first."""
    rows = NeedList.objects.visible_to(signed_in(request)).select_related("project")
    return render(request, "content/my_lists.html", {"rows": rows})


@login_required
@require_POST
def delete(request: HttpRequest, code: str) -> HttpResponse:
    """Delete one's own list."""
    row = get_object_or_404(NeedList.objects.visible_to(signed_in(request)), code=code)
    services.delete_list(actor=Actor(signed_in(request)), need_list=row)
    messages.success(request, _("The list has been deleted."))
    return redirect("content:my_lists")


@login_required
@require_POST
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a list under "My lists": a copy where it is somebody else's."""
    row = _alive(code)
    try:
        row = services.keep_list(actor=Actor(signed_in(request)), need_list=row)
    except HallError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The list is kept under “My lists”."))
    return redirect("content:list_apply" if "apply" in request.POST else "content:list", row.code)


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """From a list to a project; a list of somebody else's or nobody's becomes one's own with the project."""
    return _apply_page(request, row=_alive(code), matter=None)


@login_required
@require_http_methods(["GET", "POST"])
def apply_for(request: HttpRequest, code: str) -> HttpResponse:
    """From a guide to a project, with this matter wished for."""
    return _apply_page(request, row=None, matter=offered_matter_or_404(code))


def _apply_page(request: HttpRequest, *, row: NeedList | None, matter: Matter | None) -> HttpResponse:
    user = signed_in(request)
    firms = Enterprise.objects.filter(pk__in=Enterprise.objects.ids_acted_for(user)).order_by("name")
    projects = Project.objects.visible_to(user).filter(status=Project.Status.DECLARED, enterprise__in=firms)
    form = ApplyForm(request.POST or None, firms=firms, projects=projects)
    if request.method == "POST" and form.is_valid():
        try:
            return _turn(request, form, row or _list_for(user, matter))
        except HallError as error:
            show_error(form, error)
    if not form.firms:
        # Whoever has no firm yet claims one and is brought back.
        request.session["after_claim"] = request.path
    context = {"form": form, "row": row, "matter": matter, "has_firm": bool(form.firms), "mine": _mine(user, row)}
    return render(request, "content/apply.html", context, status=400 if form.errors else 200)


def _list_for(user: Any, matter: Matter | None) -> NeedList:
    """A list of the one matter."""
    start = start_of(f"{SINGLE}{matter.code}") if matter else None
    if start is None or matter is None:
        raise Http404
    return services.save_list(actor=Actor(user), start=start, answers=Answers(), extra=[matter.code])


def _turn(request: HttpRequest, form: ApplyForm, row: NeedList) -> HttpResponse:
    user = signed_in(request)
    project = form.cleaned_data["project"]
    if project is not None:
        actor = require_actor(user, project.enterprise)
        application = services.use_list_for_project(actor=actor, project=project, need_list=row)
        messages.success(request, _("The matters of your list are marked. Check them and go on."))
        return redirect("approvals:matters", application.pk)
    firm = form.cleaned_data["enterprise"]
    made = services.start_project_from_list(
        actor=require_actor(user, firm), enterprise=firm, name=form.cleaned_data["name"], need_list=row
    )
    messages.success(
        request, _("The draft is filled in with what you answered. Once declared, your matters are marked.")
    )
    return redirect("projects:tasks", made.pk)
