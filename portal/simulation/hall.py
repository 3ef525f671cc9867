"""The hall of a simulation: staff in pools, the catalogue in memory, firms that declare projects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from approvals.models import Matter
from common.time import now
from enterprises.models import Enterprise, Membership
from files.models import StoredFile
from files.services import store
from portal.sample.firms import firm_values
from portal.sample.scan import scan_pdf
from portal.simulation.assumptions import Assumptions, Draws
from projects.models import Stage as ProjectStage

# What follows the construction permit waits for building, which no hall can hasten.
STAGES = (ProjectStage.LAND, ProjectStage.DESIGN, ProjectStage.CONSTRUCTION)
FIRMS = 60
NO_PASSWORD = make_password(None)


@dataclass(frozen=True)
class Hall:
    """Everything that stays the same over the three ways; ``departments`` are codes by id."""

    clerks: list[User]
    reviewers: Mapping[str, list[User]]
    approvers: Mapping[str, list[User]]
    matters: Mapping[str, Matter]
    contents: Mapping[str, Mapping[str, Any]]
    departments: Mapping[int, str]
    firms: list[tuple[Enterprise, User]]
    scan: StoredFile


def make_hall(assumed: Assumptions, draws: Draws) -> Hall:
    """Fill the scratch database with people and firms."""
    departments = {row.code: row for row in Department.objects.all()}
    windows = [row for row in departments.values() if row.kind == Department.Kind.WINDOW]
    approving = [row for row in departments.values() if row.kind == Department.Kind.APPROVAL]
    clerks = _people("clerk", assumed.people("clerks"), Role.CLERK, windows)
    reviewers, approvers = (
        {row.code: _people(f"{role}-{row.code}", assumed.people(kind, row.code), role, [row]) for row in approving}
        for kind, role in (("reviewers", Role.REVIEWER), ("approvers", Role.APPROVER))
    )
    matters = {row.code: row for row in _matters()}
    firms = _firms(draws)
    scan = store(actor=Actor(firms[0][1]), upload=SimpleUploadedFile("模拟材料.pdf", scan_pdf(), "application/pdf"))
    return Hall(
        clerks=clerks,
        reviewers=reviewers,
        approvers=approvers,
        matters=matters,
        contents={code: row.current.content for code, row in matters.items() if row.current},
        departments={row.pk: row.code for row in departments.values()},
        firms=firms,
        scan=scan,
    )


def _matters() -> list[Matter]:
    """Matters of the stages up to the construction permit that need no public notice of their own."""
    rows = Matter.objects.offered().filter(stage__in=STAGES)
    found = rows.select_related("current", "department").order_by("position", "id")
    return [row for row in found if row.current and not row.current.content.get("notice")]


def _people(name: str, count: int, role: str, departments: list[Department]) -> list[User]:
    users = User.objects.bulk_create(
        User(username=f"{name}-{number}", name=f"{name}-{number}", password=NO_PASSWORD)
        for number in range(1, count + 1)
    )
    since = now().date() - timedelta(days=400)
    Post.objects.bulk_create(
        Post(user=user, department=row, role=role, starts_on=since) for user in users for row in departments
    )
    return users


def _firms(draws: Draws) -> list[tuple[Enterprise, User]]:
    random, moment = draws.random("firms"), now() - timedelta(days=400)
    firms = Enterprise.objects.bulk_create(firm_values(random, serial, moment) for serial in range(FIRMS))
    owners = User.objects.bulk_create(
        User(username=f"investor-{serial}", name=f"investor-{serial}", password=NO_PASSWORD) for serial in range(FIRMS)
    )
    Membership.objects.bulk_create(
        Membership(
            enterprise=firm, user=user, role=Membership.RoleInFirm.OWNER, status=Membership.Status.ACTIVE,
            created_at=moment, decided_at=moment,
        )
        for firm, user in zip(firms, owners, strict=True)
    )  # fmt: skip
    return list(zip(firms, owners, strict=True))
