"""Papers that end a case: the decision, the certificate, the receipt of delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.actors import Actor
from approvals.labels import CASE_LABEL
from approvals.models import Case, Delivery
from approvals.papers.parts import REMEDY, Row, about, chinese_moment, row
from approvals.papers.words import law_of
from common.display import chinese_date
from documents.models import Document
from documents.services import issue_document

DECISION = "approvals.decision"
CERTIFICATE = "approvals.certificate"
RECEIPT = "approvals.delivery_receipt"
# What the firm sees only once the window has issued it.
KEPT_UNTIL_ISSUED = (DECISION, f"{DECISION}_refused", CERTIFICATE, RECEIPT)

# By kind of matter: title and verdict when granted, title and verdict when refused. Only a permit is one (行政许可).
WORDING: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "permit": (
        ("准予行政许可决定书", "决定准予行政许可。"),
        ("不予行政许可决定书", "决定不予行政许可。"),
    ),
    "filing": (("备案通知书", "准予备案。"), ("不予备案通知书", "不予备案。")),
    "confirmation": (
        ("行政确认决定书", "予以确认。"),
        ("不予行政确认决定书", "不予确认。"),
    ),
    "other": (("办理结果通知书", "准予办理。"), ("不予办理通知书", "不予办理。")),
}


def _wording(case: Case) -> tuple[str, str]:
    kind = str(case.version.content.get("kind", "permit"))
    granted, refused = WORDING.get(kind, WORDING["other"])
    return granted if case.decision == Case.Decision.GRANTED else refused


def issue_decision_paper(case: Case, *, actor: Actor, at: datetime) -> Document:
    """The decision of the department; a refusal states reasons and remedies (行政许可法 art. 38)."""
    granted = case.decision == Case.Decision.GRANTED
    title, verdict = _wording(case)
    laws = _laws(case)
    data: dict[str, Any] = {
        "title": title,
        "paragraphs": [f"你单位的申请收悉。经审查，{verdict}"],
        "rows": [*about(case), row("作出日期", chinese_date(at))],
        "law": laws,
    }
    result = case.version.content.get("result", {})
    if granted and result:
        data["rows"].append(row("颁发证件", result["name"]))
        if result.get("validity"):
            data["rows"].append(row("有效期限", result["validity"]))
    if case.decision_reason:
        data["rows"].append(row("理由", case.decision_reason))
    if not granted:
        data["remedy"] = REMEDY
    return issue_document(
        actor=actor,
        kind=DECISION if granted else f"{DECISION}_refused",
        department=case.department,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=at,
        data=data,
    )


def _laws(case: Case) -> str:
    """The matter's own basis, as the catalogue cites it."""
    return "；".join(law_of(basis) for basis in case.version.content.get("basis", ()))


def issue_certificate(
    case: Case, *, actor: Actor, at: datetime, more_rows: Sequence[Row] = (), title: str = ""
) -> Document | None:
    """The certificate of a granted case, None where it ends in nothing of the kind.

    ``more_rows`` are further registrations on the same certificate (多证合一), ``title`` its name then.
    """
    result = case.version.content.get("result", {})
    if case.decision != Case.Decision.GRANTED or not result:
        return None
    rows = [
        row("持证单位", case.enterprise.name),
        row("统一社会信用代码", case.enterprise.credit_code),
        *([row("项目名称", case.project.name)] if case.matter.stage != "business" else []),
        *([row("项目代码", case.project.national_code)] if case.project.national_code else []),
        *([row("建设地点", case.project.location)] if case.matter.stage != "business" else []),
        row("准予事项", case.matter.name),
        row("决定文号", case.result_number),
        *([row("有效期限", result["validity"])] if result.get("validity") else []),
        *more_rows,
    ]
    return issue_document(
        actor=actor,
        kind=CERTIFICATE,
        department=case.department,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=at,
        data={"title": title or result["name"], "rows": rows, "law": _laws(case)},
    )


def issue_receipt(case: Case, delivery: Delivery, *, actor: Actor, documents: Sequence[Document]) -> Document:
    """送达回证 (行政许可法 art. 44): which papers go to whom and how; at the counter the recipient signs."""
    online = delivery.way == Delivery.Way.ONLINE
    rows = [
        *about(case),
        row("送达方式", "网上送达" if online else "窗口直接送达"),
        row("发出时间", chinese_moment(delivery.issued_at)),
    ]
    if online:
        rows.append(row("送达时间", f"{chinese_moment(delivery.issued_at)}（到达申请人网上大厅账户）"))
    else:
        rows += [row("受送达人签名", "　"), row("签收日期", "　　年　　月　　日")]
    return issue_document(
        actor=actor,
        kind=RECEIPT,
        department=case.window,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=delivery.issued_at,
        data={
            "rows": rows,
            "points_title": "送达的文书",
            "points": [f"{document.title}（{document.number}）" for document in documents],
            "law": "《中华人民共和国行政许可法》第四十四条",
        },
    )
