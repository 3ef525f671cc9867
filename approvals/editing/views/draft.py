"""A draft: its pages as a list of tasks, one page, what is different, publishing, discarding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.editing import charts, diff, selectors, services
from approvals.editing.contents import with_deferral
from approvals.editing.controls import Options
from approvals.editing.fields import Content
from approvals.editing.forms import ACTION, NoteForm, PageForms
from approvals.editing.problems import Problem
from approvals.editing.registers import usual_deferral
from approvals.editing.sections import section as section_of
from approvals.editing.sections import sections_of
from approvals.editing.selectors import MATTER, Desk
from approvals.editing.views.common import KINDS, actor, draft_page, number_of, refused, thing_url
from approvals.editing.words import condition_text, labelled
from approvals.models import CatalogueDraft
from common.errors import HallError, Stale
from common.forms import show_error
from ledger.selectors import timeline


def chrome(draft: CatalogueDraft) -> dict[str, Any]:
    """What every page of a draft shows."""
    return {
        "draft": draft,
        "kind": KINDS[draft.subject],
        "title": draft.content.get("name") or draft.code,
        "is_matter": draft.subject == MATTER,
    }


@draft_page
@require_safe
def tasks(request: HttpRequest, draft: CatalogueDraft) -> HttpResponse:
    """All pages of the draft, and what is missing or wrong on each."""
    desk = selectors.desk()
    problems, _entry = desk.check(draft.subject, draft.content)
    items = []
    for section in sections_of(draft.subject):
        wrong = [problem for problem in problems if problem.section == section.slug]
        items.append(
            {
                "title": section.title,
                "url": reverse("approvals:catalogue_section", args=[draft.pk, section.slug]),
                "state": "partial" if wrong else "done",
                "hint": "; ".join(told(draft.subject, problem) for problem in wrong[:3]),
            }
        )
    thing, content = selectors.in_force(draft.subject, draft.code)
    changes = diff.compare(draft.subject, content, draft.content, desk.names) if thing else []
    context = {
        **chrome(draft),
        "items": items,
        "ready": not problems,
        "exists": thing is not None,
        "changes": len(changes),
        "behind": bool(thing and thing.current and thing.current.number != draft.based_on),
        "entries": timeline(draft),
        "discard_hidden": {"revision": draft.revision},
    }
    return render(request, "catalogue/draft.html", context)


def told(subject: str, problem: Problem) -> str:
    """A problem with the names of its list and field before it."""
    _page, row, label = problem.names(subject)
    named = " · ".join(filter(None, (row, label)))
    return labelled(named, problem.text) if named else problem.text


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, draft: CatalogueDraft, slug: str) -> HttpResponse:
    """One page of the draft. Buttons for rows only redraw it; saving looks for what is wrong first."""
    try:
        part = section_of(draft.subject, slug)
    except KeyError as error:
        raise Http404 from error
    desk = selectors.desk()
    options = Options(desk, draft.content, draft.subject)
    conflict: Stale | None = None
    if request.method != "POST":
        page = PageForms.shown(part, draft.content, options)
    else:
        page = PageForms.posted(part, request.POST, options)
        action = request.POST.get("action", "")
        if ACTION.match(action):
            page = page.acted(action, request.POST.get("paper", ""))
        else:
            saved, conflict = _save(request, draft, page, desk)
            if saved:
                return redirect(_next(request, draft, slug))
    problems, _entry = desk.check(draft.subject, draft.content)
    context = {
        **chrome(draft),
        "section": part,
        "page": page,
        "revision": request.POST.get("revision", draft.revision),
        "conflict": conflict,
        "open_problems": [told(draft.subject, item) for item in problems if item.section == slug],
        "chart": charts.of(draft, slug),
        "condition": condition_text(draft.content["when"]) if "when" in part.others else "",
        "papers": _papers(desk, draft.content) if slug == "materials" else [],
        "acted": request.method == "POST",
        "page_errors": any(form.errors for form in page.all_forms),
    }
    status = 409 if conflict else 200
    return render(request, "catalogue/section.html", context, status=status)


def _save(request: HttpRequest, draft: CatalogueDraft, page: PageForms, desk: Desk) -> tuple[bool, Stale | None]:
    if not page.is_valid():
        return False, None
    content = page.applied(draft.content)
    if draft.subject == MATTER:
        content = with_deferral(content, usual_deferral())
    problems, _entry = desk.check(draft.subject, content)
    if page.show_problems(problems):
        return False, None
    try:
        services.save_draft(
            actor=actor(request),
            draft_id=draft.pk,
            revision=number_of(request.POST.get("revision")),
            content=content,
            section=page.section.slug,
        )
    except Stale as error:
        return False, error
    return True, None


def _next(request: HttpRequest, draft: CatalogueDraft, slug: str) -> str:
    """The page after this one, or the list when that was asked for."""
    slugs = [part.slug for part in sections_of(draft.subject)]
    after = slugs.index(slug) + 1
    if request.POST.get("action") == "later" or after == len(slugs):
        return reverse("approvals:catalogue_draft", args=[draft.pk])
    return reverse("approvals:catalogue_section", args=[draft.pk, slugs[after]])


def _papers(desk: Desk, content: Content) -> list[tuple[str, str]]:
    """Papers that are known and not wanted here yet."""
    here = {item["code"] for item in content["materials"]}
    papers = desk.names.papers
    return [(code, name) for code, name in papers.items() if code not in here]


@draft_page
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, draft: CatalogueDraft) -> HttpResponse:
    """What would change for whom, and putting it in force with a note."""
    form = NoteForm(request.POST if request.method == "POST" else None)
    desk = selectors.desk()
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            version = services.publish_draft(
                actor=actor(request),
                draft_id=draft.pk,
                revision=number_of(request.POST.get("revision")),
                against=number_of(request.POST.get("against")),
                note=form.cleaned_data["note"],
            )
        except HallError as error:
            show_error(form, error)
            status = error.status
        else:
            messages.success(request, _("Version %(number)s is in force.") % {"number": version.number})
            return redirect(thing_url(draft.subject, draft.code))
    problems, _entry = desk.check(draft.subject, draft.content)
    thing, content = selectors.in_force(draft.subject, draft.code)
    changes = diff.compare(draft.subject, content, draft.content, desk.names)
    against = thing.current.number if thing and thing.current else 0
    context = {
        **chrome(draft),
        "form": form,
        "groups": diff.by_section(draft.subject, changes),
        "count": len(changes),
        "problems": [told(draft.subject, problem) for problem in problems],
        "against": against,
        "behind": against != draft.based_on,
        "effects": _effects(draft, thing),
    }
    return render(request, "catalogue/publish.html", context, status=status)


def _effects(draft: CatalogueDraft, thing: Any) -> dict[str, Any]:
    """Whom publishing touches."""
    if draft.subject != MATTER:
        return {"running": sum(item.running for item in selectors.versions_of(thing)) if thing else 0}
    return {
        "running": sum(item.running for item in selectors.versions_of(thing)) if thing else 0,
        "drafts": selectors.drafts_of_applications(draft.code),
        "papers": selectors.differing_papers(draft.content),
    }


@draft_page
@require_POST
def discard(request: HttpRequest, draft: CatalogueDraft) -> HttpResponse:
    """Throw the draft away."""
    try:
        services.discard_draft(
            actor=actor(request), draft_id=draft.pk, revision=number_of(request.POST.get("revision"))
        )
    except HallError as error:
        return refused(request, error, reverse("approvals:catalogue_draft", args=[draft.pk]))
    messages.success(request, _("The draft is discarded."))
    if draft.based_on:
        return redirect(thing_url(draft.subject, draft.code))
    return redirect("approvals:catalogue" if draft.subject == MATTER else "approvals:catalogue_themes")
