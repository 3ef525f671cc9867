"""The working calendar: for everybody to read, for administrators to change."""

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError, Stale
from common.time import today
from deadlines import calendars, services
from deadlines.forms import CountForm, OverrideForm
from deadlines.labels import WEEKDAY_MARKS, kind_label, name_label
from deadlines.models import CalendarOverride
from deadlines.rules import may_edit_calendar, may_have_feeds
from deadlines.workdays import Calendar, UnknownYearError
from deadlines.yearview import year_months


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """A year with its working days, a counter of limits, and the form for overrides."""
    may_edit = may_edit_calendar(request.user)
    form = OverrideForm(request.POST or None)
    if request.method == "POST":
        if not may_edit:
            return HttpResponse(status=403)
        if form.is_valid() and _save(request, form):
            return redirect(f"{reverse('deadlines:calendar')}?year={form.cleaned_data['date'].year}")
    in_force = calendars.current()
    year = _year(request, in_force)
    months = year_months(in_force, year, today())
    context = {
        "year": year,
        "months": months,
        "published": in_force.is_published(year),
        "earlier": year - 1 if year > in_force.first_year else None,
        "later": year + 1 if year < in_force.last_year else None,
        "workdays": sum(month.workdays for month in months),
        "overrides": CalendarOverride.objects.filter(date__year=year).select_related("created_by"),
        "may_edit": may_edit,
        "may_have_feeds": may_have_feeds(request.user),
        "form": form,
        "weekday_names": list(zip(WEEKDAY_MARKS, WEEKDAYS.values(), strict=True)),
        "remove_hidden": {"year": year},
        **_counted(request, in_force),
    }
    return render(request, "deadlines/calendar.html", context, status=400 if form.errors else 200)


def _save(request: HttpRequest, form: OverrideForm) -> bool:
    assert isinstance(request.user, User)
    try:
        override = services.set_override(actor=Actor(request.user), **form.cleaned_data)
    except HallError as error:
        for field, texts in error.errors.items():
            for text in texts:
                form.add_error(field or None, text)
        return False
    text = _("%(date)s is saved. Open duties that it concerns are counted again.")
    flash.success(request, text % {"date": override.date.isoformat()})
    return True


def _year(request: HttpRequest, in_force: Calendar) -> int:
    text = request.GET.get("year", "")
    wanted = int(text) if text.isdecimal() and len(text) == 4 else today().year
    return min(max(wanted, in_force.first_year), in_force.last_year)


def _counted(request: HttpRequest, in_force: Calendar) -> dict[str, Any]:
    """The answer of the counter, where it was asked."""
    asked = "days" in request.GET
    form = CountForm(request.GET if asked else None, initial={"start": today(), "days": 20})
    if not asked or not form.is_valid():
        return {"count_form": form}
    start, days, unit = (form.cleaned_data[name] for name in ("start", "days", "unit"))
    try:
        lines = in_force.explain(start, days, unit)
    except UnknownYearError as error:
        form.add_error("start", services.unknown_year(error))
        return {"count_form": form}
    shown = [(line, kind_label(line.kind), name_label(line.name)) for line in lines]
    end = lines[-1].day if days else in_force.due(start, days, unit)
    return {
        "count_form": form,
        "lines": shown,
        "end": end,
        "end_is_provisional": in_force.is_provisional(start, end),
    }


@login_required
@require_POST
def remove_override(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an override back; one that is gone already says so."""
    assert isinstance(request.user, User)
    if not may_edit_calendar(request.user):
        return HttpResponse(status=403)
    try:
        services.remove_override(actor=Actor(request.user), override_id=pk)
        flash.success(request, _("The override is removed. Open duties that it concerns are counted again."))
    except Stale as error:
        flash.error(request, str(error))
    return redirect(f"{reverse('deadlines:calendar')}?year={request.POST.get('year', '')}")
