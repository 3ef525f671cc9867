"""Every pair of every table, allowed and refused."""

from itertools import product

import pytest

from common.errors import TransitionNotAllowed
from reception.models import Booking, Inquiry, InquiryHandover, Ticket
from reception.transitions import BOOKING, HANDOVER, INQUIRY, TICKET

I, H = Inquiry.Status, InquiryHandover.Status  # noqa: E741
B, T = Booking.Status, Ticket.Status
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
    BOOKING: {(B.BOOKED, "arrive"): B.ARRIVED, (B.BOOKED, "cancel"): B.CANCELLED},
    TICKET: {
        (T.WAITING, "call"): T.CALLED,
        (T.CALLED, "recall"): T.CALLED,
        (T.CALLED, "skip"): T.WAITING,
        (T.CALLED, "miss"): T.MISSED,
        (T.CALLED, "transfer"): T.WAITING,
        (T.CALLED, "done"): T.DONE,
    },
}
PAIRS = [
    (table, state, act)
    for table, states in ((INQUIRY, I), (HANDOVER, H), (BOOKING, B), (TICKET, T))
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
