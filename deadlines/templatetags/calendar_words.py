"""Words of the calendar in templates."""

from django import template

from deadlines.labels import closed_label

register = template.Library()
register.filter("closed_label", closed_label)
