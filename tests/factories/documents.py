"""Kinds and documents for tests."""

from typing import Any

from accounts.actors import Actor
from accounts.models import Department
from documents import kinds
from documents.kinds import Kind
from documents.models import Document
from documents.pictures import text_of
from documents.services import issue_document
from tests.factories.accounts import make_department

SAMPLE: dict[str, Any] = {
    "addressee": "秦海智能装备有限公司",
    "paragraphs": ["你单位于2026年11月23日提交的“建筑工程施工许可证核发”申请收悉。经审查，予以受理。"],
    "rows": [
        {"label": "办件编号", "value": "BJ20261123-0001"},
        {"label": "承诺办结日期", "value": "2026年12月3日"},
    ],
    "law": "《中华人民共和国行政许可法》第三十二条",
    "remedy": "如有异议，可以在收到本通知之日起六十日内依法申请行政复议，也可以在六个月内依法提起行政诉讼。",
}

NOTICE = kinds.register(
    Kind(
        code="tests.notice",
        title="受理通知书",
        title_en="Notice of acceptance",
        mark="受理",
        template="acceptance",
        sample=SAMPLE,
    )
)
PERMIT = kinds.register(
    Kind(
        code="tests.permit",
        title="许可证",
        title_en="Permit",
        mark="许可",
        template="certificate",
        sample=SAMPLE,
        certificate=True,
        public_holder=False,
    )
)
# A subject of a type that the floors above don't register.
SUBJECT = ("tests.subject", 1)


def make_document(department: Department | None = None, *, kind: str = NOTICE.code, **options: Any) -> Document:
    """An issued, pending document, through the service; the hall itself acts."""
    values = {
        "actor": Actor.system(),
        "subject": SUBJECT,
        "holder": "秦海智能装备有限公司",
        "data": kinds.kind_of(kind).sample,
    }
    return issue_document(kind=kind, department=department or make_department(), **{**values, **options})


def plain_of(document: Document) -> str:
    """What its made PDF says, without blanks and ends of lines."""
    with document.file.file.open() as stream:
        return text_of(stream.read())
