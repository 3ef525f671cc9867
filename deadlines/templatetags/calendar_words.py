"""Words of the calendar in templates."""

from django import template

from deadlines import calendars
from deadlines.doors import opening_sentence
from deadlines.labels import change_label, closed_label

register = template.Library()
register.filter("closed_label", closed_label)
register.filter("change_label", change_label)


@register.simple_tag
def opening_hours() -> str:
    """When the windows are open, from the calendar in memory: no query of the page's own."""
    return opening_sentence(calendars.current().hours)
