"""Forms of matters for tests: few lines that meet every case."""

from typing import Any

from approvals.models import Application, Matter
from tests.factories.approvals import make_material_spec, make_matter


def line(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """One line as a published version holds it."""
    empty = {"unit": "", "unit_en": "", "help": "", "help_en": "", "source": "", "sample": "", "choices": []}
    defaults = {"name": name, "label": f"字段{name}", "label_en": f"Field {name}", "type": kind, "required": True}
    return {**defaults, **empty, "topic": "matter", **more}


FIRM = line("applicant_name", source="enterprise.name", topic="applicant")
PHONE = line("finance_phone", topic="applicant", sample="13800000000")
PLACE = line("project_location", source="project.location", topic="project")
HEIGHT = line("building_height", "number", unit="米", unit_en="metres", topic="project", sample="23.8")
FLOORS = line("floors_above", "number", unit="层", unit_en="floors", topic="project", sample="3")
ENERGY = line("energy_use", "number", source="fact.energy_use", sample="1800")
START = line("contract_start", "date", sample="2027-03-01")
KEY = line("key_process", "boolean", sample="false")
WAY = line(
    "award_way",
    "choice",
    choices=[["open", "公开招标", "Open tender"], ["direct", "直接发包", "Direct"]],
    sample="open",
)
NOTE = line("deviation_note", "longtext", required=False, sample="无")

FORM_PAPER = make_material_spec("application-form")
SCHEME = make_material_spec("design-scheme")


def two_matters() -> tuple[Matter, Matter]:
    """GC01 and SG01: both want the form as a paper and share some lines."""
    planning = make_matter(
        "GC01", stage="design", materials=[FORM_PAPER, SCHEME], form=[FIRM, PLACE, HEIGHT, FLOORS, NOTE]
    )
    permit = make_matter(
        "SG01",
        stage="construction",
        materials=[FORM_PAPER],
        form=[FIRM, PHONE, PLACE, {**HEIGHT, "required": False}, ENERGY, START, KEY, WAY],
    )
    return planning, permit


ANSWERS: dict[str, Any] = {
    "finance_phone": "13800000000", "building_height": 23.8, "floors_above": 3, "energy_use": 1800,
    "contract_start": "2027-03-01", "key_process": False, "award_way": "open",
}  # fmt: skip


def values_of(application: Application) -> dict[str, Any]:
    application.refresh_from_db()
    return dict(application.answers)
