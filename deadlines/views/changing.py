"""Changing the calendar on pages: form, preview of every duty that would move, confirmation.

Each step posts the same data. The preview adds ``seen``, the version of the calendar that it was
drawn from: a confirmation that comes after somebody else's change is shown the preview anew.
"""

import codecs
import csv
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from accounts.actors import Actor
from accounts.models import User
from common.errors import HallError, Stale
from common.forms import show_error
from common.time import today
from deadlines import calendars, preview, previewrows, proposals, services
from deadlines.facts import Facts
from deadlines.forms import ConfirmForm, HoursForm, NoticeForm, OverrideForm, PublishForm, WithdrawForm
from deadlines.models import CalendarOverride, CalendarRevision
from deadlines.previewrows import Row
from deadlines.rules import may_edit_calendar
from deadlines.timetable import Timetable
from deadlines.yearview import weekday_periods

Title = str | Promise


class _Echo:
    """A file that hands back what is written, for csv."""

    def write(self, text: str) -> str:
        return text


class ChangeView(LoginRequiredMixin, View):
    """One kind of change: its form, what it makes of the facts, and the service that saves it."""

    title: Title = ""
    lead: Title = ""
    template_name = "deadlines/change.html"

    def heading(self) -> str:
        """The title of form and preview."""
        return str(self.title)

    def form(self, *args: Any) -> forms.Form:
        """The form, bound to data and files where they are given."""
        raise NotImplementedError

    def propose(self, facts: Facts, form: Any) -> Facts:
        """The facts after the change; raises a HallError for what may not be."""
        raise NotImplementedError

    def save(self, actor: Actor, form: Any, seen: int) -> None:
        raise NotImplementedError

    def rows(self, facts: Facts, form: Any) -> list[Row]:
        """What is about to change, for the summary on top of the preview."""
        raise NotImplementedError

    def back_url(self, form: Any) -> str:
        return reverse("deadlines:calendar")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.method != "GET" and not may_edit_calendar(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if not may_edit_calendar(request.user):
            raise PermissionDenied
        return self.ask(request, self.form())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.ask(request, form)
        try:
            if "seen" in request.POST and "export" not in request.POST:
                return self._save(request, form)
            return self._preview(request, form)
        except Stale as error:
            flash.error(request, str(error))
            return self._again(request, form)
        except HallError as error:
            show_error(form, error)
            return self.ask(request, form)

    def ask(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        """The page with the form; 400 when something in it is wrong."""
        context = {
            "title": self.heading(),
            "lead": self.lead,
            "form": form,
            "multipart": form.is_multipart(),
            "back_url": self.back_url(form),
        }
        return render(request, self.template_name, context, status=400 if form.errors else 200)

    def _again(self, request: HttpRequest, form: forms.Form) -> HttpResponseBase:
        """Somebody was faster: what would move now? Or, where there is nothing left to change, the form."""
        try:
            return self._preview(request, form, status=409)
        except HallError as error:
            show_error(form, error)
            return self.ask(request, form)

    def _preview(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponseBase:
        facts = calendars.facts()
        then = self.propose(facts, form)
        found = preview.affected(facts.calendar(), then.calendar())
        if "export" in request.POST:
            return _csv(found)
        summary = preview.summary(found)
        context = {
            "title": self.heading(),
            "changes": self.rows(facts, form),
            "summary": summary,
            "stats": previewrows.stats(summary),
            "groups": previewrows.groups(summary),
            "rows": [previewrows.row_of(change) for change in summary.first],
            "hidden": _carried(form),
            "seen": facts.version,
            "back_url": self.back_url(form),
        }
        return render(request, "deadlines/preview.html", context, status=status)

    def _save(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        assert isinstance(request.user, User)
        seen = request.POST["seen"]
        back = self.back_url(form)
        self.save(Actor(request.user), form, int(seen) if seen.isdecimal() and len(seen) < 19 else -1)
        flash.success(request, _outcome())
        return redirect(back)


def _outcome() -> str:
    revision = CalendarRevision.objects.first()
    moved = revision.moved if revision else 0
    text = ngettext("Saved. %(count)s open duty has new dates.", "Saved. %(count)s open duties have new dates.", moved)
    return text % {"count": moved}


def _carried(form: forms.Form) -> list[tuple[str, str]]:
    """What was entered, for the hidden fields of the preview; what a file held goes on as text."""
    read: dict[str, Any] = {name: form.cleaned_data[name] for name in ("layout", "text") if name in form.fields}
    return [(name, str(read.get(name, form.data.get(name, "")))) for name in form.fields if name != "file"]


def _csv(found: Iterator[Any]) -> StreamingHttpResponse:
    """All duties of a preview in UTF-8 with a mark, so that spreadsheets read Chinese; sent as it is counted."""
    language = translation.get_language()

    def lines() -> Iterator[bytes]:
        # The response is read after the middleware has put the language back.
        with translation.override(language):
            writer = csv.writer(_Echo())
            yield codecs.BOM_UTF8 + writer.writerow(previewrows.export_head()).encode()
            for change in found:
                yield writer.writerow(previewrows.export_row(change)).encode()

    name = f'attachment; filename="calendar-preview-{today():%Y%m%d}.csv"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


def _year_url(year: int | None) -> str:
    address = reverse("deadlines:calendar")
    return f"{address}?year={year}" if year else address


class ChangeDay(ChangeView):
    title = gettext_lazy("Change a day")

    def form(self, *args: Any) -> OverrideForm:
        return OverrideForm(*args)

    def propose(self, facts: Facts, form: OverrideForm) -> Facts:
        return proposals.override(facts, **form.wanted)

    def save(self, actor: Actor, form: OverrideForm, seen: int) -> None:
        services.set_override(actor=actor, seen=seen, **form.wanted)

    def back_url(self, form: OverrideForm) -> str:
        day = getattr(form, "cleaned_data", {}).get("date")
        return f"{_year_url(day.year)}#overrides" if day else _year_url(None)

    def rows(self, facts: Facts, form: OverrideForm) -> list[Row]:
        wanted = form.wanted
        return [
            *previewrows.day_rows(wanted["date"], wanted["is_workday"], wanted["closed"]),
            {"label": _("Reason"), "value": wanted["name"]},
            {"label": _("Legal ground"), "value": wanted["source"]},
        ]


class RemoveDay(ChangeView):
    title = gettext_lazy("Remove a local change")

    def form(self, *args: Any) -> ConfirmForm:
        return ConfirmForm(*args)

    def _override(self) -> CalendarOverride:
        found = CalendarOverride.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Stale
        return found

    def propose(self, facts: Facts, form: ConfirmForm) -> Facts:
        return proposals.removal(facts, date=self._override().date)

    def save(self, actor: Actor, form: ConfirmForm, seen: int) -> None:
        services.remove_override(actor=actor, override_id=self.kwargs["pk"], seen=seen)

    def back_url(self, form: ConfirmForm) -> str:
        found = CalendarOverride.objects.filter(pk=self.kwargs["pk"]).first()
        return f"{_year_url(found.date.year)}#overrides" if found else _year_url(None)

    def rows(self, facts: Facts, form: ConfirmForm) -> list[Row]:
        override = self._override()
        return [
            *previewrows.day_rows(override.date, override.is_workday, override.closed),
            {"label": _("Reason"), "value": override.name},
            {"label": _("Legal ground"), "value": override.source},
        ]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        raise Http404


class ImportYear(ChangeView):
    title = gettext_lazy("Import the notice of a year")
    lead = gettext_lazy(
        "Paste the sentences of the State Council's notice, or upload a YAML file. "
        "You see every day and every duty that moves before anything is saved."
    )

    def form(self, *args: Any) -> NoticeForm:
        return NoticeForm(*args)

    def propose(self, facts: Facts, form: NoticeForm) -> Facts:
        return proposals.imported(facts, notice=form.cleaned_data["notice"])

    def save(self, actor: Actor, form: NoticeForm, seen: int) -> None:
        services.import_year(actor=actor, notice=form.cleaned_data["notice"], seen=seen)

    def back_url(self, form: NoticeForm) -> str:
        notice = getattr(form, "cleaned_data", {}).get("notice")
        return _year_url(notice.year if notice else None)

    def rows(self, facts: Facts, form: NoticeForm) -> list[Row]:
        notice = form.cleaned_data["notice"]
        return [
            {"label": _("Year"), "value": str(notice.year)},
            {"label": _("Source"), "value": notice.source},
            *previewrows.notice_rows(notice),
        ]


class PublishYear(ChangeView):
    lead = gettext_lazy("Dates in this year are no longer provisional.")

    def heading(self) -> str:
        return _("Publish the schedule of %(year)s") % {"year": self.kwargs["year"]}

    def form(self, *args: Any) -> PublishForm:
        return PublishForm(*args)

    def propose(self, facts: Facts, form: PublishForm) -> Facts:
        return proposals.publication(facts, year=self.kwargs["year"], source=form.cleaned_data["source"])

    def save(self, actor: Actor, form: PublishForm, seen: int) -> None:
        services.publish_year(actor=actor, year=self.kwargs["year"], source=form.cleaned_data["source"], seen=seen)

    def back_url(self, form: PublishForm) -> str:
        return _year_url(self.kwargs["year"])

    def rows(self, facts: Facts, form: PublishForm) -> list[Row]:
        return [
            {"label": _("Year"), "value": str(self.kwargs["year"])},
            {"label": _("Source"), "value": form.cleaned_data["source"]},
        ]


class WithdrawYear(ChangeView):
    lead = gettext_lazy(
        "Dates in this year become provisional again, and every Monday to Friday counts. "
        "What was imported is kept and counts again when the year is published."
    )

    def heading(self) -> str:
        return _("Withdraw the schedule of %(year)s") % {"year": self.kwargs["year"]}

    def form(self, *args: Any) -> WithdrawForm:
        return WithdrawForm(*args)

    def propose(self, facts: Facts, form: WithdrawForm) -> Facts:
        return proposals.withdrawal(facts, year=self.kwargs["year"], reason=form.cleaned_data["reason"])

    def save(self, actor: Actor, form: WithdrawForm, seen: int) -> None:
        services.withdraw_year(actor=actor, year=self.kwargs["year"], reason=form.cleaned_data["reason"], seen=seen)

    def back_url(self, form: WithdrawForm) -> str:
        return _year_url(self.kwargs["year"])

    def rows(self, facts: Facts, form: WithdrawForm) -> list[Row]:
        return [
            {"label": _("Year"), "value": str(self.kwargs["year"])},
            {"label": _("Reason"), "value": form.cleaned_data["reason"]},
        ]


class Hours(ChangeView):
    """The week of the hall: for everybody to read, for administrators to change."""

    title = gettext_lazy("Office hours")
    template_name = "deadlines/hours.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return View.dispatch(self, request, *args, **kwargs)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.ask(request, self.form())

    def ask(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        hours = calendars.current().hours
        context = {
            "title": self.heading(),
            "week": weekday_periods(hours),
            "form": form,
            "may_edit": may_edit_calendar(request.user),
            "back_url": self.back_url(form),
        }
        return render(request, self.template_name, context, status=400 if form.errors else 200)

    def form(self, *args: Any) -> HoursForm:
        return HoursForm(*args, hours=calendars.current().hours)

    def propose(self, facts: Facts, form: HoursForm) -> Facts:
        return proposals.opening(facts, week=form.week)

    def save(self, actor: Actor, form: HoursForm, seen: int) -> None:
        services.set_hours(actor=actor, week=form.week, seen=seen)

    def rows(self, facts: Facts, form: HoursForm) -> list[Row]:
        then = Timetable(form.week)
        return [
            {"label": label, "value": f"{old or _('closed')} → {new or _('closed')}"}
            for (label, old), (_label, new) in zip(weekday_periods(facts.hours), weekday_periods(then), strict=True)
            if old != new
        ]
