"""Public notices (公示) on the public site: list, one notice, an objection by anybody, its receipt."""

import hmac
from typing import Any

import segno
from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from approvals.models import Objection, PublicNotice
from approvals.services import object_to_notice
from approvals.services.objecting import LENGTHS
from common.errors import HallError
from common.forms import show_error
from common.time import now
from content import limiter
from content.public_query import tidy

PAGE = 20
STATES = (("open", pgettext_lazy("notice", "Running")), ("closed", pgettext_lazy("notice", "Ended")))


class ObjectionForm(forms.Form):
    """Who objects, how to reach them, what they have to do with the firm, and why."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=LENGTHS["name"])
    contact = forms.CharField(
        label=gettext_lazy("Telephone or e-mail"),
        help_text=gettext_lazy("Only the staff who settle the objection see it."),
        max_length=LENGTHS["contact"],
    )
    relation = forms.CharField(
        label=gettext_lazy("Your relation to the enterprise"),
        help_text=gettext_lazy("Such as creditor, employee, shareholder or authority."),
        max_length=LENGTHS["relation"],
    )
    text = forms.CharField(
        label=gettext_lazy("What you object to, and why"),
        help_text=gettext_lazy("Give facts and amounts, and say what proves them."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LENGTHS["text"],
    )


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Notices, the newest first, narrowed down by words and by whether they still run."""
    words, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    found = PublicNotice.objects.for_lists().order_by("-published_at", "-id")
    if state == "open":
        found = found.open_at(now())
    elif state == "closed":
        found = found.closed_at_moment(now())
    if words:
        firm = Q(case__enterprise__name__icontains=words) | Q(case__enterprise__credit_code__iexact=words)
        found = found.filter(firm | Q(title__icontains=words) | Q(case__number=words.upper()))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    moment = now()
    context = {
        "page_obj": page,
        "rows": [(row, row.is_open(moment)) for row in page.object_list],
        "count": page.paginator.count,
        "words": words,
        "state": state,
        "states": STATES,
    }
    return render(request, "content/notices.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice with its text and days; whoever objects does so here, without an account."""
    rows = PublicNotice.objects.for_lists().select_related("document", "case__window", "case__version")
    row = get_object_or_404(rows, pk=pk)
    is_open = row.is_open(now())
    form = ObjectionForm(request.POST or None) if is_open else None
    if request.method == "POST":
        if form is None:
            return _page(request, row, is_open, None, status=409, over=True)
        if form.is_valid():
            return _object(request, row, form)
    return _page(request, row, is_open, form, status=400 if form is not None and form.errors else 200)


def _object(request: HttpRequest, row: PublicNotice, form: ObjectionForm) -> HttpResponse:
    if wait := limiter.count_objection(limiter.address_of(request), row.pk):
        response = _page(request, row, True, form, status=429, minutes=-(-wait // 60))
        response.headers["Retry-After"] = str(wait)
        return response
    try:
        objection = object_to_notice(notice=row, **form.cleaned_data)
    except HallError as error:
        show_error(form, error)
        return _page(request, row, row.is_open(now()), form, status=error.status)
    return redirect("content:objection", objection.number, objection.code)


def _page(
    request: HttpRequest, row: PublicNotice, is_open: bool, form: ObjectionForm | None, *, status: int, **more: Any
) -> HttpResponse:
    address = request.build_absolute_uri(row.get_absolute_url())
    context = {
        "notice": row,
        "case": row.case,
        "is_open": is_open,
        "days_left": row.clock.days_left() if is_open else 0,
        "form": form,
        # Drawn by segno from an address of our own.
        "qr": mark_safe(segno.make(address, error="m").svg_inline(scale=3, border=2)),  # noqa: S308
        **more,
    }
    response = render(request, "content/notice.html", context, status=status)
    if not is_open:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def objection(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The receipt of an objection, where its answer appears; only for whoever has its number and code."""
    address, tidied = limiter.address_of(request), tidy(number)[:24]
    if limiter.seconds_to_wait(address, tidied):
        return HttpResponse(status=429)
    row = Objection.objects.for_lists().filter(number=tidied).first()
    if not hmac.compare_digest(tidy(code).encode(), (row.code if row else "0" * 8).encode()) or row is None:
        limiter.count_failure(address, tidied)
        raise Http404
    response = render(request, "content/objection.html", {"objection": row, "rows": _rows(row)})
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _rows(row: Objection) -> list[dict[str, Any]]:
    return [
        {"label": _("Public notice"), "value": row.notice.title},
        {"label": _("Your name"), "value": row.name},
        {"label": _("Your relation to the enterprise"), "value": row.relation},
        {"label": _("What you object to, and why"), "value": row.text},
        {"label": _("Status"), "value": row.get_status_display()},
        {"label": _("Query code"), "value": row.code},
    ]


urlpatterns = [
    path("public-notices/", notice_list, name="notices"),
    path("public-notices/<int:pk>/", notice, name="notice"),
    path("public-notices/objections/<str:number>/<str:code>/", objection, name="objection"),
]
