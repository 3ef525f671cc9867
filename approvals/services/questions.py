"""What becomes of the window's duty to answer when the step that asked is over."""

from collections.abc import Sequence
from datetime import datetime

from approvals.models import Step, WindowQuestion
from deadlines.models import Clock
from deadlines.services import cancel_many


def drop_questions(steps: Sequence[Step], *, at: datetime | None = None) -> None:
    """End the limits of questions that these steps no longer need answered; the questions stay as asked.

    Called under the case's lock, with steps that are done or cancelled.
    """
    asked = WindowQuestion.objects.filter(step__in=steps, answered_at=None).values("clock")
    cancel_many(clock_ids=Clock.objects.open().filter(pk__in=asked).values_list("pk", flat=True), at=at)
