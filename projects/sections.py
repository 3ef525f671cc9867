"""The pages of a declaration: which fields stand on which page, and how far each page is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects import rules
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Section:
    """One topic, one page."""

    slug: str
    title: str | Promise
    lead: str | Promise
    fields: tuple[str, ...]


SECTIONS: tuple[Section, ...] = (
    Section(
        "basics", _("Project and code"), _("What the project is called and what it will build and make."),
        ("name", "national_code", "description"),
    ),
    Section(
        "kind", _("Kind of project"), _("This decides which procedure the state prescribes for it."),
        ("procedure", "nature", "capital", "new_enterprise"),
    ),
    Section(
        "industry", _("Industry"), _("The division of GB/T 4754-2017 that fits the main product or service."),
        ("industry",),
    ),
    Section(
        "place", _("Place and area"), _("Where in the zone it will stand and how large it will be."),
        ("location", "uses_state_land", "land_area", "building_area"),
    ),
    Section(
        "money", _("Investment and sources"), _("In units of 10,000 yuan. The sources must add up to the total."),
        ("total_investment", "own_funds", "loan_funds", "foreign_funds", "state_funds"),
    ),
    Section(
        "schedule", _("Schedule"), _("Planned days; they can be changed later."),
        ("planned_start", "planned_finish"),
    ),
    Section(
        "contact", _("Contact person"), _("Whom the window calls when something is unclear."),
        ("contact_name", "contact_phone", "contact_email"),
    ),
)  # fmt: skip

BY_SLUG = {section.slug: section for section in SECTIONS}
FIELDS: tuple[str, ...] = tuple(field for section in SECTIONS for field in section.fields)


def following(section: Section) -> Section | None:
    """The page after this one, None after the last."""
    place = SECTIONS.index(section) + 1
    return SECTIONS[place] if place < len(SECTIONS) else None


def state(project: Project, section: Section) -> str:
    """``todo`` (nothing given), ``partial`` (something missing or wrong), ``done``."""
    if rules.problems(project).keys().isdisjoint(section.fields):
        return "done"
    return "partial" if any(rules.given(project, field) for field in section.fields) else "todo"


def fingerprint(project: Project, section: Section) -> str:
    """What the page's fields hold now, in few characters: a page drawn from other values is stale."""
    values: dict[str, Any] = {field: getattr(project, field) for field in section.fields}
    text = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
