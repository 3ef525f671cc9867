"""Papers on the way of a case: accepted, not accepted, to be corrected, limits that move."""

from __future__ import annotations

from datetime import datetime

from accounts.actors import Actor
from approvals.labels import CASE_LABEL
from approvals.models import Case, CorrectionNotice, Step
from approvals.papers.parts import REMEDY, about, row
from approvals.papers.words import days
from common.display import chinese_date
from deadlines.models import Clock, Extension, Stop
from documents.models import Document
from documents.services import issue_document, revoke_document


def issue_acceptance(case: Case, *, actor: Actor, at: datetime) -> Document:
    """受理通知书 (行政许可法 art. 32), of the window."""
    decision = case.limits["decision"]
    assert case.accepted_at is not None
    assert case.clock is not None
    due = chinese_date(case.clock.due_at)
    told = "你单位提交的申请材料齐全、符合法定形式，依据《中华人民共和国行政许可法》第三十二条，决定予以受理。"
    if case.deemed_accepted:
        told = (
            "本机关未在收到申请材料之日起五个工作日内一次告知需要补正的全部内容，"
            "依据《中华人民共和国行政许可法》第三十二条，你单位的申请自收到申请材料之日起即为受理。"
        )
    return issue_document(
        actor=actor,
        kind="approvals.acceptance",
        department=case.window,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=at,
        data={
            "paragraphs": [told],
            "rows": [
                *about(case),
                row("受理日期", chinese_date(case.accepted_at)),
                row("承诺办结期限", f"{days(decision['promised'], decision['unit'])}（{due}前）"),
                row("法定办结期限", days(decision["lawful"], decision["unit"])),
                row("承办单位", case.department.name),
                row("查询码", case.query_code),
            ],
        },
    )


def issue_not_accepting(case: Case, *, actor: Actor, at: datetime) -> Document:
    """不予受理通知书: states the reason and the remedies."""
    return issue_document(
        actor=actor,
        kind="approvals.not_accepting",
        department=case.window,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=at,
        data={
            "paragraphs": ["经审查，你单位的申请依法不予受理。"],
            "rows": [*about(case), row("不予受理的理由", case.not_accepted_reason)],
            "remedy": REMEDY,
            "law": "《中华人民共和国行政许可法》第三十二条",
        },
    )


def issue_correction(case: Case, notice: CorrectionNotice, *, actor: Actor) -> Document:
    """补正告知书: everything that is missing, told once."""
    points = [f"{item['name']}：{item['text']}" if item["name"] else item["text"] for item in notice.items]
    again = [row("再次告知的理由", notice.reason_again)] if notice.reason_again else []
    return issue_document(
        actor=actor,
        kind="approvals.correction",
        department=case.window,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=notice.issued_at,
        data={
            "paragraphs": [
                "你单位提交的申请材料不齐全或者不符合法定形式，现一次性告知需要补正的全部内容，"
                "请一次补齐后通过网上大厅或者窗口提交。受理期限自收到全部补正材料之日起重新计算。"
            ],
            "rows": [*about(case), row("告知次数", f"第{notice.ordinal}次"), *again],
            "points_title": "需要补正的内容",
            "points": points,
            "law": "《中华人民共和国行政许可法》第三十二条",
        },
    )


def issue_special(case: Case, stop: Stop, *, actor: Actor, due_at: datetime) -> Document:
    """特别程序告知书: ground, since when, for how long (行政许可法 art. 45). Dates stay as they were told."""
    step = Step.objects.filter(clock=stop.clock_id).select_related("department").first()
    until = f"{chinese_date(stop.planned_until)}（{days(stop.planned_days, Clock.Unit.WORKDAY)}）"
    return issue_document(
        actor=actor,
        kind="approvals.special",
        department=step.department if step else case.department,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=stop.entered_at,
        data={
            "paragraphs": ["你单位申请事项的办理需要依法进行下列程序，所需时间不计算在办理期限内，现书面告知。"],
            "rows": [
                *about(case),
                row("程序种类", GROUNDS[stop.ground]),
                row("具体内容", stop.reason),
                *([row("所在环节", f"{step.name}（{step.department.name}）")] if step else []),
                row("开始日期", chinese_date(stop.starts_at)),
                row("预计结束", until),
                row("顺延后的承诺办结日期", chinese_date(due_at)),
            ],
            "law": "《中华人民共和国行政许可法》第四十五条",
        },
    )


# As art. 45 lists them.
GROUNDS = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}


def issue_extension(case: Case, extension: Extension, *, actor: Actor) -> Document:
    """延期告知书: by how much, why, the new dates (行政许可法 art. 42)."""
    clock = Clock.objects.get(pk=extension.clock_id)
    assert extension.decided_at is not None
    assert extension.due_before is not None
    lawful = [row("延期后的法定办结日期", chinese_date(clock.lawful_due_at))] if clock.lawful_due_at else []
    return issue_document(
        actor=actor,
        kind="approvals.extension",
        department=case.department,
        subject=(CASE_LABEL, case.pk),
        holder=case.enterprise.name,
        at=extension.decided_at,
        data={
            "paragraphs": ["你单位申请事项不能在规定期限内办结，经本机关负责人批准，决定延长办理期限，现书面告知。"],
            "rows": [
                *about(case),
                row("原承诺办结日期", chinese_date(extension.due_before)),
                row("延长期限", days(extension.amount, clock.unit)),
                row("延期理由", extension.reason),
                row("延期后的承诺办结日期", chinese_date(clock.due_at)),
                *lawful,
            ],
            "law": "《中华人民共和国行政许可法》第四十二条",
        },
    )


def revoke_extension_paper(case: Case, extension: Extension, *, actor: Actor) -> None:
    """The approval was taken back: the paper that told of it no longer holds."""
    papers = Document.objects.of_subject(CASE_LABEL, case.pk).filter(kind="approvals.extension", revoked_at=None)
    # A limit is extended once, so there is one.
    for paper in papers:
        revoke_document(actor=actor, document=paper, reason=f"延期批准已撤回：{extension.remark}")
