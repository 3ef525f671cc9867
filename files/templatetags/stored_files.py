"""``{% load stored_files %}``: stored files in templates that have the rows themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context

from files import presenting
from files.models import StoredFile

register = template.Library()


@register.simple_tag(takes_context=True)
def stored_item(context: Context, stored: StoredFile) -> dict[str, Any]:
    """``{% stored_item stored as file %}``: what lists show of it to whoever looks at the page."""
    return presenting.item(stored, context["request"].user)


@register.filter
def none_counts(files: Iterable[Mapping[str, Any]]) -> bool:
    """``{% if files|none_counts %}``: all of these items are history."""
    return all(file.get("current") is False for file in files)
