"""One's own duties on one page (今日待办)."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from common.time import now
from dashboards import today as duties_of_today


@login_required
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Sorted by light; as many statements for a thousand duties as for one."""
    user = request.user
    assert isinstance(user, User)
    at = now()
    form = duties_of_today.TodayForm(request.GET, kinds=duties_of_today.kinds_of(user))
    rows = duties_of_today.narrowed(duties_of_today.duties(user), form.values)
    counts = duties_of_today.counts(rows, at)
    light = request.GET.get("light", "")
    light = light if light in counts else ""
    page = Paginator(duties_of_today.in_order(rows, light, at), duties_of_today.ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tabs": _tabs(request, counts, light),
        "page_obj": page,
        "at": at,
        "count": page.paginator.count,
        "filtered": bool(form.values or light),
    }
    return render(request, "dashboards/today.html", context)


def _tabs(request: HttpRequest, counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    found = [{"code": "", "label": _("All"), "count": sum(counts.values()), "tone": ""}]
    found += [
        {"code": str(light), "label": label, "count": counts[str(light)], "tone": str(light) if counts[light] else ""}
        for light, label in duties_of_today.LABELS.items()
    ]
    tabs = []
    for tab in found:
        params = request.GET.copy()
        params.pop("page", None)
        params["light"] = str(tab["code"])
        tabs.append({**tab, "url": f"?{params.urlencode()}", "active": tab["code"] == chosen})
    return tabs
