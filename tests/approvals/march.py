"""March 2025 for tests of limits: moments, promised days, what somebody was told.

Monday 3 March 10:00. Promised are ten working days for a case (17 March), five for its only step (10 March).
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from approvals.models import Case, Step
from deadlines.models import Clock
from notifications.models import Message

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A moment at Asia/Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MONDAY = at("2025-03-03T10:00")


def due(case: Case, code: str = "decide") -> tuple[str, str]:
    """Promised days of the step and of the case."""
    step, whole = Step.objects.get(case=case, code=code), Case.objects.get(pk=case.pk)
    return step.clock.due_at.astimezone(ZONE).date().isoformat(), whole.clock.due_at.astimezone(ZONE).date().isoformat()


def lights(case: Case) -> list[str]:
    return [str(clock.light()) for clock in Clock.objects.open().filter(subject_id=case.pk).order_by("starts_at", "id")]


def told(user: Any, template: str) -> list[str]:
    """Bodies of the messages in the inbox whose template begins so."""
    rows = Message.objects.filter(recipient=user, template__startswith=template, channel="inapp").order_by("pk")
    return [message.text.body for message in rows]
