"""Clocks and calendar days for tests."""

from datetime import date, datetime
from itertools import count
from typing import Any

from accounts.actors import Actor
from accounts.models import Department, User
from deadlines import services
from deadlines.models import Clock, ClockKind

_serial = count(1)


def make_clock(
    *,
    handler: User | None = None,
    department: Department | None = None,
    starts_at: datetime | None = None,
    **fields: Any,
) -> Clock:
    """An open clock of ten promised and twenty lawful working days, armed by the real service.

    Its subject is a made-up row "tests.thing"; give ``subject`` for another one.
    """
    number = next(_serial)
    defaults: dict[str, Any] = {
        "kind": ClockKind.STEP,
        "subject": ("tests.thing", number),
        "title": f"建设工程规划许可 办件{number}",
        "link": f"/cases/{number}/",
        "promised": 10,
        "lawful": 20,
    }
    spec = services.ClockSpec(
        **{
            **defaults,
            "handler_id": handler.pk if handler else None,
            "department_id": department.pk if department else None,
            "starts_at": starts_at,
            **fields,
        }
    )
    return services.arm(spec=spec, actor=Actor.system())


def day(text: str) -> date:
    """``day("2025-01-24")``"""
    return date.fromisoformat(text)
