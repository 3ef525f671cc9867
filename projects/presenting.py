"""Field values of a project as people read them, for the check page, the case page and receipts."""

from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common import display
from projects import industries
from projects.models import Project
from projects.sections import SECTIONS, Section

MONEY = frozenset({"total_investment", "own_funds", "loan_funds", "foreign_funds", "state_funds"})
AREAS = frozenset({"land_area", "building_area"})
DATES = frozenset({"planned_start", "planned_finish"})
CHOICES = frozenset({"procedure", "nature", "capital"})
# An empty one is no gap: it need not be there, or comes later.
MAY_BE_EMPTY = frozenset({"national_code", "loan_funds", "foreign_funds", "state_funds", "contact_email"})


def show_value(project: Project, field: str) -> str:
    """The value in the reader's language; "" where nothing is filled in."""
    value: Any = getattr(project, field)
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field in MONEY:
        return display.money(value)
    if field in AREAS:
        return display.area(value, "land" if field == "land_area" else "building")
    if field in DATES:
        return display.local_date(value)
    if field in CHOICES:
        return str(getattr(project, f"get_{field}_display")())
    return industries.label(value) if field == "industry" else str(value)


def section_rows(project: Project, section: Section) -> list[dict[str, Any]]:
    """Rows for the summary list: label and value, and what to show where nothing is needed."""
    return [
        {
            "label": field_label(field),
            "value": show_value(project, field) or (_("None") if field in MAY_BE_EMPTY else ""),
        }
        for field in section.fields
    ]


def fact_blocks(project: Project) -> list[dict[str, Any]]:
    """All sections with their rows: what the project page and the check page show."""
    return [{"title": section.title, "rows": section_rows(project, section)} for section in SECTIONS]


def field_label(name: str) -> str:
    """What the model calls a field, in the reader's language, as a heading of its own."""
    return str(capfirst(cast("models.Field[Any, Any]", Project._meta.get_field(name)).verbose_name))
