"""What the page of a clock shows besides its days: stops, extensions, reminders, hand-overs. Reads only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from common.time import now
from deadlines.labels import anchor_label, code_label
from deadlines.models import Clock, Extension, Handover, Rung, Stop
from deadlines.rungs import Step, ladders
from deadlines.services.shortening import RESTORED, SHORTENED
from deadlines.wording import amount_text, listed
from ledger.models import Entry
from notifications.models import Message

ALARM_TEMPLATE = "clock.alarm"


@dataclass(frozen=True, slots=True)
class RungRow:
    """A rung of a clock: when it happened or is to happen, and whom it told or will tell.

    ``unheard``: nobody held the post to be told; the people are the administrators then.
    """

    label: str
    moment: datetime
    fired_at: datetime | None
    people: str
    who: str
    unheard: bool

    @property
    def is_waiting(self) -> bool:
        """Its moment has passed, and the sweep has not come round yet."""
        return self.fired_at is None and self.moment <= now()


def stops_with_inner(clock: Clock) -> list[Stop]:
    """Stops of the clock and of those inside it, two floors deep as the hall nests them, in time order."""
    stops = Stop.objects.filter(clock=clock) | Stop.objects.filter(clock__parent=clock)
    inner = stops | Stop.objects.filter(clock__parent__parent=clock)
    return list(inner.select_related("clock__department", "started_by", "ended_by").order_by("starts_at", "id"))


def extensions_of(clock: Clock) -> list[Extension]:
    """Requests on this clock, and those asked on it as a step for the limit around it."""
    found = Extension.objects.filter(clock=clock) | Extension.objects.filter(inner=clock)
    return list(found.select_related("asked_by", "decided_by").order_by("asked_at", "id"))


def shortenings_of(clock: Clock) -> list[Entry]:
    """When a leader made the promised limit shorter, and when that was over, oldest first."""
    acts = (SHORTENED, RESTORED)
    entries = Entry.objects.of(*clock.subject).filter(act__in=acts, data__clock=str(clock.pk))
    return list(entries.select_related("actor").order_by("seq"))


def rung_rows(clock: Clock) -> list[RungRow]:
    """What has fired, with the people whom the outbox has, then what lies ahead; three queries."""
    steps = {step.code: step for step in ladders().of(clock.kind, clock.department_id)}
    told = _told(clock)
    found = []
    for fired in clock.fired.order_by("fired_at", "id"):
        people, unheard = told.get(fired.code, ([], False))
        found.append(_row(steps, fired.code, fired.due_at, fired.fired_at, people, unheard))
    if clock.is_open:
        ahead = list(zip(clock.rung_codes, clock.rung_at, strict=True))[clock.rungs_fired :]
        found.extend(_row(steps, code, moment, None, [], False) for code, moment in ahead)
    return found


def _row(
    steps: dict[str, Step],
    code: str,
    moment: datetime,
    fired_at: datetime | None,
    people: list[str],
    unheard: bool,
) -> RungRow:
    step = steps.get(code.split(".", maxsplit=1)[0])
    label = _step_label(step) if step else code_label(code.split(".", maxsplit=1)[0])
    who = str(Rung.Who(step.who).label) if step else ""
    return RungRow(label, moment, fired_at, listed(people), who, unheard)


def _step_label(step: Step) -> str:
    if step.offset == 0:
        return anchor_label(step.anchor)
    words = {"anchor": anchor_label(step.anchor), "amount": amount_text(abs(step.offset), step.unit)}
    return (_("%(amount)s after: %(anchor)s") if step.offset > 0 else _("%(amount)s before: %(anchor)s")) % words


def _told(clock: Clock) -> dict[str, tuple[list[str], bool]]:
    """By the code of a rung: names of those told, and whether they are administrators in place of nobody.

    The sweep names its messages "rung:<clock>:<code>:<person>:<channel>".
    """
    prefix = f"rung:{clock.pk}:"
    messages = Message.objects.filter(channel="inapp", dedupe_key__startswith=prefix)
    found: defaultdict[str, tuple[list[str], bool]] = defaultdict(lambda: ([], False))
    for message in messages.select_related("recipient").order_by("id"):
        code = str(message.dedupe_key).removeprefix(prefix).split(":")[0]
        people, unheard = found[code]
        people.append(str(message.recipient))
        found[code] = (people, unheard or message.template == ALARM_TEMPLATE)
    return found


def handovers_of(clock: Clock) -> list[Handover]:
    """Who passed the duty to whom, oldest first."""
    return list(clock.handovers.select_related("from_user", "to_user", "by").order_by("id"))
