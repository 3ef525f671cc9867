"""Each act of an agent under one mandate: for the enterprise, the agent and those who answer for him."""

import csv
from io import StringIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from agency import acts as acts_of
from agency.forms import ActsFilter
from agency.views.base import SignedIn, frame, visible_mandate
from common.time import today
from enterprises.models import Mandate
from ledger.models import Entry

PAGE = 50


def _narrowed(request: SignedIn, mandate: Mandate) -> tuple[ActsFilter, QuerySet[Entry]]:
    kinds, names = acts_of.choices_of(mandate)
    form = ActsFilter(request.GET, kinds=kinds, acts=names)
    rows = acts_of.entries_of(mandate)
    # What the filter does not understand narrows nothing.
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    return form, acts_of.narrowed(rows, **data)


@login_required
@require_safe
def acts(request: SignedIn, pk: int) -> HttpResponse:
    mandate = visible_mandate(request, pk)
    form, rows = _narrowed(request, mandate)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "mandate": mandate,
        "form": form,
        "page_obj": page,
        "rows": acts_of.shown(list(page.object_list), request.user),
        "count": page.paginator.count,
        "export_url": f"{reverse('agency:acts_export', args=[pk])}?{query.urlencode()}",
        **frame(request, mandate),
    }
    return render(request, "agency/acts.html", context)


@login_required
@require_safe
def export(request: SignedIn, pk: int) -> HttpResponse:
    """The same rows as a spreadsheet reads them."""
    mandate = visible_mandate(request, pk)
    _form, rows = _narrowed(request, mandate)
    text = StringIO()
    csv.writer(text).writerows(acts_of.csv_rows(rows, request.user))
    headers = {
        "Content-Disposition": f'attachment; filename="mandate-{pk}-{today():%Y%m%d}.csv"',
        "Cache-Control": "no-store",
    }
    # With a mark, without which spreadsheets take it for another encoding.
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
