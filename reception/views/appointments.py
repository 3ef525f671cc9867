"""Appointments from outside: which windows, which slot, the code, cancelling."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Department, User
from common.display import is_chinese
from common.errors import HallError
from common.forms import show_error
from common.time import now, today
from reception import limiter, numbering, services
from reception.forms.queue import BookingForm, CodeForm
from reception.models import Booking, Opening
from reception.slots import days_to_book, slots_on
from reception.views.base import acting, attempt
from reception.waiting import waits

MINE = 10


@require_safe
@never_cache
def appointments(request: HttpRequest) -> HttpResponse:
    """Windows with how many wait there now; one's own appointments; looking one up by its code."""
    if "code" in request.GET:
        form = CodeForm(request.GET)
        if form.is_valid() and (code := numbering.tidy(form.cleaned_data["code"])).isalnum():
            return redirect("reception:booking", code)
    queued = {wait.queue.department_id: wait for wait in waits()}
    opened = Opening.objects.values("department")
    windows = Department.objects.filter(kind=Department.Kind.WINDOW, pk__in=opened)
    mine = Booking.objects.none()
    if isinstance(request.user, User):
        coming = Booking.objects.filter(user=request.user, day__gte=today(), status=Booking.Status.BOOKED)
        mine = coming.select_related("department").order_by("starts_at")[:MINE]
    context = {
        "windows": [{"department": one, "wait": queued.get(one.pk)} for one in windows],
        "mine": mine,
        "code_form": CodeForm(),
    }
    return render(request, "reception/appointments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def book(request: HttpRequest, window: str) -> HttpResponse:
    """One window: its days as tabs, the free times of a day, who comes."""
    windows = Department.objects.filter(kind=Department.Kind.WINDOW)
    department = get_object_or_404(windows, code=window)
    days = days_to_book()
    day = _day(request.GET.get("day", ""), days)
    slots = slots_on(department, day) if day else []
    if day and not slots and "day" not in request.GET:
        # Today is over, or has no times: the first day that has some.
        day = next((one for one in days if any(slot.left for slot in slots_on(department, one))), day)
        slots = slots_on(department, day)
    user = request.user if isinstance(request.user, User) else None
    form = BookingForm(request.POST or None, slots=slots, user=user)
    if request.method == "POST" and form.is_valid():
        if wait := limiter.count_use(limiter.BOOKINGS, limiter.address_of(request)):
            response = render(request, "reception/too_many.html", {"minutes": -(-wait // 60)}, status=429)
            response.headers["Retry-After"] = str(wait)
            return response
        try:
            made = services.book_appointment(actor=acting(request), department=department, **form.cleaned_data)
        except HallError as error:
            show_error(form, error)
        else:
            return redirect(f"/appointments/code/{made.code}/?booked=1")
    context = {
        "department": department,
        "form": form,
        "day": day,
        "tabs": [_tab(one, day) for one in days],
        "free": any(slot.left for slot in slots),
        "wait": next((one for one in waits() if one.queue.department_id == department.pk), None),
    }
    return render(request, "reception/book.html", context, status=400 if form.errors else 200)


def _day(text: str, days: list[date]) -> date | None:
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        wanted = None
    return wanted if wanted in days else next(iter(days), None)


def _tab(day: date, active: date | None) -> dict[str, Any]:
    shown = f"{day.month}月{day.day}日" if is_chinese() else f"{day.day} {day:%b}"
    label = f"{shown} {Opening.Weekday(day.weekday()).label}"
    return {"label": label, "url": f"?day={day.isoformat()}", "active": day == active}


def _by_code(request: HttpRequest, code: str) -> Booking:
    """Whoever has the code has the appointment; wrong ones are counted, as with questions."""
    address, tidied = limiter.address_of(request), numbering.tidy(code)
    if limiter.wait_after_wrong(address, tidied):
        raise Http404
    found = Booking.objects.filter(code=tidied).select_related("department", "user").first()
    if found is None:
        limiter.count_wrong(address, tidied)
        raise Http404
    return found


@require_safe
@never_cache
def booking(request: HttpRequest, code: str) -> HttpResponse:
    """One appointment: when, where, its code; cancelling."""
    shown = _by_code(request, code)
    context = {
        "booking": shown,
        "booked": "booked" in request.GET and shown.status == Booking.Status.BOOKED,
        "may_cancel": shown.status == Booking.Status.BOOKED and shown.starts_at > now(),
    }
    response = render(request, "reception/booking.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    shown = _by_code(request, code)
    attempt(
        request,
        lambda: services.cancel_booking(actor=acting(request), booking=shown),
        _("The appointment is cancelled."),
    )
    return redirect("reception:booking", shown.code)
