"""The red mark on a duty that somebody must look at."""

from typing import Any

from django import template

from deadlines.labels import alarm_label, alarm_mark
from deadlines.models import Clock

register = template.Library()


@register.inclusion_tag("deadlines/_alarm.html")
def alarm(clock: Clock | None) -> dict[str, Any]:
    """Mark and words for an open duty with an alarm; nothing for any other, or for None. No query."""
    if not clock or not clock.alarm or not clock.is_open:
        return {"mark": "", "words": ""}
    return {"mark": alarm_mark(clock.alarm), "words": alarm_label(clock.alarm)}
