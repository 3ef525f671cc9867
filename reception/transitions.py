"""Which act leads from which state to which; pure."""

from common.transitions import Table
from reception.models import Booking, Inquiry, InquiryHandover, Ticket

_I = Inquiry.Status
_H = InquiryHandover.Status
_B = Booking.Status
_T = Ticket.Status

INQUIRY: Table[Inquiry.Status] = Table(
    {
        (_I.OPEN, "hand_over"): _I.OPEN,
        (_I.OPEN, "take_over"): _I.OPEN,
        (_I.OPEN, "answer"): _I.ANSWERED,
        (_I.ANSWERED, "confirm"): _I.CLOSED,
        # The asker is not content, and says why.
        (_I.ANSWERED, "reopen"): _I.OPEN,
        # Nothing was heard from the asker in time.
        (_I.ANSWERED, "lapse"): _I.CLOSED,
    }
)

HANDOVER: Table[InquiryHandover.Status] = Table(
    {
        (_H.PENDING, "accept"): _H.ACCEPTED,
        (_H.PENDING, "refuse"): _H.REFUSED,
        (_H.PENDING, "lapse"): _H.LAPSED,
        # The owner takes it back, or answers himself meanwhile.
        (_H.PENDING, "withdraw"): _H.WITHDRAWN,
    }
)

BOOKING: Table[Booking.Status] = Table(
    {
        (_B.BOOKED, "arrive"): _B.ARRIVED,
        (_B.BOOKED, "cancel"): _B.CANCELLED,
    }
)

TICKET: Table[Ticket.Status] = Table(
    {
        (_T.WAITING, "call"): _T.CALLED,
        (_T.CALLED, "recall"): _T.CALLED,
        # Comes back after some others.
        (_T.CALLED, "skip"): _T.WAITING,
        # Was skipped too often.
        (_T.CALLED, "miss"): _T.MISSED,
        (_T.CALLED, "transfer"): _T.WAITING,
        (_T.CALLED, "done"): _T.DONE,
    }
)
