"""The application form on paper: what it says and how it is set. Writes nothing.

It is the applicant's own paper, so it has no number of the hall's and no verification code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from approvals import form_values
from approvals.application_form import APPLICANT, PROJECT, Asking
from approvals.catalogue.model import FormField
from approvals.form_values import Value
from approvals.models import Application
from common.display import chinese_date
from documents.models import TemplateVersion
from documents.typesetting import make_pdf, qr_svg

TEMPLATE = "application_form"
# Printed across what is not handed in yet.
SPECIMEN = "预览"
SECTION_TITLES = {APPLICANT: "一、申请单位", PROJECT: "二、项目情况", "": "三、申请内容"}


def sections_of(form: Sequence[FormField], answers: Mapping[str, Value]) -> list[dict[str, Any]]:
    """Fields and values by topic in the reader's language; empty topics are left out."""
    found: dict[str, list[dict[str, str]]] = {APPLICANT: [], PROJECT: [], "": []}
    for field in form:
        topic = field.topic if field.topic in found else ""
        row = {"label": form_values.label(field), "value": form_values.show(field, answers.get(field.name))}
        found[topic].append({**row, "name": field.name})
    return [{"topic": topic, "rows": rows} for topic, rows in found.items() if rows]


def paper_data(
    application: Application, asking: Asking, answers: Mapping[str, Value], *, moment: datetime, number: str = ""
) -> dict[str, Any]:
    """What the paper of one case is set from, in Chinese whatever the reader's language."""
    with translation.override("zh-hans"):
        sections = [
            {
                "title": SECTION_TITLES[section["topic"]],
                "rows": [{"label": row["label"], "value": row["value"] or "—"} for row in section["rows"]],
            }
            for section in sections_of(asking.form, answers)
        ]
        name = asking.label
    head = [
        {"label": "申请事项", "value": name},
        {"label": "办件编号", "value": number or "提交后生成"},
        {"label": "申报编号", "value": application.number or "提交后生成"},
    ]
    return {
        "title": "行政审批事项申请表",
        "rows": head,
        "sections": sections,
        "signatures": [{"label": "申请单位（盖章）"}, {"label": "法定代表人或委托代理人（签字）"}],
        "notes": ["本表由系统根据申请单位在线填报的信息生成。"],
        "signed_by": application.enterprise.name,
        "date": chinese_date(moment),
    }


def render(
    data: Mapping[str, Any], template: TemplateVersion, *, moment: datetime, number: str = "", specimen: str = ""
) -> bytes:
    """The PDF: the same bytes for the same data, version and moment. Raises documents' TypesettingError."""
    url = f"{settings.HALL_BASE_URL}/cases/{number}/" if number else settings.HALL_BASE_URL
    content = {
        "data": dict(data), "number": "", "code": "", "verify_url": "", "qr": qr_svg(url), "valid_until": "",
        "specimen": specimen,
    }  # fmt: skip
    return make_pdf(template.as_source(), content, moment=moment)
