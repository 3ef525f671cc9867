"""Enterprises, members, mandates and visits for tests. Each function makes one row and nothing besides."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from stdnum.cn import uscc

from accounts.models import User
from common.time import now, today
from enterprises.models import Enterprise, Mandate, Membership, Visit

_serial = count(1)

# The zone lies in Qinhuangdao (130300); 91 is a company in the register of industry and commerce.
PREFIX = "91130300"


def make_credit_code(serial: int | None = None) -> str:
    """A unified social credit code whose check digit is right (GB 32100-2015)."""
    body = f"{PREFIX}MA{serial if serial is not None else next(_serial):07d}"
    return body + uscc.calc_check_digit(body)


def make_enterprise(**fields: Any) -> Enterprise:
    """A small enterprise that nobody belongs to."""
    number = next(_serial)
    defaults = {
        "credit_code": make_credit_code(number),
        "name": f"秦皇岛示例{number}有限公司",
        "legal_representative": "李四",
        "industry": "38",
        "address": "秦皇岛经济技术开发区示例路1号",
        "created_at": now(),
    }
    return Enterprise.objects.create(**{**defaults, **fields})


def make_membership(enterprise: Enterprise, user: User, **fields: Any) -> Membership:
    """``user`` is an active owner of ``enterprise`` unless ``role`` and ``status`` say otherwise."""
    defaults = {"role": Membership.RoleInFirm.OWNER, "status": Membership.Status.ACTIVE, "created_at": now()}
    return Membership.objects.create(enterprise=enterprise, user=user, **{**defaults, **fields})


def make_mandate(enterprise: Enterprise, agent: User, granted_by: User, **fields: Any) -> Mandate:
    """A mandate over all matters, in force from yesterday for a year.

    It is worth nothing unless ``agent`` holds a post with ``Role.AGENT`` (make_post).
    """
    defaults = {
        "starts_on": today() - timedelta(days=1),
        "ends_on": today() + timedelta(days=365),
        "granted_at": now(),
    }
    return Mandate.objects.create(enterprise=enterprise, agent=agent, granted_by=granted_by, **{**defaults, **fields})


def make_visit(enterprise: Enterprise, officer: User | None = None, **fields: Any) -> Visit:
    """A planned visit without a clock; a done one needs ``status`` and ``visited_on``."""
    defaults: dict[str, Any] = {"status": Visit.Status.PLANNED, "planned_on": today(), "created_at": now()}
    if "visited_on" in fields:
        defaults["planned_on"] = date.fromisoformat(str(fields["visited_on"]))
    return Visit.objects.create(enterprise=enterprise, officer=officer, **{**defaults, **fields})
