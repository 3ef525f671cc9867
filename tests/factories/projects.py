"""Projects for tests. Each function makes one row and nothing besides."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import User
from common.time import now
from enterprises.models import Enterprise
from projects.models import Project

_serial = count(1)

COMPLETE: dict[str, Any] = {
    "description": "年产60万件汽车铝合金轮毂，新建厂房两栋",
    "procedure": Project.Procedure.FILING,
    "nature": Project.Nature.NEW,
    "capital": Project.Capital.DOMESTIC,
    "new_enterprise": False,
    "industry": "36",
    "location": "经济技术开发区黄河道88号",
    "uses_state_land": True,
    "land_area": Decimal("42000.00"),
    "building_area": Decimal("28000.00"),
    "total_investment": Decimal("12600.00"),
    "own_funds": Decimal("6600.00"),
    "loan_funds": Decimal("6000.00"),
    "planned_start": date(2027, 3, 1),
    "planned_finish": date(2028, 10, 31),
    "contact_name": "王五",
    "contact_phone": "13833500001",
}


def make_code(serial: int | None = None) -> str:
    """A national project code of right form."""
    return f"2603-130371-04-01-{serial if serial is not None else next(_serial):06d}"


def make_draft(enterprise: Enterprise, created_by: User, **fields: Any) -> Project:
    """An empty draft but for its name."""
    moment = now()
    defaults = {"name": f"示例项目{next(_serial)}", "created_at": moment, "saved_at": moment}
    return Project.objects.create(enterprise=enterprise, created_by=created_by, **{**defaults, **fields})


def make_project(enterprise: Enterprise, created_by: User, **fields: Any) -> Project:
    """A declared project with everything filled in; without a national code unless given."""
    moment = now()
    status = {"status": Project.Status.DECLARED, "declared_at": moment}
    return make_draft(enterprise, created_by, **{**COMPLETE, **status, **fields})
