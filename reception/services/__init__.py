"""Writes of the reception."""

from reception.services.answering import answer_inquiry, close_unconfirmed, confirm_answer, reopen_inquiry
from reception.services.handing_over import (
    accept_handover,
    hand_over_inquiry,
    lapse_handover,
    refuse_handover,
    withdraw_handover,
)
from reception.services.recording import Asked, ask_online, record_inquiry

__all__ = [
    "Asked",
    "accept_handover",
    "answer_inquiry",
    "ask_online",
    "close_unconfirmed",
    "confirm_answer",
    "hand_over_inquiry",
    "lapse_handover",
    "record_inquiry",
    "refuse_handover",
    "reopen_inquiry",
    "withdraw_handover",
]
