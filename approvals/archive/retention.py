"""How long a closed case is kept: rules from hall.yaml, and the last day that follows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

import yaml

from approvals.catalogue import build
from approvals.catalogue.loader import HERE
from approvals.catalogue.model import Retention
from approvals.models import Case
from common.bilingual import pick
from common.time import months_after

# The kind of a matter whose version says none: the papers take it for a permit too (approvals.papers.outcome).
USUAL_KIND = "permit"


@cache
def rules() -> tuple[Retention, ...]:
    """In their order; the last covers every case (``catalogue.checks.check_retention``)."""
    read = {name: yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("hall", "laws")}
    return build.retention(read["hall"], {law["code"]: law for law in read["laws"]["laws"]})


def ending_of(case: Case) -> str:
    """granted, refused, not_accepted, withdrawn or terminated."""
    return str(case.decision if case.status == Case.Status.DELIVERED else case.status)


def rule_for(case: Case) -> Retention:
    """The first rule that covers the case; needs ``version`` and ``matter``."""
    kind = str(case.version.content.get("kind") or USUAL_KIND)
    asked = {"kind": kind, "stage": case.matter.stage, "ending": ending_of(case)}
    return next(rule for rule in rules() if rule.covers(**asked))


def frozen(rule: Retention) -> dict[str, Any]:
    """What a folder keeps of its rule: words and source, which the file may say otherwise tomorrow."""
    source = asdict(rule.source)
    return {
        "code": rule.code,
        "name": rule.name,
        "name_en": rule.name_en,
        "source": {**source, "articles": list(source["articles"])},
    }


def keep_until(closed_on: date, years: int) -> date | None:
    """The last day on which the folder is kept; None for ever."""
    return months_after(closed_on, 12 * years) if years else None


def source_text(rule: dict[str, Any]) -> str:
    """The law of a frozen rule with its articles, in the reader's language."""
    source = rule.get("source") or {}
    if not source:
        return ""
    law, articles = pick(source["law"], source["law_en"]), source.get("articles") or []
    if law == source["law"]:
        return f"《{law}》{'、'.join(f'第{number}条' for number in articles)}"
    return f"{law}, art. {', '.join(map(str, articles))}" if articles else law
