"""The window's work list."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from approvals import selectors
from approvals.forms.desk import DeskFilterForm
from approvals.models import Case
from approvals.rules import may_work_at_window
from approvals.views.pages import CountedPaginator, tab_links

ROWS = 25


def clerk_of(request: HttpRequest) -> User:
    """The window clerk who asks; anybody else is refused (403), whatever the address."""
    user = request.user
    if not isinstance(user, User) or not may_work_at_window.test(user):
        raise PermissionDenied
    return user


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Cases by tab, light and due date; each tab's count is the length of its list under the filters."""
    user = clerk_of(request)
    form = DeskFilterForm(request.GET)
    filters = _filters(form, user)
    cases = selectors.filtered(Case.objects.visible_to(user), filters)
    tab = selectors.tab_of(selectors.DESK_TABS, request.GET.get("tab"))
    counts = selectors.desk_counts(cases)
    green = selectors.green_projects()
    pages = CountedPaginator(selectors.desk_rows(cases, tab, green), ROWS, total=counts[tab.code])
    page = pages.get_page(request.GET.get("page"))
    own_clocks = {selectors.QUESTIONS: selectors.question_clocks, selectors.DEFERRALS: selectors.check_clocks}
    asked = own_clocks[tab.code](page.object_list) if tab.code in own_clocks else {}
    context = {
        "form": form,
        "tab": tab,
        "tabs": tab_links(request, selectors.DESK_TABS, tab, counts),
        "page_obj": page,
        # Under "questions" and "deferrals" the light is that of the answer or the check, not of the case.
        "rows": [(case, asked.get(case.pk, case.clock)) for case in page.object_list],
        "green": green,
        "count": counts[tab.code],
        "filtered": any(filters.values()),
    }
    return render(request, "approvals/desk/list.html", context)


def _filters(form: DeskFilterForm, user: User) -> dict[str, Any]:
    """Cleaned filters; one that makes no sense is left out rather than emptying the list."""
    form.is_valid()
    cleaned = form.cleaned_data
    return {
        **{name: cleaned.get(name) for name in ("light", "matter", "department", "q")},
        "clerk": user if cleaned.get("mine") else None,
    }
