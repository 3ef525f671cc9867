"""Pages of ratings; thin: rules and writes are in rules.py and services.py."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.models import User
from approvals.models import Case
from common.errors import HallError
from ledger.selectors import timeline
from supervision.forms import AnswerForm, RatingFilterForm, RatingForm
from supervision.models import Rating
from supervision.rules import may_answer, rater_for
from supervision.services import answer_rating, rate_case

ROWS = 25


def signed_in(request: HttpRequest) -> User:
    """The person behind a page that needs signing in."""
    assert isinstance(request.user, User)
    return request.user


def put_errors(form: Any, error: HallError) -> None:
    """Show a service's refusal at the fields it names, the rest on top of the form."""
    for field, texts in error.errors.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


@login_required
@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """Ratings one may see: waiting ones first, by due date."""
    visible = Rating.objects.visible_to(signed_in(request))
    form = RatingFilterForm(request.GET)
    found = _filtered(visible, form)
    page = Paginator(found.for_lists().waiting_first(), ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "count": page.paginator.count,
        "waiting": visible.waiting_for_answer().count(),
        "filtered": bool(form.is_valid() and any(form.cleaned_data.values())),
    }
    return render(request, "supervision/ratings.html", context)


def _filtered(found: QuerySet, form: RatingFilterForm) -> Any:
    if not form.is_valid():
        return found
    if form.cleaned_data["state"] == "waiting":
        found = found.waiting_for_answer()  # type: ignore[attr-defined]
    elif form.cleaned_data["state"] == "bad":
        found = found.bad()  # type: ignore[attr-defined]
    grade = form.cleaned_data["grade"]
    return found.filter(grade=grade) if grade else found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Rate a case of one's firm; a case rated already leads to its rating."""
    cases = Case.objects.visible_to(signed_in(request)).select_related("matter", "enterprise", "department", "window")
    case = get_object_or_404(cases, number=number)
    actor = rater_for(signed_in(request), case)
    if actor is None:
        raise Http404
    done = Rating.objects.filter(case=case).first()
    if done is not None:
        return redirect("supervision:rating", done.pk)
    form = RatingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rating = rate_case(actor=actor, case=case, **form.cleaned_data)
        except HallError as error:
            put_errors(form, error)
        else:
            return redirect(f"/ratings/{rating.pk}/?thanks=1")
    ratable = case.status == Case.Status.DELIVERED
    return render(request, "supervision/rate.html", {"case": case, "form": form, "ratable": ratable})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, pk: int) -> HttpResponse:
    """One rating with its answer; thanks right after rating; the window answers here."""
    found = Rating.objects.visible_to(signed_in(request)).for_lists().select_related("answered_by")
    row = get_object_or_404(found, pk=pk)
    answers = may_answer.test(signed_in(request), row)
    form = AnswerForm(request.POST or None) if answers or request.method == "POST" else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            answer_rating(actor=Actor(signed_in(request)), rating=row, **form.cleaned_data)
        except HallError as error:
            if error.status == 403:
                raise Http404 from error
            put_errors(form, error)
        else:
            messages.success(request, _("The answer was saved and the firm was told."))
            return redirect("supervision:rating", row.pk)
    context = {
        "rating": row,
        "case": row.case,
        "form": form,
        "thanks": request.GET.get("thanks") == "1" and row.rated_by_id == request.user.pk,
        "entries": timeline(row) if signed_in(request).is_hall_staff else None,
    }
    return render(request, "supervision/rating.html", context)
