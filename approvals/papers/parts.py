"""What papers of a case are made of. All words are those that are printed."""

from datetime import datetime

from django.utils import timezone

from approvals.models import Case
from common.display import chinese_date

Row = dict[str, str]

REMEDY = (
    "如不服本决定，可以自收到本文书之日起六十日内依法申请行政复议，"
    "也可以自收到本文书之日起六个月内依法向人民法院提起行政诉讼。"
)


def row(label: str, value: object) -> Row:
    return {"label": label, "value": str(value)}


def chinese_moment(moment: datetime) -> str:
    """2026年3月9日 10:32, in the hall's own time."""
    return f"{chinese_date(moment)} {timezone.localtime(moment):%H:%M}"


def about(case: Case) -> list[Row]:
    """Who applied for what, and when it came in."""
    return [
        row("申请人", case.enterprise.name),
        row("统一社会信用代码", case.enterprise.credit_code),
        row("项目名称", case.project.name),
        *([row("项目代码", case.project.national_code)] if case.project.national_code else []),
        row("申请事项", case.matter.name),
        row("办件编号", case.number),
        row("收件日期", chinese_date(case.received_at)),
    ]
