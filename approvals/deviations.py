"""What leaders have approved beside the ordinary way (特事特办), as approvals reads it. Reads only.

A paper that may follow later is treated as secondary, with the deviation's own last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from coordination.models import Deviation

Content = Mapping[str, Any]
Kind = Deviation.Kind


def later_papers(project_id: int) -> dict[str, date]:
    """By code of a paper the day until which a leader lets it follow; one statement."""
    rows = Deviation.objects.in_force().filter(project=project_id, kind=Kind.LATER_PAPER)
    return dict(rows.values_list("code", "ends_on"))


def eased(contents: Iterable[Content], project_id: int) -> list[Content]:
    """Contents with the papers that may follow marked so (``secondary`` and ``until``); unchanged without any."""
    given = list(contents)
    allowed = later_papers(project_id)
    return [{**one, "materials": eased_items(one["materials"], allowed)} for one in given] if allowed else given


def eased_items(items: Iterable[Content], allowed: Mapping[str, date]) -> list[Content]:
    """Materials of one matter. What the law itself asks for stays as it is, whatever was approved."""
    return [
        {**item, "secondary": True, "until": allowed[item["code"]]} if _may_be_eased(item, allowed) else item
        for item in items
    ]


def _may_be_eased(item: Content, allowed: Mapping[str, date]) -> bool:
    return item["code"] in allowed and item.get("required", True) and not item.get("statutory")
