"""联合审图意见书, 联合验收意见书: the one set of opinions of a joint review."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.actors import Actor
from approvals.labels import APPLICATION_LABEL
from approvals.models import Case, ReviewSession, SessionOpinion
from approvals.papers.parts import chinese_moment, row
from common.display import chinese_date
from documents.models import Document
from documents.services import issue_document


def issue_session_opinion(
    session: ReviewSession, opinions: Sequence[SessionOpinion], cases: Sequence[Case], *, actor: Actor
) -> Document:
    """What every department said and the joint opinion; of the lead department."""
    assert session.closed_at is not None
    application = session.application
    held = [row("会商时间", chinese_moment(session.meets_at))] if session.meets_at else []
    return issue_document(
        actor=actor,
        kind="approvals.session_opinion",
        department=session.department,
        subject=(APPLICATION_LABEL, application.pk),
        holder=application.enterprise.name,
        at=session.closed_at,
        data={
            "title": f"{session.name}意见书",
            "paragraphs": [f"{session.department.name}会同有关单位对下列事项进行了{session.name}，意见如下。"],
            "rows": [
                row("项目名称", application.project.name),
                row("申报编号", application.number),
                row("涉及事项", "；".join(f"{case.matter.name}（{case.number}）" for case in cases)),
                *held,
                *([row("地点", session.place)] if session.place else []),
                row("综合意见", session.summary),
                row("形成日期", chinese_date(session.closed_at)),
            ],
            "closing": "",
            "points_title": "各单位意见",
            "points": [_said(opinion) for opinion in opinions],
            "law": "《国务院办公厅关于全面开展工程建设项目审批制度改革的实施意见》（国办发〔2019〕11号）",
        },
    )


def _said(opinion: SessionOpinion) -> str:
    verdict = "同意" if opinion.agrees else "不同意"
    return f"{opinion.department.name}：{verdict}。{opinion.text}".rstrip()
