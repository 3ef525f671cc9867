"""Every pair of every table, allowed and refused."""

from itertools import product

import pytest

from common.errors import TransitionNotAllowed
from reception.models import Inquiry, InquiryHandover
from reception.transitions import HANDOVER, INQUIRY

I, H = Inquiry.Status, InquiryHandover.Status  # noqa: E741
ALLOWED = {
    INQUIRY: {
        (I.OPEN, "hand_over"): I.OPEN,
        (I.OPEN, "take_over"): I.OPEN,
        (I.OPEN, "answer"): I.ANSWERED,
        (I.ANSWERED, "confirm"): I.CLOSED,
        (I.ANSWERED, "reopen"): I.OPEN,
        (I.ANSWERED, "lapse"): I.CLOSED,
    },
    HANDOVER: {
        (H.PENDING, "accept"): H.ACCEPTED,
        (H.PENDING, "refuse"): H.REFUSED,
        (H.PENDING, "lapse"): H.LAPSED,
        (H.PENDING, "withdraw"): H.WITHDRAWN,
    },
}
PAIRS = [
    (table, state, act)
    for table, states in ((INQUIRY, I), (HANDOVER, H))
    for state, act in product(states, table.act_names)
]


@pytest.mark.parametrize(("table", "state", "act"), PAIRS)
def test_every_pair(table, state, act):
    after = ALLOWED[table].get((state, act))
    if after is None:
        with pytest.raises(TransitionNotAllowed):
            table.next(state, act)
    else:
        assert table.next(state, act) == after
