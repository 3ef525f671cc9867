"""简易注销公告 and other public notices before acceptance (公示): their words, and the paper that is issued."""

from datetime import datetime, timedelta
from typing import Any

from accounts.actors import Actor
from approvals.models import Case, PublicNotice
from approvals.papers.words import days_of_law, law_of
from approvals.special_ways import notice_of
from common.display import chinese_date
from documents import kinds
from documents.kinds import Kind
from documents.models import Document
from documents.services import issue_document

KIND = "approvals.public_notice"


def notice_title(case: Case) -> str:
    return f"{case.enterprise.name}{case.matter.name}公告"[:200]


def notice_text(case: Case, published_at: datetime, ends_at: datetime) -> str:
    """The notice as made from the case; the clerk may edit it before it is published."""
    terms = notice_of(case.version)
    assert terms is not None
    firm = case.enterprise
    days = days_of_law(terms["days"], terms["unit"])
    return "\n".join(
        [
            f"{firm.name}（统一社会信用代码：{firm.credit_code}，法定代表人：{firm.legal_representative}）"
            f"向本单位申请“{case.matter.name}”，办件编号{case.number}。"
            f"根据{law_of(terms['source'])}的规定，现予公告。",
            f"公告期{days}，自{chinese_date(published_at)}次日起算，至{chinese_date(ends_at)}届满。",
            "有关部门、债权人以及其他利害关系人有异议的，请在公告期内通过服务大厅网站的本公告页面提出，并说明理由。"
            "提出异议无需注册账号，异议人的姓名和联系方式不予公开。",
            "公告期内没有异议的，本单位依法受理申请。",
        ]
    )


def issue_public_notice(notice: PublicNotice, *, actor: Actor) -> Document:
    """Number and freeze the notice as a paper of the department in charge."""
    case = notice.case
    terms = notice_of(case.version)
    assert terms is not None
    # The day of publication doesn't count (民法典 art. 201): both days together are the period that the text says.
    first = chinese_date(notice.published_at + timedelta(days=1))
    return issue_document(
        actor=actor,
        kind=KIND,
        department=case.department,
        subject=("approvals.case", case.pk),
        holder=case.enterprise.name,
        data={
            "title": notice.title,
            "addressee": "各有关部门、债权人及其他利害关系人",
            "paragraphs": notice.text.splitlines(),
            "rows": [
                {"label": "公告期限", "value": f"{first}至{chinese_date(notice.ends_at)}"},
                {"label": "联系电话", "value": case.window.phone or "见本大厅办事指南"},
            ],
            "law": law_of(terms["source"]),
            # How long it stands and how to object is said in the text, for the days of this matter.
            "closing": "",
        },
        at=notice.published_at,
    )


SAMPLE: dict[str, Any] = {
    "title": "秦海示例贸易有限公司企业简易注销登记公告",
    "addressee": "各有关部门、债权人及其他利害关系人",
    "paragraphs": [
        "秦海示例贸易有限公司（统一社会信用代码：91130300MA0EXAMPL0，法定代表人：张三）向本单位申请“企业简易注销登记”。",
        "公告期20日，自2026年11月24日次日起算，至2026年12月14日届满。",
    ],
    "rows": [{"label": "公告期限", "value": "2026年11月25日至2026年12月14日"}],
    "law": "《中华人民共和国市场主体登记管理条例》第33条",
    "closing": "",
}


def register() -> None:
    """Called from AppConfig.ready."""
    kinds.register(
        Kind(
            code=KIND, title="公告", title_en="Public notice", mark="公告", template="public_notice", sample=SAMPLE,
        )
    )  # fmt: skip
