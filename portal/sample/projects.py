"""A hundred and twenty projects with plausible places, areas and money."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.actors import Actor
from accounts.models import User
from approvals.services.drafting import answer_questions
from common.time import now, pretend
from enterprises.models import Enterprise
from portal.sample.words import LINES, STREETS, mobile, person_name
from projects.models import Project
from projects.services import declare_project, save_draft, start_project

COUNT = 120
DRAFTS = 10
# 冀 · 秦皇岛经济技术开发区
REGION = "130371"
PHASES = ["一期", "二期", "三期"]


def make_projects(random: Random, firms: list[Enterprise]) -> list[tuple[Project, Actor]]:
    """Two projects for each firm; the last ten stay drafts. Each comes with the person who declared it."""
    made = []
    for serial in range(COUNT):
        firm = firms[serial % len(firms)]
        owner = User.objects.get(memberships__enterprise=firm, memberships__role="owner")
        draft = serial >= COUNT - DRAFTS
        age = random.randrange(1, 8) if draft else 75 + (serial * 37) % 280
        actor = Actor(owner)
        with pretend(now() - timedelta(days=age)):
            project = start_project(actor=actor, enterprise=firm)
            values = project_values(random, serial, firm)
            if draft:
                values = dict(list(values.items())[: random.randrange(3, 9)])
            project = save_draft(actor=actor, project=project, values=values)
            if not draft:
                project = declare_project(actor=actor, project=project)
                project = answer_questions(actor=actor, project=project, answers=project_answers(random, serial, firm))
        made.append((project, actor))
    return made


def project_values(random: Random, serial: int, firm: Enterprise) -> dict[str, Any]:
    _line, division, what = next(line for line in LINES if line[1] == firm.industry)
    procedure = ["filing", "filing", "filing", "verification", "approval"][serial % 5]
    nature = ["new", "new", "expansion", "upgrade"][serial % 4]
    total = Decimal(random.choice((1200, 3600, 5800, 9500, 16000, 28000, 45000, 82000, 126000)) + serial * 10)
    foreign = (total * 3 // 10) if firm.is_foreign else Decimal(0)
    loan = total * random.randrange(2, 5) // 10
    start = now().date() + timedelta(days=random.randrange(20, 200))
    return {
        "name": f"{what}项目（{PHASES[serial // 60 % len(PHASES)]}）",
        "national_code": sample_code(serial, division, procedure, start) if serial % 8 else "",
        "description": f"建设{what}及配套设施，达产后年产值约{total * 2 / 10000:.1f}亿元。",
        "procedure": procedure,
        "nature": nature,
        "capital": "foreign" if firm.is_foreign else "domestic",
        "new_enterprise": serial % 6 == 0,
        "industry": division,
        "location": f"样例开发区{random.choice(STREETS)}以东、{random.choice(STREETS)}以北地块",
        "uses_state_land": nature == "new",
        "land_area": Decimal(random.randrange(8, 240) * 666),
        "building_area": Decimal(random.randrange(2, 160) * 500),
        "total_investment": total,
        "own_funds": total - loan - foreign,
        "loan_funds": loan,
        "foreign_funds": foreign,
        "planned_start": start,
        "planned_finish": start + timedelta(days=random.randrange(240, 720)),
        "contact_name": person_name(random),
        "contact_phone": mobile(random),
    }


def project_answers(random: Random, serial: int, firm: Enterprise) -> dict[str, Any]:
    """What the catalogue asks besides the declaration; most of it is "no" for most projects."""
    yes = {"has_civil_building", "special_equipment", "drains_to_sewer"} | {
        ("special_fire", "occupies_road", "near_heritage", "flammable_site", "takes_water")[serial % 5]
    }
    asked = (
        "land_by_allocation", "takes_water", "beside_river", "in_flood_area", "flammable_site", "has_civil_building",
        "special_fire", "hazardous_chemicals", "near_heritage", "occupies_road", "crosses_highway", "temporary_land",
        "occupies_green", "drains_to_sewer", "special_equipment",
    )  # fmt: skip
    return {name: name in yes for name in asked} | {
        "earthwork": random.randrange(2, 80) * 1000,
        "energy_use": random.choice((120, 600, 1800, 4200)),
        "electricity_use": random.choice((80, 300, 520, 900)),
        "eia_class": ("form", "form", "registration", "report")[serial % 4],
        "makes_food": firm.industry in ("13", "14", "15"),
    }


def sample_code(serial: int, division: str, procedure: str, start: date) -> str:
    """A code of the right form; real ones come from the national platform only."""
    kind = {"approval": "01", "verification": "02", "filing": "03"}[procedure]
    return f"{start:%y}{serial % 12 + 1:02d}-{REGION}-{division}-{kind}-{900000 + serial:06d}"
