"""Every pair of the table of later checks, allowed and forbidden."""

import pytest

from approvals.models import LaterCheck
from approvals.transitions import LATER_CHECK
from common.errors import TransitionNotAllowed

S = LaterCheck.Status
ALLOWED = {
    (S.OPEN, "pass"): S.PASSED,
    (S.OPEN, "rectify"): S.TO_RECTIFY,
    (S.OPEN, "fail"): S.FAILED,
    (S.TO_RECTIFY, "pass"): S.PASSED,
    (S.TO_RECTIFY, "fail"): S.FAILED,
}


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("act", ["pass", "rectify", "fail"])
def test_every_pair(status: LaterCheck.Status, act: str) -> None:
    if (status, act) in ALLOWED:
        assert LATER_CHECK.next(status, act) == ALLOWED[(status, act)]
        return
    with pytest.raises(TransitionNotAllowed):
        LATER_CHECK.next(status, act)
