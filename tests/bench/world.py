"""The smallest hall in which cases can be submitted and worked on."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from approvals.models import Application, ApplicationMatter, Material, MaterialFile, Matter
from common.time import now, today
from enterprises.models import Enterprise, Membership
from files.models import StoredFile
from portal.sample.words import credit_code
from projects.models import Project
from tests.factories.approvals import fill_in

MATTERS_PER_APPLICATION = 12


@dataclass
class World:
    """One firm, one project, a clerk and a reviewer in every department."""

    investor: User
    clerk: User
    reviewer: User
    project: Project
    scan: StoredFile
    matters: list[Matter]


def make_world() -> World:
    """Rows of the world; the catalogue must be loaded."""
    moment = now()
    investor = User.objects.create(username="bench-investor", name="投资者", email="i@firm.example")
    clerk = User.objects.create(username="bench-clerk", name="窗口", email="c@hall.example")
    reviewer = User.objects.create(username="bench-reviewer", name="审查", email="r@hall.example")
    since = today() - timedelta(days=400)
    for department in Department.objects.all():
        window = department.kind == Department.Kind.WINDOW
        Post.objects.create(
            user=clerk if window else reviewer,
            department=department,
            role=Role.CLERK if window else Role.REVIEWER,
            starts_on=since,
        )
    firm = Enterprise.objects.create(
        credit_code=credit_code(9999), name="计量有限公司", legal_representative="测", created_at=moment
    )
    Membership.objects.create(enterprise=firm, user=investor, role="owner", status="active", created_at=moment)
    project = Project.objects.create(
        enterprise=firm, status=Project.Status.DECLARED, name="计量项目", national_code="2601-130371-34-03-900001",
        procedure="filing", nature="new", capital="domestic", new_enterprise=True, industry="34", location="样例",
        uses_state_land=True, land_area=Decimal(20000), building_area=Decimal(30000), total_investment=Decimal(9000),
        own_funds=Decimal(9000), planned_start=today(), planned_finish=today() + timedelta(days=300),
        description="计量", contact_name="测", contact_phone="13800000000", created_by=investor, created_at=moment,
        saved_at=moment, declared_at=moment,
    )  # fmt: skip
    scan = StoredFile.objects.create(
        name="scan.pdf", size=10, content_type="application/pdf", sha256="0" * 64, file="xx/scan",
        uploaded_by=investor, created_at=moment,
    )  # fmt: skip
    matters = list(Matter.objects.select_related("current")[:MATTERS_PER_APPLICATION])
    return World(investor, clerk, reviewer, project, scan, matters)


def draft_applications(world: World, count: int, matters: list[Matter]) -> list[Application]:
    """Complete drafts, ready to be submitted. One project may have one draft: each gets a copy of the project."""
    made = []
    for _serial in range(count):
        project = Project.objects.get(pk=world.project.pk)
        project.pk, project.national_code = None, ""
        project.save(force_insert=True)
        application = Application.objects.create(
            project=project, enterprise=project.enterprise, created_by=world.investor, created_at=now()
        )
        ApplicationMatter.objects.bulk_create(
            ApplicationMatter(application=application, matter=matter, version=matter.current) for matter in matters
        )
        wanted = {item["code"]: item for matter in matters for item in matter.current.materials}
        materials = Material.objects.bulk_create(
            Material(
                application=application, code=code, name=item["name"], name_en=item["name_en"], required=True,
                secondary=False, accepts=item["accepts"],
            )
            for code, item in wanted.items()
        )  # fmt: skip
        MaterialFile.objects.bulk_create(
            MaterialFile(material=material, file=world.scan, added_by=world.investor, added_at=now())
            for material in materials
        )
        fill_in(application, Actor(world.investor))
        made.append(application)
    return made
