"""Writes of the reception."""

from reception.services.answering import answer_inquiry, close_unconfirmed, confirm_answer, reopen_inquiry
from reception.services.booking import book_appointment, cancel_booking, check_in
from reception.services.counters import (
    call_next,
    close_counter,
    finish,
    open_counter,
    recall,
    skip,
    transfer,
)
from reception.services.handing_over import (
    accept_handover,
    hand_over_inquiry,
    lapse_handover,
    refuse_handover,
    withdraw_handover,
)
from reception.services.recording import Asked, ask_online, record_inquiry
from reception.services.tickets import queue_of, take_ticket

__all__ = [
    "Asked",
    "accept_handover",
    "answer_inquiry",
    "ask_online",
    "book_appointment",
    "call_next",
    "cancel_booking",
    "check_in",
    "close_counter",
    "close_unconfirmed",
    "confirm_answer",
    "finish",
    "hand_over_inquiry",
    "lapse_handover",
    "open_counter",
    "queue_of",
    "recall",
    "record_inquiry",
    "refuse_handover",
    "reopen_inquiry",
    "skip",
    "take_ticket",
    "transfer",
    "withdraw_handover",
]
