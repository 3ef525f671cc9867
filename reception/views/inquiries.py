"""Inquiries for the people of the hall: the lists, recording, one inquiry and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import HallError
from common.forms import show_error
from files.presenting import item
from ledger.selectors import timeline
from reception import rules, services
from reception.forms.inquiries import AnswerForm, HandOverForm, ListFilter, RecordForm, RefuseForm
from reception.models import Inquiry, InquiryHandover
from reception.querysets import InquiryQuerySet, sees_all
from reception.views.base import SignedIn, acting, attempt, staff_only

ROWS = 25
TABS = {
    "mine": gettext_lazy("Mine"),
    "take": gettext_lazy("To take over"),
    "department": gettext_lazy("My department"),
    "all": gettext_lazy("All"),
}


@staff_only
@require_safe
def inquiries(request: SignedIn) -> HttpResponse:
    """Mine, to take over, my department's; the director and supervision see all. The address is the filter."""
    tab = request.GET.get("tab", "")
    tabs = [name for name in TABS if name != "all" or sees_all(request.user)]
    tab = tab if tab in tabs else "mine"
    form = ListFilter(request.GET)
    rows = _narrowed(_of_tab(request, tab), form)
    page = Paginator(rows.for_lists().by_duty(), ROWS).get_page(request.GET.get("page"))
    context = {"page_obj": page, "form": form, "tab": tab, "tabs": _tabs(request, tabs, tab)}
    return render(request, "reception/inquiries.html", context)


def _of_tab(request: SignedIn, tab: str) -> InquiryQuerySet:
    rows = Inquiry.objects.visible_to(request.user)
    if tab == "mine":
        return rows.owned_by(request.user)
    if tab == "take":
        return rows.to_take_over(request.user)
    return rows.of_departments_of(request.user) if tab == "department" else rows


def _narrowed(rows: InquiryQuerySet, form: ListFilter) -> InquiryQuerySet:
    if not form.is_valid():
        return rows
    values = form.cleaned_data
    given: dict[str, Any] = {name: values[name] for name in ("status", "channel") if values[name]}
    return rows.filter(**given).matching(values["q"])


def _tabs(request: SignedIn, names: list[str], active: str) -> list[dict[str, Any]]:
    waiting = Inquiry.objects.to_take_over(request.user).count()
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for name in names:
        query["tab"] = name
        counted = {"count": waiting, "tone": "yellow" if waiting else ""} if name == "take" else {}
        tabs.append({"label": TABS[name], "url": f"?{query.urlencode()}", "active": name == active, **counted})
    return tabs


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: SignedIn) -> HttpResponse:
    """首问登记: whoever is asked first writes it down, on one page."""
    said = {name: request.GET[name] for name in ("name", "phone", "subject") if name in request.GET}
    form = RecordForm(request.POST or None, request.FILES or None, initial=said)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = form.asked(name=data["name"], phone=data["phone"], enterprise=data["enterprise"])
        try:
            made = services.record_inquiry(
                actor=acting(request),
                channel=data["channel"],
                asked=asked,
                files=data["attachments"],
                answer=data["answer"],
            )
        except HallError as error:
            show_error(form, error)
        else:
            messages.success(request, _("Recorded. Tell the asker number and query code."))
            return redirect(f"{made.get_absolute_url()}?recorded=1")
    return render(request, "reception/record.html", {"form": form}, status=400 if form.errors else 200)


def _visible(request: SignedIn, pk: int) -> Inquiry:
    rows: QuerySet[Inquiry] = Inquiry.objects.visible_to(request.user)
    related = ("owner", "department", "clock", "enterprise", "first_owner", "recorded_by", "asked_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _page(request: SignedIn, shown: Inquiry, status: int = 200, **forms: Any) -> HttpResponse:
    handovers = list(shown.handovers.select_related("from_user", "to_user", "department", "clock"))
    pending = next((one for one in handovers if one.status == InquiryHandover.Status.PENDING), None)
    is_open = shown.status == Inquiry.Status.OPEN
    context = {
        "inquiry": shown,
        "answers": shown.answers.select_related("answered_by"),
        "files": [item(stored, request.user) for stored in shown.files.all()],
        "entries": timeline(shown).order_by("-seq"),
        "pending": pending,
        "may_answer": is_open and rules.may_answer(request.user, shown),
        "may_take_over": is_open and pending is not None and rules.may_take_over(request.user, pending),
        "recorded": "recorded" in request.GET,
        "answer_form": AnswerForm(),
        "hand_form": HandOverForm(user=request.user),
        "refuse_form": RefuseForm(),
        **forms,
    }
    return render(request, "reception/inquiry.html", context, status=status)


@staff_only
@require_safe
def inquiry(request: SignedIn, pk: int) -> HttpResponse:
    """One inquiry: what was asked, whose it is, what was answered, everything on record."""
    return _page(request, _visible(request, pk))


@staff_only
@require_POST
def answer(request: SignedIn, pk: int) -> HttpResponse:
    shown, form = _visible(request, pk), AnswerForm(request.POST)

    def act() -> None:
        services.answer_inquiry(actor=acting(request), inquiry=shown, text=form.cleaned_data["answer"])

    if form.is_valid() and attempt(request, act, _("Answered. The asker was told."), form):
        return redirect(shown)
    return _page(request, shown, 400, answer_form=form)


@staff_only
@require_POST
def hand_over(request: SignedIn, pk: int) -> HttpResponse:
    shown, form = _visible(request, pk), HandOverForm(request.POST, user=request.user)

    def act() -> None:
        services.hand_over_inquiry(actor=acting(request), inquiry=shown, **form.cleaned_data)

    if form.is_valid() and attempt(request, act, _("It stays yours until it is accepted."), form):
        return redirect(shown)
    return _page(request, shown, 400, hand_form=form)


@staff_only
@require_POST
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    shown = _visible(request, pk)
    attempt(
        request,
        lambda: services.withdraw_handover(actor=acting(request), inquiry=shown),
        _("You have kept the inquiry."),
    )
    return redirect(shown)


def _pending(shown: Inquiry, handover_id: int) -> InquiryHandover:
    return get_object_or_404(shown.handovers, pk=handover_id)


@staff_only
@require_POST
def accept(request: SignedIn, pk: int, handover_id: int) -> HttpResponse:
    shown = _visible(request, pk)
    handover = _pending(shown, handover_id)
    attempt(
        request,
        lambda: services.accept_handover(actor=acting(request), handover=handover),
        _("The inquiry is yours now."),
    )
    return redirect(shown)


@staff_only
@require_POST
def refuse(request: SignedIn, pk: int, handover_id: int) -> HttpResponse:
    shown, form = _visible(request, pk), RefuseForm(request.POST)
    handover = _pending(shown, handover_id)

    def act() -> None:
        services.refuse_handover(actor=acting(request), handover=handover, reason=form.cleaned_data["reason"])

    if form.is_valid() and attempt(request, act, _("Refused. It stays with its owner."), form):
        return redirect("reception:inquiries")
    return _page(request, shown, 400, refuse_form=form)
