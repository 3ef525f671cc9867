"""The departments' work list and the screen of one step with every act on it."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from accounts.rules import is_handler
from approvals import board, filled_form, presenting, selectors, services
from approvals.forms import review as review_forms
from approvals.held import gaps_of, held_back
from approvals.models import Step
from approvals.rules import approves_step, did_not_propose, may_review
from approvals.standing import requests_to_decide, staff_entries
from approvals.views.limit_panel import limit_panel
from approvals.views.pages import CountedPaginator, kept_input, tab_links
from common.errors import HallError, InvalidInput, Stale, TransitionNotAllowed
from common.forms import show_error
from files.models import StoredFile
from files.presenting import item as file_item
from files.services import store

ROWS = 25
Forms = Mapping[str, forms.Form]
both = require_http_methods(["GET", "HEAD", "POST"])


def handler_of(request: HttpRequest) -> User:
    """Somebody who reviews, approves or heads a department; anybody else is refused (403)."""
    user = request.user
    if not isinstance(user, User) or not is_handler.test(user):
        raise PermissionDenied
    return user


@login_required
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """Steps of the own departments by tab, light and due date."""
    user = handler_of(request)
    form = review_forms.ReviewFilterForm(request.GET)
    form.is_valid()
    filters = {name: form.cleaned_data.get(name) for name in ("light", "matter", "q")}
    steps = selectors.filtered_steps(selectors.review_steps(user), filters)
    tab = selectors.tab_of(selectors.REVIEW_TABS, request.GET.get("tab"))
    counts = selectors.review_counts(steps, user)
    requests = requests_to_decide(user)
    green = selectors.green_projects()
    pages = CountedPaginator(selectors.review_rows(steps, tab, user, green), ROWS, total=counts[tab.code])
    context = {
        "form": form,
        "tab": tab,
        "tabs": tab_links(request, selectors.REVIEW_TABS, tab, counts),
        "page_obj": pages.get_page(request.GET.get("page")),
        "green": green,
        "count": counts[tab.code],
        "filtered": any(filters.values()),
        "requests": requests,
    }
    return render(request, "approvals/review/list.html", context)


def step_to_see(user: User, pk: int) -> Step:
    """A step with what its screen shows; one that the person may not see is none at all (404)."""
    steps = Step.objects.visible_to(user).select_related(
        "case__matter", "case__version", "case__application", "case__project", "case__enterprise", "case__department",
        "case__clock", "case__clerk", "case__joint__clock", "department", "clock", "handler", "proposed_by",
        "approved_by",
    )  # fmt: skip
    return get_object_or_404(steps, pk=pk)


def show_step(
    request: HttpRequest,
    step: Step,
    *,
    status: int = 200,
    conflict: HallError | None = None,
    bound: Forms | None = None,
) -> HttpResponse:
    """Draw the screen; ``bound`` are forms that come back with errors, by their name in the template."""
    user, bound = _signed_in(request), bound or {}
    case = step.case
    steps = presenting.case_steps(case)
    gaps = gaps_of([case]).get(case.pk, [])
    context: dict[str, Any] = {
        "step": step,
        "case": case,
        "conflict": conflict,
        "kept": [line for form in bound.values() for line in kept_input(form)] if conflict else [],
        "rights": _rights(user, step),
        "materials": [
            (row, presenting.file_items(row.material.files.all(), user)) for row in presenting.material_rows(case)
        ],
        "steps": presenting.step_items(steps, user=user, current=step),
        "session": board.open_session(case, step.department_id),
        "opinions": [(of, one, _files(one, user)) for of, one in presenting.opinions_of(steps)],
        "questions": list(selectors.questions_of(case)),
        "gaps": gaps,
        "held_back": held_back(case, gaps),
        "entries": staff_entries(case),
        "project_rows": presenting.project_rows(case),
        "filled": filled_form.filled_form(case),
        "refusal_phrases": selectors.phrases(case.version, "refusal"),
        "opinion_form": review_forms.OpinionForm(prefix="opinion"),
        "propose_form": review_forms.ProposeForm(prefix="propose"),
        "approve_form": review_forms.ApproveForm(prefix="approve"),
        "back_form": review_forms.SendBackForm(prefix="back"),
        "ask_form": review_forms.AskForm(prefix="ask"),
        **limit_panel(user, step),
        **({} if conflict else bound),
    }
    context["form_list"] = [] if conflict else list(bound.values())
    return render(request, "approvals/review/step.html", context, status=status)


def _files(opinion: Any, user: User) -> list[dict[str, Any]]:
    return [file_item(stored, user) for stored in opinion.files.all()]


def _rights(user: User, step: Step) -> dict[str, bool]:
    """What this person may do on the step now, for the template."""
    reviews, approves = may_review.test(user, step), approves_step.test(user, step)
    is_open, waits = step.status == Step.Status.OPEN, step.status == Step.Status.PROPOSED
    # While the limit stands still the step waits for something and cannot be done.
    runs = is_open and not (step.clock and step.clock.stopped_at)
    return {
        "take": is_open and reviews and step.handler_id is None,
        "opinion": runs and reviews and step.kind == Step.Kind.REVIEW,
        "propose": runs and reviews and step.kind == Step.Kind.DECIDE,
        "approve": waits and approves and did_not_propose.test(user, step),
        "own_proposal": waits and step.proposed_by_id == user.pk,
        "wait": waits and step.proposed_by_id != user.pk and not approves,
        "ask": (is_open or waits) and reviews,
    }


@login_required
@require_safe
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen; a step of another department is no step at all (404)."""
    return show_step(request, step_to_see(_signed_in(request), pk))


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def perform(
    request: HttpRequest, row: Step, name: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Do ``act``; what the services refuse is shown on the screen with the input kept."""
    user = _signed_in(request)
    if not form.is_valid():
        return show_step(request, row, status=400, bound={name: form})
    try:
        with transaction.atomic():
            act()
    except (Stale, TransitionNotAllowed) as error:
        return show_step(request, step_to_see(user, row.pk), status=error.status, conflict=error, bound={name: form})
    except HallError as error:
        show_error(form, error)
        return show_step(request, row, status=error.status, bound={name: form})
    messages.success(request, done)
    # The next thing to do is in the list once one's own part is done.
    fresh = Step.objects.only("status").get(pk=row.pk)
    if fresh.status in (Step.Status.DONE, Step.Status.PROPOSED):
        return redirect("approvals:review")
    return redirect("approvals:step", row.pk)


def _store_all(user: User, uploads: list[Any], field: str) -> list[StoredFile]:
    stored, wrong = [], []
    for upload in uploads:
        try:
            stored.append(store(actor=Actor(user), upload=upload))
        except InvalidInput as error:
            wrong += error.errors["file"]
    if wrong:
        raise InvalidInput({field: wrong})
    return stored


def seen_status(request: HttpRequest) -> str | None:
    """The status that the page was drawn from."""
    return request.POST.get("seen")


@login_required
@both
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on the step: take, opinion, propose, approve, send back, ask."""
    user = handler_of(request)
    row = step_to_see(user, pk)
    if request.method != "POST":
        return redirect("approvals:step", pk)
    if act not in ACTS:
        raise Http404
    return ACTS[act](request, user, row)


def _take(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    return perform(
        request, row, "take_form", forms.Form(request.POST),
        lambda: services.take_step(actor=Actor(user), step=row),
        _("You have taken the step."),
    )  # fmt: skip


def _opinion(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    form = review_forms.OpinionForm(request.POST, request.FILES, prefix="opinion")

    def save() -> None:
        services.complete_review(
            actor=Actor(user),
            step=row,
            agrees=form.cleaned_data["agrees"] == "yes",
            text=form.cleaned_data["text"],
            files=_store_all(user, form.cleaned_data["attachments"], "attachments"),
            seen=seen_status(request),
        )

    return perform(request, row, "opinion_form", form, save, _("Your opinion on case %(number)s was given.") % _of(row))


def _of(row: Step) -> dict[str, str]:
    return {"number": row.case.number}


def _propose(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    form = review_forms.ProposeForm(request.POST, request.FILES, prefix="propose")

    def save() -> None:
        services.propose_decision(
            actor=Actor(user),
            step=row,
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            files=_store_all(user, form.cleaned_data["attachments"], "attachments"),
            seen=seen_status(request),
        )

    done = _("Proposed. A second person must now approve case %(number)s.") % _of(row)
    return perform(request, row, "propose_form", form, save, done)


def _approve(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    form = review_forms.ApproveForm(request.POST, prefix="approve")
    return perform(
        request, row, "approve_form", form,
        lambda: services.approve_proposal(
            actor=Actor(user), step=row, text=form.cleaned_data["text"], seen=seen_status(request)
        ),
        _("Approved: case %(number)s is decided and back at the window.") % _of(row),
    )  # fmt: skip


def _send_back(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    form = review_forms.SendBackForm(request.POST, prefix="back")
    return perform(
        request, row, "back_form", form,
        lambda: services.send_back(
            actor=Actor(user), step=row, text=form.cleaned_data["text"], seen=seen_status(request)
        ),
        _("The proposal was sent back."),
    )  # fmt: skip


def _ask(request: HttpRequest, user: User, row: Step) -> HttpResponse:
    form = review_forms.AskForm(request.POST, prefix="ask")
    return perform(
        request, row, "ask_form", form,
        lambda: services.ask_window(actor=Actor(user), step=row, text=form.cleaned_data["text"]),
        _("The question was sent to the window."),
    )  # fmt: skip


ACTS: dict[str, Callable[[HttpRequest, User, Step], HttpResponse]] = {
    "take": _take,
    "opinion": _opinion,
    "propose": _propose,
    "approve": _approve,
    "send-back": _send_back,
    "ask": _ask,
}
