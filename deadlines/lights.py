"""The light (亮灯) of a clock: derived from its limits and the time, in Python and in SQL alike."""

from datetime import datetime
from enum import StrEnum


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    STOPPED = "stopped"
    DONE = "done"


def light_of(
    *, finished: bool, warn_at: datetime, due_at: datetime, at: datetime, stopped_at: datetime | None = None
) -> Light:
    """Green; yellow from ``warn_at``; red after ``due_at``; done once finished, whatever the outcome.

    A clock that was red when it was stopped stays red; any other one shows that it stands still.
    """
    if finished:
        return Light.DONE
    if stopped_at is not None:
        return Light.RED if stopped_at > due_at else Light.STOPPED
    if at > due_at:
        return Light.RED
    return Light.YELLOW if at >= warn_at else Light.GREEN
