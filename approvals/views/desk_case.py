"""The window's one screen for a case, and every act on it."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from approvals import board, filled_form, holding, jointly, presenting, selectors, services
from approvals.blocking import blockers_of
from approvals.forms import desk as desk_forms
from approvals.forms.deferring import ReturnForm, TerminateForm
from approvals.forms.mine import WithdrawForm
from approvals.held import gaps_of, held_back, may_withdraw
from approvals.models import Case, Delivery, WindowQuestion
from approvals.papers.listing import papers_of
from approvals.special_ways import group_of
from approvals.standing import staff_entries, standing_of
from approvals.transitions import CASE
from approvals.views.desk import clerk_of
from approvals.views.pages import kept_input
from approvals.views.signing import stored_signature
from common.errors import HallError, Stale, TransitionNotAllowed
from common.forms import show_error
from enterprises.selectors import ANY, require_actor
from projects.services import correct_national_code

C = Case.Status
# Words of the law (行政许可法 art. 32) and of daily work for not accepting.
NOT_ACCEPT_PHRASES = (
    gettext_lazy("The matter does not need an administrative permit; no acceptance is necessary."),
    gettext_lazy(
        "The matter does not fall within the powers of this authority. Please apply to the competent authority."
    ),
    gettext_lazy("The applicant does not have the standing to apply for this matter."),
)

Forms = Mapping[str, forms.Form]
both = require_http_methods(["GET", "HEAD", "POST"])


def visible_case(user: User, number: str) -> Case:
    cases = Case.objects.visible_to(user).select_related(
        "matter", "version", "project", "enterprise", "department", "window", "clerk", "clock", "application",
        "decided_by", "joint__clock",
    )  # fmt: skip
    return get_object_or_404(cases, number=number)


def show_case(
    request: HttpRequest,
    case: Case,
    *,
    status: int = 200,
    conflict: HallError | None = None,
    bound: Forms | None = None,
) -> HttpResponse:
    """Draw the screen; ``bound`` are forms that come back with errors, by their name in the template."""
    user, bound = clerk_of(request), bound or {}
    rows = presenting.material_rows(case)
    steps = presenting.case_steps(case)
    phrases = selectors.phrases(case.version, "correction")
    standing = standing_of(case)
    context: dict[str, Any] = {
        "case": case,
        "conflict": conflict,
        "kept": [line for form in bound.values() for line in kept_input(form)] if conflict else [],
        "phrases": phrases,
        "rows": rows,
        "materials": [(row, presenting.file_items(row.material.files.all(), user)) for row in rows],
        "needs_code": case.status == C.RECEIVED and desk_forms.blocking_code(case),
        "steps": presenting.step_items(steps, user=user),
        "blockers": blockers_of([case]).get(case.pk, []),
        "session": board.open_session(case),
        "questions": _questions(case, bound.get("answer_form")),
        "notices": list(case.notices.select_related("issued_by")),
        "delivery": Delivery.objects.filter(case=case).select_related("issued_by", "read_by", "signature").first(),
        "entries": staff_entries(case),
        "project_rows": presenting.project_rows(case),
        "filled": filled_form.filled_form(case),
        "limit_rows": presenting.limit_rows(case),
        "may_be_joint": jointly.may_start(case),
        "standing": standing,
        "holding": holding.view_of(case, holding.clocks_of(case)),
        "papers": papers_of(case, user),
        "withdraw_form": WithdrawForm(auto_id="withdraw_%s") if may_withdraw(case) else None,
        **_deferral_context(case, bound),
        "seen": {"seen": case.status},
        "not_accept_phrases": NOT_ACCEPT_PHRASES,
        **_forms(case, rows, phrases),
        **({} if conflict else bound),
    }
    context["form_list"] = [] if conflict else list(bound.values())
    return render(request, "approvals/desk/case.html", context, status=status)


def _deferral_context(case: Case, bound: Forms) -> dict[str, Any]:
    """Gaps of the case, each with the form that sends its paper back, and what follows where one can't be filled."""
    gaps = gaps_of([case]).get(case.pk, [])
    sent = bound.get("return_form")
    returns = {f"return-{gap.deferral.pk}": ReturnForm(prefix=f"return-{gap.deferral.pk}") for gap in gaps}
    if isinstance(sent, ReturnForm) and sent.prefix in returns:
        returns[sent.prefix] = sent
    failed = any(gap.state == "failed" for gap in gaps) and CASE.allows(case.status, "terminate")
    return {
        "gaps": [(gap, returns[f"return-{gap.deferral.pk}"]) for gap in gaps],
        "held_back": held_back(case, gaps),
        "promised": {gap.deferral.material_id: gap for gap in gaps if gap.deferral.material_id},
        "terminate_form": TerminateForm() if failed else None,
    }


def _forms(case: Case, rows: Any, phrases: list[str]) -> dict[str, Any]:
    """The forms that this status offers, unbound."""
    status = case.status
    if status == C.RECEIVED:
        return {
            "check_form": desk_forms.CheckForm(rows=rows, phrases=phrases),
            "reason_form": desk_forms.ReasonForm(),
            "code_form": desk_forms.NationalCodeForm(),
        }
    if status == C.PUBLISHED:
        return {"reason_form": desk_forms.ReasonForm()}
    if status == C.DECIDED:
        return {"issue_form": desk_forms.IssueForm(), "one_result": bool(group_of(case))}
    if status == C.ISSUED:
        return {"sign_form": desk_forms.SignForm(), "one_result": bool(group_of(case))}
    return {}


def _prefix(question: WindowQuestion) -> str:
    return f"question-{question.pk}"


def _questions(case: Case, bound: forms.Form | None) -> list[tuple[WindowQuestion, forms.Form | None]]:
    """Each question with a form for its answer; answered ones without."""
    found: list[tuple[WindowQuestion, forms.Form | None]] = []
    for question in selectors.questions_of(case):
        if question.answered_at:
            found.append((question, None))
        elif bound is not None and bound.prefix == _prefix(question):
            found.append((question, bound))
        else:
            found.append((question, desk_forms.AnswerForm(prefix=_prefix(question))))
    return found


@login_required
@require_safe
def desk_case(request: HttpRequest, number: str) -> HttpResponse:
    """The screen."""
    return show_case(request, visible_case(clerk_of(request), number))


def perform(
    request: HttpRequest, case: Case, name: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Do ``act``; what the services refuse is shown on the screen with the input kept."""
    if not form.is_valid():
        return show_case(request, case, status=400, bound={name: form})
    try:
        act()
    except (Stale, TransitionNotAllowed) as error:
        fresh = visible_case(clerk_of(request), case.number)
        return show_case(request, fresh, status=error.status, conflict=error, bound={name: form})
    except HallError as error:
        show_error(form, error)
        return show_case(request, case, status=error.status, bound={name: form})
    messages.success(request, done)
    return redirect("approvals:desk_case", case.number)


def _seen(request: HttpRequest) -> str | None:
    """The status that the page was drawn from; every form of the screen carries it."""
    return request.POST.get("seen")


def _home(number: str) -> HttpResponse:
    return redirect("approvals:desk_case", number)


@login_required
@both
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Save all findings together, and with the button that was pressed accept or go on to the notice."""
    user = clerk_of(request)
    case = visible_case(user, number)
    if request.method != "POST":
        return _home(number)
    rows = presenting.material_rows(case)
    form = desk_forms.CheckForm(request.POST, rows=rows, phrases=selectors.phrases(case.version, "correction"))
    act = request.POST.get("act", "save")
    seen = _seen(request)

    @transaction.atomic
    def save() -> None:
        services.check_materials(actor=Actor(user), case=case, findings=form.findings, seen=seen)
        if act in ("accept", "hand_over"):
            services.accept_case(actor=Actor(user), case=case, seen=seen, hand_over=act == "hand_over")

    done = {
        "accept": _("Case %(number)s was accepted."),
        "hand_over": _("Case %(number)s was accepted and handed over."),
    }.get(act, _("The findings were saved."))
    response = perform(request, case, "check_form", form, save, done % {"number": case.number})
    if act == "correct" and response.status_code == 302:
        return redirect("approvals:desk_correction", number)
    if act == "publish" and response.status_code == 302:
        return redirect("approvals:desk_publish", number)
    return response


@login_required
@both
def correction(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that the notice will list, before it goes out."""
    user = clerk_of(request)
    case = visible_case(user, number)
    if case.status != C.RECEIVED and request.method != "POST":
        return _home(number)
    ordinal = case.notices.count() + 1
    form = desk_forms.CorrectionForm(request.POST or None, ordinal=ordinal, filled=filled_form.filled_form(case))
    wrong = [row for row in presenting.material_rows(case) if row.verdict == "wrong"]
    if request.method == "POST" and form.is_valid():
        try:
            services.send_correction(
                actor=Actor(user),
                case=case,
                items=form.points,
                reason_again=form.cleaned_data.get("reason_again", ""),
                seen=_seen(request),
            )
        except (Stale, TransitionNotAllowed) as error:
            return show_case(
                request,
                visible_case(user, number),
                status=error.status,
                conflict=error,
                bound={"correction_form": form},
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("The correction notice was sent."))
            return _home(number)
    context = {"case": case, "form": form, "wrong": wrong, "ordinal": ordinal, "earlier": case.notices.all(),
               "phrases": selectors.phrases(case.version, "correction")}  # fmt: skip
    return render(request, "approvals/desk/correction.html", context, status=400 if form.errors else 200)


@login_required
@both
def not_accept(request: HttpRequest, number: str) -> HttpResponse:
    """Refuse to accept, with the reason."""
    user = clerk_of(request)
    case = visible_case(user, number)
    if request.method != "POST":
        return _home(number)
    form = desk_forms.ReasonForm(request.POST)
    return perform(
        request, case, "reason_form", form,
        lambda: services.not_accept_case(
            actor=Actor(user), case=case, reason=form.cleaned_data["reason"], seen=_seen(request)
        ),
        _("The case was not accepted; the applicant has been told why."),
    )  # fmt: skip


@login_required
@both
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Hand an accepted case to the departments."""
    user = clerk_of(request)
    case = visible_case(user, number)
    if request.method != "POST":
        return _home(number)
    return perform(
        request, case, "hand_over_form", forms.Form(request.POST),
        lambda: services.hand_over_case(actor=Actor(user), case=case, seen=_seen(request)),
        _("Case %(number)s was handed over.") % {"number": case.number},
    )  # fmt: skip


@login_required
@both
def issue(request: HttpRequest, number: str) -> HttpResponse:
    """Issue the decision, online or at the counter."""
    user = clerk_of(request)
    case = visible_case(user, number)
    if request.method != "POST":
        return _home(number)
    form = desk_forms.IssueForm(request.POST)
    return perform(
        request, case, "issue_form", form,
        lambda: services.issue_decision(
            actor=Actor(user), case=case, way=form.cleaned_data["way"], seen=_seen(request)
        ),
        _("The decision was issued."),
    )  # fmt: skip


@login_required
@both
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the paper over against name and signature."""
    user = clerk_of(request)
    case = visible_case(user, number)
    if request.method != "POST":
        return _home(number)
    form = desk_forms.SignForm(request.POST, request.FILES)

    @transaction.atomic
    def save() -> None:
        upload = form.upload()
        services.sign_for_decision(
            actor=Actor(user),
            case=case,
            signed_name=form.cleaned_data["signed_name"],
            signature=stored_signature(Actor(user), upload, at="signature_file"),
            seen=_seen(request),
        )

    return perform(request, case, "sign_form", form, save, _("Delivered: the receipt is signed."))


@login_required
@both
def national_code(request: HttpRequest, number: str) -> HttpResponse:
    """Enter the national project code that the applicant shows at the window."""
    user = clerk_of(request)
    case = visible_case(user, number)
    if request.method != "POST":
        return _home(number)
    form = desk_forms.NationalCodeForm(request.POST)
    return perform(
        request, case, "code_form", form,
        lambda: correct_national_code(
            actor=require_actor(user, case.enterprise, ANY),
            project=case.project,
            code=form.cleaned_data["national_code"],
        ),
        _("The national project code was saved."),
    )  # fmt: skip


@login_required
@both
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what a department asked."""
    user = clerk_of(request)
    question = get_object_or_404(WindowQuestion.objects.select_related("step__case"), pk=pk)
    case = visible_case(user, question.step.case.number)
    if request.method != "POST":
        return redirect(reverse("approvals:desk_case", args=[case.number]) + "#questions")
    form = desk_forms.AnswerForm(request.POST, prefix=_prefix(question))
    return perform(
        request, case, "answer_form", form,
        lambda: services.answer_question(actor=Actor(user), question=question, answer=form.cleaned_data["answer"]),
        _("The answer was sent to the department."),
    )  # fmt: skip
