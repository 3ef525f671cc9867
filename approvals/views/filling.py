"""The application form: a list of its pages, each page with autosave, and the paper it becomes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from approvals import application_form, form_paper
from approvals.application_form import Answer, Asking, Page, Sheet, answers_for, fingerprint
from approvals.forms.answers import AnswersForm
from approvals.models import Application
from approvals.services.filling import Seen, is_question, save_answers_of_form
from approvals.services.form_papers import content_of
from approvals.views.acting import application_to_act_on, case_to_see
from approvals.views.trail import trail
from common.autosaving import Kept, answer, draft_context, opened, say_errors, say_stale
from common.errors import HallError, InvalidInput, NotAllowed, Stale
from common.time import now
from documents.compiling import TypesettingError
from documents.selectors import current_version
from enterprises.acting import banner

DRAFT = Application.Status.DRAFT


@login_required
@require_safe
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of the form: what is not started, incomplete, done."""
    row, actor = application_to_act_on(request, pk)
    if row.status != DRAFT:
        return redirect("approvals:submitted", row.pk)
    sheet = application_form.sheet(row)
    pages = sheet.pages()
    items = [
        {
            "title": page.title,
            "url": reverse("approvals:form_page", args=[row.pk, page.slug]),
            "state": page.state,
            "hint": _page_hint(page),
        }
        for page in pages
    ]
    context = {
        "application": row,
        "items": items,
        "done": sum(page.state == "done" for page in pages),
        "total": len(pages),
        "asked": len(sheet.answers),
        "known": sum(answer.fixed or answer.origin == "enterprise" for answer in sheet.answers),
        "acting_for": banner(row.enterprise, actor),
        "steps": trail(row, "form"),
    }
    return render(request, "approvals/applying/form.html", context)


def _page_hint(page: Page) -> str:
    missing = sum(answer.missing for answer in page.answers)
    if not missing:
        return ""
    return ngettext(
        "%(count)s field is still to be filled in", "%(count)s fields are still to be filled in", missing
    ) % {"count": missing}


def _page_of(sheet: Sheet, slug: str) -> Page:
    page = next((one for one in sheet.pages() if one.slug == slug), None)
    if page is None:
        raise Http404
    return page


def _bound(request: HttpRequest, sheet: Sheet, page: Page) -> AnswersForm:
    """The page's own fields; of a question that was settled meanwhile those that the opened page still sends."""
    data = request.POST if request.method == "POST" else None
    mine = [one for one in page.answers if not one.fixed or (is_question(one) and data and one.name in data)]
    names = {asking.code: asking.label for asking in sheet.askings}
    return AnswersForm(data, answers=mine, names=names)


def _seen(request: HttpRequest, page: Page) -> Seen:
    return Seen(page.fields, *opened(request))


@login_required
@require_http_methods(["GET", "POST"])
def form_page(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One page of the form. Valid values are kept even when others on the page are wrong."""
    row, actor = application_to_act_on(request, pk)
    if row.status != DRAFT:
        return redirect("approvals:submitted", row.pk)
    sheet = application_form.sheet(row)
    page = _page_of(sheet, slug)
    bound = _bound(request, sheet, page)
    if request.method != "POST":
        return _show(request, sheet, page, bound, actor)
    bound.is_valid()
    others: list[dict[str, str]] = []
    try:
        row = save_answers_of_form(actor=actor, application=row, answers=bound.kept(), seen=_seen(request, page))
    except Stale as error:
        say_stale(bound, error)
        sheet = application_form.sheet(application_to_act_on(request, pk)[0])
        page = _page_of(sheet, slug)
        others = _other_values(page, bound)
    except InvalidInput as error:
        say_errors(bound, error)
    except NotAllowed as error:
        messages.error(request, str(error))
        return redirect("portal:home")
    except HallError as error:
        bound.add_error(None, str(error))
    if bound.errors:
        return _show(request, sheet, page, bound, actor, others=others, status=400)
    return _onward(request, row, slug)


def _other_values(page: Page, bound: AnswersForm) -> list[dict[str, str]]:
    """Of each field that stands differently now: what the other device saved."""
    typed = bound.cleaned_data
    return [
        {"label": answer.label, "value": answer.text}
        for answer in page.answers
        if answer.name in bound.fields and typed.get(answer.name) != answer.value
    ]


def _onward(request: HttpRequest, row: Application, slug: str) -> HttpResponse:
    """Back to the check page when one came from there, else to the next page that is not done."""
    if request.POST.get("next") == "check":
        return HttpResponseRedirect(f"{reverse('approvals:check', args=[row.pk])}#form-{slug}")
    if "later" in request.POST:
        return redirect("approvals:form", row.pk)
    pages = application_form.sheet(row).pages()
    place = next((index for index, page in enumerate(pages) if page.slug == slug), len(pages))
    onward = next((page for page in pages[place + 1 :] if page.state != "done"), None)
    if onward is not None:
        return redirect("approvals:form_page", row.pk, onward.slug)
    if all(page.state == "done" for page in pages):
        return redirect("approvals:materials", row.pk)
    return redirect("approvals:form", row.pk)


def _show(
    request: HttpRequest,
    sheet: Sheet,
    page: Page,
    bound: AnswersForm,
    actor: Actor,
    *,
    others: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    row = sheet.application
    pages = sheet.pages()
    here = reverse("approvals:form_page", args=[row.pk, page.slug])
    context = {
        "application": row,
        "page_title": page.title,
        "slug": page.slug,
        "form": bound,
        "known": [_known_row(row, answer, here) for answer in page.answers if answer.name not in bound.fields],
        "place": next(index for index, one in enumerate(pages, start=1) if one.slug == page.slug),
        "total": len(pages),
        "acting_for": banner(row.enterprise, actor),
        "steps": trail(row, "form"),
        **draft_context(request, fingerprint(row, page.fields), others),
    }
    return render(request, "approvals/applying/form_page.html", context, status=status)


def _known_row(row: Application, answer: Answer, here: str) -> dict[str, Any]:
    """A fact that is not asked again, with the place where it is changed."""
    return {
        "label": answer.label,
        "value": answer.text,
        "change_url": change_url(row, answer, here),
        "empty": _("None"),
    }


def change_url(row: Application, answer: Answer, here: str) -> str:
    """Where this fact is put right; "" for the declaration as a whole, and where nobody but the registry can."""
    source = answer.line.field.source
    if source == application_form.NATIONAL_CODE:
        place = reverse("projects:national_code", args=[row.project_id])
        return f"{place}?{urlencode({'next': here})}"
    return reverse("approvals:questions", args=[row.pk]) if source.startswith("fact.") else ""


@login_required
@require_POST
def autosave(request: HttpRequest, pk: int, slug: str) -> JsonResponse:
    """Keep what is valid of a half-typed page (common.autosaving)."""
    row, actor = application_to_act_on(request, pk)
    sheet = application_form.sheet(row)
    page = _page_of(sheet, slug)
    bound = _bound(request, sheet, page)

    def save() -> Kept:
        saved = save_answers_of_form(actor=actor, application=row, answers=bound.kept(), seen=_seen(request, page))
        # An answer may bring further fields onto the page: the fingerprint is of those that it has now.
        return Kept(saved.answers_saved_at, fingerprint(saved, _page_of(application_form.sheet(saved), slug).fields))

    return answer(bound, save)


@login_required
@require_safe
def preview(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The paper of one matter as it would be made now, marked as a preview."""
    row, _actor = application_to_act_on(request, pk)
    with translation.override("zh-hans"):
        sheet = application_form.sheet(row, offer=False)
    asking = next((one for one in sheet.askings if one.code == code and one.form), None)
    if asking is None:
        raise Http404
    return _pdf(request, row, asking, sheet)


def _pdf(request: HttpRequest, row: Application, asking: Asking, sheet: Sheet) -> HttpResponse:
    moment = now()
    data = form_paper.paper_data(row, asking, answers_for(asking.form, sheet.values), moment=moment)
    template = current_version(form_paper.TEMPLATE)
    try:
        content = form_paper.render(data, template, moment=moment, specimen=form_paper.SPECIMEN)
    except TypesettingError:
        messages.error(request, _("The form cannot be printed: it has a character that no font of the hall knows."))
        return redirect("approvals:form", row.pk)
    return inline_pdf(content, f"{asking.code}-preview.pdf")


def inline_pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def case_form(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a case on paper, as it was handed in last; for everybody who may see the case."""
    case, _actor = case_to_see(request, number)
    filled = case.forms.select_related("template_version__base", "case", "file").order_by("-ordinal").first()
    if filled is None:
        raise Http404
    if filled.file is not None:
        return redirect(filled.file.get_absolute_url())
    try:
        return inline_pdf(content_of(filled), f"{case.number}-form.pdf")
    except TypesettingError:
        messages.error(request, _("The form cannot be printed: it has a character that no font of the hall knows."))
        return redirect("approvals:case", case.number)


urlpatterns = [
    path("applications/<int:pk>/form/", form, name="form"),
    path("applications/<int:pk>/form/<slug:slug>/", form_page, name="form_page"),
    path("applications/<int:pk>/form/<slug:slug>/autosave/", autosave, name="form_autosave"),
    path("applications/<int:pk>/form-preview/<slug:code>/", preview, name="form_preview"),
    path("cases/<str:number>/form/", case_form, name="case_form"),
]
