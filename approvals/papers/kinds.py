"""Tells ``documents`` which papers cases have, with samples for whoever edits a template."""

from typing import Any

from approvals.papers.outcome import CERTIFICATE, DECISION, RECEIPT
from approvals.papers.parts import REMEDY, row
from documents.kinds import Kind, register

ABOUT = [
    row("申请人", "示例新材料有限公司"),
    row("统一社会信用代码", "91130300MA0EXAMPL0"),
    row("项目名称", "年产5000吨示例材料项目"),
    row("项目代码", "2603-130300-04-01-123456"),
    row("申请事项", "建设工程规划许可证核发"),
    row("办件编号", "BJ20260000123"),
    row("收件日期", "2026年3月9日"),
]
LICENSING = "《中华人民共和国行政许可法》"


def _sample(paragraph: str, *rows: dict[str, str], article: str, **more: Any) -> dict[str, Any]:
    paragraphs = [paragraph] if paragraph else []
    return {"paragraphs": paragraphs, "rows": [*ABOUT, *rows], "law": f"{LICENSING}{article}", **more}


# code, printed title, English title, mark in the number, template, sample
PAPERS: tuple[tuple[str, str, str, str, str, dict[str, Any]], ...] = (
    (
        "approvals.acceptance",
        "受理通知书",
        "Notice of acceptance",
        "受",
        "acceptance",
        _sample(
            "你单位提交的申请材料齐全、符合法定形式，决定予以受理。",
            row("承诺办结期限", "10个工作日（2026年3月24日前）"),
            row("法定办结期限", "20个工作日"),
            article="第三十二条",
        ),
    ),
    (
        "approvals.not_accepting",
        "不予受理通知书",
        "Notice of non-acceptance",
        "不受",
        "not_accepting",
        _sample(
            "经审查，你单位的申请依法不予受理。",
            row("不予受理的理由", "申请事项不属于本机关职权范围。"),
            article="第三十二条",
            remedy=REMEDY,
        ),
    ),
    (
        "approvals.correction",
        "补正告知书",
        "Correction notice",
        "补",
        "correction",
        _sample(
            "现一次性告知需要补正的全部内容。",
            row("告知次数", "第1次"),
            article="第三十二条",
            points_title="需要补正的内容",
            points=["总平面图：未标注退让用地红线距离，请补充标注。", "申请表：请加盖公章。"],
        ),
    ),
    (
        "approvals.special",
        "特别程序告知书",
        "Notice of a special procedure",
        "特",
        "special",
        _sample(
            "所需时间不计算在办理期限内，现书面告知。",
            row("程序种类", "专家评审"),
            row("开始日期", "2026年3月11日"),
            row("预计结束", "2026年3月25日（10个工作日）"),
            article="第四十五条",
        ),
    ),
    (
        "approvals.extension",
        "延期告知书",
        "Notice of extension",
        "延",
        "extension",
        _sample(
            "经本机关负责人批准，决定延长办理期限。",
            row("延长期限", "5个工作日"),
            row("延期理由", "需进一步核实技术资料。"),
            article="第四十二条",
        ),
    ),
    (
        DECISION,
        "准予行政许可决定书",
        "Decision to grant",
        "准",
        "decision_granted",
        _sample(
            "你单位的申请收悉。经审查，决定准予行政许可。", row("颁发证件", "建设工程规划许可证"), article="第三十八条"
        ),
    ),
    (
        f"{DECISION}_refused",
        "不予行政许可决定书",
        "Decision to refuse",
        "不准",
        "decision_refused",
        _sample(
            "你单位的申请收悉。经审查，决定不予行政许可。",
            row("理由", "容积率不符合规划条件。"),
            article="第三十八条",
            remedy=REMEDY,
        ),
    ),
    (
        CERTIFICATE,
        "证书",
        "Certificate",
        "证",
        "certificate",
        _sample("", row("有效期限", "长期"), article="第三十九条", title="建设工程规划许可证"),
    ),
    (
        "approvals.session_opinion",
        "联合审查意见书",
        "Opinion of a joint review",
        "联审",
        "decision_granted",
        _sample(
            "会同有关单位进行了联合审图，意见如下。",
            row("综合意见", "设计文件符合要求，原则同意。"),
            article="第二十六条",
            points_title="各单位意见",
            points=["住房和城乡建设局：同意。", "消防救援大队：同意。疏散宽度满足要求。"],
        ),
    ),
    (
        RECEIPT,
        "送达回证",
        "Receipt of delivery",
        "送",
        "delivery_receipt",
        _sample(
            "",
            row("送达方式", "窗口直接送达"),
            row("受送达人签名", "　"),
            article="第四十四条",
            points_title="送达的文书",
            points=["准予行政许可决定书（经开资规准〔2026〕12号）"],
        ),
    ),
)


def register_kinds() -> None:
    """Called from AppConfig.ready."""
    for code, title, title_en, mark, template, sample in PAPERS:
        register(Kind(code, title, title_en, mark, template, sample, certificate=code == CERTIFICATE))
