"""What the lists of objections and of later checks share: tabs with counts, light, search, pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from accounts.models import User
from approvals.forms.special import DutyFilterForm
from approvals.rules import works_inside
from approvals.selectors import Tab, tab_of
from approvals.views.pages import tab_links
from common.time import now
from deadlines.querysets import light_q

ROWS = 25


def staff_of(request: HttpRequest) -> User:
    """Window, departments, leaders and supervision; anybody else is refused (403)."""
    user = request.user
    if not isinstance(user, User) or not works_inside.test(user):
        raise PermissionDenied
    return user


@dataclass(frozen=True, slots=True)
class DutyList:
    """How one of the lists is narrowed down. ``case`` leads from its rows to the case."""

    tabs: Sequence[Tab]
    case: str

    def context(self, request: HttpRequest, rows: QuerySet[Any]) -> dict[str, Any]:
        """What the template takes; four statements, however many rows there are."""
        form = DutyFilterForm(request.GET)
        form.is_valid()
        light, words = form.cleaned_data.get("light"), (form.cleaned_data.get("q") or "").strip()
        if light:
            rows = rows.filter(light_q(light, now(), "clock__"), clock__finished_at=None)
        if words:
            firm = rows.filter(**{f"{self.case}__enterprise__name__icontains": words})
            rows = rows.filter(**{f"{self.case}__number__startswith": words.upper()}) | firm
        by_status = dict(rows.order_by().values_list("status").annotate(n=Count("pk")))
        counts = {tab.code: sum(by_status.get(status, 0) for status in tab.statuses) for tab in self.tabs}
        tab = tab_of(self.tabs, request.GET.get("tab"))
        found = rows.filter(status__in=tab.statuses)
        found = found.order_by("clock__due_at", "id") if tab == self.tabs[0] else found.order_by("-id")
        page = Paginator(found.for_lists(), ROWS).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
        return {
            "form": form,
            "tab": tab,
            "tabs": tab_links(request, self.tabs, tab, counts),
            "page_obj": page,
            "count": counts[tab.code],
            "filtered": bool(light or words),
        }
