"""The papers of a deferral: the commitment (容缺受理承诺书) and the termination (终止办理决定书)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.actors import Actor
from approvals.commitment_text import PaperPromise, deferral_text
from approvals.models import Application, Case, Commitment
from common.display import chinese_date
from documents import kinds
from documents.models import Document
from documents.services import issue_document

APPLICATION_LABEL = Application._meta.label_lower
CASE_LABEL = Case._meta.label_lower
COMMITMENT = "approvals.deferral_commitment"
TERMINATION = "approvals.termination"
# 行政复议法 art. 20, 行政诉讼法 art. 46.
REMEDY = (
    "如对本决定不服，可以自收到本决定之日起六十日内依法申请行政复议，"
    "也可以自收到本决定之日起六个月内依法向人民法院提起行政诉讼。"
)
RULE = "服务大厅容缺受理规则及申请人签署的《容缺受理承诺书》"
SAMPLE_COMMITMENT: dict[str, Any] = {
    "addressee": "综合服务窗口",
    "paragraphs": deferral_text(
        holder="示例新材料有限公司",
        project="年产五千吨新材料项目",
        papers=[PaperPromise("资金承诺", ("建设工程规划许可证核发",), date(2026, 12, 18), 17, "workday")],
        certificates=[],
    ),
    "rows": [{"label": "签署人", "value": "赵某"}, {"label": "签署日期", "value": "2026年11月24日"}],
    "signed_by": "示例新材料有限公司",
    "closing": "",
}
SAMPLE_TERMINATION: dict[str, Any] = {
    "addressee": "示例新材料有限公司",
    "paragraphs": ["你单位承诺补交的《资金承诺》未在2026年12月18日前补交，现决定终止办理该办件。"],
    "remedy": REMEDY,
    "law": RULE,
}


def issue_commitment(*, actor: Actor, commitment: Commitment, cases: Sequence[Case]) -> Document:
    """The signed words as a paper of the window, on the application, or on the case where it is about one alone."""
    application = commitment.application
    whole = len(cases) > 1
    subject = (APPLICATION_LABEL, application.pk) if whole else (CASE_LABEL, cases[0].pk)
    holder = application.enterprise.name
    numbers = "、".join(case.number for case in cases)
    signer = f"{commitment.signer}（代{holder}）" if commitment.on_behalf_of else commitment.signer
    return issue_document(
        actor=actor,
        kind=COMMITMENT,
        department=cases[0].window,
        subject=subject,
        holder=holder,
        at=commitment.signed_at,
        data={
            "addressee": cases[0].window.name,
            "paragraphs": commitment.text.splitlines(),
            "rows": [
                {"label": "承诺单位", "value": holder},
                {"label": "办件编号", "value": numbers},
                {"label": "签署人", "value": signer},
                {"label": "签署日期", "value": chinese_date(commitment.signed_at)},
            ],
            "signed_by": holder,
            # Nobody signed more than the text says.
            "closing": "",
        },
    )


def issue_termination(*, actor: Actor, case: Case) -> Document:
    """终止办理决定书, of the department that handles the matter."""
    return issue_document(
        actor=actor,
        kind=TERMINATION,
        department=case.department,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=case.terminated_at,
        data={
            "paragraphs": [
                f"你单位就“{case.project.name}”申请的“{case.matter.name}”（办件编号{case.number}），"
                f"现决定终止办理。理由：{case.terminated_reason.rstrip('。')}。",
                "已经提交的材料可以在重新申请时继续使用。",
            ],
            "remedy": REMEDY,
            "law": RULE,
        },
    )


def register_kinds() -> None:
    """Called from AppConfig.ready."""
    kinds.register(
        kinds.Kind(
            code=COMMITMENT,
            title="容缺受理承诺书",
            title_en="Commitment for a deferral",
            mark="容缺",
            template="deferral_commitment",
            sample=SAMPLE_COMMITMENT,
        )
    )
    kinds.register(
        kinds.Kind(
            code=TERMINATION,
            title="终止办理决定书",
            title_en="Decision to terminate",
            mark="终止",
            template="decision_refused",
            sample=SAMPLE_TERMINATION,
        )
    )
