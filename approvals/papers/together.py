"""多证合一: what the one certificate document lists of the registrations issued together."""

from collections.abc import Iterable

from approvals.models import Case
from common.display import chinese_date


def one_result_rows(cases: Iterable[Case]) -> list[dict[str, str]]:
    """A row ``{"label", "value"}`` in Chinese for each granted case, in the order given: the certificate's name,
    its number, who granted it and when, and how long it is valid where its matter says so."""
    rows = []
    for case in cases:
        if case.decision != Case.Decision.GRANTED or case.decided_at is None:
            continue
        result = case.version.content["result"]
        parts = [case.result_number, case.department.name, chinese_date(case.decided_at)]
        if result.get("validity"):
            parts.append(f"有效期：{result['validity']}")
        rows.append({"label": result["name"], "value": "，".join(parts)})
    return rows
