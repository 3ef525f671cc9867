"""Sample data of the component gallery at /ui/. Shown to developers only, never stored."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms

from common import time


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="项目名称", help_text="与备案或立项文件一致，不超过 60 个字。", max_length=60)
    kind = forms.ChoiceField(
        label="投资管理类别",
        choices=[("approval", "审批"), ("ratify", "核准"), ("record", "备案")],
        widget=forms.RadioSelect,
    )
    industry = forms.ChoiceField(
        label="所属行业", choices=[("", "请选择"), ("C36", "C36 汽车制造业"), ("C38", "C38 电气机械和器材制造业")]
    )
    investment = forms.DecimalField(
        label="总投资",
        help_text="含建设投资、建设期利息和流动资金。",
        widget=forms.NumberInput(attrs={"data-unit": "万元"}),
    )
    start = forms.DateField(label="拟开工日期", widget=forms.DateInput)
    sources = forms.MultipleChoiceField(
        label="资金来源",
        required=False,
        choices=[("own", "自有资金"), ("loan", "银行贷款"), ("bond", "专项债券")],
        widget=forms.CheckboxSelectMultiple,
    )
    summary = forms.CharField(label="建设规模和内容", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    promise = forms.BooleanField(label="我承诺以上信息真实、准确、完整")


class RatingForm(forms.Form):
    """Five grades and a signature."""

    grade = forms.ChoiceField(
        label="您对本次办理是否满意？",
        choices=[(1, "非常满意"), (2, "满意"), (3, "基本满意"), (4, "不满意"), (5, "非常不满意")],
        widget=forms.RadioSelect,
    )
    signature = forms.CharField(label="领取人签名", required=False)
    photo = forms.FileField(label="签名照片", required=False)
    opinion = forms.CharField(label="审查意见", widget=forms.Textarea(attrs={"rows": 4}))


def clock(light: str, days: int, **extra: Any) -> SimpleNamespace:
    """Something with the attributes of a clock, due in so many days."""
    moment = time.now()
    fields = {
        "light": light,
        "outcome": "",
        "due_at": moment + timedelta(days=days),
        "days_left": days,
        "unit": "workday",
        "breached_at": None,
        "provisional": False,
    }
    return SimpleNamespace(**{**fields, **extra})


def entries() -> list[SimpleNamespace]:
    """Three lines of a ledger."""
    moment = time.now()
    clerk = SimpleNamespace(name="王秀兰（综合窗口）", username="wang")
    agent = SimpleNamespace(name="李建国（代办员）", username="li")
    rows = [
        (clerk, "", "case.accepted", {"note": "材料齐全，符合法定形式。"}, 2),
        (agent, "秦皇岛海纳精密机械有限公司", "application.submitted", {}, 26),
        (None, "", "clock.warned", {}, 49),
    ]
    return [
        SimpleNamespace(actor=who, on_behalf_of=whom, act=act, data=data, at=moment - timedelta(hours=hours))
        for who, whom, act, data, hours in rows
    ]


def cases() -> list[dict[str, Any]]:
    """Rows of a work list."""
    return [
        {
            "number": "2026-1123-0007",
            "matter": "建设用地规划许可证核发",
            "firm": "秦皇岛海纳精密机械有限公司",
            "amount": 52_300,
            "clock": clock("red", -2),
        },
        {
            "number": "2026-1120-0031",
            "matter": "企业投资项目备案",
            "firm": "渤海新能源（秦皇岛）有限公司",
            "amount": 1_260,
            "clock": clock("yellow", 1),
        },
        {
            "number": "2026-1118-0012",
            "matter": "建筑工程施工许可证核发",
            "firm": "北戴河康养产业发展有限公司",
            "amount": 186_500,
            "clock": clock("green", 9, breached_at=time.now()),
        },
    ]


def steps() -> list[dict[str, Any]]:
    """A small procedure with a parallel part."""
    return [
        {"title": "受理", "state": "done", "who": "综合窗口 · 王秀兰"},
        {"title": "规划审查", "state": "open", "who": "自然资源和规划局", "clock": clock("yellow", 1)},
        {"title": "消防设计审查", "state": "open", "who": "住房和城乡建设局", "clock": clock("green", 6)},
        {"title": "审批决定", "state": "waiting", "after": ["规划审查", "消防设计审查"]},
    ]


def lists() -> dict[str, Any]:
    """Tasks, answers, figures, tabs and the way to the page."""
    return {
        "tasks": [
            {"title": "项目基本信息", "url": "#", "state": "done"},
            {"title": "建设地点和用地", "url": "#", "state": "partial", "hint": "还差 2 项"},
            {"title": "申请材料", "url": "#", "state": "todo"},
            {"title": "核对并提交", "url": "#", "state": "blocked"},
        ],
        "answers": [
            {"label": "项目名称", "value": "年产 12 万套精密齿轮项目", "change_url": "#"},
            {"label": "总投资", "value": "5.23 亿元", "change_url": "#"},
            {"label": "建设地点", "value": "", "change_url": "#"},
        ],
        "stats": [
            {"label": "在办办件", "value": "1,284", "unit": "件", "url": "#"},
            {"label": "按时办结率", "value": "97.6%", "note": "较上月 +0.8", "tone": "green"},
            {"label": "即将到期", "value": "36", "unit": "件", "url": "#", "tone": "yellow"},
            {"label": "已逾期", "value": "5", "unit": "件", "url": "#", "tone": "red"},
        ],
        "tabs": [
            {"label": "待受理", "url": "#", "active": True, "count": 12},
            {"label": "待补正", "url": "#", "count": 4},
            {"label": "已逾期", "url": "#", "count": 2, "tone": "red"},
        ],
        "crumbs": [{"label": "首页", "url": "/"}, {"label": "办件", "url": "#"}, {"label": "2026-1123-0007"}],
        "phrases": [
            "材料齐全，符合法定形式，建议予以受理。",
            "经审查，符合规划条件，同意。",
            "总平面图未标注退线距离，请补充。",
        ],
    }


def documents() -> dict[str, Any]:
    """Files, the receipt and the banner of an agent."""
    now = time.now()
    older = now - timedelta(days=3)
    mine = {"url": "#", "uploaded_by": "李建国"}
    return {
        "now": now,
        "files": [
            {**mine, "name": "可行性研究报告.pdf", "size": 4_512_000, "at": now, "current": True},
            {**mine, "name": "可行性研究报告（初稿）.pdf", "size": 4_100_000, "at": older, "current": False},
        ],
        "acting": {"name": "秦皇岛海纳精密机械有限公司", "until": now.date(), "url": "#"},
        "receipt_rows": [
            {"label": "申请单位", "value": "秦皇岛海纳精密机械有限公司"},
            {"label": "事项名称", "value": "建设用地规划许可证核发"},
            {"label": "承诺办结日期", "value": "2026年12月8日"},
        ],
        "receipt_items": ["可行性研究报告（原件 1 份）", "用地预审与选址意见书（复印件 2 份）"],
    }


def context(*, invalid: bool = False) -> dict[str, Any]:
    """Everything that templates/common/gallery.html shows; `invalid` marks the form's errors."""
    return {
        **lists(),
        **documents(),
        "form": SampleForm({"name": "年产 12 万套精密齿轮项目"}) if invalid else SampleForm(),
        "rating": RatingForm(),
        "lights": [
            clock("green", 9),
            clock("yellow", 0),
            clock("red", -3),
            clock("done", 0, outcome="met"),
            clock("done", 0, outcome="late"),
            clock("green", 12, provisional=True),
        ],
        "entries": entries(),
        "cases": cases(),
        "steps": steps(),
    }
