"""What papers of a case are made of. All words are those that are printed."""

from datetime import date, datetime

from django.utils import timezone

from approvals.models import Case

Row = dict[str, str]

REMEDY = (
    "如不服本决定，可以自收到本文书之日起六十日内依法申请行政复议，"
    "也可以自收到本文书之日起六个月内依法向人民法院提起行政诉讼。"
)
UNITS = {"workday": "个工作日", "calendar": "个自然日", "workhour": "个工作小时"}


def row(label: str, value: object) -> Row:
    return {"label": label, "value": str(value)}


def zh_date(moment: date | datetime) -> str:
    """2026年3月9日, in the hall's own time."""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def zh_moment(moment: datetime) -> str:
    return f"{zh_date(moment)} {timezone.localtime(moment):%H:%M}"


def days(count: int, unit: str) -> str:
    return f"{count}{UNITS[unit]}"


def about(case: Case) -> list[Row]:
    """Who applied for what, and when it came in."""
    return [
        row("申请人", case.enterprise.name),
        row("统一社会信用代码", case.enterprise.credit_code),
        row("项目名称", case.project.name),
        *([row("项目代码", case.project.national_code)] if case.project.national_code else []),
        row("申请事项", case.matter.name),
        row("办件编号", case.number),
        row("收件日期", zh_date(case.received_at)),
    ]
