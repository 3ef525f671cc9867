"""Gaps that follow later (容缺): promised, signed, handed in, checked, failed, barred. See docs/deferral.md."""

from approvals.services.deferring.bars import lift_bar
from approvals.services.deferring.failing import fail_deferral, terminate_case
from approvals.services.deferring.filling import confirm_paper, fill_certificates, hand_in_paper, return_paper
from approvals.services.deferring.marking import choose_overlap, mark_later
from approvals.services.deferring.signing import Signature

__all__ = [
    "Signature",
    "choose_overlap",
    "confirm_paper",
    "fail_deferral",
    "fill_certificates",
    "hand_in_paper",
    "lift_bar",
    "mark_later",
    "return_paper",
    "terminate_case",
]
