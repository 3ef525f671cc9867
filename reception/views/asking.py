"""Questions from outside: asking online, looking at one's question, confirming the answer or reopening."""

import hmac
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.errors import HallError
from common.forms import show_error
from files.presenting import item
from ledger.selectors import timeline
from reception import limiter, numbering, rules, services
from reception.forms.inquiries import LookUpForm, ReopenForm, WebForm
from reception.models import Inquiry
from reception.views.base import SignedIn, acting, attempt

ROWS = 20
# Compared with when there is no such number, so that a wrong number takes as long as a wrong code.
NO_CODE = "0" * numbering.CODE_LENGTH
# What a visitor has shown number and code of stays open to this browser.
SEEN = "reception_questions"
MOST_SEEN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Ask online, with an account or without."""
    if not rules.may_ask_online(request.user):
        return redirect("reception:record")
    user = request.user if isinstance(request.user, User) else None
    form = WebForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        if wait := limiter.count_use(limiter.QUESTIONS, limiter.address_of(request)):
            return _too_many(request, "reception/ask.html", {"form": form}, wait)
        data = form.cleaned_data
        asked = form.asked(name=data["name"], phone=data["phone"], enterprise=data.get("enterprise"))
        try:
            made = services.ask_online(actor=acting(request), asked=asked, files=data.get("attachments") or ())
        except HallError as error:
            show_error(form, error)
        else:
            _remember(request, made)
            return redirect(f"/questions/{made.number}/?asked=1")
    return render(request, "reception/ask.html", {"form": form}, status=400 if form.errors else 200)


def _too_many(request: HttpRequest, template: str, context: dict[str, Any], wait: int) -> HttpResponse:
    response = render(request, template, {**context, "minutes": -(-wait // 60)}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _remember(request: HttpRequest, inquiry: Inquiry) -> None:
    seen = [one for one in request.session.get(SEEN, []) if one != inquiry.pk]
    request.session[SEEN] = [*seen, inquiry.pk][-MOST_SEEN:]


@login_required
@require_safe
def questions(request: SignedIn) -> HttpResponse:
    """What was asked from this account and for one's firms."""
    rows = Inquiry.objects.asked_by(request.user).select_related("enterprise", "clock").order_by("-id")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "reception/questions.html", {"page_obj": page})


@require_safe
@never_cache
def look_up(request: HttpRequest) -> HttpResponse:
    """Number and code open a question to this browser. The same answer for a wrong number and a wrong code."""
    if "code" not in request.GET:
        form = LookUpForm(initial={"number": request.GET.get("number", "")})
        return render(request, "reception/look_up.html", {"form": form})
    form = LookUpForm(request.GET)
    if not form.is_valid():
        return render(request, "reception/look_up.html", {"form": form}, status=400)
    number, code = (numbering.tidy(form.cleaned_data[name]) for name in ("number", "code"))
    address = limiter.address_of(request)
    if wait := limiter.wait_after_wrong(address, number):
        return _too_many(request, "reception/look_up.html", {"form": form}, wait)
    found = Inquiry.objects.filter(number=number).first()
    right = hmac.compare_digest(code.encode(), (found.query_code if found else NO_CODE).encode())
    if found is None or not right:
        limiter.count_wrong(address, number)
        return render(request, "reception/look_up.html", {"form": form, "not_found": True}, status=404)
    _remember(request, found)
    return redirect("reception:question", found.number)


def _mine(request: HttpRequest, number: str) -> Inquiry:
    """One's own question: from the account, for one's firm, or opened by its code in this browser."""
    rows = Inquiry.objects.select_related("department", "enterprise", "clock", "owner")
    found = rows.filter(number=numbering.tidy(number)).first()
    if found is None:
        raise Http404
    if found.pk in request.session.get(SEEN, []):
        return found
    if isinstance(request.user, User) and Inquiry.objects.asked_by(request.user).filter(pk=found.pk).exists():
        return found
    raise Http404


def _page(request: HttpRequest, shown: Inquiry, status: int = 200, form: ReopenForm | None = None) -> HttpResponse:
    signed_in = isinstance(request.user, User)
    context = {
        "inquiry": shown,
        "answers": shown.answers.all(),
        "files": [item(stored, request.user) for stored in shown.files.all()] if signed_in else [],
        "entries": timeline(shown).exclude(act__startswith="inquiry.hand").exclude(act="inquiry.accepted"),
        "may_judge": shown.status == Inquiry.Status.ANSWERED,
        "reopen_form": form or ReopenForm(),
        "asked": "asked" in request.GET and shown.status == Inquiry.Status.OPEN,
    }
    return render(request, "reception/question.html", context, status=status)


@require_safe
@never_cache
def question(request: HttpRequest, number: str) -> HttpResponse:
    """One's question: where it is, by when it is answered, the answer."""
    return _page(request, _mine(request, number))


@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    shown = _mine(request, number)
    attempt(
        request,
        lambda: services.confirm_answer(actor=acting(request), inquiry=shown),
        _("Thank you. Your question is closed."),
    )
    return redirect("reception:question", shown.number)


@require_POST
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    shown, form = _mine(request, number), ReopenForm(request.POST)

    def act() -> None:
        services.reopen_inquiry(actor=acting(request), inquiry=shown, reason=form.cleaned_data["reason"])

    if form.is_valid() and attempt(request, act, _("Reopened. It is looked at again."), form):
        return redirect("reception:question", shown.number)
    return _page(request, shown, 400, form)
