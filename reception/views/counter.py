"""The clerk's counter: opening it, calling, skipping, sending on, done."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Department, Role
from common.errors import HallError, NotAllowed
from common.time import now, today
from reception import numbering, services
from reception.forms.queue import CodeForm, CounterForm, TransferForm
from reception.models import Booking, Counter, Ticket
from reception.services.counters import counter_of, current_ticket
from reception.views.base import SignedIn, acting, attempt
from reception.waiting import waits

IN_LINE = 10
COMING = 10


def clerks_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Clerks of a window; 403 for everybody else."""

    @wraps(view)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_role(Role.CLERK):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return login_required(guarded)


@clerks_only
@require_safe
def counter(request: SignedIn) -> HttpResponse:
    """Where nothing is open yet: which counter. Else whom one has called, and who waits."""
    seat = counter_of(request.user)
    if seat is None:
        return _choose(request, CounterForm(department_ids=_windows(request), initial=_last_seat(request)))
    if request.headers.get("HX-Request"):
        return render(request, "reception/_line.html", _line(seat))
    ticket = current_ticket(seat)
    context = {
        "seat": seat,
        "ticket": ticket,
        "transfer_form": TransferForm(leaving=seat.queue_id),
        "code_form": CodeForm(),
        "record_url": _record_url(ticket),
        **_line(seat),
    }
    return render(request, "reception/counter.html", context)


def _windows(request: SignedIn) -> list[int]:
    """The windows where one is a clerk, each with a queue by now."""
    mine = Department.objects.filter(
        pk__in=request.user.department_ids_as(Role.CLERK), kind=Department.Kind.WINDOW, queue=None
    )
    for department in mine:
        services.queue_of(department)
    return request.user.department_ids_as(Role.CLERK)


def _last_seat(request: SignedIn) -> dict[str, Any]:
    last = Counter.objects.filter(clerk=request.user).order_by("-id").first()
    return {"queue": last.queue_id, "number": last.number} if last else {}


def _choose(request: SignedIn, form: CounterForm) -> HttpResponse:
    return render(request, "reception/counter_open.html", {"form": form}, status=400 if form.errors else 200)


def _line(seat: Counter) -> dict[str, Any]:
    line = Ticket.objects.waiting().filter(queue=seat.queue_id).in_turn(now()).select_related("booking")
    coming = Booking.objects.filter(
        department=seat.queue.department_id, day=today(), status=Booking.Status.BOOKED, ends_at__gte=now()
    )
    return {
        "line": line[:IN_LINE],
        "wait": next((one for one in waits() if one.queue.pk == seat.queue_id), None),
        "coming": coming.order_by("starts_at")[:COMING],
    }


def _record_url(ticket: Ticket | None) -> str:
    """Recording an inquiry with what the appointment says already."""
    url = reverse("reception:record")
    if ticket is None or ticket.booking is None:
        return url
    booking = ticket.booking
    return f"{url}?{urlencode({'name': booking.name, 'phone': booking.phone, 'subject': booking.matter})}"


def _seat(request: SignedIn) -> Counter:
    seat = counter_of(request.user)
    if seat is None:
        raise NotAllowed(_("Open your counter first."))
    return seat


def _mine(request: SignedIn, pk: int) -> Ticket:
    return get_object_or_404(Ticket, pk=pk, counter__clerk=request.user, day=today())


@clerks_only
@require_POST
def open_seat(request: SignedIn) -> HttpResponse:
    form = CounterForm(request.POST, department_ids=_windows(request))

    def act() -> None:
        services.open_counter(actor=acting(request), **form.cleaned_data)

    if form.is_valid() and attempt(request, act, _("The counter is open."), form):
        return redirect("reception:counter")
    return _choose(request, form)


@clerks_only
@require_POST
def close_seat(request: SignedIn) -> HttpResponse:
    seat = _seat(request)
    attempt(request, lambda: services.close_counter(actor=acting(request), counter=seat), _("The counter is closed."))
    return redirect("reception:counter")


@clerks_only
@require_POST
def call(request: SignedIn) -> HttpResponse:
    """The next in line."""
    seat = _seat(request)
    try:
        ticket = services.call_next(actor=acting(request), counter=seat)
    except NotAllowed:
        raise
    except HallError as error:
        messages.error(request, str(error))
    else:
        if ticket is None:
            messages.info(request, _("Nobody is waiting."))
    return redirect("reception:counter")


@clerks_only
@require_POST
def ticket_act(request: SignedIn, pk: int, act: str) -> HttpResponse:
    """Recall, skip or done."""
    ticket = _mine(request, pk)
    acts = {
        "recall": (services.recall, _("%(label)s is called again.")),
        "skip": (services.skip, _("%(label)s is skipped.")),
        "done": (services.finish, _("%(label)s is done.")),
    }
    service, text = acts[act]
    attempt(request, lambda: service(actor=acting(request), ticket=ticket), text % {"label": ticket.label})
    return redirect("reception:counter")


@clerks_only
@require_POST
def send_on(request: SignedIn, pk: int) -> HttpResponse:
    """To another window."""
    ticket, form = _mine(request, pk), TransferForm(request.POST, leaving=0)
    if not form.is_valid():
        messages.error(request, _("Choose another window."))
        return redirect("reception:counter")
    attempt(
        request,
        lambda: services.transfer(actor=acting(request), ticket=ticket, queue=form.cleaned_data["queue"]),
        _("%(label)s waits at the other window now.") % {"label": ticket.label},
    )
    return redirect("reception:counter")


@clerks_only
@require_POST
def draw(request: SignedIn) -> HttpResponse:
    """A number for somebody who stands at the counter."""
    seat = _seat(request)
    ticket = services.take_ticket(actor=acting(request), queue=seat.queue, source=Ticket.Source.COUNTER)
    messages.success(request, _("Number %(label)s is drawn.") % {"label": ticket.label})
    return redirect("reception:counter")


@clerks_only
@require_POST
def arrive(request: SignedIn) -> HttpResponse:
    """Somebody with an appointment stands at the counter; by its code, or from the list of those who come today."""
    _seat(request)
    form = CodeForm(request.POST)
    code = numbering.tidy(form.data.get("code", ""))
    found = Booking.objects.filter(code=code, day=today()).select_related("department").first()
    if found is None:
        messages.error(request, _("No appointment of today has this code."))
        return redirect("reception:counter")
    attempt(
        request, lambda: services.check_in(actor=acting(request), booking=found), _("Arrived; the number is drawn.")
    )
    return redirect("reception:counter")
