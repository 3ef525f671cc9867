"""Appointments: booking a place, cancelling, arriving."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department
from common.display import local_moment
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import now, today
from ledger.services import record
from notifications.services import Notice, notify_many
from reception import numbering, rules
from reception.limits import limit
from reception.models import Booking, Limit, Opening, Ticket
from reception.services.tickets import draw, queue_of
from reception.slots import Slot, last_day, slots_on
from reception.transitions import BOOKING


@transaction.atomic
def book_appointment(
    *, actor: Actor, department: Department, starts_at: datetime, name: str, phone: str, matter: str = ""
) -> Booking:
    """Take one place in a slot of a window.

    Whoever books the same slot waits for us, and a place is nobody's twice by a constraint besides. Raises
    InvalidInput at ``starts_at`` (no such slot, full, too far ahead) or ``phone`` (too many that day).
    """
    _check_person(name, phone)
    day = timezone.localtime(starts_at).date()
    _lock(phone, day.isoformat(), department)
    slot = _slot(department, starts_at)
    of_day = Booking.objects.filter(day=day).exclude(status=Booking.Status.CANCELLED)
    most = limit(Limit.Code.BOOKINGS_A_DAY).amount
    if of_day.filter(phone=phone).count() >= most:
        raise InvalidInput(
            {"phone": [_("With this telephone number %(most)s appointments are booked that day.") % {"most": most}]}
        )
    taken = set(of_day.filter(department=department, starts_at=starts_at).values_list("seat", flat=True))
    seat = next(place for place in range(1, len(taken) + 2) if place not in taken)
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                department=department,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                day=day,
                seat=seat,
                status=Booking.Status.BOOKED,
                name=name.strip(),
                phone=phone,
                matter=matter.strip(),
                user=actor.user if actor.user and not actor.user.is_hall_staff else None,
                code=numbering.new_code(),
                created_at=now(),
            )
    except IntegrityError as error:
        raise InvalidInput({"starts_at": [_("The last place has just been taken. Choose another time.")]}) from error
    data = {"department": department.pk, "starts_at": starts_at.isoformat(), "seat": seat}
    record(actor=actor, subject=booking, act="booking.made", data=data)
    _tell(booking, "booking.made")
    return booking


def _check_person(name: str, phone: str) -> None:
    errors: dict[str, list[object]] = {}
    if not name.strip():
        errors["name"] = [_("Say who comes.")]
    if not phone.strip():
        errors["phone"] = [_("Give a telephone number, so that the window can reach you.")]
    if errors:
        raise InvalidInput(errors)


def _lock(phone: str, day: str, department: Department) -> None:
    """One booking at a time for a telephone and day, then for a window; always in this order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{phone} {day}"])
    list(Opening.objects.select_for_update().filter(department=department).order_by("pk").values_list("pk"))


def _slot(department: Department, starts_at: datetime) -> Slot:
    day = timezone.localtime(starts_at).date()
    slot = next((one for one in slots_on(department, day) if one.starts_at == starts_at), None)
    if slot is None or day > last_day():
        raise InvalidInput({"starts_at": [_("This time cannot be booked. Choose one from the list.")]})
    if not slot.left:
        raise InvalidInput({"starts_at": [_("The last place has just been taken. Choose another time.")]})
    return slot


@transaction.atomic
def cancel_booking(*, actor: Actor, booking: Booking) -> Booking:
    """Give the place back, before the slot begins. Who may is known to the caller: whoever has the code."""
    locked = Booking.objects.select_for_update().get(pk=booking.pk)
    status = BOOKING.next(Booking.Status(locked.status), "cancel")
    if locked.starts_at <= now():
        raise TransitionNotAllowed(_("This appointment has begun; it cannot be cancelled any more."))
    locked.status = status
    locked.save(update_fields=["status"])
    record(actor=actor, subject=locked, act="booking.cancelled")
    _tell(locked, "booking.cancelled")
    return locked


@transaction.atomic
def check_in(*, actor: Actor, booking: Booking) -> Ticket:
    """Whoever booked has come: a ticket, first in line once the time has come; too late, in line like all others.

    ``actor`` is the hall itself at a ticket machine, else a person of the hall.
    """
    if actor.user is not None and not rules.is_staff_in_post(actor.user):
        raise NotAllowed(_("Appointments are checked in at the ticket machine or at a counter."))
    locked = Booking.objects.select_for_update().get(pk=booking.pk)
    status = BOOKING.next(Booking.Status(locked.status), "arrive")
    if locked.day != today():
        raise TransitionNotAllowed(_("This appointment is for %(day)s.") % {"day": local_moment(locked.starts_at)})
    locked.status = status
    locked.save(update_fields=["status"])
    record(actor=actor, subject=locked, act="booking.arrived")
    in_time = now() <= locked.ends_at
    return draw(
        actor=actor,
        queue=queue_of(locked.department),
        source=Ticket.Source.BOOKING,
        booking=locked,
        first_from=locked.starts_at if in_time else None,
    )


def _tell(booking: Booking, template: str) -> None:
    if booking.user_id is None:
        return
    params = {"window": booking.department.name, "moment": local_moment(booking.starts_at), "code": booking.code}
    notify_many([Notice([booking.user_id], template, params, f"/appointments/code/{booking.code}/")])
