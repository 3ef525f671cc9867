"""What a declaration must hold, who may change it, and what it says to the catalogue. No writes."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.display import money
from projects import industries, national_code
from projects.models import Project

Text = str | Promise

REQUIRED: dict[str, Text] = {
    "name": _("Enter the name of the project."),
    "description": _("Say what will be built and made."),
    "procedure": _("Choose the procedure."),
    "nature": _("Choose the nature of construction."),
    "capital": _("Choose the origin of the capital."),
    "new_enterprise": _("Say whether a new company will be registered for it."),
    "industry": _("Choose the industry."),
    "location": _("Enter the place in the zone."),
    "uses_state_land": _("Say whether new state-owned land is needed."),
    "land_area": _("Enter the land area."),
    "building_area": _("Enter the building area."),
    "total_investment": _("Enter the total investment."),
    "own_funds": _("Enter the own funds; 0 if there are none."),
    "planned_start": _("Enter the planned start."),
    "planned_finish": _("Enter the planned finish."),
    "contact_name": _("Enter the contact person."),
    "contact_phone": _("Enter the contact phone."),
}
COMPARED = (
    "capital", "total_investment", "own_funds", "loan_funds", "foreign_funds", "state_funds",
    "planned_start", "planned_finish",
)  # fmt: skip
SOURCES = ("own_funds", "loan_funds", "foreign_funds", "state_funds")

# Mobile numbers, or area code and number with an extension; a foreign number with its +code.
PHONE = re.compile(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|\+\d{1,3}[- ]?\d{5,14}|400-?\d{3}-?\d{4})$")


def given(project: Project, field: str) -> bool:
    """Whether anything was filled in; False and 0 are answers."""
    return getattr(project, field) not in (None, "")


def check_phone(value: str) -> Text | None:
    if PHONE.fullmatch(value.replace(" ", "")):
        return None
    return _("Enter a mobile number of 11 digits, or a telephone number with its area code such as 0335-3920000.")


def check_sum(values: dict[str, Any]) -> Text | None:
    """The sources must add up to the total; not asked before total and own funds are known."""
    total = values.get("total_investment")
    if total is None or values.get("own_funds") is None:
        return None
    added = sum((values.get(source) or Decimal(0) for source in SOURCES), Decimal(0))
    if added == total:
        return None
    return _("The sources add up to %(sum)s, but the total investment is %(total)s.") % {
        "sum": money(added),
        "total": money(total),
    }


def check_dates(values: dict[str, Any]) -> Text | None:
    start, finish = values.get("planned_start"), values.get("planned_finish")
    if start is None or finish is None or start <= finish:
        return None
    return _("The planned finish lies before the planned start.")


def check_foreign_funds(values: dict[str, Any]) -> Text | None:
    """A domestic project brings no foreign capital; the two pages must not contradict each other."""
    if values.get("capital") == Project.Capital.DOMESTIC and values.get("foreign_funds"):
        return _("The project is declared as domestic but has foreign capital.")
    return None


# A draft may hold these on the way; the declaration may not.
MAY_WAIT = frozenset({"total_investment", "foreign_funds"})
ASKED_WITH = {"planned_finish": frozenset({"planned_start", "planned_finish"})}


def asked_with(field: str) -> frozenset[str]:
    """Fields whose change can bring about a contradiction that is told at ``field``."""
    return ASKED_WITH.get(field, frozenset({field}))


CROSS_CHECKS = (
    ("total_investment", check_sum),
    ("planned_finish", check_dates),
    ("foreign_funds", check_foreign_funds),
)


def contradictions(project: Project) -> dict[str, list[Text]]:
    """What is filled in but can't be right, by field."""
    found: dict[str, list[Text]] = {}

    def note(field: str, message: Text | None) -> None:
        if message is not None:
            found.setdefault(field, []).append(message)

    values = {field: getattr(project, field) for field in COMPARED}
    if project.national_code:
        note("national_code", national_code.problem(project.national_code))
    if project.industry and industries.division(project.industry) is None:
        note("industry", _("This is no division of GB/T 4754-2017."))
    if project.contact_phone:
        note("contact_phone", check_phone(project.contact_phone))
    for field, check in CROSS_CHECKS:
        note(field, check(values))
    return found


def problems(project: Project) -> dict[str, list[Text]]:
    """Everything that stands between a draft and its declaration, by field."""
    missing: dict[str, list[Text]] = {
        field: [message] for field, message in REQUIRED.items() if not given(project, field)
    }
    return missing | contradictions(project)


# Field of the project by fact of the catalogue: what a declaration itself says.
FACT_FIELDS = {
    "procedure_kind": "procedure",
    "nature": "nature",
    "capital": "capital",
    "industry_division": "industry",
    "land_area": "land_area",
    "building_area": "building_area",
    "total_investment": "total_investment",
    "is_new_enterprise": "new_enterprise",
    "uses_state_land": "uses_state_land",
}


def facts(project: Project) -> dict[str, Any]:
    """What the conditions of the catalogue may ask (facts.yaml), without those not known yet."""
    known = {
        **{fact: getattr(project, field) for fact, field in FACT_FIELDS.items()},
        "industry_section": industries.section_of(project.industry),
        **project.answers,
    }
    return {name: value for name, value in known.items() if value not in (None, "")}
