"""How many wait, for how long, and what the screen in the hall shows."""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F

from common.time import now, today
from reception.models import Counter, Queue, Ticket

# With fewer served today the average says nothing yet.
ENOUGH = 3
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Wait:
    """Where a queue stands now."""

    queue: Queue
    waiting: int
    counters: int
    minutes_each: float

    @property
    def minutes(self) -> int:
        """How long whoever draws a number now will wait, roughly."""
        return self.minutes_for(self.waiting)

    def minutes_for(self, ahead: int) -> int:
        return math.ceil(ahead * self.minutes_each / max(1, self.counters))


def waits() -> list[Wait]:
    """Every queue by its letter; four statements however many there are."""
    waiting = dict(Ticket.objects.waiting().order_by().values_list("queue").annotate(n=Count("id")))
    counters = Counter.objects.filter(day=today(), closed_at=None).order_by()
    opened = dict(counters.values_list("queue").annotate(n=Count("id")))
    took = ExpressionWrapper(F("ended_at") - F("served_from"), output_field=DurationField())
    served = Ticket.objects.of_today().filter(status=Ticket.Status.DONE).order_by()
    average: dict[int, tuple[int, timedelta]] = {
        queue: (count, mean) for queue, count, mean in served.values_list("queue").annotate(n=Count("id"), m=Avg(took))
    }
    found = []
    for queue in Queue.objects.select_related("department"):
        count, mean = average.get(queue.pk, (0, timedelta()))
        minutes = max(1.0, mean / timedelta(minutes=1)) if count >= ENOUGH else float(queue.minutes_each)
        found.append(Wait(queue, waiting.get(queue.pk, 0), opened.get(queue.pk, 0), minutes))
    return found


def ahead_of(ticket: Ticket) -> int:
    """How many are called before it, as things stand; 0 once it is called."""
    if ticket.status != Ticket.Status.WAITING:
        return 0
    line = list(Ticket.objects.waiting().filter(queue=ticket.queue_id).in_turn(now()).values_list("pk", flat=True))
    return line.index(ticket.pk) if ticket.pk in line else 0


def called() -> list[Ticket]:
    """The last called of today, the newest first."""
    rows = Ticket.objects.of_today().filter(called_at__isnull=False, counter__isnull=False)
    return list(rows.select_related("counter", "queue__department").order_by("-called_at")[:SHOWN])
