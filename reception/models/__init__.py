"""Tables of the reception."""

from reception.models.appointment import Booking, Opening
from reception.models.attempts import Attempt
from reception.models.inquiry import Answer, Inquiry, InquiryHandover, InquirySeries
from reception.models.limits import Limit
from reception.models.queue import Counter, Kiosk, Queue, Ticket, TicketSeries

__all__ = [
    "Answer",
    "Attempt",
    "Booking",
    "Counter",
    "Inquiry",
    "InquiryHandover",
    "InquirySeries",
    "Kiosk",
    "Limit",
    "Opening",
    "Queue",
    "Ticket",
    "TicketSeries",
]
