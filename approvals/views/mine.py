"""The applicant's side of cases: list, one case, corrections, withdrawal, decision; and a project's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from approvals import filled_form, following, presenting
from approvals.blocking import blockers_of
from approvals.forms.answers import CorrectionAnswersForm
from approvals.forms.deferring import CommitmentForm
from approvals.forms.mine import CaseFilter, RemarkForm, WithdrawForm
from approvals.held import gaps_of, held_back, held_sentences, may_withdraw
from approvals.models import Application, Case
from approvals.papers.listing import DECISIONS, latest, papers_of
from approvals.services import mark_read, resubmit_case, withdraw_case
from approvals.special_ways import issued_with_an_earlier
from approvals.standing import standing_of
from approvals.views.acting import case_to_see, signed_in
from approvals.views.routing import case_home
from approvals.views.signing import commitment_form, show_at_fields, signature_of
from common.errors import HallError, InvalidInput
from common.formview import error_lines
from enterprises.acting import banner
from enterprises.selectors import ANY, actor_for
from ledger.selectors import timeline
from projects.models import Project
from projects.presenting import fact_blocks

PAGE = 20


@login_required
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """All cases one may see, newest first, filtered by address."""
    rows = Case.objects.visible_to(signed_in(request)).for_lists().order_by("-id")
    found = CaseFilter(request.GET, queryset=rows)
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page, "count": page.paginator.count}
    return render(request, "approvals/mine/cases.html", context)


@login_required
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case as the applicant sees it; window and departments are led to their own side."""
    row, actor = case_to_see(request, number)
    home = case_home(signed_in(request), row)
    if home != request.path and (actor is None or actor.at_window):
        return redirect(home)
    return _case_page(request, row, actor)


def _case_page(
    request: HttpRequest, row: Case, actor: Actor | None, *, form: WithdrawForm | None = None, status: int = 200
) -> HttpResponse:
    standing = standing_of(row)
    gaps = gaps_of([row]).get(row.pk, [])
    context = {
        "case": row,
        "may_act": actor is not None,
        "may_withdraw": actor is not None and may_withdraw(row),
        "gaps": [(gap, following.promised_card(row, gap), following.why_this_date(gap.deferral.clock)) for gap in gaps],
        "held_back": held_back(row, gaps),
        "next": reverse("approvals:case", args=[row.number]),
        "hidden": {"next": reverse("approvals:case", args=[row.number])},
        "withdraw_form": form or WithdrawForm(),
        "seen": {"seen": row.status},
        "notice": following.open_notice(row),
        "steps": following.progress(row, presenting.case_steps(row)),
        "standing": standing,
        "limits": presenting.limit_rows(row),
        "why": following.why_this_date(row.clock),
        "blockers": blockers_of([row]).get(row.pk, []),
        "materials": [
            (one, presenting.file_items(one.material.files.all(), signed_in(request)))
            for one in presenting.material_rows(row)
        ],
        "entries": following.told_entries(row),
        "papers": papers_of(row, signed_in(request)),
        "filled": filled_form.filled_form(row),
        "result_is_out": following.result_is_out(row),
        "rated": hasattr(row, "rating") or Case.objects.filter(issued_with_an_earlier(), pk=row.pk).exists(),
        "acting_for": banner(row.enterprise, actor),
    }
    return render(request, "approvals/mine/case.html", context, status=status)


def _case_to_act_on(request: HttpRequest, number: str) -> tuple[Case, Actor]:
    row, actor = case_to_see(request, number)
    if actor is None:
        raise Http404
    return row, actor


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Everything to correct on one page, handed in again in one go."""
    row, actor = _case_to_act_on(request, number)
    notice = following.open_notice(row)
    if notice is None or row.status != Case.Status.CORRECTING:
        messages.info(request, _("Nothing is to be corrected on this case now."))
        return redirect("approvals:case", row.number)
    form = RemarkForm(request.POST or None)
    answers = following.correction_answers(row, notice, request.POST or None)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    signing = commitment_form(actor, *sent)
    refused: dict[str, list[Any]] = {}
    if request.method == "POST" and form.is_valid() and answers.is_valid():
        try:
            with transaction.atomic():
                resubmit_case(
                    actor=actor,
                    case=row,
                    remark=form.cleaned_data["remark"],
                    answers=answers.answers,
                    confirmed=answers.confirmed,
                    seen=request.POST.get("seen") or None,
                    signature=signature_of(actor, signing),
                )
        except HallError as error:
            refused = _at_fields(answers, error)
            show_at_fields(signing, refused)
        else:
            messages.success(request, _("Your corrections are with the window. The time limit begins anew."))
            return redirect("approvals:case", row.number)
    here = reverse("approvals:correct", args=[row.number])
    items = following.correction_cards(row, notice, answers)
    context = {
        "case": row,
        "notice": notice,
        "items": items,
        "form": form,
        "promise": following.promise_in(row, items),
        "commitment_form": signing,
        "by_hand": actor.at_window,
        "lines": _lines([form, answers], signing, refused),
        "left": sum(bool(item["card"]) and not item["done"] and not item["later"] for item in items),
        "here": here,
        "paper": latest(row, "approvals.correction"),
        "hidden": {"next": here},
        "acting_for": banner(row.enterprise, actor),
    }
    wrong = refused or form.errors or answers.errors
    return render(request, "approvals/mine/correct.html", context, status=400 if wrong else 200)


def _lines(shown: list[Form], signing: CommitmentForm, refused: Mapping[str, Sequence[Any]]) -> list[Any]:
    """The error summary: wrong fields, then what the service refused, each with its place on the page."""
    return [
        *error_lines(shown),
        *(
            {"text": str(text), "target": f"id_{field}" if field in signing.fields else field}
            for field, texts in refused.items()
            for text in texts
        ),
    ]


def _at_fields(answers: CorrectionAnswersForm, error: HallError) -> dict[str, list[Any]]:
    """Put what is wrong with marked fields at the fields; returns the rest, by place on the page."""
    rest: dict[str, list[Any]] = {}
    for name, texts in error.errors.items():
        if name in answers.fields:
            for text in texts:
                answers.add_error(name, str(text))
        else:
            rest[name] = list(texts)
    return rest


@login_required
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the case back before it is decided."""
    row, actor = _case_to_act_on(request, number)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _case_page(request, row, actor, form=form, status=400)
    try:
        withdraw_case(actor=actor, case=row, reason=form.cleaned_data["reason"], seen=request.POST.get("seen") or None)
    except InvalidInput as error:
        for texts in error.errors.values():
            form.add_error(None, [str(text) for text in texts])
        return _case_page(request, row, actor, form=form, status=400)
    except HallError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The case has been withdrawn."))
    return redirect("approvals:case", row.number)


@login_required
@require_safe
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """Open the issued decision: the first time by the applicant is the read receipt."""
    row, actor = case_to_see(request, number)
    if not following.result_is_out(row):
        raise Http404
    if actor is not None and not actor.at_window:
        mark_read(actor=actor, case=row)
    paper = latest(row, *DECISIONS)
    if paper is None:
        raise Http404
    return redirect(paper)


@login_required
@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """A project with its facts, cases and what can be done next."""
    user = signed_in(request)
    row = get_object_or_404(Project.objects.visible_to(user).select_related("enterprise"), pk=pk)
    actor = actor_for(user, row.enterprise, ANY)
    if row.status == Project.Status.DRAFT and actor is not None:
        return redirect("projects:tasks", row.pk)
    cases = list(Case.objects.visible_to(user).filter(project=row).for_lists().order_by("id"))
    context = {
        "project": row,
        "blocks": fact_blocks(row),
        "cases": cases,
        "held": held_sentences(cases),
        "draft": Application.objects.visible_to(user)
        .filter(project=row, status=Application.Status.DRAFT).first(),
        "applications": Application.objects.visible_to(user)
        .filter(project=row, status=Application.Status.SUBMITTED),
        "may_act": actor is not None and row.status == Project.Status.DECLARED,
        "entries": timeline(row).order_by("-seq"),
        "acting_for": banner(row.enterprise, actor),
    }  # fmt: skip
    return render(request, "approvals/mine/project.html", context)


urlpatterns = [
    path("projects/<int:pk>/", project, name="project"),
    path("cases/", cases, name="cases"),
    path("cases/<str:number>/", case, name="case"),
    path("cases/<str:number>/correct/", correct, name="correct"),
    path("cases/<str:number>/withdraw/", withdraw, name="withdraw"),
    path("cases/<str:number>/decision/", decision, name="decision"),
]
