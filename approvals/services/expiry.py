"""What happens by itself when a lawful limit has run out."""

from collections.abc import Sequence

from approvals.services.deferring.failing import fail_overdue
from approvals.services.publishing import close_notice, publish_by_silence
from approvals.services.silence import deem_agreed
from approvals.services.window import deem_accepted
from deadlines import expiry
from deadlines.models import ClockKind


def accept_by_silence(case_ids: Sequence[int]) -> None:
    """Deem each case accepted, or publish it where its matter wants a public notice first.

    What fails is raised: the sweep then tries each alone and raises the alarm.
    """
    for case_id in case_ids:
        if publish_by_silence(case_id=case_id) is None:
            deem_accepted(case_id=case_id)


def close_notices(case_ids: Sequence[int]) -> None:
    """Take each case on whose public notice has run its days."""
    for case_id in case_ids:
        close_notice(case_id=case_id)


def agree_by_silence(case_ids: Sequence[int]) -> None:
    """Complete the consulted steps of each case whose department has let its limit run out."""
    for case_id in case_ids:
        deem_agreed(case_id=case_id)


def register_expiry() -> None:
    """Tell the sweep whom to call when the five acceptance days, or those of a department or a notice, are over."""
    expiry.register(ClockKind.ACCEPTANCE, accept_by_silence)
    expiry.register(ClockKind.STEP, agree_by_silence)
    expiry.register(ClockKind.PUBLIC_NOTICE, close_notices)
    expiry.register(ClockKind.DEFERRAL, fail_overdue)
