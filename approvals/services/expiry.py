"""What happens by itself when a lawful limit has run out."""

from collections.abc import Sequence

import structlog

from approvals.services.window import deem_accepted
from deadlines import expiry
from deadlines.models import ClockKind

log = structlog.get_logger(__name__)


def accept_by_silence(case_ids: Sequence[int]) -> None:
    """Each case in its own transaction: one that fails must not hold up the others."""
    for case_id in case_ids:
        try:
            deem_accepted(case_id=case_id)
        except Exception:
            # Still due at the next sweep; the alarm is the log and the red light.
            log.exception("deemed_acceptance_failed", case=case_id)


def register_expiry() -> None:
    """Tell the sweep whom to call when the five acceptance days are over."""
    expiry.register(ClockKind.ACCEPTANCE, accept_by_silence)
