"""The working calendar: for everybody to read, for administrators to change."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_safe

from common.time import today
from deadlines import calendars, redate, services
from deadlines.forms import CountForm, OverrideForm
from deadlines.labels import WEEKDAY_MARKS, kind_label, name_label
from deadlines.models import CalendarOverride, CalendarRevision, CalendarYear, Clock
from deadlines.published import SOURCE
from deadlines.rules import may_edit_calendar, may_have_feeds
from deadlines.workdays import Calendar, UnknownYearError
from deadlines.yearview import year_months


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year with its working days and status, a counter of limits, and the way to change it."""
    may_edit = may_edit_calendar(request.user)
    in_force = calendars.current()
    year = _year(request, in_force)
    months = year_months(in_force, year, today())
    row = CalendarYear.objects.filter(year=year).first()
    published = in_force.is_published(year)
    context = {
        "year": year,
        "months": months,
        "published": published,
        "source": row.source if row else SOURCE if published else "",
        "earlier": year - 1 if year > in_force.first_year else None,
        "later": year + 1 if year < in_force.last_year else None,
        "workdays": sum(month.workdays for month in months),
        "overrides": CalendarOverride.objects.filter(date__year=year).select_related("created_by"),
        "may_edit": may_edit,
        "may_have_feeds": may_have_feeds(request.user),
        "form": OverrideForm(),
        "weekday_names": list(zip(WEEKDAY_MARKS, WEEKDAYS.values(), strict=True)),
        **(_counting_again() if may_edit else {}),
        **_counted(request, in_force),
    }
    return render(request, "deadlines/calendar.html", context)


@login_required
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """How far counting again has come, for the page of the calendar to ask every two seconds."""
    if not may_edit_calendar(request.user):
        raise PermissionDenied
    return render(request, "deadlines/_progress.html", _counting_again())


def _counting_again() -> dict[str, Any]:
    """The last change, what it has moved so far, and how many open duties still wait to be counted."""
    waiting = redate.waiting()
    total = Clock.objects.open().count() if waiting else 0
    return {
        "last_change": CalendarRevision.objects.select_related("made_by").first(),
        "waiting": waiting,
        "open_clocks": total,
        "counted": total - waiting,
    }


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
