"""Holding the dates of a clock against its count: what should never disagree, and who is told when it does."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts.actors import Actor
from common.display import short_date
from deadlines.explaining import Agreement, Explanation, explain_clock
from deadlines.models import Clock
from deadlines.people import administrator_ids
from ledger.models import Entry
from ledger.services import record
from notifications.services import notify

ALARM = "dates_disagree"
ACT = "clock.disagrees"


def explain_checked(*, clock: Clock, at: datetime | None = None) -> Explanation:
    """Explain a clock; where its dates are not those that its days give, the administrators are told."""
    explanation = explain_clock(clock, at)
    if explanation.agreement == Agreement.DISAGREES:
        report_disagreement(actor=Actor.system(), clock_id=clock.pk)
    return explanation


@transaction.atomic
def report_disagreement(*, actor: Actor, clock_id: UUID) -> bool:
    """Put it on record that a clock shows dates that were not counted, and tell the administrators.

    Looks again under lock, and does so once for each wrong date; says whether it did. The dates
    stay as they are: which of them is wrong, and what was told to whom, is for people to find out.
    """
    clock = Clock.objects.select_for_update().filter(pk=clock_id).first()
    if clock is None:
        return False
    explanation = explain_clock(clock)
    if explanation.agreement != Agreement.DISAGREES:
        return False
    due, lawful = explanation.counted
    data = {
        "clock": str(clock.pk),
        "title": clock.title,
        "due_at": clock.due_at.isoformat(),
        "lawful_due_at": clock.lawful_due_at.isoformat() if clock.lawful_due_at else "",
        "counted_due_at": due.isoformat(),
        "counted_lawful_due_at": lawful.isoformat() if lawful else "",
    }
    if Entry.objects.of(*clock.subject).filter(act=ACT, data=data).exists():
        return False
    record(actor=actor, subject=clock.subject, act=ACT, data=data)
    if not clock.alarm:
        clock.alarm = ALARM
        clock.save(update_fields=["alarm"])
    notify(
        recipients=administrator_ids(),
        template=ACT,
        params={"title": clock.title, "due": short_date(clock.due_at), "counted": short_date(due)},
        link=reverse("deadlines:clock", args=[clock.pk]),
    )
    return True
