"""Declaring a project: one topic a page, saved on the way, checked on one page, declared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role, User
from common.autosaving import Kept, answer, draft_context, opened, say_errors, say_stale
from common.errors import HallError, InvalidInput, NotAllowed, Stale
from enterprises.acting import banner
from enterprises.models import Enterprise
from enterprises.selectors import require_actor
from projects import rules, services
from projects.forms import SectionForm, StartForm, section_form
from projects.models import Project
from projects.presenting import section_rows, show_value
from projects.sections import BY_SLUG, SECTIONS, Section, fingerprint, following, state
from projects.views.common import project_to_act_on, signed_in


def enterprises_to_declare_for(user: User, named: str) -> QuerySet[Enterprise]:
    """Firms a person may start a project for; a clerk takes in whoever stands at the window.

    The clerk has found the firm before, so only ``named`` is offered, not a list of thousands.
    """
    if user.has_role(Role.CLERK):
        return Enterprise.objects.filter(pk=int(named) if named.isdecimal() and len(named) < 19 else 0)
    return Enterprise.objects.filter(pk__in=Enterprise.objects.ids_acted_for(user))


@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose the firm, name the project: the draft begins."""
    user = signed_in(request)
    named = request.POST.get("enterprise") or request.GET.get("enterprise", "")
    if user.has_role(Role.CLERK) and not named:
        return redirect("approvals:walk_in")
    enterprises = enterprises_to_declare_for(user, named)
    form = StartForm(request.POST or None, enterprises=enterprises, initial={"enterprise": named})
    if request.method == "POST" and form.is_valid():
        enterprise = form.cleaned_data["enterprise"]
        try:
            project = services.start_project(
                actor=require_actor(user, enterprise),
                enterprise=enterprise,
                values={"name": form.cleaned_data["name"]},
            )
        except HallError as error:
            say_errors(form, error)
        else:
            return redirect("projects:tasks", project.pk)
    if request.method == "GET" and not enterprises.exists():
        return render(request, "projects/no_enterprise.html")
    return render(request, "projects/start.html", {"form": form}, status=_status(form))


def _status(form: Any) -> int:
    return 400 if form.is_bound and not form.is_valid() else 200


@login_required
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """The task list of a draft: what is not started, incomplete, done."""
    project, actor = project_to_act_on(request, pk)
    if project.status != Project.Status.DRAFT:
        return redirect("approvals:project", project.pk)
    items = [
        {
            "title": section.title,
            "url": reverse("projects:section", args=[project.pk, section.slug]),
            "state": state(project, section),
        }
        for section in SECTIONS
    ]
    done = sum(item["state"] == "done" for item in items)
    complete = done == len(items)
    items.append(
        {
            "title": _("Check and declare"),
            "url": reverse("projects:check", args=[project.pk]),
            "state": "todo" if complete else "blocked",
            "hint": "" if complete else _("When all parts above are done."),
        }
    )
    context = {
        "project": project,
        "items": items,
        "done": done,
        "total": len(SECTIONS),
        "acting_for": banner(project.enterprise, actor),
    }
    return render(request, "projects/tasks.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One page of the declaration. Valid values are kept even when others on the page are wrong."""
    project, actor = project_to_act_on(request, pk)
    part = _section(slug)
    if project.status != Project.Status.DRAFT:
        messages.info(request, _("The project is declared already; it can no longer be edited as a draft."))
        return redirect("approvals:project", project.pk)
    form = section_form(part)(request.POST or None, instance=project)
    if request.method != "POST":
        return _section_page(request, project, actor, part, form)
    form.is_valid()
    others: list[dict[str, str]] = []
    try:
        project = services.save_draft(actor=actor, project=project, values=form.kept(), seen=_seen(request, part))
    except Stale as error:
        say_stale(form, error)
        project = Project.objects.select_related("enterprise").get(pk=project.pk)
        others = _other_values(project, form)
    except InvalidInput as error:
        say_errors(form, error)
    except NotAllowed as error:
        messages.error(request, str(error))
        return redirect("portal:home")
    if form.errors:
        return _section_page(request, project, actor, part, form, others=others, status=400)
    return _onward(request, project, part)


def _onward(request: HttpRequest, project: Project, part: Section) -> HttpResponse:
    """Back to the check page when one came from there, else to the next page that is not done."""
    if request.POST.get("next") == "check":
        return redirect(f"{reverse('projects:check', args=[project.pk])}#{part.slug}")
    if "later" in request.POST:
        return redirect("projects:tasks", project.pk)
    onward = following(part)
    while onward is not None and state(project, onward) == "done":
        onward = following(onward)
    if onward is None:
        return redirect("projects:tasks", project.pk)
    return redirect("projects:section", project.pk, onward.slug)


def _other_values(project: Project, form: SectionForm) -> list[dict[str, str]]:
    """Of each field that stands differently now: what the other device saved."""
    typed = form.cleaned_data
    return [
        {"label": str(field.label), "value": show_value(project, name)}
        for name, field in form.fields.items()
        if typed.get(name) != getattr(project, name)
    ]


def _section_page(
    request: HttpRequest,
    project: Project,
    actor: Any,
    part: Section,
    form: SectionForm,
    *,
    others: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "project": project,
        "section": part,
        "form": form,
        "place": SECTIONS.index(part) + 1,
        "total": len(SECTIONS),
        "acting_for": banner(project.enterprise, actor),
        **draft_context(request, fingerprint(project, part), others),
    }
    return render(request, "projects/section.html", context, status=status)


def _section(slug: str) -> Section:
    try:
        return BY_SLUG[slug]
    except KeyError:
        raise Http404 from None


def _seen(request: HttpRequest, part: Section) -> services.Seen:
    return services.Seen(part, *opened(request))


@login_required
@require_POST
def autosave(request: HttpRequest, pk: int, slug: str) -> JsonResponse:
    """Keep what is valid of a half-typed page (common.autosaving)."""
    project, actor = project_to_act_on(request, pk)
    part = _section(slug)
    form = section_form(part)(request.POST, instance=project)

    def save() -> Kept:
        saved = services.save_draft(actor=actor, project=project, values=form.kept(), seen=_seen(request, part))
        return Kept(saved.saved_at, fingerprint(saved, part))

    return answer(form, save)


@login_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on one page with a way back to each part; from here the project is declared."""
    project, actor = project_to_act_on(request, pk)
    if project.status != Project.Status.DRAFT:
        return redirect("projects:declared", project.pk)
    wrong: dict[str, list[Any]] = {}
    if request.method == "POST":
        try:
            services.declare_project(actor=require_actor(signed_in(request), project.enterprise), project=project)
        except InvalidInput as error:
            wrong = error.errors
        except HallError as error:
            messages.error(request, str(error))
            return redirect("projects:tasks", project.pk)
        else:
            return redirect("projects:declared", project.pk)
    context = {
        "project": project,
        "blocks": [_block(project, part) for part in SECTIONS],
        "lines": _lines(project, wrong or rules.problems(project)),
        "refused": bool(wrong),
        "acting_for": banner(project.enterprise, actor),
    }
    return render(request, "projects/check.html", context, status=400 if wrong else 200)


def _change_url(project: Project, part: Section) -> str:
    return f"{reverse('projects:section', args=[project.pk, part.slug])}?next=check"


def _block(project: Project, part: Section) -> dict[str, Any]:
    return {
        "slug": part.slug,
        "title": part.title,
        "change_url": _change_url(project, part),
        "rows": section_rows(project, part),
    }


def _lines(project: Project, problems: dict[str, list[Any]]) -> list[dict[str, str]]:
    """One line for each gap, leading to the page and field where it is filled."""
    return [
        {"text": str(text), "url": f"{_change_url(project, part)}#id_{field}"}
        for part in SECTIONS
        for field in part.fields
        for text in problems.get(field, [])
    ]


@login_required
def declared(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation: what is on record now and what comes next."""
    project, actor = project_to_act_on(request, pk)
    if project.status == Project.Status.DRAFT:
        return redirect("projects:tasks", project.pk)
    context = {"project": project, "acting_for": banner(project.enterprise, actor)}
    return render(request, "projects/declared.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft away, after asking once."""
    project, actor = project_to_act_on(request, pk)
    if request.method == "POST":
        try:
            services.discard_draft(actor=actor, project=project)
        except HallError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The draft has been put away."))
        return redirect("dashboards:mine")
    if project.status != Project.Status.DRAFT:
        return redirect("approvals:project", project.pk)
    context = {"project": project, "acting_for": banner(project.enterprise, actor)}
    return render(request, "projects/discard.html", context)
