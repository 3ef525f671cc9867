"""Drawing a number."""

from datetime import date, datetime
from string import ascii_uppercase

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department
from common.errors import InvalidInput, NotAllowed
from common.time import now, today
from ledger.services import record
from reception import rules
from reception.models import Booking, Queue, Ticket

# As with the numbers of inquiries: the row of letter and day is locked until the transaction ends, so no number is
# given twice and none is left out. A new day is a new row; nothing has to be reset.
NEXT = """
INSERT INTO reception_ticketseries AS s (letter, day, last) VALUES (%s, %s, 1)
ON CONFLICT (letter, day) DO UPDATE SET last = s.last + 1
RETURNING last
"""


@transaction.atomic
def queue_of(department: Department) -> Queue:
    """The queue of a window; the first question for it gives it the next free letter.

    Raises InvalidInput for what is no window.
    """
    found = Queue.objects.filter(department=department).first()
    if found is not None:
        return found
    if department.kind != Department.Kind.WINDOW:
        raise InvalidInput({"department": [_("Only windows are queued for.")]})
    Department.objects.select_for_update().filter(kind=Department.Kind.WINDOW).order_by("pk").first()
    used = set(Queue.objects.values_list("letter", flat=True))
    letter = next((one for one in ascii_uppercase if one not in used), None)
    if letter is None:
        raise InvalidInput({"department": [_("There is no letter left for another queue.")]})
    return Queue.objects.get_or_create(department=department, defaults={"letter": letter})[0]


@transaction.atomic
def take_ticket(*, actor: Actor, queue: Queue, source: str) -> Ticket:
    """A walk-in's number: at a ticket machine (the hall itself acts) or from a person of the hall."""
    if actor.user is not None and not rules.is_staff_in_post(actor.user):
        raise NotAllowed(_("Draw a number at the ticket machine in the hall."))
    return draw(actor=actor, queue=queue, source=source)


def draw(
    *,
    actor: Actor,
    queue: Queue,
    source: str,
    booking: Booking | None = None,
    first_from: datetime | None = None,
) -> Ticket:
    """The next number of the day, within the caller's transaction."""
    moment, day = now(), today()
    ticket = Ticket.objects.create(
        queue=queue,
        letter=queue.letter,
        serial=_serial(queue.letter, day),
        day=day,
        source=source,
        booking=booking,
        status=Ticket.Status.WAITING,
        issued_at=moment,
        in_line_at=moment,
        first_from=first_from,
    )
    record(actor=actor, subject=ticket, act="ticket.drawn", data={"label": ticket.label, "source": source})
    return ticket


def _serial(letter: str, day: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [letter, day])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
