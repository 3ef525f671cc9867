"""From a declared project to an application: questions, matters, check, submission."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from approvals import application_form, facts, gaps, needs, reuse, wishes
from approvals.application_form import Sheet
from approvals.forms.applying import ProjectChoiceForm, QuestionsForm
from approvals.forms.deferring import CommitmentForm
from approvals.forms.special import ConditionsForm
from approvals.models import Application, Case, Material, Matter
from approvals.models.application import FORM_PAPER
from approvals.services import choose_ways, sign_conditions, submit_application
from approvals.services.committing import unsigned
from approvals.services.drafting import (
    answer_questions,
    choose_matters,
    discard_application,
    start_application,
)
from approvals.services.filling import field_key, gap_text
from approvals.views.acting import actor_or_404, application_to_act_on, signed_in
from approvals.views.signing import commitment_form, show_at_fields, signature_of
from approvals.views.trail import trail
from common.display import listed
from common.errors import HallError, InvalidInput
from enterprises.acting import banner
from enterprises.selectors import ANY, actor_for
from projects.models import Project
from projects.presenting import fact_blocks
from projects.views.common import project_to_act_on

SIGNED_FIELDS = ("signer", "agreed", "signature")
DRAFT = Application.Status.DRAFT


@login_required
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft application of a project, or go on with the one there is."""
    project, actor = project_to_act_on(request, pk)
    try:
        application = start_application(actor=actor, project=project)
    except HallError as error:
        messages.error(request, str(error))
        return redirect(project.get_absolute_url())
    return redirect("approvals:matters", application.pk)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """From a guide: for which project does one apply for ``?matter=CODE``?"""
    user = signed_in(request)
    code = request.POST.get("matter") or request.GET.get("matter", "")
    matter = Matter.objects.filter(code=code, is_active=True).first()
    projects = Project.objects.visible_to(user).filter(status=Project.Status.DECLARED)
    form = ProjectChoiceForm(request.POST or None, projects=projects)
    if request.method == "POST" and form.is_valid():
        project = form.cleaned_data["project"]
        actor = actor_or_404(user, project.enterprise)
        try:
            application = start_application(actor=actor, project=project)
            if matter is not None:
                chosen = list(application.chosen.values_list("matter__code", flat=True))
                choose_matters(actor=actor, application=application, codes=[*chosen, matter.code])
        except HallError as error:
            form.add_error(None, str(error))
        else:
            return redirect("approvals:matters", application.pk)
    context = {"form": form, "matter": matter, "code": code, "any": projects.exists()}
    return render(request, "approvals/applying/new.html", context, status=400 if form.errors else 200)


def _draft_or_receipt(application: Application) -> HttpResponse | None:
    """Where a page of the draft leads once the application has been submitted."""
    return None if application.status == DRAFT else redirect("approvals:submitted", application.pk)


@login_required
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """The application itself: a draft goes on where it stands, a submitted one shows its receipt."""
    row, _actor = application_to_act_on(request, pk)
    if row.status != DRAFT:
        return redirect("approvals:submitted", row.pk)
    return redirect(onward_from_matters(row) if row.chosen.exists() else "approvals:matters", row.pk)


@login_required
@require_http_methods(["GET", "POST"])
def matters(request: HttpRequest, pk: int) -> HttpResponse:
    """All matters of the catalogue as they concern this project; the applicant chooses."""
    row, actor = application_to_act_on(request, pk)
    if away := _draft_or_receipt(row):
        return away
    errors: list[str] = []
    picked: list[str] | None = request.POST.getlist("matters") if request.method == "POST" else None
    if picked is not None:
        try:
            if not picked:
                raise InvalidInput({"matters": _("Choose at least one matter.")})
            with transaction.atomic():
                choose_matters(actor=actor, application=row, codes=picked)
                ways = [code for code in request.POST.getlist("by_commitment") if code in picked]
                choose_ways(actor=actor, application=row, codes=ways)
        except HallError as error:
            errors = [str(text) for texts in error.errors.values() for text in texts]
        else:
            return _back_or(request, onward_from_matters(row), row)
    else:
        picked = list(row.chosen.values_list("matter__code", flat=True)) or wishes.codes_for(row.project) or None
    found = needs.evaluate(row.project, picked)
    context = {
        "application": row,
        "stages": needs.by_stage(found, row.project),
        "chosen_count": sum(need.chosen for need in found),
        "open_questions": len(needs.unanswered(found)),
        "open_matters": sum(need.answer is None for need in found),
        "errors": errors,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "acting_for": banner(row.enterprise, actor),
        "steps": trail(row, "matters"),
    }
    return render(request, "approvals/applying/matters.html", context, status=400 if errors else 200)


def onward_from_matters(row: Application) -> str:
    """To the form where the chosen matters ask anything, else to the materials."""
    asked = any(chosen.form for chosen in application_form.chosen_rows(row))  # type: ignore[attr-defined]
    return "approvals:form" if asked else "approvals:materials"


def _back_or(request: HttpRequest, name: str, row: Application) -> HttpResponse:
    """Back to the check page when one came from there."""
    return redirect("approvals:check" if request.POST.get("next") == "check" else name, row.pk)


@login_required
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions that settle which matters apply; answers belong to the project and are asked once."""
    row, actor = application_to_act_on(request, pk)
    if away := _draft_or_receipt(row):
        return away
    project = row.project
    open_names = needs.unanswered(needs.evaluate(project, []))
    names = [*open_names, *project.answers]
    if request.method == "POST":
        names = [fact.name for fact in facts.questions() if fact.name in request.POST]
    form = QuestionsForm(request.POST or None, project=project, names=names)
    if request.method == "POST" and form.is_valid():
        answers = {name: str(value) if value is not None else "" for name, value in form.cleaned_data.items()}
        try:
            answer_questions(actor=actor, project=project, answers=answers)
        except HallError as error:
            for field, texts in error.errors.items():
                form.add_error(field if field in form.fields else None, [str(text) for text in texts])
        else:
            messages.success(request, _("Your answers are saved; the list of matters follows them."))
            return redirect("approvals:matters", row.pk)
    context = {"application": row, "form": form, "acting_for": banner(row.enterprise, actor)}
    return render(request, "approvals/applying/questions.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on one page; from here the application is submitted, once."""
    row, actor = application_to_act_on(request, pk)
    if request.method == "POST":
        return _submit(request, row, actor)
    if away := _draft_or_receipt(row):
        return away
    return _check_page(request, row, actor)


def _submit(request: HttpRequest, row: Application, actor: Actor) -> HttpResponse:
    form = commitment_form(actor, request.POST, request.FILES)
    try:
        with transaction.atomic():
            _sign_conditions(request, row, actor)
            submit_application(actor=actor, application=row, signature=signature_of(actor, form))
    except InvalidInput as error:
        return _check_page(request, row, actor, refused=error.errors, form=form)
    except HallError as error:
        # The second click of two: the first has submitted it meanwhile.
        row.refresh_from_db(fields=["status"])
        if away := _draft_or_receipt(row):
            return away
        return _check_page(request, row, actor, refused={"": [error.message]}, form=form)
    return redirect("approvals:submitted", row.pk)


def _sign_conditions(request: HttpRequest, row: Application, actor: Actor) -> None:
    """The signature under what is to be decided on a commitment stands on the same page."""
    if row.status == DRAFT and unsigned(row):
        sign_conditions(
            actor=actor,
            application=row,
            signer=request.POST.get("conditions_signer", ""),
            agreed=bool(request.POST.get("conditions_agreed")),
            seen=[text.replace("\r\n", "\n") for text in request.POST.getlist("conditions_seen")],
        )


def _check_page(
    request: HttpRequest,
    row: Application,
    actor: Actor,
    refused: dict[str, list[Any]] | None = None,
    form: CommitmentForm | None = None,
) -> HttpResponse:
    form = form or commitment_form(actor)
    show_at_fields(form, refused or {})
    found = needs.evaluate(row.project, row.chosen.values_list("matter__code", flat=True))
    rows = application_form.chosen_rows(row)
    sheet = application_form.sheet(row, rows, offer=False)
    cards = needs.material_cards(row, stock=reuse.stock_of(row, rows))
    chosen = [need for need in found if need.chosen]
    forgotten = _forgotten(row, found)
    without_code = [] if row.project.national_code else [need for need in chosen if need.needs_project_code]
    context = {
        "application": row,
        "project": row.project,
        "blocks": fact_blocks(row.project),
        "chosen": chosen,
        "forgotten": forgotten,
        "forgotten_names": listed(need.matter.label for need in forgotten),
        "without_code": without_code,
        "without_code_names": listed(need.matter.label for need in without_code),
        "cards": cards,
        "form_pages": [_form_block(row, page) for page in sheet.pages()],
        "promise": gaps.promise_of(row),
        "commitment_form": form,
        "by_hand": actor.at_window,
        "side_by_side": gaps.side_by_side(row),
        "bar": gaps.open_bar(row.enterprise_id),
        "lines": _gap_lines(row, sheet, cards, chosen, refused or {}),
        "refused": refused is not None,
        "conditions_form": ConditionsForm(request.POST if refused and request.method == "POST" else None),
        "acting_for": banner(row.enterprise, actor),
        "steps": trail(row, "check"),
    }
    return render(request, "approvals/applying/check.html", context, status=400 if refused else 200)


def _forgotten(row: Application, found: list[needs.Need]) -> list[needs.Need]:
    """What the project's stage needs besides, but the applicant left out for now."""
    later = needs.later_stages(row.project)
    return [
        need
        for need in found
        if need.answer is True and not need.chosen and need.running is None and need.matter.stage not in later
    ]


def _form_block(row: Application, page: application_form.Page) -> dict[str, Any]:
    """A page of the form for the summary list, each answer with the place where it is changed."""
    place = reverse("approvals:form_page", args=[row.pk, page.slug])
    return {
        "slug": page.slug,
        "title": page.title,
        "change_url": f"{place}?next=check",
        "rows": [
            {"label": answer.label, "value": answer.text or ("" if answer.missing else _("None"))}
            for answer in page.answers
        ],
    }


def _gap_lines(
    row: Application,
    sheet: Sheet,
    cards: list[needs.MaterialCard],
    chosen: list[needs.Need],
    refused: dict[str, list[Any]],
) -> list[dict[str, str]]:
    """What stands in the way, each with the place where it is put right."""
    materials_url = reverse("approvals:materials", args=[row.pk])
    lines = []
    if not chosen:
        lines.append({"text": _("Choose at least one matter."), "url": reverse("approvals:matters", args=[row.pk])})
    known = set()
    for answer in sheet.missing:
        known.add(field_key(answer.name))
        lines.append({"text": str(gap_text(answer)), "url": sheet.place_of(answer)})
    for card in cards:
        if card.missing:
            known.add(card.material.code)
            text = _("“%(name)s” is missing.") % {"name": card.material.label}
            lines.append({"text": text, "url": f"{materials_url}#material-{card.material.pk}"})
    told = {line["text"] for line in lines}
    lines.extend(
        {"text": str(text), "url": f"#id_{field}" if field in SIGNED_FIELDS else ""}
        for field, texts in refused.items()
        if field not in known
        for text in texts
        if str(text) not in told
    )
    return lines


@login_required
def submitted(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation: numbers, dates, what happens next."""
    return _after_submission(request, pk, "approvals/applying/submitted.html")


@login_required
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt on paper."""
    return _after_submission(request, pk, "approvals/applying/receipt.html")


def _after_submission(request: HttpRequest, pk: int, template: str) -> HttpResponse:
    user = signed_in(request)
    rows = Application.objects.visible_to(user).select_related("project", "enterprise", "submitted_by")
    row = get_object_or_404(rows, pk=pk)
    actor = actor_for(user, row.enterprise, ANY)
    if row.status == DRAFT:
        return redirect("approvals:check", row.pk)
    cases = list(Case.objects.filter(application=row).for_lists().order_by("id"))
    cards = needs.material_cards(row)
    context = {
        "application": row,
        "cases": cases,
        "cards": cards,
        "handed_in": [file for card in cards for file in card.current],
        "to_follow": [card.material for card in cards if not card.current and _follows(card.material)],
        "first_due": min(
            (case.clock.lawful_due_at for case in cases if case.clock and case.clock.lawful_due_at), default=None
        ),
        "acting_for": banner(row.enterprise, actor),
    }
    return render(request, template, context)


def _follows(material: Material) -> bool:
    """Whether the hall itself adds the file: a certificate to come, or the form while it is being made."""
    return bool(material.awaits) or material.code == FORM_PAPER


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft application away."""
    row, actor = application_to_act_on(request, pk)
    try:
        discard_application(actor=actor, application=row)
    except HallError as error:
        messages.error(request, str(error))
        return redirect("approvals:application", row.pk)
    messages.success(request, _("The draft application has been put away."))
    return redirect("approvals:project", row.project_id)


urlpatterns = [
    path("projects/<int:pk>/apply/", apply, name="apply"),
    path("applications/new/", new, name="new"),
    path("applications/<int:pk>/", application, name="application"),
    path("applications/<int:pk>/matters/", matters, name="matters"),
    path("applications/<int:pk>/questions/", questions, name="questions"),
    path("applications/<int:pk>/check/", check, name="check"),
    path("applications/<int:pk>/submitted/", submitted, name="submitted"),
    path("applications/<int:pk>/receipt/", receipt, name="receipt"),
    path("applications/<int:pk>/discard/", discard, name="discard"),
]
