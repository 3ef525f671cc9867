"""What stands in the hall: the ticket machine and the screen. Nobody signs in there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import Actor
from common.errors import HallError
from common.time import now, today
from reception import limiter, numbering, services
from reception.forms.queue import CodeForm
from reception.models import Booking, Kiosk, Queue, Ticket
from reception.waiting import ahead_of, called, waits


def _kiosk(key: str) -> Kiosk:
    return get_object_or_404(Kiosk, key=key, active=True)


@require_safe
@never_cache
def kiosk(request: HttpRequest, key: str) -> HttpResponse:
    """Draw a number for a window, or arrive for an appointment."""
    context = {"kiosk": _kiosk(key), "waits": waits(), "form": CodeForm()}
    return render(request, "reception/kiosk.html", context)


@require_POST
def kiosk_draw(request: HttpRequest, key: str) -> HttpResponse:
    machine = _kiosk(key)
    queue = get_object_or_404(Queue, letter=request.POST.get("queue", ""))
    ticket = services.take_ticket(actor=Actor.system(), queue=queue, source=Ticket.Source.KIOSK)
    return redirect("reception:kiosk_ticket", machine.key, ticket.pk)


@require_POST
def kiosk_arrive(request: HttpRequest, key: str) -> HttpResponse:
    """An appointment becomes a ticket; a wrong code is said on the machine's page."""
    machine = _kiosk(key)
    code, address = numbering.tidy(request.POST.get("code", "")), limiter.address_of(request)
    found = None if limiter.wait_after_wrong(address, code) else Booking.objects.filter(code=code).first()
    if found is None:
        limiter.count_wrong(address, code)
        messages.error(request, _("No appointment has this code. Draw a number, or ask at the counter."))
        return redirect("reception:kiosk", machine.key)
    try:
        ticket = services.check_in(actor=Actor.system(), booking=found)
    except HallError as error:
        messages.error(request, str(error))
        return redirect("reception:kiosk", machine.key)
    return redirect("reception:kiosk_ticket", machine.key, ticket.pk)


@require_safe
@never_cache
def kiosk_ticket(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The number that was drawn, to print; after a while the machine goes back by itself."""
    machine = _kiosk(key)
    ticket = get_object_or_404(Ticket.objects.select_related("queue__department"), pk=pk, day=today())
    ahead = ahead_of(ticket)
    wait = next((one for one in waits() if one.queue.pk == ticket.queue_id), None)
    context = {
        "kiosk": machine, "ticket": ticket, "ahead": ahead, "minutes": wait.minutes_for(ahead) if wait else 0,
    }  # fmt: skip
    return render(request, "reception/ticket.html", context)


@require_safe
@never_cache
def screen(request: HttpRequest) -> HttpResponse:
    """Whom to which counter, in big letters; asks for itself every few seconds. Numbers only, no names."""
    template = "reception/_screen.html" if request.headers.get("HX-Request") else "reception/screen.html"
    return render(request, template, _screen())


def _screen() -> dict[str, Any]:
    rows = called()
    return {
        "last": next(iter(rows), None),
        "others": rows[1:],
        "waits": waits(),
        "at": now(),
    }
