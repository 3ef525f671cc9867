"""Tables of the reception."""

from reception.models.attempts import Attempt
from reception.models.inquiry import Answer, Inquiry, InquiryHandover, InquirySeries
from reception.models.limits import Limit

__all__ = ["Answer", "Attempt", "Inquiry", "InquiryHandover", "InquirySeries", "Limit"]
