"""How papers write limits and laws. Pure: the words that are signed are made of them too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNITS = {"workday": "个工作日", "calendar": "个自然日", "workhour": "个工作小时"}


def days(count: int, unit: str) -> str:
    """20个工作日, 20个自然日: said so that nobody takes the one for the other."""
    return f"{count}{UNITS[unit]}"


def days_of_law(count: int, unit: str) -> str:
    """As laws write a period in calendar days: 公告期20日."""
    return f"{count}日" if unit == "calendar" else days(count, unit)


def law_of(source: Mapping[str, Any]) -> str:
    """《法律名称》第33条; without article where the catalogue names none. The hall's own rules are no law."""
    law = source["law"]
    name = law if law.startswith("《") or "本大厅" in law else f"《{law}》"
    return name + "、".join(f"第{number}条" for number in source.get("articles", ()))
