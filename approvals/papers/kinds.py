"""Tells ``documents`` which papers cases have."""

from approvals.papers.outcome import CERTIFICATE, DECISION, RECEIPT
from documents.kinds import Kind, register
from documents.samples import sample_of

# Code, printed title, English title, mark in the number, template.
PAPERS: tuple[tuple[str, str, str, str, str], ...] = (
    ("approvals.acceptance", "受理通知书", "Notice of acceptance", "受", "acceptance"),
    ("approvals.not_accepting", "不予受理通知书", "Notice of non-acceptance", "不受", "not_accepting"),
    ("approvals.correction", "补正告知书", "Correction notice", "补", "correction"),
    ("approvals.special", "特别程序告知书", "Notice of a special procedure", "特", "special"),
    ("approvals.extension", "延期告知书", "Notice of extension", "延", "extension"),
    (DECISION, "准予行政许可决定书", "Decision to grant", "准", "decision_granted"),
    (f"{DECISION}_refused", "不予行政许可决定书", "Decision to refuse", "不准", "decision_refused"),
    (CERTIFICATE, "证书", "Certificate", "证", "certificate"),
    ("approvals.session_opinion", "联合审查意见书", "Opinion of a joint review", "联审", "decision_granted"),
    (RECEIPT, "送达回证", "Receipt of delivery", "送", "delivery_receipt"),
)


def register_kinds() -> None:
    """Called from AppConfig.ready."""
    for code, title, title_en, mark, template in PAPERS:
        sample = sample_of(template)
        register(Kind(code, title, title_en, mark, template, sample, certificate=code == CERTIFICATE))
