"""At the counter: opening it, calling, skipping, sending on, done."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Role, User
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import now, today
from ledger.services import record
from reception.limits import limit
from reception.models import Counter, Limit, Queue, Ticket
from reception.transitions import TICKET

AFTER = timedelta(microseconds=1)
# A row that somebody else has just taken is skipped; another look finds the next one.
LOOKS = 5


@transaction.atomic
def open_counter(*, actor: Actor, queue: Queue, number: int) -> Counter:
    """Sit down at a counter for a window; one's other counter of today is closed.

    Raises NotAllowed for whoever is no clerk there, InvalidInput at ``number`` when somebody else sits there.
    """
    clerk = actor.person
    _require_clerk(clerk, queue)
    if not 1 <= number <= 99:
        raise InvalidInput({"number": [_("Counters are numbered from 1 to 99.")]})
    before = counter_of(clerk)
    if before is not None:
        if (before.queue_id, before.number) == (queue.pk, number):
            return before
        close_counter(actor=actor, counter=before)
    try:
        with transaction.atomic():
            counter = Counter.objects.create(queue=queue, number=number, clerk=clerk, day=today(), opened_at=now())
    except IntegrityError as error:
        raise InvalidInput({"number": [_("Somebody else has opened this counter.")]}) from error
    record(actor=actor, subject=counter, act="counter.opened", data={"number": number, "queue": queue.letter})
    return counter


@transaction.atomic
def close_counter(*, actor: Actor, counter: Counter) -> Counter:
    """Get up. Whoever is called must be finished first."""
    locked = _lock(actor, counter)
    if current_ticket(locked) is not None:
        raise TransitionNotAllowed(_("Finish with the number that you have called first."))
    locked.closed_at = now()
    locked.save(update_fields=["closed_at"])
    record(actor=actor, subject=locked, act="counter.closed")
    return locked


def counter_of(clerk: User) -> Counter | None:
    """Where the clerk sits today; yesterday's counters are closed by their date."""
    open_today = Counter.objects.filter(clerk=clerk, day=today(), closed_at=None)
    return open_today.select_related("queue__department").first()


def current_ticket(counter: Counter) -> Ticket | None:
    """Whom this counter has called and not finished with."""
    return Ticket.objects.filter(counter=counter, status=Ticket.Status.CALLED).select_related("booking").first()


@transaction.atomic
def call_next(*, actor: Actor, counter: Counter) -> Ticket | None:
    """Call whoever's turn it is: appointments whose time has come, then by place in line. None when nobody waits.

    The counter is locked, so a second click calls nobody more; tickets that another clerk is calling at this moment
    are passed over, so no two ever call the same and nobody waits for the other.
    """
    locked = _lock(actor, counter)
    if current_ticket(locked) is not None:
        raise TransitionNotAllowed(_("Finish with the number that you have called first."))
    for _look in range(LOOKS):
        waiting = Ticket.objects.waiting().filter(queue=locked.queue_id)
        if not waiting.exists():
            return None
        ticket = waiting.in_turn(now()).select_for_update(skip_locked=True, of=("self",)).first()
        if ticket is not None:
            return _call(actor, locked, ticket)
    return None


def _call(actor: Actor, counter: Counter, ticket: Ticket) -> Ticket:
    ticket.status = TICKET.next(Ticket.Status(ticket.status), "call")
    moment = now()
    ticket.counter, ticket.called_at, ticket.served_from = counter, moment, moment
    ticket.calls += 1
    ticket.save(update_fields=["status", "counter", "called_at", "served_from", "calls"])
    record(actor=actor, subject=ticket, act="ticket.called", data={"counter": counter.number})
    return ticket


@transaction.atomic
def recall(*, actor: Actor, ticket: Ticket) -> Ticket:
    """Call once more: the screen says it anew."""
    locked = _lock_ticket(actor, ticket, "recall")
    locked.called_at = now()
    locked.calls += 1
    locked.save(update_fields=["called_at", "calls"])
    record(actor=actor, subject=locked, act="ticket.recalled")
    return locked


@transaction.atomic
def skip(*, actor: Actor, ticket: Ticket) -> Ticket:
    """Nobody came: back in line after some others; skipped too often, it is over."""
    locked = _lock_ticket(actor, ticket, "skip")
    locked.skips += 1
    if locked.skips > limit(Limit.Code.SKIPS).amount:
        locked.status = TICKET.next(Ticket.Status(locked.status), "miss")
        locked.ended_at = now()
        locked.save(update_fields=["status", "skips", "ended_at"])
        record(actor=actor, subject=locked, act="ticket.missed")
        return locked
    others = Ticket.objects.waiting().filter(queue=locked.queue_id).in_turn(now())
    ahead = list(others.values_list("in_line_at", flat=True)[: limit(Limit.Code.SKIP_TURNS).amount])
    locked.status = TICKET.next(Ticket.Status(locked.status), "skip")
    locked.in_line_at = max([*ahead, locked.in_line_at]) + AFTER
    # Whoever was not there when called is in line like everybody.
    locked.first_from = None
    locked.counter = None
    locked.save(update_fields=["status", "skips", "in_line_at", "first_from", "counter"])
    record(actor=actor, subject=locked, act="ticket.skipped", data={"times": locked.skips})
    return locked


@transaction.atomic
def transfer(*, actor: Actor, ticket: Ticket, queue: Queue) -> Ticket:
    """Send on to another window with its number and the time that it has waited already."""
    locked = _lock_ticket(actor, ticket, "transfer")
    if queue.pk == locked.queue_id:
        raise InvalidInput({"queue": [_("Choose another window.")]})
    before = locked.queue_id
    locked.status = TICKET.next(Ticket.Status(locked.status), "transfer")
    locked.queue, locked.counter, locked.first_from = queue, None, None
    locked.save(update_fields=["status", "queue", "counter", "first_from"])
    record(actor=actor, subject=locked, act="ticket.transferred", data={"from": before, "to": queue.pk})
    return locked


@transaction.atomic
def finish(*, actor: Actor, ticket: Ticket) -> Ticket:
    """Done with whoever was called."""
    locked = _lock_ticket(actor, ticket, "done")
    locked.status = TICKET.next(Ticket.Status(locked.status), "done")
    locked.ended_at = now()
    locked.save(update_fields=["status", "ended_at"])
    record(actor=actor, subject=locked, act="ticket.done")
    return locked


def _require_clerk(user: User, queue: Queue) -> None:
    if queue.department_id not in user.department_ids_as(Role.CLERK):
        raise NotAllowed(_("Only clerks of this window call its numbers."))


def _lock(actor: Actor, counter: Counter) -> Counter:
    """The actor's own open counter under lock, before any ticket."""
    locked = Counter.objects.select_for_update().get(pk=counter.pk)
    if locked.clerk_id != actor.person.pk:
        raise NotAllowed(_("Somebody else sits at this counter."))
    if locked.closed_at is not None or locked.day != today():
        raise TransitionNotAllowed(_("This counter is closed. Open it again."))
    _require_clerk(actor.person, locked.queue)
    return locked


def _lock_ticket(actor: Actor, ticket: Ticket, act: str) -> Ticket:
    """A ticket that the actor's counter has called, under lock after its counter."""
    seen = Ticket.objects.select_related("counter").get(pk=ticket.pk)
    if seen.counter is None:
        TICKET.next(Ticket.Status(seen.status), act)
        raise TransitionNotAllowed(_("Nobody is called with this number now."))
    _lock(actor, seen.counter)
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    TICKET.next(Ticket.Status(locked.status), act)
    if locked.counter_id != seen.counter_id:
        raise TransitionNotAllowed(_("Nobody is called with this number now."))
    return locked
