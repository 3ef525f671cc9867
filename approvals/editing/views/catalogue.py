"""The catalogue for its editors: what there is, its versions, what is different between two of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.editing import diff, selectors, services
from approvals.editing.forms import CatalogueFilter, NewForm
from approvals.editing.selectors import MATTER
from approvals.editing.views.common import (
    SUBJECTS,
    actor,
    editors_only,
    number_of,
    refused,
    thing_or_404,
    thing_url,
)
from approvals.models import CatalogueDraft
from common.errors import HallError
from common.forms import show_error
from ledger.selectors import timeline


@editors_only
@require_safe
def catalogue(request: HttpRequest, kind: str = "matters") -> HttpResponse:
    """Matters or themes with their state, narrowed by a filter; and drafts of new ones."""
    subject = SUBJECTS[kind]
    form = CatalogueFilter(request.GET, of_themes=kind == "themes")
    filters = form.cleaned_data if form.is_valid() else {}
    found: Any = selectors.matters(filters) if subject == MATTER else selectors.themes(filters)
    rows = selectors.rows(found, subject)
    narrowed = any(filters.values())
    new = [] if narrowed and filters.get("state") != "draft" else selectors.new_drafts(subject)
    context = {
        "kind": kind, "form": form, "rows": rows, "new": new, "narrowed": narrowed,
        "tabs": [
            {"label": _("Matters"), "url": reverse("approvals:catalogue"), "active": kind == "matters"},
            {"label": _("Themes"), "url": reverse("approvals:catalogue_themes"), "active": kind == "themes"},
        ],
    }  # fmt: skip
    return render(request, "catalogue/list.html", context)


@editors_only
@require_safe
def thing(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One matter or theme: its versions, and what can be done with it."""
    found = thing_or_404(kind, code)
    draft = selectors.drafts_of(SUBJECTS[kind]).get(code)
    context = {
        "kind": kind,
        "thing": found,
        "draft": draft,
        "versions": selectors.versions_of(found),
        "entries": timeline(found),
        "yes": {"offered": "yes"},
        "no": {"offered": "no"},
    }
    return render(request, "catalogue/thing.html", context)


@editors_only
@require_safe
def difference(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Between versions ``a`` and ``b``, by default what the version in force changed."""
    found = thing_or_404(kind, code)
    versions = {version.number: version for version in selectors.versions_of(found)}
    last = found.current.number if found.current else max(versions)
    new = versions.get(number_of(request.GET.get("b", str(last))))
    old = versions.get(number_of(request.GET.get("a", str(max(last - 1, 1)))))
    if old is None or new is None:
        raise Http404
    subject = SUBJECTS[kind]
    names = selectors.desk().names
    changes = diff.compare(subject, selectors.content_of(old), selectors.content_of(new), names)
    context = {
        "kind": kind, "thing": found, "old": old, "new": new, "versions": list(versions.values()),
        "groups": diff.by_section(subject, changes), "count": len(changes),
    }  # fmt: skip
    return render(request, "catalogue/diff.html", context)


@editors_only
@require_POST
def edit(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Begin a draft, of an older version with ``number``; without one, an open draft is gone on with."""
    subject = SUBJECTS[kind]
    number = number_of(request.POST["number"]) if request.POST.get("number") else None
    existing = CatalogueDraft.objects.filter(subject=subject, code=code).first()
    if existing and number is None:
        return redirect("approvals:catalogue_draft", existing.pk)
    try:
        draft = services.start_draft(actor=actor(request), subject=subject, code=code, number=number)
    except HallError as error:
        return refused(request, error, thing_url(subject, code))
    return redirect("approvals:catalogue_draft", draft.pk)


@editors_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin something that is not in the catalogue yet, blank or as a copy."""
    subject = SUBJECTS[kind]
    things = [(row.code, f"{row.code} {row.label}") for row in selectors.model_of(subject).objects.all()]
    given: dict[str, Any] = {"things": things, "hint": services.CODE_FORMS[subject]}
    form = NewForm(initial={"copy_of": request.GET.get("copy", "")}, **given)
    if request.method == "POST":
        form = NewForm(request.POST, **given)
        if form.is_valid():
            try:
                draft = services.start_new(actor=actor(request), subject=subject, **form.cleaned_data)
                return redirect("approvals:catalogue_draft", draft.pk)
            except HallError as error:
                show_error(form, error)
    return render(request, "catalogue/new.html", {"kind": kind, "form": form})


@editors_only
@require_POST
def offered(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Retire it (``offered`` is no) or offer it again."""
    subject = SUBJECTS[kind]
    wanted = request.POST.get("offered") == "yes"
    try:
        services.set_offered(actor=actor(request), subject=subject, code=code, offered=wanted, seen=not wanted)
    except HallError as error:
        return refused(request, error, thing_url(subject, code))
    messages.success(request, _("It is offered again.") if wanted else _("It is retired. Running cases go on."))
    return redirect(thing_url(subject, code))
